/** The line to the hub: a ticket, then a socket; comes back by itself, resumes where it was, knows since when it is cut. */

import { hello, type Frame, type Report, type ResumePoint } from "./protocol";

const SILENCE_MS = 6000; // three heartbeats
const BACKOFF_MS = [300, 700, 1500, 3000, 5000];
const TICKET_MS = 5000; // that an answer may take

export type Line = "connecting" | "live" | "cut";

export interface Listener {
  frame(frame: Frame): void;
  lineChanged(): void;
  /** The hub knows this wall no longer. */
  unpaired(): void;
  /** The hub serves another page than this one. */
  outdated(): void;
  board(): string | null;
  resumePoint(): ResumePoint | null;
}

export class Connection {
  line: Line = "connecting";
  refusal: string | null = null;
  private socket: WebSocket | null = null;
  private attempt = 0; // counts openings: an answer to an earlier one is no longer wanted
  private attempts = 0;
  private retry = 0;
  private silence = 0;

  constructor(
    private readonly token: string,
    private readonly build: string,
    private readonly listener: Listener,
  ) {}

  open(): void {
    this.stop();
    const attempt = (this.attempt += 1);
    void ticket(this.token).then(
      (found) => attempt === this.attempt && this.enter(found),
      () => attempt === this.attempt && this.lost(),
    );
  }

  /** At once instead of after the pause: the network is back, or the screen woke up. */
  hurry(): void {
    if (this.line !== "live") this.open();
  }

  turnTo(board: string): void {
    this.say({ type: "board", board });
  }

  report(report: Report): void {
    this.say({ type: "painted", ...report });
  }

  close(): void {
    this.attempt += 1;
    this.stop();
  }

  private enter(found: string | null): void {
    if (found === null) {
      this.close();
      this.listener.unpaired();
      return;
    }
    const socket = new WebSocket(socketAddress("/ws"));
    this.socket = socket;
    this.listenForSilence();
    const { listener } = this;
    socket.onopen = () => socket.send(hello(found, this.build, listener.board(), listener.resumePoint()));
    socket.onmessage = (event: MessageEvent<string>) => this.take(JSON.parse(event.data) as Frame);
    socket.onclose = () => this.lost();
  }

  private say(frame: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private take(frame: Frame): void {
    this.listenForSilence();
    if (frame.type === "goodbye") {
      this.refusal = QUIET.has(frame.reason) ? null : frame.reason;
      if (frame.reason === "revoked") {
        this.close();
        this.listener.unpaired();
        return;
      }
      if (frame.reason === "reload") this.listener.outdated();
    } else if (frame.type !== "heartbeat" || this.listener.resumePoint() !== null) this.setLine("live");
    this.listener.frame(frame);
  }

  private lost(): void {
    this.stop();
    this.setLine(this.line === "connecting" ? "connecting" : "cut");
    const pause = BACKOFF_MS[Math.min(this.attempts, BACKOFF_MS.length - 1)] ?? 5000;
    this.attempts += 1;
    this.retry = window.setTimeout(() => this.open(), pause * (0.75 + Math.random() / 2));
  }

  private stop(): void {
    window.clearTimeout(this.retry);
    window.clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private listenForSilence(): void {
    window.clearTimeout(this.silence);
    this.silence = window.setTimeout(() => this.lost(), SILENCE_MS);
  }

  private setLine(line: Line): void {
    if (line === "live") {
      this.attempts = 0;
      this.refusal = null;
    }
    if (line === this.line) return;
    this.line = line;
    this.listener.lineChanged();
  }
}

// Reasons that mend themselves.
const QUIET = new Set(["hub_stopping", "ticket_refused", "reload", "not_now"]);

export function socketAddress(path: string): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}

/** A ticket; null where the hub does not know the token. Throws where it cannot say now. */
async function ticket(token: string): Promise<string | null> {
  const answer = await fetch("/ticket", {
    headers: { Authorization: `Bearer ${token}` },
    cache: "no-store",
    signal: AbortSignal.timeout(TICKET_MS),
  });
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  return ((await answer.json()) as { ticket: string }).ticket;
}
