/** Alarms as they are told on the wall: in which order, in which words. */

import { dayMonth, localParts, time } from "./format";
import type { Alarm, Severity } from "./protocol";
import { said, words } from "./words";

const ORDER: Severity[] = ["emergency", "serious", "warning", "notice"];

/** Severest first; what nobody has taken before what somebody has; the oldest first. What is shelved comes last. */
export function inOrder(alarms: Iterable<Alarm>): Alarm[] {
  const rank = (alarm: Alarm): number =>
    (isShelved(alarm) ? 100 : 0) + ORDER.indexOf(alarm.severity) * 2 + (alarm.acknowledged_by ? 1 : 0);
  return [...alarms].sort((a, b) => rank(a) - rank(b) || a.began_ms - b.began_ms);
}

export function isShelved(alarm: Alarm): boolean {
  return alarm.state === "shelved";
}

/** Subject, then area; what is not told is left out. */
export function whereabouts(alarm: Alarm): string[] {
  return [said(alarm.subject), alarm.area ? said(alarm.area) : ""].filter(Boolean);
}

/** What has happened and where, longest first. */
export function matter(alarm: Alarm): string[] {
  const [title, where] = [said(alarm.title), whereabouts(alarm)];
  const whose = said(alarm.subject).split(" – ").slice(-1); // of records, from whom they are due
  const told = [[title, ...where], [title, ...where.slice(0, 1)], [title, ...whose.filter(Boolean)], [title]];
  return told.map((parts) => parts.join(" · "));
}

/** Who has it, or that nothing is heard of it any more; empty where there is nothing to say. */
export function standing(alarm: Alarm, nowMs: number): string[] {
  if (isShelved(alarm) && alarm.shelved_until_ms) return [words.shelved(clockTime(alarm.shelved_until_ms, nowMs))];
  if (alarm.unknown_since_ms) return [words.unsure(clockTime(alarm.unknown_since_ms, nowMs))];
  if (alarm.acknowledged_by) return [words.acknowledgedBy(alarm.acknowledged_by), words.acknowledged];
  return [];
}

/** "14:05", or only the day where that is not today. */
export function shortTime(ms: number, nowMs: number): string {
  return isToday(ms, nowMs) ? time(ms) : dayMonth(ms);
}

/** "14:05", with the day where that is not today. */
export function clockTime(ms: number, nowMs: number): string {
  return isToday(ms, nowMs) ? time(ms) : `${time(ms)} ${dayMonth(ms)}`;
}

function isToday(ms: number, nowMs: number): boolean {
  const [then, now] = [localParts(ms), localParts(nowMs)];
  return then.day === now.day && then.month === now.month && then.year === now.year;
}
