/** What a panel shows of its keys now: pure decisions about freshness, choice and what is abnormal. */

import type { Item, ScoreName, State, Target, Value } from "./protocol";

export interface Judged {
  key: string | null; // of the chosen member; null for a sum or where there is nothing
  v: number | null;
  state: State | "none";
  stale: boolean;
  atMs: number;
  asOfMs: number;
  used: number; // members that are in the value
  expected: number;
  value: Value | null; // the chosen member whole; null for a sum
}

export function isStale(value: Value, nowMs: number): boolean {
  return nowMs - value.as_of_ms > value.fresh_for_ms;
}

export function isKnown(value: Value | undefined): value is Value {
  return value !== undefined && value.state !== "none";
}

/** Fresh members decide; only where none is fresh do stale ones, and then the panel is stale. */
export function judge(item: Pick<Item, "keys" | "pick">, values: ReadonlyMap<string, Value>, nowMs: number): Judged {
  const known = item.keys.flatMap((key) => {
    const value = values.get(key);
    return isKnown(value) ? [{ key, value }] : [];
  });
  const filled = known.filter(({ value }) => value.v !== null);
  const fresh = filled.filter(({ value }) => !isStale(value, nowMs));
  const members = fresh.length > 0 ? fresh : filled.length > 0 ? filled : known;
  const stale = members.length > 0 && members.every(({ value }) => isStale(value, nowMs));
  const counts = { used: fresh.length > 0 ? fresh.length : filled.length, expected: item.keys.length };
  const first = members[0];
  if (!first) {
    return { key: item.keys[0] ?? null, v: null, state: "none", stale: false, atMs: 0, asOfMs: 0, ...counts, value: null };
  }
  if (item.pick === "sum" && filled.length > 0) {
    const sum = members.reduce((total, { value }) => total + (value.v ?? 0), 0);
    const oldest = Math.min(...members.map(({ value }) => value.as_of_ms));
    return { key: null, v: sum, state: "live", stale, atMs: oldest, asOfMs: oldest, ...counts, value: null };
  }
  const sign = item.pick === "min" ? -1 : 1;
  const chosen = item.pick
    ? members.reduce((best, next) => (sign * (next.value.v ?? 0) > sign * (best.value.v ?? 0) ? next : best))
    : first;
  const { v, state, at_ms, as_of_ms } = chosen.value;
  return { key: chosen.key, v, state, stale, atMs: at_ms, asOfMs: as_of_ms, ...counts, value: chosen.value };
}

export function meets(v: number, target: Target): boolean {
  if (target.op === "at_least") return v >= target.value;
  return target.op === "at_most" ? v <= target.value : v === target.value;
}

export interface Score {
  name: ScoreName;
  share: number;
  level: "good" | "fair" | "poor";
}

const SCORES: ScoreName[] = ["right", "complete", "clean", "live"];
const FAIR = 0.95;
const POOR = 0.8;

/** The worst of the four scores of a value; null where none is known. */
export function worstScore(value: Value | null | undefined): Score | null {
  const known = SCORES.flatMap((name) => {
    const share = value?.scores?.[name];
    return typeof share === "number" ? [{ name, share }] : [];
  });
  if (known.length === 0) return null;
  const worst = known.reduce((a, b) => (b.share < a.share ? b : a));
  return { ...worst, level: worst.share < POOR ? "poor" : worst.share < FAIR ? "fair" : "good" };
}
