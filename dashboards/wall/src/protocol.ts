/** Frames of the wall protocol, version 2: see docs/wall-protocol.md. */

export const PROTOCOL = 2;

export type State = "live" | "provisional" | "final" | "restated";
export type Words = { vi: string; en: string };
export type Place = Words & { area_vi?: string; area_en?: string };
export type Period = "hour" | "day" | "week" | "month" | "quarter" | "half" | "year" | "moment";
export type ScoreName = "right" | "complete" | "clean" | "live";
export type Severity = "notice" | "warning" | "serious" | "emergency";

/** A limit that a value is held against. */
export interface Target {
  op: "at_least" | "at_most" | "equal";
  value: number;
}

export interface Value {
  v: number | null;
  at_ms: number;
  as_of_ms: number;
  state: State | "none";
  fresh_for_ms: number;
  used?: number;
  expected?: number;
  low?: number;
  high?: number;
  period?: Period;
  until_ms?: number; // end of the period, exclusive
  hidden?: boolean; // of fewer than five persons
  scores?: Partial<Record<ScoreName, number | null>>;
  target?: Target;
  before?: { v: number; at_ms: number; kind: "yesterday" | "last_week" | "last_year" | "last_period" };
  numerator?: number;
  denominator?: number;
}

export interface Line {
  at_ms: number[];
  value: number[];
  limit?: number[];
}

/** Rows of a kind of its own: late reporters, what is in quarantine, and so on. */
export interface List {
  as_of_ms: number;
  rows: Record<string, unknown>[];
  total: number;
}

export interface Alarm {
  alarm: string;
  rule: string;
  title: Words;
  do?: Words;
  subject: Words;
  area?: Words;
  state: string;
  severity: Severity;
  began_ms: number;
  raised_ms?: number;
  value?: number | null;
  text?: Words;
  acknowledged_by?: string;
  shelved_until_ms?: number | null;
  escalations?: number;
  unknown_since_ms?: number | null;
  members?: number;
  revision: number;
}

export interface AlarmChange {
  change: number;
  at_ms: number;
  event: string;
  by?: string;
  alarm: Alarm;
}

/** Cells of the board's grid, from its upper left corner. */
export interface Cells {
  x: number;
  y: number;
  w: number;
  h: number;
}

interface PanelCommon {
  id: string;
  title: Words;
  source?: Words;
  at: Cells;
}

interface Measured {
  unit: Words;
  decimals: number;
}

/** One figure of a value panel: of its keys the first, or the one (or sum) that `pick` says. */
export interface Item extends Measured {
  keys: string[];
  places: Record<string, Place>;
  title?: Words;
  text?: Words; // before the place: what about this place is shown
  pick?: "max" | "min" | "sum";
  scale?: "vn_aqi";
  period_s?: number;
  attention_below?: number;
  attention_above?: number;
}

export interface ValuePanel extends PanelCommon {
  panel: "value";
  items: Item[];
  trend?: string;
}

export interface StatesPanel extends PanelCommon, Measured {
  panel: "states";
  rows: { key: string; name: Words }[];
  good?: Target;
}

export interface Mark extends Words {
  key: string;
  device: string;
  kind: string;
  at: [number, number];
}

export interface Shade extends Measured {
  keys: Record<string, string>;
  steps: number[];
  attention_from?: number; // at and above it is abnormal
  attention_below?: number; // or below it
}

export interface MapPanel extends PanelCommon {
  panel: "map";
  shade?: Shade;
  stations?: { kind: string };
  marks?: Mark[];
}

export interface LinesPanel extends PanelCommon, Measured {
  panel: "lines";
  hours?: number;
  bucket_ms?: number;
  periods?: number;
  period?: Period;
  series: (Place & { key: string })[];
  limits?: { value: number; title: Words }[];
}

export interface RankingPanel extends PanelCommon, Measured {
  panel: "ranking";
  keys: string[];
  places: Record<string, Place>;
  order: "worst" | "best";
  direction: "up" | "down"; // where good is
  rows?: number;
  sum?: boolean;
}

export interface TablePanel extends PanelCommon {
  panel: "table";
  columns: (Measured & { title: Words })[];
  rows: { name: Words; keys: string[] }[];
}

export interface CalendarPanel extends PanelCommon {
  panel: "calendar";
  line: string;
  steps?: number[];
  attention_from?: number;
  scale?: "vn_aqi";
  days?: number;
}

export interface MatrixPanel extends PanelCommon, Measured {
  panel: "matrix";
  rows: Words[];
  columns: Words[];
  keys: string[][];
  good?: Target;
}

export interface ListColumn {
  field: string;
  title: Words;
  kind: "text" | "number" | "moment" | "duration" | "words";
}

export interface ListPanel extends PanelCommon {
  panel: "list" | "late";
  list: string;
  columns: ListColumn[];
}

export interface AlarmsPanel extends PanelCommon {
  panel: "alarms";
}

export interface TextPanel extends PanelCommon {
  panel: "text";
  text: Words;
}

export interface ClockPanel extends PanelCommon {
  panel: "clock";
}

export type Panel =
  | ValuePanel
  | StatesPanel
  | LinesPanel
  | RankingPanel
  | MapPanel
  | TablePanel
  | CalendarPanel
  | MatrixPanel
  | ListPanel
  | AlarmsPanel
  | TextPanel
  | ClockPanel;

export interface Board {
  board: string;
  title: Words;
  province: Words;
  map_version: string;
  grid: { columns: number; rows: number };
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
  lists: Record<string, List>;
  alarms?: { active: Alarm[] }; // absent before the hub's first look at them
}

export interface Delta extends Missing {
  type: "delta";
  position: number;
  values?: Record<string, Value>;
  lines?: Record<string, Line>;
  lists?: Record<string, List>;
  alarm_changes?: AlarmChange[];
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

export interface Show {
  type: "show";
  mode: "board" | "rotation" | "incident";
  boards: string[];
  board: string;
  seconds: number;
  incident: Words | null;
  wall: { id: number; name: string };
  language: "vi" | "en";
  simulated?: boolean; // the figures of a real place are
}

export interface Report {
  position: number;
  at_ms: number;
  clock_ms: number;
  heap_bytes: number | null;
  fps: number;
  board: string;
  width: number;
  height: number;
}

export type Frame = Snapshot | Delta | Heartbeat | Goodbye | Show;

export interface ResumePoint {
  epoch: string;
  position: number;
}

export function hello(ticket: string, build: string, board: string | null, resume: ResumePoint | null): string {
  return JSON.stringify({ type: "hello", protocol: PROTOCOL, ticket, build, board, resume });
}
