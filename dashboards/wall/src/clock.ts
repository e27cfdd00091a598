/** The server's clock, carried on by a timer that no one can set: a wall's own clock may be wrong. */

const JUMP_MS = 1500;
const SHARE = 0.2;

export class ServerClock {
  private offset: number | null = null;

  constructor(private readonly elapsed: () => number = () => performance.now()) {}

  /** Takes a moment the server has just named. Small differences are the network's and are smoothed. */
  hear(serverTimeMs: number): void {
    const heard = serverTimeMs - this.elapsed();
    if (this.offset === null || Math.abs(heard - this.offset) > JUMP_MS) this.offset = heard;
    else this.offset += (heard - this.offset) * SHARE;
  }

  /** Milliseconds since 1970, or null before the server was heard for the first time. */
  now(): number | null {
    return this.offset === null ? null : this.elapsed() + this.offset;
  }
}
