/** Numbers, ages, periods and times as staff read them; times are those of Asia/Ho_Chi_Minh. */

import { language, words } from "./words";

const ZONE_MS = 7 * 3600_000; // no summer time since 1975
const [GROUP, POINT] = language === "vi" ? [".", ","] : [",", "."];
export const MISSING = "–";

/** Rounded half up, once, here. */
export function number(value: number | null, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return MISSING;
  const power = 10 ** decimals;
  const rounded = Math.floor(Math.abs(value) * power + 0.5 + 1e-9) / power;
  const [whole = "0", fraction] = rounded.toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, GROUP);
  const sign = value < 0 && rounded !== 0 ? "−" : "";
  return sign + grouped + (fraction ? POINT + fraction : "");
}

export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 1) return words.now;
  if (seconds < 60) return words.ago(seconds, "s");
  if (seconds < 3600) return words.ago(Math.floor(seconds / 60), "min");
  if (seconds < 48 * 3600) return words.ago(Math.floor(seconds / 3600), "h");
  return words.ago(Math.floor(seconds / 86400), "d");
}

function local(ms: number): Date {
  return new Date(ms + ZONE_MS); // read with the UTC getters
}

/** Year, month 1–12, day and weekday (Sunday 0) in the country. */
export function localParts(ms: number): { year: number; month: number; day: number; weekday: number; hour: number } {
  const at = local(ms);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    weekday: at.getUTCDay(),
    hour: at.getUTCHours(),
  };
}

const two = (n: number): string => String(n).padStart(2, "0");

export function time(ms: number, seconds = false): string {
  const at = local(ms);
  const minutes = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  return seconds ? `${minutes}:${two(at.getUTCSeconds())}` : minutes;
}

/** "14:00–15:00": a period is named by its start and its end. */
export function period(startMs: number, lengthMs: number): string {
  return `${time(startMs)}–${time(startMs + lengthMs)}`;
}

export function date(ms: number): string {
  const at = local(ms);
  const day = `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`;
  return `${words.weekdays[at.getUTCDay()] ?? ""}, ${day}`;
}

/** "25/11". */
export function dayMonth(ms: number): string {
  const { day, month } = localParts(ms);
  return `${two(day)}/${two(month)}`;
}

/** "+1,2", "−0,4", "0": a difference always carries its sign. */
export function difference(value: number, decimals: number): string {
  const text = number(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** "06:01", with the day before it where that is not today. */
export function since(ms: number, nowMs: number): string {
  const [then, today] = [local(ms), local(nowMs)];
  if (then.toISOString().slice(0, 10) === today.toISOString().slice(0, 10)) return time(ms, true);
  return `${time(ms)} ${two(then.getUTCDate())}/${two(then.getUTCMonth() + 1)}`;
}
