/** Lines over hours or periods: gaps stay gaps, every line and every limit carries its own name. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { element, font, rem, setText, SMALL_REM } from "../dom";
import { fitTwoLines, smallWidth } from "../fit";
import { number } from "../format";
import { slotsOf, type Slots } from "../slots";
import { bare } from "../place";
import type { Line, LinesPanel, Place } from "../protocol";
import { said, words } from "../words";
import { PanelView, type Sight } from "./panel";

// Told apart by lightness, dash and name as much as by hue: safe for colour-blind eyes.
const STROKES = ["#8ec5e8", "#e3c28a", "#9fd3b4", "#d8a9c6", "#c9ced3"];
const DASHES = [[], [14, 7], [3, 6], [18, 6, 3, 6], [8, 4]];
const INK = "#c3c8cc";
const GRID = "#4a4f54";
const LIMIT = "#f2b13c";
const LIMIT_DASH = [24, 6];
const REDRAW_MS = 10_000; // the window moves on by itself
const AXIS_REM = 9; // names of the other axis
const LABEL_REM = 11; // "18:00" with air around it
const SHORT_LABEL_REM = 8; // "Th10"
const CORNER_REM = 4;
const NAME = { weight: 700 };
const LOW_REM = 17; // lower than that the scale names its ends only
const NAMES_SHARE = 0.4; // of the width, at most

/** A name at the end of a line, or of a limit. */
interface Named {
  text: string;
  colour: string;
}

export class LinesView extends PanelView {
  private readonly empty: HTMLElement;
  private readonly tags: HTMLElement[];
  private readonly named: Named[];
  private plot: uPlot | null = null;
  private drawn = 0;

  constructor(
    private readonly panel: LinesPanel,
    parent: Element,
  ) {
    super(panel, parent, "lines", said(panel.unit));
    this.body.classList.add("lines-body");
    this.empty = element("div", "panel-empty", this.body);
    const limits = (panel.limits ?? []).map(({ title, value }) => ({
      text: `${said(title)} ${number(value, Number.isInteger(value) ? 0 : panel.decimals)}`,
      colour: LIMIT,
    }));
    this.named = [...panel.series.map((series, i) => ({ text: shortName(series), colour: stroke(i) })), ...limits];
    this.tags = this.named.map(({ colour }) => {
      const tag = element("div", "line-name fit", this.body);
      tag.style.color = colour;
      return tag;
    });
  }

  /** uPlot listens to the window: without this a wall would grow with every board it has shown. */
  override destroy(): void {
    this.plot?.destroy();
    this.plot = null;
  }

  override resize(): void {
    super.resize();
    this.destroy();
  }

  show({ state, nowMs, linesChanged }: Sight): void {
    if (!linesChanged && nowMs - this.drawn < REDRAW_MS && this.plot) return;
    this.drawn = nowMs;
    const lines = this.panel.series.map(({ key }) => state.lines.get(key));
    setText(this.empty, lines.some((line) => (line?.at_ms.length ?? 0) > 0) ? "" : words.noData);
    const slots = slotsOf(this.panel, lines, nowMs, this.labels());
    this.plot ??= this.build(slots);
    this.plot?.setData(this.data(lines, slots), false);
    this.plot?.setScale("x", { min: slots.from, max: slots.to });
  }

  /** A column per series on one regular grid; a slot without a value is null, which is drawn as a gap. */
  private data(lines: (Line | undefined)[], slots: Slots): uPlot.AlignedData {
    const columns = lines.map((line) => {
      const column = new Array<number | null>(slots.at.length).fill(null);
      line?.at_ms.forEach((at, i) => {
        const slot = slots.slot(at);
        if (slot >= 0 && slot < column.length) column[slot] = line.value[i] ?? null;
      });
      return column;
    });
    const limits = (this.panel.limits ?? []).map(({ value }) => slots.at.map(() => value));
    return [slots.at, ...columns, ...limits] as uPlot.AlignedData;
  }

  /** How many names there is room for below the time axis. */
  private labels(): number {
    const label = (this.panel.period ? SHORT_LABEL_REM : LABEL_REM) * rem();
    return Math.floor((this.width - this.namesWidth() - AXIS_REM * rem()) / label);
  }

  /** Share of the time axis at its beginning where a name would stand upon one of the other axis. */
  private corner(): number {
    return (CORNER_REM * rem()) / Math.max(1, this.width - this.namesWidth() - AXIS_REM * rem());
  }

  private namesWidth(): number {
    const longest = Math.max(0, ...this.named.map((named) => smallWidth(named.text, NAME)));
    return Math.min(longest, NAMES_SHARE * this.width);
  }

  private build(slots: Slots): uPlot | null {
    if (this.width === 0 || this.height === 0) return null;
    const unit = rem();
    const text = SMALL_REM * unit;
    const names = this.namesWidth();
    this.tags.forEach((tag, i) => fitTwoLines(tag, [this.named[i]?.text ?? ""], names, true, NAME));
    const axis = { stroke: INK, font: font(text), grid: { stroke: GRID, width: 1 }, ticks: { show: false } };
    const limits = this.panel.limits ?? [];
    const series = [
      ...this.panel.series.map((_, i) => ({ stroke: stroke(i), width: 0.4 * unit, dash: dash(DASHES[i % DASHES.length] ?? [], unit) })),
      ...limits.map(() => ({ stroke: LIMIT, width: 0.3 * unit, dash: dash(LIMIT_DASH, unit) })),
    ];
    const labels = (plot: uPlot): number => Math.max(2, ...(plot.scales.y?.max ? [number(plot.scales.y.max, 0).length] : []));
    return new uPlot(
      {
        width: this.width,
        height: this.height,
        padding: [text * 0.6, names + 2 * unit, 0, 0],
        cursor: { show: false },
        legend: { show: false },
        hooks: { draw: [(plot) => this.placeNames(plot)] },
        scales: { x: { time: false }, y: { range: (_, min, max) => niceRange(min, max) } },
        axes: [
          { ...axis, size: text * 1.5, gap: unit * 0.6, splits: (_, __, min, max) => slots.splits(min + (max - min) * this.corner(), max), values: (_, at) => at.map(slots.label) },
          {
            ...axis,
            size: (plot) => labels(plot) * text * 0.7 + 1.2 * unit,
            gap: unit,
            space: text * 1.7,
            ...(this.height < LOW_REM * unit ? { splits: (_: uPlot, __: number, min: number, max: number) => [min, max] } : {}),
            values: (_, at) => at.map((v) => number(v, at.some((one) => one % 1) ? 1 : 0)),
          },
        ],
        series: [{}, ...series.map((one) => ({ ...one, points: { show: slots.few, size: unit }, spanGaps: false }))],
      },
      [[], ...series.map(() => [])] as uPlot.AlignedData,
      this.body,
    );
  }

  /** Names stand at the end of their lines, pushed apart where lines meet. */
  private placeNames(plot: uPlot): void {
    const ratio = window.devicePixelRatio || 1;
    const [top, bottom] = [plot.bbox.top / ratio, (plot.bbox.top + plot.bbox.height) / ratio];
    const left = (plot.bbox.left + plot.bbox.width) / ratio + rem();
    const wanted = this.tags.map((tag, i) => {
      const column = (plot.data[i + 1] ?? []) as (number | null)[];
      const end = column.findLast((v) => v !== null) ?? null;
      tag.hidden = end === null;
      const height = tag.offsetHeight;
      return { tag, height, y: end === null ? -1 : Math.max(0, plot.valToPos(end, "y") + top - height / 2) };
    });
    const shown = wanted.filter(({ y }) => y >= 0).sort((a, b) => a.y - b.y);
    let floor = bottom - shown.reduce((sum, { height }) => sum + height, 0);
    let at = 0;
    for (const { tag, height, y } of shown) {
      at = Math.min(Math.max(y, at), Math.max(0, floor));
      tag.style.transform = `translate(${left}px, ${at}px)`;
      at += height;
      floor += height;
    }
  }
}

function shortName(series: Place): string {
  return bare(series.area_vi ?? said(series));
}

function stroke(i: number): string {
  return STROKES[i % STROKES.length] ?? INK;
}

function dash(lengths: number[], unit: number): number[] {
  return lengths.map((length) => (length * unit) / 10);
}

const FROM_ZERO = 0.5; // where the smallest value is below this share of the largest

/** Round numbers around the values, so that the scale does not tremble; from zero unless all is far above it. */
function niceRange(min: number | null, max: number | null): [number, number] {
  const [low, high] = [min ?? 0, max ?? 10];
  const bottomless = low < 0 || low > FROM_ZERO * high;
  const step = niceStep((bottomless ? Math.max(high - low, Math.abs(high) * 0.02, 0.01) : Math.max(high, 0.01)) / 3);
  const bottom = bottomless ? Math.floor((low - step * 0.2) / step) * step : 0;
  return [bottom, Math.ceil((high + step * 0.1) / step) * step];
}

function niceStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * ([1, 2, 2.5, 5, 10].find((m) => m * power >= wanted) ?? 10);
}
