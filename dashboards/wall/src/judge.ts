/** What a panel shows of its keys now: pure decisions about freshness and choice. */

import type { State, Value, ValuePanel } from "./protocol";

export interface Judged {
  key: string | null; // of the chosen member; null for a sum or where there is nothing
  v: number | null;
  state: State | "none";
  stale: boolean;
  atMs: number;
  asOfMs: number;
  used: number; // members that are in the value
  expected: number;
}

export function isStale(value: Value, nowMs: number): boolean {
  return nowMs - value.as_of_ms > value.fresh_for_ms;
}

/** Fresh members decide; only where none is fresh do stale ones, and then the panel is stale. */
export function judge(panel: ValuePanel, values: ReadonlyMap<string, Value>, nowMs: number): Judged {
  const known = panel.keys.flatMap((key) => {
    const value = values.get(key);
    return value ? [{ key, value }] : [];
  });
  const filled = known.filter(({ value }) => value.v !== null);
  const fresh = filled.filter(({ value }) => !isStale(value, nowMs));
  const members = fresh.length > 0 ? fresh : filled.length > 0 ? filled : known;
  const stale = members.length > 0 && members.every(({ value }) => isStale(value, nowMs));
  const counts = { used: fresh.length > 0 ? fresh.length : filled.length, expected: panel.keys.length };
  const first = members[0];
  if (!first) return { key: panel.keys[0] ?? null, v: null, state: "none", stale: false, atMs: 0, asOfMs: 0, ...counts };
  if (panel.pick === "sum" && filled.length > 0) {
    const sum = members.reduce((total, { value }) => total + (value.v ?? 0), 0);
    const oldest = Math.min(...members.map(({ value }) => value.as_of_ms));
    return { key: null, v: sum, state: "live", stale, atMs: oldest, asOfMs: oldest, ...counts };
  }
  const sign = panel.pick === "min" ? -1 : 1;
  const chosen = panel.pick
    ? members.reduce((best, next) => (sign * (next.value.v ?? 0) > sign * (best.value.v ?? 0) ? next : best))
    : first;
  const { v, state, at_ms, as_of_ms } = chosen.value;
  return { key: chosen.key, v, state, stale, atMs: at_ms, asOfMs: as_of_ms, ...counts };
}
