/** The places on the time axis of a line panel: buckets of hours, or calendar periods. Seconds for uPlot. */

import { dayMonth, localParts, time } from "./format";
import { isoWeek } from "./periods";
import type { Line, LinesPanel, Period } from "./protocol";
import { words } from "./words";

const HOUR_S = 3600;
const ZONE_S = 7 * HOUR_S;
const DAY_MS = 86_400_000;

export interface Slots {
  at: number[]; // where each slot is drawn
  from: number;
  to: number;
  few: boolean; // so few that each deserves a point
  slot(atMs: number): number;
  splits(min: number, max: number): number[];
  label(at: number): string;
}

/** `labels`: how many names of slots there is room for. */
export function slotsOf(panel: LinesPanel, lines: (Line | undefined)[], nowMs: number, labels: number): Slots {
  return panel.period && panel.period !== "moment" ? ofPeriods(panel.period, panel.periods ?? 12, lines, nowMs, labels) : ofBuckets({ ...panel, bucket_ms: stepOf(panel, lines) }, nowMs, labels);
}

/** Values that come less often than the buckets follow one another all the same: only what is missing is a gap. */
function stepOf({ bucket_ms: bucket = 600_000 }: LinesPanel, lines: (Line | undefined)[]): number {
  const steps = lines.flatMap((line) => line?.at_ms.slice(1).map((at, i) => at - (line.at_ms[i] ?? 0)) ?? []);
  const usual = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  return Math.max(bucket, usual);
}

const STEPS_H = [1, 2, 3, 6, 12, 24, 48, 168];

function ofBuckets({ bucket_ms: step = 600_000, hours = 24 }: LinesPanel, nowMs: number, labels: number): Slots {
  const count = Math.ceil((hours * HOUR_S * 1000) / step) + 1;
  const first = Math.floor(nowMs / step) - count + 1;
  const apart = STEPS_H.find((one) => hours / one <= Math.max(1, labels)) ?? 168;
  return {
    at: Array.from({ length: count }, (_, i) => ((first + i + 0.5) * step) / 1000),
    from: nowMs / 1000 - hours * HOUR_S,
    to: nowMs / 1000,
    few: false,
    slot: (atMs) => Math.floor(atMs / step) - first,
    splits: (min, max) => every(apart, min, max),
    label: (at) => (apart >= 24 ? dayMonth(at * 1000) : time(at * 1000)),
  };
}

/** Full hours of the country, `hours` apart. */
function every(hours: number, min: number, max: number): number[] {
  const step = hours * HOUR_S;
  const first = Math.ceil((min + ZONE_S) / step) * step - ZONE_S;
  const splits: number[] = [];
  for (let at = first; at <= max; at += step) splits.push(at);
  return splits;
}

/** Up to the newest period that any line has, else the present one; each is one step wide, whatever its length. */
function ofPeriods(kind: Period, count: number, lines: (Line | undefined)[], nowMs: number, labels: number): Slots {
  const newest = Math.max(...lines.map((line) => line?.at_ms.at(-1) ?? 0));
  const starts = new Map<number, number>();
  for (const line of lines) for (const at of line?.at_ms ?? []) starts.set(ordinal(kind, at), at);
  const last = ordinal(kind, newest || nowMs);
  const first = last - count + 1;
  const skip = Math.ceil(count / Math.max(1, labels));
  return {
    at: Array.from({ length: count }, (_, i) => first + i),
    from: first - 0.3,
    to: last + 0.3,
    few: true,
    slot: (atMs) => ordinal(kind, atMs) - first,
    splits: (min, max) => {
      const splits: number[] = [];
      for (let at = last; at >= min; at -= skip) if (at <= max) splits.unshift(at);
      return splits;
    },
    label: (at) => name(kind, at, starts.get(at)),
  };
}

/** The number of a period: neighbours differ by one. */
function ordinal(kind: Period, atMs: number): number {
  const { year, month } = localParts(atMs);
  const day = Math.floor(atMs / DAY_MS + ZONE_S / 86_400);
  const numbers: Record<Period, number> = {
    moment: day,
    hour: Math.floor(atMs / 3_600_000),
    day,
    week: Math.floor((day + 3) / 7),
    month: year * 12 + month - 1,
    quarter: year * 4 + Math.floor((month - 1) / 3),
    half: year * 2 + Math.floor((month - 1) / 6),
    year,
  };
  return numbers[kind];
}

function name(kind: Period, at: number, startMs: number | undefined): string {
  if (kind === "month") return words.short.month((at % 12) + 1);
  if (kind === "quarter") return words.short.quarter((at % 4) + 1);
  if (kind === "half") return words.short.half((at % 2) + 1);
  if (kind === "year") return String(at);
  if (startMs === undefined) return "";
  if (kind === "hour") return time(startMs);
  return kind === "week" ? words.short.week(isoWeek(startMs)) : dayMonth(startMs);
}
