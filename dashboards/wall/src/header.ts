/** Name, clock and line at the top; below it the strip that says what is missing or cut. */

import type { Line } from "./connection";
import { element, rem, setData, setFigures, setText, SMALL_REM, textWidth } from "./dom";
import { date, since, time } from "./format";
import { icon, setIcon } from "./icons";
import type { Board } from "./protocol";
import { said, words } from "./words";

export interface Health {
  line: Line;
  lineSinceMs: number | null; // since when it is as it is, by the server's clock
  refusal: string | null;
  missing: ReadonlyMap<string, number>;
  fresh: number; // stations within their promised age
  stations: number;
}

export class Header {
  private readonly root: HTMLElement;
  private readonly province: HTMLElement;
  private readonly line: HTMLElement;
  private readonly lineIcon: SVGSVGElement;
  private readonly date: HTMLElement;
  private readonly clock: HTMLElement;
  private readonly strip: HTMLElement;

  constructor(parent: Element) {
    this.root = element("header", "header", parent);
    const name = element("h1", "brand", this.root);
    const mark = element("img", "brand-mark", name);
    mark.src = "/icon.svg";
    mark.alt = "";
    element("span", "brand-name", name).textContent = "Hải Đăng";
    this.province = element("span", "province", name);
    const line = element("div", "line", this.root);
    this.lineIcon = icon("none", line);
    this.line = element("span", "", line);
    this.date = element("div", "date", this.root);
    this.clock = element("div", "clock", this.root);
    this.strip = element("div", "strip", parent);
    this.strip.setAttribute("role", "status");
  }

  showBoard(board: Board): void {
    setText(this.province, said(board.province));
    document.title = `${said(board.title)} – Hải Đăng`;
  }

  show(health: Health, nowMs: number | null): void {
    setData(this.root, { line: health.line });
    setIcon(this.lineIcon, health.line === "live" ? "live" : "stale");
    setText(this.line, lineText(health, nowMs));
    setFigures(this.clock, nowMs === null ? "--:--:--" : time(nowMs, true));
    setText(this.date, nowMs === null ? "" : date(nowMs));
    const [mood, text] = stripText(health, nowMs, this.strip.clientWidth - 4 * rem());
    setData(this.strip, { mood });
    setText(this.strip, text);
  }
}

function lineText(health: Health, nowMs: number | null): string {
  if (health.line === "connecting") return words.connecting;
  if (health.line === "cut") return words.cut;
  if (health.lineSinceMs === null || nowMs === null) return "";
  return words.connected(since(health.lineSinceMs, nowMs).slice(0, 5));
}

const FEW = 0.9; // a share of stations below this is worth the eye of whoever is on duty

function stripText(health: Health, nowMs: number | null, roomPx: number): [string, string] {
  if (health.line !== "live" && health.refusal !== null) return ["cut", words.refused(words.refusals[health.refusal] ?? health.refusal)];
  if (health.line === "cut" && health.lineSinceMs !== null && nowMs !== null) {
    return ["cut", words.cutBand(since(health.lineSinceMs, nowMs))];
  }
  if (health.line !== "live" || nowMs === null) return ["cut", words.neverBand];
  const { fresh, stations } = health;
  const few = fresh < FEW * stations ? words.fewReporting(fresh, stations) : "";
  if (health.missing.size > 0) return ["missing", missingText(health.missing, nowMs, few, roomPx)];
  return few ? ["missing", few] : ["well", `${words.allWell} · ${words.reporting(fresh, stations)}`];
}

/** Everything with its time where there is room; then without times; then the first ones and a count; then a count. */
function missingText(missing: ReadonlyMap<string, number>, nowMs: number, few: string, roomPx: number): string {
  const names = [...missing.keys()].map(peerName);
  const times = [...missing.values()].map((at) => (at ? ` (${words.since(since(at, nowMs).slice(0, 5))})` : ""));
  const said = (parts: string[]): string => `${words.missing}: ${[...parts, few].filter(Boolean).join(" · ")}`;
  const attempts = [said(names.map((name, i) => name + times[i])), said(names)];
  for (let kept = names.length - 1; kept > 0; kept -= 1) {
    attempts.push(said([...names.slice(0, kept), words.more(names.length - kept)]));
  }
  attempts.push(said([words.parts(names.length)]));
  const fits = (text: string): boolean => textWidth(text, SMALL_REM * rem(), 700) <= roomPx;
  return attempts.find(fits) ?? attempts.at(-1) ?? "";
}

/** One of several has a number behind its name: "gateway-1" → "cổng thiết bị 1". */
function peerName(name: string): string {
  const kind = name.replace(/-\d+$/, "");
  return `${words.peers[kind] ?? kind}${name.slice(kind.length).replace("-", " ")}`;
}
