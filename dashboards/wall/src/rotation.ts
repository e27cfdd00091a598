/** Which of its boards a wall shows: by turns, held while something severe is unanswered, or as the hub says. */

import type { Show } from "./protocol";

export class Rotation {
  private show: Show | null = null;
  private board = "";
  private sinceMs = 0;

  /** The hub said what to show; `present` is the board on the glass. */
  take(show: Show, present: string, nowMs: number): void {
    this.show = show;
    this.board = show.boards.includes(present) ? present : show.board;
    this.sinceMs = nowMs;
  }

  /** The board to turn to now; null: stay. By a clock that only goes forward, ms. */
  due(nowMs: number, isHeld: boolean): string | null {
    const { show } = this;
    if (!show || show.mode !== "rotation") return null;
    if (isHeld) this.sinceMs = nowMs; // once it is answered, each board has its whole time again
    if (nowMs - this.sinceMs < show.seconds * 1000) return null;
    const next = show.boards[(show.boards.indexOf(this.board) + 1) % show.boards.length] ?? show.board;
    this.board = next;
    this.sinceMs = nowMs;
    return next;
  }
}
