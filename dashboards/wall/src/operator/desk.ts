/** The line to the desk: signs in, makes calls, and comes back by itself. Frames: docs/desk-protocol.md. */

const PROTOCOL = 1;
const SILENCE_MS = 16_000; // three heartbeats
const BACKOFF_MS = [300, 1000, 3000, 5000];

export interface Who {
  name: string;
  scopes?: string[];
}

/** A call that the API refused, in its own words. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    detail: string,
    readonly reason = "",
  ) {
    super(detail);
  }
}

interface Waiting {
  answer(message: unknown): void;
  end(): void;
  fail(refusal: Refusal): void;
}

export interface DeskListener {
  /** `may`: the methods that the token may call. */
  signedIn(who: Who, may: string[]): void;
  cut(): void;
  refused(reason: string): void;
}

export class Desk {
  private socket: WebSocket | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private attempts = 0;
  private retry = 0;
  private silence = 0;
  private offsetMs = 0; // server time less this machine's

  constructor(
    private readonly address: string,
    private readonly listener: DeskListener,
  ) {}

  /** Server time, ms. */
  now(): number {
    return Date.now() + this.offsetMs;
  }

  open(token: string): void {
    this.close();
    const socket = new WebSocket(this.address);
    this.socket = socket;
    this.listenForSilence(token);
    socket.onopen = () => socket.send(JSON.stringify({ type: "sign_in", protocol: PROTOCOL, token }));
    socket.onmessage = (event: MessageEvent<string>) => this.take(JSON.parse(event.data), token);
    socket.onclose = () => this.lost(token);
  }

  close(): void {
    window.clearTimeout(this.retry);
    window.clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    const left = [...this.waiting.values()];
    this.waiting.clear();
    for (const one of left) one.fail(new Refusal("UNAVAILABLE", ""));
  }

  /** The answer of a unary call. Throws Refusal. */
  async call<Answer>(method: string, request: object = {}): Promise<Answer> {
    let found: Answer | undefined;
    await this.each<Answer>(method, request, (message) => {
      found = message;
    });
    return found as Answer;
  }

  /** Hands over each message of an answer; resolves at its end. Throws Refusal. */
  each<Answer>(method: string, request: object, take: (message: Answer) => void, signal?: AbortSignal): Promise<void> {
    const { socket } = this;
    if (!socket || socket.readyState !== WebSocket.OPEN) return Promise.reject(new Refusal("UNAVAILABLE", ""));
    const id = (this.lastId += 1);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { answer: (message) => take(message as Answer), end: resolve, fail: reject });
      signal?.addEventListener("abort", () => {
        if (this.waiting.delete(id) && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "stop", id }));
        resolve();
      });
      socket.send(JSON.stringify({ type: "call", id, method, request }));
    });
  }

  private take(frame: any, token: string): void {
    this.listenForSilence(token);
    if ("server_time_ms" in frame) this.offsetMs = frame.server_time_ms - Date.now();
    switch (frame.type) {
      case "signed_in":
        this.attempts = 0;
        this.listener.signedIn(frame.who, frame.may);
        break;
      case "answer":
        this.waiting.get(frame.id)?.answer(frame.answer);
        break;
      case "end":
        this.settle(frame.id)?.end();
        break;
      case "error":
        this.settle(frame.id)?.fail(new Refusal(frame.code, frame.detail, frame.reason));
        break;
      case "goodbye":
        if (frame.reason === "token_refused") {
          this.close();
          this.listener.refused(frame.reason);
        }
    }
  }

  private settle(id: number): Waiting | undefined {
    const found = this.waiting.get(id);
    this.waiting.delete(id);
    return found;
  }

  private lost(token: string): void {
    this.close();
    this.listener.cut();
    const pause = BACKOFF_MS[Math.min(this.attempts, BACKOFF_MS.length - 1)] ?? 5000;
    this.attempts += 1;
    this.retry = window.setTimeout(() => this.open(token), pause * (0.75 + Math.random() / 2));
  }

  private listenForSilence(token: string): void {
    window.clearTimeout(this.silence);
    this.silence = window.setTimeout(() => this.lost(token), SILENCE_MS);
  }
}
