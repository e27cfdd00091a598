/** Walls and boards as the API tells them, and how a wall does. Pure. */

import { moment } from "./texts";
import { wallWords as words } from "./walls_words";

const ALIVE_MS = 15_000; // a report is due every 5 s
const CURRENT_MS = 1_000;
const BEHIND_MS = 10_000; // from here on it is said aloud

export interface Report {
  at: string;
  board?: string;
  behindMs?: string;
  clockOffsetMs?: string;
  heapBytes?: string;
  fps?: number;
  build?: string;
  width?: number;
  height?: number;
}

export interface Wall {
  wall: string;
  name: string;
  boards?: string[];
  seconds: number;
  pushed?: string;
  language: string;
  pairedAt?: string;
  connectedSince?: string;
  seenAt?: string;
  report?: Report;
  incident?: string;
  revision: number;
}

export interface Incident {
  incident: string;
  walls?: string[];
  board: string;
  textVi: string;
  textEn?: string;
  beganAt: string;
  beganBy?: string;
}

export interface Walls {
  walls?: Wall[];
  incidents?: Incident[];
  now: string;
}

export interface Board {
  board: string;
  titleVi: string;
  titleEn?: string;
  revision?: number;
  shipped?: boolean;
  changedAt?: string;
  changedBy?: string;
  panels?: { panel: string; kind: string; titleVi?: string; titleEn?: string }[];
  walls?: { wall: string; name: string; showing?: boolean }[];
}

/** What was read last. */
export interface Seen {
  walls: Wall[];
  boards: Board[];
}

/** `kind` has a sign of its own; `urgent`: whoever only listens is told, too. */
export interface How {
  kind: "current" | "behind" | "away" | "waits";
  text: string;
  urgent: boolean;
}

export function how(wall: Wall, nowMs: number): How {
  if (!wall.pairedAt) return { kind: "waits", text: words.waits, urgent: false };
  if (!wall.seenAt) return { kind: "waits", text: words.unseen, urgent: false };
  if (!wall.connectedSince) return { kind: "away", text: words.away(moment(wall.seenAt, nowMs)), urgent: true };
  if (!wall.report) return { kind: "waits", text: words.silent, urgent: false };
  const silentMs = nowMs - Date.parse(wall.report.at);
  const behindMs = Number(wall.report.behindMs ?? 0) + (silentMs > ALIVE_MS ? silentMs : 0);
  if (behindMs < CURRENT_MS) return { kind: "current", text: words.current, urgent: false };
  return { kind: "behind", text: words.behind(behindMs / 1000), urgent: behindMs >= BEHIND_MS };
}

/** Its clock, memory and frames in words; then its screen and build. */
export function machine(report: Report): [string[], string[]] {
  const offsetS = Number(report.clockOffsetMs ?? 0) / 1000;
  const clock = Math.abs(offsetS) < 1 ? words.clockRight : offsetS > 0 ? words.clockFast(offsetS) : words.clockSlow(-offsetS);
  const memory = report.heapBytes ? [words.memory(Number(report.heapBytes))] : [];
  const screen = report.width ? [`${report.width}×${report.height ?? 0}`] : [];
  return [[clock, ...memory, words.frames(report.fps ?? 0)], [...screen, ...(report.build ? [words.build(report.build)] : [])]];
}

/** Walls that have come into need since `before`, in words; `before` is brought up to date. */
export function needs(walls: Wall[], before: Set<string>, nowMs: number): string[] {
  const urgent = walls.map((wall) => ({ wall, how: how(wall, nowMs) })).filter((one) => one.how.urgent);
  const told = urgent.filter(({ wall }) => !before.has(wall.wall)).map(({ wall, how: { text } }) => words.said(wall.name, text));
  before.clear();
  for (const { wall } of urgent) before.add(wall.wall);
  return told;
}
