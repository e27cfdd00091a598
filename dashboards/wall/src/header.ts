/** Which board this is, the date and the clock; below it the strip that says what is missing or cut. */

import type { Line } from "./connection";
import { element, rem, setData, setFigures, setText, SMALL_REM } from "./dom";
import { fit } from "./fit";
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
  private readonly title: HTMLElement;
  private readonly province: HTMLElement;
  private readonly simulated: HTMLElement;
  private readonly date: HTMLElement;
  private readonly clock: HTMLElement;
  private readonly strip: HTMLElement;
  private readonly stripIcon: SVGSVGElement;
  private readonly stripText: HTMLElement;
  private name = "";

  constructor(parent: Element) {
    this.root = element("header", "header", parent);
    const mark = element("img", "brand-mark", this.root);
    mark.src = "/icon.svg";
    mark.alt = "Hải Đăng";
    this.title = element("h1", "board-title fit", this.root);
    this.simulated = element("div", "simulated", this.root);
    this.province = element("div", "province", this.root);
    this.date = element("div", "date", this.root);
    this.clock = element("div", "clock", this.root);
    this.strip = element("div", "strip", parent);
    this.strip.setAttribute("role", "status");
    this.stripIcon = icon("none", this.strip);
    this.stripText = element("span", "fit", this.strip);
  }

  showBoard(board: Board): void {
    this.name = said(board.title);
    setText(this.province, said(board.province));
    document.title = `${this.name} – Hải Đăng`;
  }

  /** Whether the figures of this real place are simulated: nobody shall take them for its own. */
  mark(simulated: boolean): void {
    setData(this.root, { simulated: String(simulated) });
    setText(this.simulated, words.simulated);
  }

  show(health: Health, nowMs: number | null): void {
    setData(this.root, { line: health.line });
    setFigures(this.clock, nowMs === null ? "--:--:--" : time(nowMs, true));
    setText(this.date, nowMs === null ? "" : date(nowMs));
    const em = parseFloat(getComputedStyle(this.title).fontSize) / (SMALL_REM * rem());
    fit(this.title, [this.name], this.titleRoom() / em, { weight: 700 });
    const room = this.strip.clientWidth - AROUND_REM * rem();
    const [mood, texts] = stripText(health, nowMs);
    setData(this.strip, { mood });
    setIcon(this.stripIcon, mood === "well" ? "live" : "stale");
    fit(this.stripText, texts, room, { weight: mood === "well" ? 500 : 700 });
  }

  private titleRoom(): number {
    return this.title.parentElement === null ? 0 : this.title.getBoundingClientRect().width;
  }
}

const AROUND_REM = 8; // padding and icon of the strip
const FEW = 0.9; // a share of stations below this is worth the eye of whoever is on duty

/** How the strip looks, and what it says: longest first. */
function stripText(health: Health, nowMs: number | null): [string, string[]] {
  if (health.line !== "live" && health.refusal !== null) {
    return ["cut", [words.refused(words.refusals[health.refusal] ?? health.refusal)]];
  }
  if (health.line === "cut" && health.lineSinceMs !== null && nowMs !== null) {
    const from = since(health.lineSinceMs, nowMs);
    return ["cut", [words.cutBand(from), words.cutBandShort(from)]];
  }
  if (health.line !== "live" || nowMs === null) return ["cut", [words.neverBand]];
  const { fresh, stations } = health;
  const few = fresh < FEW * stations ? words.fewReporting(fresh, stations) : "";
  if (health.missing.size > 0) return ["missing", missingTexts(health.missing, nowMs, few)];
  if (few) return ["missing", [few]];
  const from = health.lineSinceMs === null ? [] : [words.connected(since(health.lineSinceMs, nowMs).slice(0, 5))];
  const told = [words.allWell, ...(stations > 0 ? [words.reporting(fresh, stations)] : [])];
  return ["well", [[...from, ...told].join(" · "), told.join(" · ")]];
}

/** Everything with its time where there is room; then without times; then the first ones and a count; then a count. */
function missingTexts(missing: ReadonlyMap<string, number>, nowMs: number, few: string): string[] {
  const names = [...missing.keys()].map(peerName);
  const times = [...missing.values()].map((at) => (at ? ` (${words.since(since(at, nowMs).slice(0, 5))})` : ""));
  const told = (parts: string[]): string => `${words.missing}: ${[...parts, few].filter(Boolean).join(" · ")}`;
  const attempts = [told(names.map((name, i) => name + times[i])), told(names)];
  for (let kept = names.length - 1; kept > 0; kept -= 1) {
    attempts.push(told([...names.slice(0, kept), words.more(names.length - kept)]));
  }
  return [...attempts, told([words.parts(names.length)])];
}

/** One of several has a number behind its name: "gateway-1" → "cổng thiết bị 1". */
function peerName(name: string): string {
  const kind = name.replace(/-\d+$/, "");
  return `${words.peers[kind] ?? kind}${name.slice(kind.length).replace("-", " ")}`;
}
