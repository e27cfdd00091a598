/** The wall: one board, shown anew whenever something changed, and once a second because time passes. */

import "./fonts.css";
import "./style.css";
import { ServerClock } from "./clock";
import { Connection } from "./connection";
import { element } from "./dom";
import { Header } from "./header";
import { isStale } from "./judge";
import { Lines } from "./lines";
import { MapView } from "./map";
import type { Board, Frame } from "./protocol";
import { WallState } from "./state";
import { Tile } from "./tile";
import { language } from "./words";

const root = document.getElementById("wall")!;
const header = new Header(root);
const grid = element("main", "board", root);
const clock = new ServerClock();
const state = new WallState();
let tiles: Tile[] = [];
let lines: Lines[] = [];
let maps: MapView[] = [];
let linesChanged = true;
let lineSinceMs: number | null = null;
let heardMs: number | null = null; // the last frame, by the server's clock
let pending = false;
let built = ""; // the board on the glass, as text: the same one again is left standing

const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
const wanted = new URLSearchParams(location.search).get("board") ?? "tong-quan";
const connection = new Connection(address, wanted, {
  frame: take,
  lineChanged: () => {
    lineSinceMs = connection.line === "cut" ? heardMs : clock.now();
    document.documentElement.dataset.line = connection.line;
    soon();
  },
  resumePoint: () => state.resume,
});

function take(frame: Frame): void {
  if (frame.type === "heartbeat") clock.hear(frame.server_time_ms);
  if (frame.type === "snapshot") {
    state.takeSnapshot(frame);
    if (JSON.stringify(frame.board) !== built) build(frame.board);
  } else if (frame.type === "delta") state.takeDelta(frame);
  linesChanged ||= frame.type === "snapshot" || (frame.type === "delta" && frame.lines !== undefined);
  heardMs = clock.now();
  soon();
}

function build(board: Board): void {
  built = JSON.stringify(board);
  for (const panel of [...lines, ...maps]) panel.destroy();
  grid.replaceChildren();
  grid.dataset.board = board.board;
  const values = element("div", "tiles", grid);
  const side = element("div", "side", grid);
  [tiles, lines, maps] = [[], [], []];
  for (const panel of board.panels) {
    if (panel.panel === "value") tiles.push(new Tile(panel, values));
    else if (panel.panel === "lines") lines.push(new Lines(panel, side));
    else maps.push(new MapView(panel, board.map_version, side));
  }
  header.showBoard(board);
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
  const marks = state.board?.panels.flatMap((panel) => (panel.panel === "map" ? panel.marks : [])) ?? [];
  const fresh = marks.filter(({ key }) => {
    const value = state.values.get(key);
    return value !== undefined && nowMs !== null && !isStale(value, nowMs);
  });
  const { line, refusal } = connection;
  header.show({ line, lineSinceMs, refusal, missing: state.missing, fresh: fresh.length, stations: marks.length }, nowMs);
  if (nowMs === null) return;
  for (const tile of tiles) tile.show(state.values, nowMs);
  for (const map of maps) map.show(state.values, nowMs);
  for (const panel of lines) panel.show(state.lines, nowMs, linesChanged);
  linesChanged = false;
}

function tick(): void {
  soon();
  window.setTimeout(tick, 1000 - ((clock.now() ?? 0) % 1000));
}

document.documentElement.lang = language;
window.addEventListener("online", () => connection.hurry());
document.addEventListener("visibilitychange", () => connection.hurry());
connection.open();
tick();
// Canvas text measured before the fonts are there would be measured in another font.
void Promise.all([500, 700].map((weight) => document.fonts.load(`${weight} 20px "Be Vietnam Pro"`, "Aếđ0"))).then(() => {
  if (state.board) build(state.board);
  linesChanged = true;
  soon();
});
