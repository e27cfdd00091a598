/** Days as a calendar: weeks beside each other, shaded by class; abnormal days carry a sign, missing ones are empty. */

import { aqiClass } from "../aqi";
import { rem, setData, SMALL_REM, svg, textWidth } from "../dom";
import { localParts } from "../format";
import type { CalendarPanel, Line } from "../protocol";
import { words } from "../words";
import { shadeClass, shadeColours } from "./legend";
import { PanelView, type Sight } from "./panel";

const DAY_MS = 86_400_000;
const ZONE_MS = 7 * 3600_000;
const MONTH_REM = 4;
const WIDEST_REM = 8;
const NARROWEST_REM = 2.4;
const GAP_REM = 0.4;
const WEEK = 7;

export class CalendarView extends PanelView {
  private readonly canvas: SVGSVGElement;
  private drawn: { line: Line | undefined; today: number } | null = null;

  constructor(
    private readonly panel: CalendarPanel,
    parent: Element,
  ) {
    super(panel, parent, "calendar");
    this.canvas = svg("svg", { class: "calendar-canvas" }, this.body);
  }

  override resize(): void {
    super.resize();
    this.drawn = null;
  }

  show({ state, nowMs }: Sight): void {
    const line = state.lines.get(this.panel.line);
    const today = Math.floor((nowMs + ZONE_MS) / DAY_MS);
    if (this.drawn?.line === line && this.drawn?.today === today) return;
    this.drawn = { line, today };
    this.draw(line, today);
  }

  private draw(line: Line | undefined, today: number): void {
    const unit = rem();
    const small = SMALL_REM * unit;
    this.canvas.replaceChildren();
    this.canvas.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
    const byDay = new Map(line?.at_ms.map((at, i) => [Math.floor((at + ZONE_MS) / DAY_MS), line.value[i] ?? null]));
    const left = Math.max(...words.short.weekdays.map((day) => textWidth(day, small))) + 1.2 * unit;
    const high = (this.height - MONTH_REM * unit) / WEEK;
    const asked = Math.ceil((this.panel.days ?? 91) / WEEK) + 1;
    const weeks = Math.min(asked, Math.floor((this.width - left) / (NARROWEST_REM * unit)));
    const wide = Math.min((this.width - left) / weeks, WIDEST_REM * unit, high * 2);
    const monday = today - weekday(today) - (weeks - 1) * WEEK;
    words.short.weekdays.forEach((name, row) => {
      if (row % 2 === 1 && high < small * 1.1) return; // every second name, where rows stand close
      const y = MONTH_REM * unit + (row + 0.5) * high + small * 0.36;
      svg("text", { x: "0", y: String(y), class: "calendar-name" }, this.canvas).textContent = name;
    });
    let named = -1e9;
    for (let week = 0; week < weeks; week += 1) {
      const first = monday + week * WEEK;
      const x = left + week * wide;
      const { month, day } = localParts(first * DAY_MS);
      const name = words.short.month(month);
      if (day <= WEEK && x > named && x + textWidth(name, small) <= this.width) {
        svg("text", { x: String(x), y: String(small), class: "calendar-name" }, this.canvas).textContent = name;
        named = x + textWidth(name, small) + unit;
      }
      for (let row = 0; row < WEEK; row += 1) {
        const at = first + row;
        if (at > today) continue;
        this.day(byDay.get(at) ?? null, at, [x, MONTH_REM * unit + row * high], [wide, high]);
      }
    }
  }

  private day(v: number | null, day: number, [x, y]: [number, number], [wide, high]: [number, number]): void {
    const gap = GAP_REM * rem();
    const { colour, abnormal } = this.shade(v);
    const cell = svg("rect", { x: `${x}`, y: `${y}`, width: `${wide - gap}`, height: `${high - gap}`, fill: colour, class: "day" }, this.canvas);
    setData(cell, { day: new Date(day * DAY_MS).toISOString().slice(0, 10), value: v === null ? "" : String(v), abnormal: String(abnormal) });
    if (!abnormal) return;
    const [cx, cy, r] = [x + (wide - gap) / 2, y + (high - gap) / 2, Math.min(wide, high) * 0.22];
    svg("path", { d: `M${cx} ${cy - r}L${cx + r} ${cy + r}H${cx - r}z`, class: "day-sign" }, this.canvas);
  }

  private shade(v: number | null): { colour: string; abnormal: boolean } {
    if (v === null) return { colour: "none", abnormal: false };
    if (this.panel.scale === "vn_aqi") {
      const found = aqiClass(v);
      return { colour: found.abnormal ? found.colour : v > 50 ? "#7b868e" : "#525c64", abnormal: found.abnormal };
    }
    const steps = this.panel.steps ?? [];
    const at = shadeClass(v, steps);
    const abnormal = this.panel.attention_from !== undefined && v >= this.panel.attention_from;
    return { colour: shadeColours(steps, this.panel)[at] ?? "", abnormal };
  }
}

/** Monday 0 … Sunday 6; day 0 of the epoch was a Thursday. */
function weekday(day: number): number {
  return (((day + 3) % WEEK) + WEEK) % WEEK;
}
