/** The last hours as lines: gaps stay gaps, every line carries its own name. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { element, font, rem, setText, SMALL_REM, textWidth } from "./dom";
import { number, time } from "./format";
import { bare } from "./place";
import type { Line, LinesPanel, Place } from "./protocol";
import { said, unitWord, words } from "./words";

// Told apart by lightness, dash and name as much as by hue: safe for colour-blind eyes.
const STROKES = ["#8ec5e8", "#e3c28a", "#9fd3b4", "#d8a9c6", "#c9ced3"];
const DASHES = [[], [14, 7], [3, 6], [18, 6, 3, 6], [8, 4]];
const INK = "#c3c8cc";
const GRID = "#4a4f54";
const HOUR_S = 3600;
const ZONE_S = 7 * HOUR_S;
const REDRAW_MS = 10_000; // the window moves on by itself

export class Lines {
  private readonly body: HTMLElement;
  private readonly names: HTMLElement[];
  private readonly empty: HTMLElement;
  private plot: uPlot | null = null;
  private drawn = 0;
  private source: ReadonlyMap<string, Line> | null = null;
  private readonly resized = new ResizeObserver(() => this.rebuild());

  constructor(private readonly panel: LinesPanel, parent: Element) {
    const root = element("section", "panel lines", parent);
    root.dataset.panel = panel.id;
    const title = element("h2", "panel-title", root);
    element("span", "", title).textContent = said(panel.title);
    element("span", "tile-unit", title).textContent = unitWord(said(panel.unit));
    this.body = element("div", "lines-body", root);
    this.empty = element("div", "panel-empty", this.body);
    this.names = panel.series.map((series, i) => this.nameTag(series, i));
    this.resized.observe(this.body);
  }

  /** uPlot listens to the window: without this a wall would grow with every board it has shown. */
  destroy(): void {
    this.resized.disconnect();
    this.plot?.destroy();
  }

  show(lines: ReadonlyMap<string, Line>, nowMs: number, changed: boolean): void {
    this.source = lines;
    if (!changed && nowMs - this.drawn < REDRAW_MS && this.plot) return;
    this.drawn = nowMs;
    const any = this.panel.series.some((series) => (lines.get(series.key)?.at_ms.length ?? 0) > 0);
    setText(this.empty, any ? "" : words.noData);
    if (!this.plot) this.build();
    const data = this.data(lines, nowMs);
    this.plot?.setData(data, false);
    this.plot?.setScale("x", { min: nowMs / 1000 - this.panel.hours * HOUR_S, max: nowMs / 1000 });
  }

  /** A column per series on one regular grid; a bucket without a mean is null, which is drawn as a gap. */
  private data(lines: ReadonlyMap<string, Line>, nowMs: number): uPlot.AlignedData {
    const step = this.panel.bucket_ms;
    const last = Math.floor(nowMs / step);
    const count = Math.ceil((this.panel.hours * HOUR_S * 1000) / step) + 1;
    const first = last - count + 1;
    const columns = this.panel.series.map((series) => {
      const column = new Array<number | null>(count).fill(null);
      const line = lines.get(series.key);
      line?.at_ms.forEach((at, i) => {
        const slot = Math.floor(at / step) - first;
        if (slot >= 0 && slot < count) column[slot] = line.value[i] ?? null;
      });
      return column;
    });
    const grid = Array.from({ length: count }, (_, i) => ((first + i + 0.5) * step) / 1000);
    return [grid, ...columns] as uPlot.AlignedData;
  }

  private rebuild(): void {
    this.plot?.destroy();
    this.plot = null;
    if (this.source && this.drawn) this.show(this.source, this.drawn, true);
  }

  private build(): void {
    const { clientWidth: width, clientHeight: height } = this.body;
    if (width === 0 || height === 0) return;
    const unit = rem();
    const text = SMALL_REM * unit;
    const room = Math.max(0, ...this.panel.series.map((s) => textWidth(shortName(s), text, 600))) + 2 * unit;
    const axis = { stroke: INK, font: font(text), grid: { stroke: GRID, width: 1 }, ticks: { show: false } };
    this.plot = new uPlot(
      {
        width,
        height,
        padding: [text * 0.6, room, 0, 0],
        cursor: { show: false },
        legend: { show: false },
        hooks: { draw: [(plot) => this.placeNames(plot)] },
        scales: { x: { time: false }, y: { range: (_, _min, max) => [0, niceTop(max)] } },
        axes: [
          { ...axis, size: text * 1.5, gap: unit * 0.6, splits: sixHours, values: (_, at) => at.map((s) => time(s * 1000)) },
          { ...axis, size: text * 2.2, gap: unit, space: text * 2, values: (_, at) => at.map((v) => number(v, 0)) },
        ],
        series: [
          {},
          ...this.panel.series.map((series, i) => ({
            label: said(series),
            stroke: STROKES[i % STROKES.length] ?? INK,
            width: 0.4 * unit,
            dash: (DASHES[i % DASHES.length] ?? []).map((d) => (d * unit) / 10),
            points: { show: false },
            spanGaps: false,
          })),
        ],
      },
      [[], ...this.panel.series.map(() => [])] as uPlot.AlignedData,
      this.body,
    );
  }

  private nameTag(series: Place, i: number): HTMLElement {
    const tag = element("div", "line-name", this.body);
    tag.textContent = shortName(series);
    tag.style.color = STROKES[i % STROKES.length] ?? INK;
    return tag;
  }

  /** Names stand at the end of their lines, pushed apart where lines meet. */
  private placeNames(plot: uPlot): void {
    const ratio = window.devicePixelRatio || 1;
    const height = SMALL_REM * rem() * 1.12;
    const [top, bottom] = [plot.bbox.top / ratio, (plot.bbox.top + plot.bbox.height) / ratio];
    const left = (plot.bbox.left + plot.bbox.width) / ratio + rem();
    const wanted = this.names.map((tag, i) => {
      const column = (plot.data[i + 1] ?? []) as (number | null)[];
      const end = column.findLast((v) => v !== null) ?? null;
      tag.hidden = end === null;
      return { tag, y: end === null ? -1 : plot.valToPos(end, "y") + top - height / 2 };
    });
    const shown = wanted.filter(({ y }) => y >= 0).sort((a, b) => a.y - b.y);
    let floor = bottom - height * shown.length;
    let at = 0;
    for (const item of shown) {
      at = Math.min(Math.max(item.y, at), Math.max(0, floor));
      item.tag.style.transform = `translate(${left}px, ${at}px)`;
      at += height;
      floor += height;
    }
  }
}

function shortName(series: Place): string {
  return bare(series.area_vi ?? said(series));
}

function sixHours(_plot: uPlot, _axis: number, min: number, max: number): number[] {
  const step = 6 * HOUR_S;
  const first = Math.ceil((min + ZONE_S) / step) * step - ZONE_S;
  const splits: number[] = [];
  for (let at = first; at <= max; at += step) splits.push(at);
  return splits;
}

/** A round number at or above the largest value, so that the scale does not tremble. */
function niceTop(max: number | null): number {
  const wanted = Math.max(10, (max ?? 0) * 1.05);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const found = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((m) => m * power >= wanted) ?? 10;
  return found * power;
}
