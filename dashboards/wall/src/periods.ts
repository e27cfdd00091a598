/** Periods and ages in words that fit the figure: "tháng 10" for a month, "3 giây trước" for a reading. */

import { age, dayMonth, localParts, period, time } from "./format";
import type { Value } from "./protocol";
import { words } from "./words";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What a value speaks of, longest wording first; `lengthMs` is that of the panel where the value names no period. */
export function spanWords(value: Value, nowMs: number, lengthMs?: number): string[] {
  const kind = value.period ?? (lengthMs === DAY_MS ? "day" : undefined);
  const at = localParts(value.at_ms);
  const now = localParts(nowMs);
  const year = at.year === now.year ? "" : String(at.year);
  switch (kind) {
    case "hour":
      return hourWords(value, nowMs);
    case "day":
      return [dayWord(value.at_ms, nowMs)];
    case "week":
      return [words.periods.week(isoWeek(value.at_ms))];
    case "month":
      return [words.periods.month(at.month, year)];
    case "quarter":
      return [words.periods.quarter(Math.ceil(at.month / 3), year)];
    case "half":
      return [words.periods.half(at.month <= 6 ? 1 : 2, year)];
    case "year":
      return [words.periods.year(String(at.year)), String(at.year)];
    case "moment":
      return value.state === "live" ? [age(nowMs - value.as_of_ms)] : [momentWord(value.at_ms, nowMs)];
    default:
      return lengthMs ? [period(value.at_ms, lengthMs)] : [age(nowMs - value.as_of_ms)];
  }
}

function hourWords(value: Value, nowMs: number): string[] {
  const span = period(value.at_ms, (value.until_ms ?? value.at_ms + HOUR_MS) - value.at_ms);
  return sameDay(value.at_ms, nowMs) ? [span] : [`${span} ${dayMonth(value.at_ms)}`, span];
}

function dayWord(atMs: number, nowMs: number): string {
  if (sameDay(atMs, nowMs)) return words.periods.today;
  if (sameDay(atMs, nowMs - DAY_MS)) return words.periods.yesterday;
  return words.periods.day(dayMonth(atMs));
}

function momentWord(atMs: number, nowMs: number): string {
  return sameDay(atMs, nowMs) ? words.periods.moment(time(atMs)) : dayWord(atMs, nowMs);
}

function sameDay(a: number, b: number): boolean {
  const [one, other] = [localParts(a), localParts(b)];
  return one.day === other.day && one.month === other.month && one.year === other.year;
}

/** Number of the week, Monday first; the first one of a year has its 4 January. */
export function isoWeek(ms: number): number {
  const { year, month, day, weekday } = localParts(ms);
  const thursday = Date.UTC(year, month - 1, day - ((weekday + 6) % 7) + 3);
  const first = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return 1 + Math.floor((thursday - first) / (7 * DAY_MS));
}

/** How long something took or is late, in the largest unit that tells enough. */
export function duration(ms: number): string {
  const hours = ms / HOUR_MS;
  if (ms < 60_000) return words.seconds(String(Math.max(0, Math.floor(ms / 1000))));
  if (hours < 1) return words.minutes(String(Math.floor(ms / 60_000)));
  if (hours < 48) return words.hours(String(Math.floor(hours)));
  return words.days(String(Math.floor(hours / 24)));
}
