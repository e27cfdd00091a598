/** One to three figures with their state, target, past and trend. */

import { rem, setData } from "../dom";
import { icon, setIcon } from "../icons";
import { worstScore, type Judged, type Score } from "../judge";
import type { Line, ValuePanel } from "../protocol";
import { said, words } from "../words";
import { scoreIcon } from "./foot";
import { ItemView, type Shown } from "./item";
import { PanelView, type Sight } from "./panel";
import { Sparkline } from "./sparkline";

const ITEM_WIDTH_REM = 36; // of one figure among others
const ITEM_HEIGHT_REM = 6.4;
const ROOMY_REM = 10.4; // with a line below
const GAP_REM = 1.6;
const TREND_REM = 4.5; // lower than that a line says nothing
const TREND_MOST_REM = 16;
const TREND_BESIDE_REM = 11;
const TURN_MS = 8_000;
const LOW_REM = 13; // a panel of one row of the grid
const SCORE_REM = 4.2;

export class ValueView extends PanelView {
  private readonly items: ItemView[];
  private readonly score: SVGSVGElement;
  private readonly trend: Sparkline | null;
  private inTurn = false; // there is no room for all figures at once
  private cell: [number, number] = [0, 0];

  constructor(
    private readonly panel: ValuePanel,
    parent: Element,
  ) {
    const { items } = panel;
    super(panel, parent, "tile", items.length === 1 && items[0] ? said(items[0].unit) : "");
    this.root.dataset.items = String(items.length);
    this.score = icon("none", this.signs);
    this.score.classList.add("score");
    this.items = items.map((item) => new ItemView(item, this.body, items.length === 1));
    this.trend = panel.trend === undefined ? null : new Sparkline(this.items[0]?.root ?? this.body);
  }

  override resize(): void {
    const unit = rem();
    this.root.classList.toggle("low", this.root.clientHeight < LOW_REM * unit);
    super.resize();
    const count = this.items.length;
    const [width, height] = [this.width / unit, this.height / unit];
    const shapes = [1, 2, 3].slice(0, count).map((columns) => {
      const rows = Math.ceil(count / columns);
      return { columns, w: (width - (columns - 1) * GAP_REM) / columns, h: height / rows };
    });
    const wideEnough = shapes.filter(({ w }) => count === 1 || w >= ITEM_WIDTH_REM);
    const fitting = wideEnough.filter(({ h }) => h >= ITEM_HEIGHT_REM);
    this.inTurn = fitting.length === 0 && count > 1;
    const best = fitting.find(({ h }) => h >= ROOMY_REM) ?? fitting[0] ?? { columns: 1, w: width, h: height };
    this.body.style.gridTemplateColumns = `repeat(${best.columns}, minmax(0, 1fr))`;
    this.cell = [best.w * unit, best.h * unit];
    for (const item of this.items) item.resize(...this.cell);
  }

  protected override markRoom(): number {
    return this.root.classList.contains("low") ? 0 : SCORE_REM * rem();
  }

  show({ state, nowMs }: Sight): void {
    const trendLines = this.trend && this.cell[1] > 30 * rem() ? 3 : 9;
    const turn = Math.floor(nowMs / TURN_MS) % this.items.length;
    const shown = this.items.map((item, i) => {
      item.root.hidden = this.inTurn && i !== turn;
      return item.show(state.values, nowMs, trendLines);
    });
    const size = Math.min(...shown.map((one) => one.size));
    for (const item of this.items) item.set(size);
    const judged = shown.map((one) => one.judged);
    const first = this.items[0]?.root.dataset ?? {};
    setData(this.root, {
      key: first.key ?? "",
      state: first.state ?? "none",
      stale: String(judged.every((one) => one.stale)),
      value: first.value ?? "",
      attention: String(this.items.some((item) => item.root.dataset.attention === "true")),
    });
    this.showScore(judged);
    if (this.trend) this.showTrend(this.trend, state.lines.get(this.panel.trend ?? ""), shown[0], size);
  }

  /** The worst of all scores, by its own shape; how bad it is by its form, not by its colour alone. */
  private showScore(judged: Judged[]): void {
    const scores = judged.map(({ value }) => worstScore(value)).filter((score): score is Score => score !== null);
    const worst = scores.reduce<Score | null>((a, b) => (a && a.share <= b.share ? a : b), null);
    this.score.style.display = worst ? "" : "none";
    if (!worst) return;
    setIcon(this.score, scoreIcon(worst.name));
    setData(this.score, { score: worst.name, level: worst.level });
    this.score.setAttribute("aria-label", `${words.scores[worst.name] ?? ""} ${Math.round(worst.share * 100)}%`);
  }

  /** Below the figure where the tile is high enough, else beside it, else not at all. */
  private showTrend(trend: Sparkline, line: Line | undefined, shown: Shown | undefined, size: number): void {
    const unit = rem();
    const first = this.items[0];
    if (!first || !shown || this.items.length > 1) return trend.show(undefined, 0, 0, unit);
    const [free, gap] = [shown.free(size), shown.gap(size)];
    const below = free >= TREND_REM * unit;
    first.place(trend.root, below);
    if (below) trend.show(line, this.cell[0], Math.min(free, TREND_MOST_REM * unit), unit);
    else if (gap >= TREND_BESIDE_REM * unit) trend.show(line, gap - 3 * unit, 6.4 * unit, unit);
    else trend.show(undefined, 0, 0, unit);
  }
}
