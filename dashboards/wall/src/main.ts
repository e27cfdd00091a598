/** The wall: one board, shown anew whenever something changed, and once a second because time passes. */

import "./fonts.css";
import "./style.css";
import "./shell.css";
import { BoardView } from "./board_view";
import { ServerClock } from "./clock";
import { Connection } from "./connection";
import { element, setText } from "./dom";
import { Header } from "./header";
import { careForGlass } from "./night";
import type { Frame, Show } from "./protocol";
import { reportEvery, reportOf } from "./report";
import { reporting } from "./reporting";
import { Rotation } from "./rotation";
import { build, forget, reload, speak, wallToken } from "./shell";
import { WallState } from "./state";
import { language, said } from "./words";

const root = document.getElementById("wall")!;
const header = new Header(root);
const view = new BoardView(root);
const clock = new ServerClock();
const state = new WallState();
let lineSinceMs: number | null = null;
let heardMs: number | null = null; // the last frame, by the server's clock
let pending = false;

let connection: Connection | null = null;
let paintedMs = 0; // server time of what is on the glass
const rotation = new Rotation();
const incident = element("div", "incident", root);
incident.hidden = true;
incident.setAttribute("role", "alert");

async function begin(): Promise<void> {
  connection = new Connection(await wallToken(document.body), build, {
    frame: take,
    lineChanged: () => {
      lineSinceMs = connection?.line === "cut" ? heardMs : clock.now();
      document.documentElement.dataset.line = connection?.line;
      soon();
    },
    unpaired: forget,
    outdated: reload,
    board: () => state.board?.board ?? null,
    resumePoint: () => state.resume,
  });
  connection.open();
  reportEvery((fps) => state.board && connection?.report(reportOf(state.resume?.position ?? 0, paintedMs, fps, state.board.board)));
}

/** What the hub wants on this wall. */
function obey(wanted: Show): void {
  speak(wanted);
  rotation.take(wanted, state.board?.board ?? "", performance.now());
  header.mark(wanted.simulated === true);
  incident.hidden = wanted.incident === null;
  setText(incident, wanted.incident ? said(wanted.incident) : "");
  document.documentElement.dataset.mode = wanted.mode;
}

function take(frame: Frame): void {
  if (frame.type === "heartbeat") clock.hear(frame.server_time_ms);
  if (frame.type === "show") obey(frame);
  if (frame.type === "snapshot") {
    state.takeSnapshot(frame);
    view.build(frame.board);
    header.showBoard(frame.board);
  } else if (frame.type === "delta") state.takeDelta(frame);
  heardMs = clock.now();
  soon();
}

/** At most once a frame, however many deltas come. */
function soon(): void {
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => {
    pending = false;
    show();
  });
}

function show(): void {
  const nowMs = clock.now();
  const { line, refusal } = connection ?? { line: "connecting" as const, refusal: null };
  const stations = nowMs === null ? { fresh: 0, stations: 0 } : reporting(state, nowMs);
  header.show({ line, lineSinceMs, refusal, missing: state.missing, ...stations }, nowMs);
  if (nowMs === null) return;
  view.show(state, nowMs);
  careForGlass(root, state, nowMs);
  paintedMs = nowMs;
}

function tick(): void {
  soon();
  const next = rotation.due(performance.now(), state.hasSevere());
  if (next !== null) connection?.turnTo(next);
  window.setTimeout(tick, 1000 - ((clock.now() ?? 0) % 1000));
}

document.documentElement.lang = language;
window.addEventListener("online", () => connection?.hurry());
document.addEventListener("visibilitychange", () => connection?.hurry());
void begin();
tick();
