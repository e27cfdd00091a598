/** A large value with its unit, its age or period, its state, and where it was measured. */

import { aqiClass } from "./aqi";
import { element, figuresWidth, rem, setData, setFigures, setText, SMALL_REM } from "./dom";
import { age, number, period } from "./format";
import { icon, setIcon } from "./icons";
import { judge, type Judged } from "./judge";
import { fitting } from "./place";
import type { Value, ValuePanel } from "./protocol";
import { said, unitWord, words } from "./words";

const VALUE_REM = 8.6;
const STATUS_REM = 21; // "59 phút trước"
const VALUE_LEAST_REM = 6.2; // 46 px of capital height at 1080 lines

export class Tile {
  private readonly root: HTMLElement;
  private readonly value: HTMLElement;
  private readonly stateIcon: SVGSVGElement;
  private readonly stateWord: HTMLElement;
  private readonly age: HTMLElement;
  private readonly chip: HTMLElement;
  private readonly place: HTMLElement;

  constructor(private readonly panel: ValuePanel, parent: Element) {
    this.root = element("section", "tile", parent);
    this.root.dataset.panel = panel.id;
    const title = element("h2", "tile-title", this.root);
    element("span", "tile-name", title).textContent = said(panel.title);
    element("span", "tile-unit", title).textContent = unitWord(said(panel.unit));
    const middle = element("div", "tile-middle", this.root);
    this.value = element("div", "tile-value", middle);
    const status = element("div", "tile-status", middle);
    const state = element("div", "tile-state", status);
    this.stateIcon = icon("none", state);
    this.stateWord = element("span", "", state);
    this.age = element("div", "tile-age", status);
    const foot = element("div", "tile-foot", this.root);
    this.chip = element("span", "chip", foot);
    this.place = element("span", "tile-place", foot);
  }

  show(values: ReadonlyMap<string, Value>, nowMs: number): void {
    const judged = judge(this.panel, values, nowMs);
    const shown = judged.stale ? "stale" : judged.v === null ? "none" : judged.state;
    setData(this.root, {
      key: judged.key ?? "",
      state: judged.state,
      stale: String(judged.stale),
      value: judged.v === null ? "" : String(judged.v),
      attention: String(this.needsAttention(judged)),
    });
    this.showValue(number(judged.v, this.panel.decimals));
    this.stateIcon.style.visibility = shown === "none" ? "hidden" : "visible";
    setIcon(this.stateIcon, shown);
    setText(this.stateWord, this.stateText(judged, shown));
    setText(this.age, this.ageText(judged, nowMs));
    this.showFoot(judged);
  }

  /** As large as there is room for beside the state and the age. */
  private showValue(text: string): void {
    setFigures(this.value, text);
    const unit = rem();
    const room = this.root.clientWidth - (STATUS_REM + 5) * unit;
    const size = Math.min(VALUE_REM, (VALUE_REM * room) / figuresWidth(text, VALUE_REM * unit, 700));
    const wanted = `${Math.max(VALUE_LEAST_REM, size).toFixed(2)}rem`;
    if (this.value.style.fontSize !== wanted) this.value.style.fontSize = wanted;
  }

  private stateText(judged: Judged, shown: string): string {
    if (shown === "none") return "";
    return shown === "stale" ? words.stale : words[judged.state];
  }

  /** Stale values and live ones count their age; a period says which one it is. */
  private ageText(judged: Judged, nowMs: number): string {
    if (judged.asOfMs === 0) return "";
    if (judged.stale || this.panel.period_s === undefined) return age(nowMs - judged.asOfMs);
    return period(judged.atMs, this.panel.period_s * 1000);
  }

  private showFoot(judged: Judged): void {
    const isIndex = this.panel.scale === "vn_aqi" && judged.v !== null;
    this.chip.hidden = !isIndex || judged.stale;
    if (isIndex && judged.v !== null) {
      const found = aqiClass(judged.v);
      setText(this.chip, found.word);
      this.chip.style.background = found.colour;
      this.chip.style.color = found.ink;
    }
    this.place.style.fontSize = this.place.style.letterSpacing = "";
    setText(this.place, this.placeText(judged));
  }

  private placeText(judged: Judged): string {
    if (judged.v === null) return judged.state === "none" ? words.none : words.notEnough;
    if (this.needsAttention(judged)) return words.below(`${number(this.panel.attention_below ?? 0, 0)} ${said(this.panel.unit)}`);
    if (this.panel.pick === "sum") return words.stations(judged.used, judged.expected);
    const size = SMALL_REM * rem();
    const gone = this.chip.hidden ? 0 : this.chip.getBoundingClientRect().width + rem();
    const room = this.root.clientWidth - 3 * rem() - gone;
    const { text, spacingEm, shrunk } = fitting(this.panel.places[judged.key ?? ""], room, size);
    if (spacingEm < 0) this.place.style.letterSpacing = `${spacingEm.toFixed(3)}em`;
    if (shrunk < 1) this.place.style.fontSize = `${(SMALL_REM * shrunk).toFixed(2)}rem`;
    return text;
  }

  private needsAttention(judged: Judged): boolean {
    const limit = this.panel.attention_below;
    return limit !== undefined && judged.v !== null && judged.v < limit;
  }
}
