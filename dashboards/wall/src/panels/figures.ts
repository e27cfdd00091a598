/** How one value reads in a row: number, sign of its state, and whether it is to be looked at. */

import { number } from "../format";
import { isKnown, isStale, meets } from "../judge";
import type { Target, Value } from "../protocol";
import { unitWord, words } from "../words";
import type { Cell } from "./rows";

export function figureCell(value: Value | undefined, decimals: number, unit: string, nowMs: number, good?: Target): Cell {
  if (!isKnown(value)) return { texts: [words.noData, number(null, 0)], tone: "quiet" };
  if (value.hidden) return { texts: [words.hidden], tone: "quiet" };
  if (value.v === null) {
    if (value.low === undefined || value.high === undefined) return { texts: [words.notEnough, number(null, 0)], tone: "quiet" };
    return { texts: [`${number(value.low, decimals)}–${number(value.high, decimals)}`] };
  }
  const text = withUnit(number(value.v, decimals), unit);
  if (isStale(value, nowMs)) return { texts: [text], icon: "stale", tone: "stale" };
  if (good && !meets(value.v, good)) return { texts: [text], icon: "attention", tone: "attention" };
  const marked = value.state === "restated" || value.state === "provisional";
  return marked ? { texts: [text], icon: value.state } : { texts: [text] };
}

/** What marks a row for tests and for whoever reads the page with a program. */
export function figureData(key: string, value: Value | undefined, nowMs: number): Record<string, string> {
  return {
    key,
    state: value?.state ?? "none",
    stale: String(isKnown(value) && isStale(value, nowMs)),
    value: value?.v === null || value?.v === undefined ? "" : String(value.v),
  };
}

export function withUnit(text: string, unit: string): string {
  const word = unitWord(unit);
  if (!word) return text;
  return word === "%" ? `${text}%` : `${text} ${word}`;
}
