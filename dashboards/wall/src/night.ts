/** Kindness to eyes and glass: darker at night, and the picture wanders a little, so that nothing burns in. */

import { element, rem } from "./dom";
import { localParts } from "./format";
import type { WallState } from "./state";

const NIGHT = [22, 5]; // hours of the country, from and until
const WANDER_REM = 0.5; // as far from the middle as the margin allows
const ROUND_MIN = 47; // minutes of one round along the one axis; the other has another, so the path fills a field
const OTHER_ROUND_MIN = 31;

const veil = element("div", "veil", document.body);

/** `?night=21-6` moves the hours; `?night=off` keeps the day. */
function nightHours(): [number, number] | null {
  const asked = new URLSearchParams(location.search).get("night");
  if (asked === "off") return null;
  const found = /^(\d{1,2})-(\d{1,2})$/.exec(asked ?? "");
  return found ? [Number(found[1]) % 24, Number(found[2]) % 24] : [NIGHT[0] ?? 22, NIGHT[1] ?? 5];
}

const hours = nightHours();

/** An alarm that must be seen keeps the day. */
export function isNight(nowMs: number, state: WallState): boolean {
  if (!hours) return false;
  const [from, until] = hours;
  const { hour } = localParts(nowMs);
  const dark = from > until ? hour >= from || hour < until : hour >= from && hour < until;
  return dark && ![...state.alarms.values()].some(({ severity, acknowledged_by: taken }) => severity === "emergency" && !taken);
}

let shifted = -1;

export function careForGlass(root: HTMLElement, state: WallState, nowMs: number): void {
  const night = String(isNight(nowMs, state));
  if (veil.dataset.night !== night) veil.dataset.night = night;
  const minute = Math.floor(nowMs / 60_000);
  if (minute === shifted) return;
  shifted = minute;
  const at = (round: number): number => Math.round(WANDER_REM * rem() * Math.sin((2 * Math.PI * minute) / round));
  root.style.setProperty("--dx", `${at(ROUND_MIN)}px`);
  root.style.setProperty("--dy", `${at(OTHER_ROUND_MIN)}px`);
}
