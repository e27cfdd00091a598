/** The line to the hub: comes back by itself, resumes where it was, and knows since when it is cut. */

import { hello, type Frame, type ResumePoint } from "./protocol";

const SILENCE_MS = 6000; // three heartbeats
const BACKOFF_MS = [300, 700, 1500, 3000, 5000];

export type Line = "connecting" | "live" | "cut";

export interface Listener {
  frame(frame: Frame): void;
  lineChanged(): void;
  resumePoint(): ResumePoint | null;
}

export class Connection {
  line: Line = "connecting";
  refusal: string | null = null;
  private socket: WebSocket | null = null;
  private attempts = 0;
  private retry = 0;
  private silence = 0;

  constructor(
    private readonly address: string,
    private readonly board: string,
    private readonly listener: Listener,
  ) {}

  open(): void {
    this.stop();
    const socket = new WebSocket(this.address);
    this.socket = socket;
    this.listenForSilence();
    socket.onopen = () => socket.send(hello(this.board, this.listener.resumePoint()));
    socket.onmessage = (event: MessageEvent<string>) => this.take(JSON.parse(event.data) as Frame);
    socket.onclose = () => this.lost();
  }

  /** At once instead of after the pause: the network is back, or the screen woke up. */
  hurry(): void {
    if (this.line !== "live") this.open();
  }

  private take(frame: Frame): void {
    this.listenForSilence();
    if (frame.type === "goodbye") this.refusal = frame.reason === "hub_stopping" ? null : frame.reason;
    else if (frame.type !== "heartbeat" || this.listener.resumePoint() !== null) this.setLine("live");
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
