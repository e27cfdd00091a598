/** What this wall knows: the board, the newest value of each key, the lines, and how far it has read. */

import type { Board, Delta, Line, ResumePoint, Snapshot, Value } from "./protocol";

export class WallState {
  board: Board | null = null;
  values = new Map<string, Value>();
  lines = new Map<string, Line>();
  missing = new Map<string, number>();
  resume: ResumePoint | null = null;

  takeSnapshot(frame: Snapshot): void {
    this.board = frame.board;
    this.values = new Map(Object.entries(frame.values));
    this.lines = new Map(Object.entries(frame.lines));
    this.takeMissing(frame);
    this.resume = { epoch: frame.epoch, position: frame.position };
  }

  takeDelta(frame: Delta): void {
    for (const [key, value] of Object.entries(frame.values ?? {})) this.values.set(key, value);
    for (const [key, line] of Object.entries(frame.lines ?? {})) this.lines.set(key, line);
    this.takeMissing(frame);
    if (this.resume) this.resume = { epoch: this.resume.epoch, position: frame.position };
  }

  private takeMissing(frame: Snapshot | Delta): void {
    if (!frame.missing) return;
    const since = frame.missing_since_ms ?? {};
    this.missing = new Map(frame.missing.map((name) => [name, since[name] ?? 0]));
  }
}
