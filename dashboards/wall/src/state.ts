/** What this wall knows: the board, the newest value of each key, the lines, lists and alarms, and how far it has read. */

import type { Alarm, Board, Delta, Line, List, ResumePoint, Snapshot, Value } from "./protocol";

const GONE = new Set(["cleared", "closed", "suppressed"]);
const SEVERE = new Set(["serious", "emergency"]);
const UNANSWERED = new Set(["raised", "escalated"]);

export class WallState {
  board: Board | null = null;
  values = new Map<string, Value>();
  lines = new Map<string, Line>();
  linesRevision = 0; // grows whenever a line has changed
  lists = new Map<string, List>();
  alarms = new Map<string, Alarm>();
  alarmsTold = false; // whether these are all: none told is not the same as nothing wrong
  missing = new Map<string, number>();
  resume: ResumePoint | null = null;

  takeSnapshot(frame: Snapshot): void {
    this.board = frame.board;
    this.values = new Map(Object.entries(frame.values));
    this.lines = new Map(Object.entries(frame.lines));
    this.linesRevision += 1;
    this.lists = new Map(Object.entries(frame.lists));
    this.alarms = new Map((frame.alarms?.active ?? []).map((alarm) => [alarm.alarm, alarm]));
    this.alarmsTold = Boolean(frame.alarms);
    this.takeMissing(frame);
    this.resume = { epoch: frame.epoch, position: frame.position };
  }

  takeDelta(frame: Delta): void {
    for (const [key, value] of Object.entries(frame.values ?? {})) this.values.set(key, value);
    for (const [key, line] of Object.entries(frame.lines ?? {})) this.lines.set(key, line);
    if (frame.lines) this.linesRevision += 1;
    for (const [key, list] of Object.entries(frame.lists ?? {})) this.lists.set(key, list);
    for (const { alarm } of frame.alarm_changes ?? []) this.takeAlarm(alarm);
    this.takeMissing(frame);
    if (this.resume) this.resume = { epoch: this.resume.epoch, position: frame.position };
  }

  /** Whether something severe waits for an answer. */
  hasSevere(): boolean {
    return [...this.alarms.values()].some(({ severity, state }) => SEVERE.has(severity) && UNANSWERED.has(state));
  }

  private takeAlarm(alarm: Alarm): void {
    if ((this.alarms.get(alarm.alarm)?.revision ?? -1) > alarm.revision) return;
    if (GONE.has(alarm.state)) this.alarms.delete(alarm.alarm);
    else this.alarms.set(alarm.alarm, alarm);
  }

  private takeMissing(frame: Snapshot | Delta): void {
    if (!frame.missing) return;
    const since = frame.missing_since_ms ?? {};
    this.missing = new Map(frame.missing.map((name) => [name, since[name] ?? 0]));
  }
}
