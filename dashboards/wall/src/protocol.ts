/** Frames of the wall protocol, version 1: see docs/wall-protocol.md. */

export const PROTOCOL = 1;

export type State = "live" | "provisional" | "final" | "restated";
export type Words = { vi: string; en: string };
export type Place = Words & { area_vi?: string; area_en?: string };

export interface Value {
  v: number | null;
  at_ms: number;
  as_of_ms: number;
  state: State;
  fresh_for_ms: number;
  used?: number;
  expected?: number;
}

export interface Line {
  at_ms: number[];
  value: number[];
}

interface PanelCommon {
  id: string;
  title: Words;
  unit: Words;
  decimals: number;
}

export interface ValuePanel extends PanelCommon {
  panel: "value";
  keys: string[];
  places: Record<string, Place>;
  pick?: "max" | "min" | "sum";
  scale?: "vn_aqi";
  subject?: string;
  period_s?: number;
  attention_below?: number;
}

export interface Mark extends Words {
  key: string;
  device: string;
  kind: string;
  at: [number, number];
}

export interface Shade {
  keys: Record<string, string>;
  steps: number[];
  attention_from: number;
  decimals: number;
  unit: Words;
}

export interface MapPanel extends PanelCommon {
  panel: "map";
  shade?: Shade;
  stations?: { kind: string };
  marks: Mark[];
}

export interface LinesPanel extends PanelCommon {
  panel: "lines";
  hours: number;
  bucket_ms: number;
  series: (Place & { key: string })[];
}

export type Panel = ValuePanel | MapPanel | LinesPanel;

export interface Board {
  board: string;
  title: Words;
  province: Words;
  map_version: string;
  panels: Panel[];
}

interface Missing {
  missing?: string[];
  missing_since_ms?: Record<string, number>;
}

export interface Snapshot extends Missing {
  type: "snapshot";
  epoch: string;
  position: number;
  server_time_ms: number;
  board: Board;
  values: Record<string, Value>;
  lines: Record<string, Line>;
}

export interface Delta extends Missing {
  type: "delta";
  position: number;
  values?: Record<string, Value>;
  lines?: Record<string, Line>;
  trace_id?: string;
}

export interface Heartbeat {
  type: "heartbeat";
  server_time_ms: number;
  position: number;
}

export interface Goodbye {
  type: "goodbye";
  reason: string;
}

export type Frame = Snapshot | Delta | Heartbeat | Goodbye;

export interface ResumePoint {
  epoch: string;
  position: number;
}

export function hello(board: string, resume: ResumePoint | null): string {
  return JSON.stringify({ type: "hello", protocol: PROTOCOL, board, resume });
}
