/** How many of the stations on this board's maps have a value that is young enough. */

import { isStale } from "./judge";
import type { WallState } from "./state";

export function reporting(state: WallState, nowMs: number): { fresh: number; stations: number } {
  const marks = state.board?.panels.flatMap((panel) => (panel.panel === "map" ? (panel.marks ?? []) : [])) ?? [];
  const fresh = marks.filter(({ key }) => {
    const value = state.values.get(key);
    return value !== undefined && !isStale(value, nowMs);
  });
  return { fresh: fresh.length, stations: marks.length };
}
