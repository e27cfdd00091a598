/** Agencies by layers: a sign in each cell, so that a hole is seen from afar; rows with most holes come first. */

import { element, rem, setData } from "../dom";
import { fit, fitsOneLine, fitTwoLines, wrapped } from "../fit";
import { number } from "../format";
import { icon, setIcon } from "../icons";
import { isKnown, isStale, meets } from "../judge";
import type { MatrixPanel, Value } from "../protocol";
import { said, words } from "../words";
import { PanelView, type Sight } from "./panel";

const ROW_REM = 4;
const HEAD_LINE_REM = 3.7;
const NAME_SHARE = 0.36;
const GAP_REM = 1;

interface DrawnRow {
  name: HTMLElement;
  of: number; // which row of the panel stands here
  cells: DrawnCell[];
}

interface DrawnCell {
  root: HTMLElement;
  icon: SVGSVGElement;
  text: HTMLElement;
}

export class MatrixView extends PanelView {
  private rows: DrawnRow[] = [];
  private nameRoom = 0;
  private isHigh = false;

  constructor(
    private readonly panel: MatrixPanel,
    parent: Element,
  ) {
    super(panel, parent, "matrix", said(panel.unit));
  }

  /** Heads over as many lines as they need; as many rows as are left room for. */
  override resize(): void {
    super.resize();
    const unit = rem();
    const { rows, columns } = this.panel;
    const nameRoom = this.width * NAME_SHARE;
    const room = (this.width - nameRoom) / Math.max(1, columns.length) - GAP_REM * unit;
    const heads = columns.map((name) => wrapped(said(name), room));
    const headLines = Math.min(3, Math.max(0, ...heads.map((lines) => lines.length)));
    const free = this.height - headLines * HEAD_LINE_REM * unit;
    const high = !rows.every((name) => fitsOneLine([said(name)], nameRoom - GAP_REM * unit));
    const row = high ? 2 * ROW_REM : ROW_REM;
    const fitting = Math.max(1, Math.floor(free / (row * unit)));
    const shown = rows.length > fitting ? fitting - 1 : rows.length;
    this.body.replaceChildren();
    this.body.style.gridTemplateColumns = `${nameRoom.toFixed(1)}px repeat(${columns.length}, minmax(0, 1fr))`;
    this.body.style.gridTemplateRows = `auto repeat(${shown}, minmax(${row}rem, ${row * 1.6}rem))`;
    element("div", "", this.body);
    for (const lines of heads) this.head(lines.slice(0, headLines - 1).concat(lines.slice(headLines - 1).join(" ")), room);
    [this.nameRoom, this.isHigh] = [nameRoom - GAP_REM * unit, high];
    this.rows = rows.slice(0, shown).map(() => {
      const name = element("div", "fit matrix-name", this.body);
      return { name, of: -1, cells: columns.map(() => this.cell()) };
    });
    if (shown < rows.length) {
      const rest = element("div", "rest", this.body);
      fit(rest, [words.rest(rows.length - shown)], this.width);
    }
  }

  private head(lines: string[], room: number): void {
    const holder = element("div", "matrix-head", this.body);
    for (const line of lines.filter(Boolean)) fit(element("div", "fit", holder), [line], room);
  }

  private cell(): DrawnCell {
    const root = element("div", "matrix-cell", this.body);
    return { root, icon: icon("none", root), text: element("span", "", root) };
  }

  show({ state, nowMs }: Sight): void {
    const holes = this.panel.keys.map((keys) => keys.filter((key) => this.isBad(state.values.get(key))).length);
    const order = [...holes.keys()].sort((a, b) => holes[b]! - holes[a]! || a - b);
    this.rows.forEach((row, place) => {
      const of = order[place]!;
      if (row.of !== of) {
        row.of = of;
        fitTwoLines(row.name, [said(this.panel.rows[of]!)], this.nameRoom, this.isHigh);
      }
      row.cells.forEach((cell, c) => {
        const key = this.panel.keys[of]?.[c] ?? "";
        this.fill(cell, key, state.values.get(key), nowMs);
      });
    });
  }

  private isBad(value: Value | undefined): boolean {
    const good = this.panel.good;
    return good !== undefined && isKnown(value) && value.v !== null && !meets(value.v, good);
  }

  private fill(cell: DrawnCell, key: string, value: Value | undefined, nowMs: number): void {
    const known = isKnown(value) && value.v !== null ? value.v : null;
    const stale = isKnown(value) && isStale(value, nowMs);
    const sign = stale ? "stale" : known === null ? "none" : this.isBad(value) ? "cross" : "check";
    setIcon(cell.icon, sign);
    setData(cell.root, { key, sign, stale: String(stale), value: known === null ? "" : String(known) });
    const isFlag = this.panel.decimals === 0 && (known === 0 || known === 1) && !said(this.panel.unit);
    fit(cell.text, [known === null || isFlag ? "" : number(known, this.panel.decimals)], this.width);
  }
}
