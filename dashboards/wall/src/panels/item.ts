/** One figure: large, with its state and what it speaks of beside it, and what is to be known of it below. */

import { element, figuresWidth, rem, setData, setFigures } from "../dom";
import { fit, NARROWER, smallWidth } from "../fit";
import { age, number } from "../format";
import { icon, setIcon } from "../icons";
import { judge, type Judged } from "../judge";
import { spanWords } from "../periods";
import type { Item, Value } from "../protocol";
import { said, unitWord, words } from "../words";
import { attention, Foot, footParts, lacking } from "./foot";

const LEAST_REM = 6.2; // 46 px of capital height at 1080 lines
const MOST_REM = 13;
const USUAL_REM = 8.6;
const WORD_REM = 6.8;
const LINE_REM = 3.9;
const GAP_REM = 1.6;
const ICON_REM = 3.4;

/** Room that a figure has: how large it may be in rem, and what then stays free in CSS pixels. */
interface Fitting {
  size: number;
  free: (size: number) => number; // below it
  gap: (size: number) => number; // between it and its state
}

export type Shown = Fitting & { judged: Judged };

export class ItemView {
  readonly root: HTMLElement;
  private readonly main: HTMLElement;
  private readonly figure: HTMLElement;
  private readonly first: HTMLElement;
  private readonly second: HTMLElement;
  private readonly stateIcon: SVGSVGElement;
  private readonly foot: Foot;
  private readonly footRoot: HTMLElement;
  private width = 0;
  private height = 0;

  constructor(
    private readonly item: Item,
    parent: Element,
    private readonly alone: boolean,
  ) {
    this.root = element("div", "item", parent);
    this.main = element("div", "item-main", this.root);
    this.figure = element("div", "tile-value", this.main);
    const aside = element("div", "tile-status", this.main);
    const [top, bottom] = [element("div", "tile-state", aside), element("div", "tile-age", aside)];
    this.stateIcon = icon("none", alone ? top : bottom);
    this.first = element("span", "fit", top);
    this.second = element("span", "fit", bottom);
    this.footRoot = element("div", "item-foot", this.root);
    this.foot = new Foot(this.footRoot);
  }

  resize(width: number, height: number): void {
    [this.width, this.height] = [width, height];
  }

  show(values: ReadonlyMap<string, Value>, nowMs: number, footLinesMost: number): Shown {
    const judged = judge(this.item, values, nowMs);
    const shown = judged.stale ? "stale" : judged.v === null && !judged.value?.low ? "none" : judged.state;
    setData(this.root, {
      key: judged.key ?? "",
      state: judged.state,
      stale: String(judged.stale),
      value: judged.v === null ? "" : String(judged.v),
      attention: String(attention(this.item, judged.v) !== null),
    });
    const unit = rem();
    const stacked = this.mustStack(judged, shown, nowMs);
    const mainRem = stacked ? LEAST_REM + this.linesBelow() * LINE_REM : this.alone ? 2 * LINE_REM : LEAST_REM * 1.06;
    const lines = Math.min(footLinesMost, Math.max(0, Math.floor((this.height / unit - mainRem) / LINE_REM)));
    // Beside another figure the place of its state says already what is lacking.
    const parts = !this.alone && shown === "none" ? [] : footParts(this.item, judged);
    const footLines = this.foot.show(lines === 0 ? [] : parts, lines, this.width);
    return { judged, ...this.showMain(judged, shown, nowMs, stacked, this.height / unit - footLines * LINE_REM) };
  }

  /** The state goes below the figure where it is too wide to stand beside it, and there is height for that. */
  private mustStack(judged: Judged, shown: string, nowMs: number): boolean {
    const unit = rem();
    const beside = this.width - figuresWidth(this.figureText(judged), LEAST_REM * unit, 700) - GAP_REM * unit;
    const narrow = this.showAside(judged, shown, nowMs, beside) * NARROWER > beside;
    return narrow && this.height / unit >= LEAST_REM + this.linesBelow() * LINE_REM;
  }

  private linesBelow(): number {
    return this.alone ? 1 : 2;
  }

  /** How large the figure may be beside its state; never below the limit. */
  private showMain(judged: Judged, shown: string, nowMs: number, stacked: boolean, heightRem: number): Fitting {
    const unit = rem();
    const text = this.figureText(judged);
    const least = figuresWidth(text, LEAST_REM * unit, 700);
    const beside = this.width - least - GAP_REM * unit;
    setData(this.root, { stacked: String(stacked) });
    const wanted = stacked ? this.showAside(judged, shown, nowMs, this.width, true) : this.showAside(judged, shown, nowMs, beside);
    const room = stacked ? this.width : this.width - Math.min(wanted, beside) - GAP_REM * unit;
    const widest = (LEAST_REM * room) / Math.max(1, least);
    const tallest = stacked ? heightRem - this.linesBelow() * LINE_REM : Math.max(USUAL_REM, heightRem * 0.62);
    const most = Math.min(isWord(text) ? WORD_REM : MOST_REM, tallest, heightRem);
    setFigures(this.figure, text);
    return {
      size: Math.max(LEAST_REM, Math.min(most, widest)),
      free: stacked ? () => 0 : (size) => (heightRem - Math.max(size, 2 * LINE_REM)) * unit,
      gap: stacked ? () => 0 : (size) => this.width - least * (size / LEAST_REM) - wanted,
    };
  }

  /** Sets the figure in the size that all figures of the tile have. */
  set(size: number): void {
    const set = `${size.toFixed(2)}rem`;
    if (this.figure.style.fontSize !== set) this.figure.style.fontSize = set;
  }

  private figureText({ v, value }: Judged): string {
    if (value?.hidden) return words.hidden;
    if (v === null && value?.low !== undefined && value.high !== undefined) {
      return `${number(value.low, this.item.decimals)}–${number(value.high, this.item.decimals)}`;
    }
    return number(v, this.item.decimals);
  }

  /** Puts the trend below the figure, or between it and its state. */
  place(trend: Element, below: boolean): void {
    const [parent, before] = below ? [this.root, this.footRoot] : [this.main, this.figure.nextSibling];
    if (trend.parentElement !== parent) parent.insertBefore(trend, before);
  }

  /** Two lines beside the figure, or one below it; the width they would like to have. */
  private showAside(judged: Judged, shown: string, nowMs: number, room: number, below = false): number {
    setIcon(this.stateIcon, shown);
    this.stateIcon.style.display = shown === "none" ? "none" : "";
    const iconRoom = shown === "none" ? 0 : ICON_REM * rem();
    const state = shown === "none" ? "" : shown === "stale" ? words.stale : (words.states[shown] ?? "");
    const spans = this.spans(judged, nowMs);
    const [top, bottom] = this.alone
      ? below
        ? [[...spans.map((span) => [state, span].filter(Boolean).join(", ")), ...(shown === "stale" ? [state] : spans)], [""]]
        : [[state], spans]
      : [this.names(), shown === "none" ? [lacking(judged)] : state ? [...spans.map((span) => `${state}, ${span}`), shown === "stale" ? state : (spans.at(-1) ?? "")] : [""]];
    const [topRoom, bottomRoom] = this.alone ? [room - iconRoom, room] : [room, room - iconRoom];
    const weight = shown === "stale" ? 700 : 500;
    const how = { weight, figures: true };
    fit(this.first, top, topRoom, this.alone ? how : { weight: 500 });
    fit(this.second, bottom, bottomRoom, how);
    const wide = (texts: string[], space: number): number =>
      smallWidth(texts.find((text) => smallWidth(text, how) <= space) ?? texts.at(-1) ?? "", how);
    const [topWidth, bottomWidth] = [wide(top, topRoom), wide(bottom, bottomRoom)];
    return this.alone ? Math.max(topWidth + iconRoom, bottomWidth) : Math.max(topWidth, bottomWidth + iconRoom);
  }

  private names(): string[] {
    const unit = unitWord(said(this.item.unit));
    if (!this.item.title) return [unit];
    const name = said(this.item.title);
    return unit ? [`${name} (${unit})`, name] : [name];
  }

  /** Stale readings count their age, figures say which period they are of. */
  private spans({ value, stale, asOfMs, state }: Judged, nowMs: number): string[] {
    if (asOfMs === 0 || state === "none") return [""];
    if (!value || (stale && !value.period)) return [age(nowMs - asOfMs)];
    return spanWords(value, nowMs, this.item.period_s === undefined ? undefined : this.item.period_s * 1000);
  }
}

/** Words have marks above and below their letters: set as large as figures they would not fit the line. */
function isWord(text: string): boolean {
  return /\p{L}/u.test(text);
}
