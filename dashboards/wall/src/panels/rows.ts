/** Rows below each other in aligned columns: as many as fit, and how many more there are. Elements are used again. */

import { element, rem, setData } from "../dom";
import { fit, fitsOneLine, fitTwoLines, halves, smallWidth } from "../fit";
import { icon, setIcon } from "../icons";
import { words } from "../words";

export interface Cell {
  texts: string[]; // longest first
  icon?: string;
  tone?: "attention" | "stale" | "quiet" | "strong";
  chip?: { colour: string; ink: string };
}

export interface Column {
  numeric?: boolean; // to the right, figures below each other
  yields?: boolean; // becomes narrower where there is no room for all
  below?: boolean; // may go to a line of its own below the row
}

export interface Row {
  cells: Cell[];
  data?: Record<string, string>;
}

const ROW_REM = 4;
const HEAD_REM = 4;
const GAP_REM = 1.8;
const ICON_REM = 3.4;
const CHIP_REM = 1.4;
const LEAST_REM = 13; // a column of words narrower than that is left out
const SIDE_BY_SIDE_REM = 6; // between two halves of a long list
const CROWDED = 0.85; // a column narrower than this share of its words goes below
const HOPELESS = 0.5; // and where that leaves so little, the first one goes above

interface DrawnCell {
  root: HTMLElement;
  icon: SVGSVGElement;
  text: HTMLElement;
}

interface DrawnRow {
  root: HTMLElement;
  cells: DrawnCell[];
}

/** Where the columns of a row stand; CSS pixels. */
interface Arrangement {
  widths: number[];
  blank: number; // before the first column of the common line, where none can use it
  alone: number | null; // the column that has a line of its own
  above: boolean; // whether that line is the first
}

/** Those with most to look at come first; else as they were. */
export function worstFirst(rows: Row[]): Row[] {
  const toLookAt = ({ cells }: Row): number => cells.filter(({ tone }) => tone === "attention").length;
  return [...rows].sort((a, b) => toLookAt(b) - toLookAt(a));
}

export class Rows {
  private readonly head: DrawnRow | null;
  private readonly drawn: DrawnRow[] = [];
  private readonly holder: HTMLElement;
  private readonly rest: HTMLElement;
  private width = 0;
  private height = 0;

  constructor(
    parent: HTMLElement,
    private readonly columns: Column[],
    private readonly heads: string[] = [],
  ) {
    this.head = heads.length > 0 ? this.newRow(parent, "row head") : null;
    this.holder = element("div", "rows", parent);
    this.rest = element("div", "rest", parent);
  }

  resize(width: number, height: number): void {
    [this.width, this.height] = [width, height];
  }

  /** `total`: how many there are, where the rows given are not all. `order`: theirs, where not all fit. */
  show(rows: Row[], total = rows.length, order: (rows: Row[]) => Row[] = (all) => all): void {
    const unit = rem();
    const halves = this.halves(rows);
    const width = (this.width - (halves - 1) * SIDE_BY_SIDE_REM * unit) / halves;
    const lines = this.arranged(rows, width);
    const high = rows.some((row) => this.needsTwoLines(row.cells, lines, false));
    const rowHeight = ROW_REM * (1 + (lines.alone === null ? 0 : 0.9) + (high ? 0.9 : 0)) * unit;
    const highHead = this.needsTwoLines(headCells(this.heads), lines, true);
    const headHeight = HEAD_REM * (highHead ? 1.9 : 1) * unit;
    // Without room for two rows the heads go first.
    const headless = !this.head || this.height < headHeight + Math.min(2, rows.length) * rowHeight;
    const room = this.height - (headless ? 0 : headHeight);
    const fitting = Math.max(1, Math.floor(room / rowHeight)) * halves;
    const more = total > fitting || total > rows.length;
    const restRoom = more ? ROW_REM * unit : 0;
    const shown = more ? Math.max(1, Math.floor((room - restRoom) / rowHeight)) * halves : fitting;
    const visible = (rows.length > shown ? order(rows) : rows).slice(0, shown);
    this.holder.style.gridTemplateColumns = `repeat(${halves}, ${width}px)`;
    this.holder.style.columnGap = `${SIDE_BY_SIDE_REM}rem`;
    this.holder.style.gridTemplateRows = `repeat(${Math.ceil(visible.length / halves)}, ${rowHeight}px)`;
    if (this.head) {
      this.head.root.hidden = headless;
      this.head.root.style.height = `${headHeight}px`;
      this.fill(this.head, headCells(this.heads), lines, highHead, true);
    }
    while (this.drawn.length < visible.length) this.drawn.push(this.newRow(this.holder, "row"));
    for (const extra of this.drawn.splice(visible.length)) extra.root.remove();
    visible.forEach((row, i) => {
      const drawn = this.drawn[i];
      if (!drawn) return;
      setData(drawn.root, row.data ?? {});
      this.fill(drawn, row.cells, lines, high, false);
    });
    const left = total - visible.length;
    this.rest.style.display = left > 0 ? "" : "none";
    if (left > 0) fit(this.rest, [words.rest(left)], this.width);
  }

  private needsTwoLines(cells: Cell[], { widths, alone }: Arrangement, isHead: boolean): boolean {
    return cells.some((cell, c) => {
      const column = this.columns[c] ?? {};
      const room = (widths[c] ?? 0) - besides(cell);
      const counts = column.yields === true ? room >= LEAST_REM * rem() : isHead;
      return c !== alone && counts && !fitsOneLine(cell.texts, room, how(cell, column));
    });
  }

  /** Two lists beside each other where the rows are too many for one and narrow enough for two. */
  private halves(rows: Row[]): number {
    if (rows.length * ROW_REM * rem() <= this.height || this.heads.length > 0) return 1;
    const natural = this.natural(rows).reduce((sum, w) => sum + w, 0) + (this.columns.length - 1) * GAP_REM * rem();
    return natural * 2 + SIDE_BY_SIDE_REM * rem() <= this.width ? 2 : 1;
  }

  private natural(rows: Row[]): number[] {
    return this.columns.map((column, c) => {
      const cells: Cell[] = rows.flatMap((row) => row.cells[c] ?? []);
      const head = Math.max(0, ...halves(this.heads[c] ?? "").map((line) => smallWidth(line)));
      return Math.ceil(Math.max(head, ...cells.map((cell) => cellWidth(cell, column))));
    });
  }

  /** Side by side; where that is too narrow a column goes below; where even that is, the first one goes above. */
  private arranged(rows: Row[], room: number): Arrangement {
    const natural = this.natural(rows);
    const flexible = this.columns.flatMap((column, c) => (column.yields ? [c] : []));
    const every = this.columns.map((_, c) => c);
    const narrowest = ({ widths, alone }: Arrangement): number =>
      Math.min(1, ...flexible.filter((c) => c !== alone).map((c) => (widths[c] ?? 0) / Math.max(1, natural[c] ?? 0)));
    const without = (alone: number, above: boolean): Arrangement => {
      const spread = spreadOver(every.filter((c) => c !== alone), natural, flexible, room);
      spread.widths[alone] = room;
      return { ...spread, alone, above };
    };
    const inLine = { ...spreadOver(every, natural, flexible, room), alone: null, above: false };
    if (narrowest(inLine) >= CROWDED) return inLine;
    const below = this.columns.findIndex((column) => column.below);
    const second = below < 0 ? inLine : without(below, false);
    const [first] = flexible;
    return first === undefined || narrowest(second) >= HOPELESS ? second : without(first, true);
  }

  private fill(row: DrawnRow, cells: Cell[], lines: Arrangement, high: boolean, isHead: boolean): void {
    const { widths, blank, alone, above } = lines;
    const inLine = this.columns.flatMap((_, c) => (c === alone ? [] : [c]));
    const tracks = [...(blank > 0 ? [blank] : []), ...inLine.map((c) => widths[c] ?? 0)];
    row.root.style.gridTemplateColumns = tracks.map((width) => `${width.toFixed(1)}px`).join(" ");
    row.cells.forEach((drawn, c) => {
      const cell = cells[c] ?? { texts: [""] };
      const column = this.columns[c] ?? {};
      drawn.root.style.gridRow = (c === alone) === above ? "1" : "2";
      drawn.root.style.gridColumn = c === alone ? "1 / -1" : String(inLine.indexOf(c) + 1 + (blank > 0 ? 1 : 0));
      if (alone === null) drawn.root.style.gridRow = "1";
      const useless = column.yields === true && (widths[c] ?? 0) < LEAST_REM * rem();
      drawn.root.hidden = useless || (isHead && c === alone);
      setData(drawn.root, { tone: cell.tone ?? "", numeric: String(column.numeric === true) });
      drawn.icon.style.display = cell.icon ? "" : "none";
      if (cell.icon) setIcon(drawn.icon, cell.icon);
      drawn.text.style.background = cell.chip?.colour ?? "";
      drawn.text.style.color = cell.chip?.ink ?? "";
      drawn.text.classList.toggle("chip", cell.chip !== undefined);
      const room = (widths[c] ?? 0) - besides(cell);
      if ((isHead || column.yields) && c !== alone) fitTwoLines(drawn.text, cell.texts, room, high, how(cell, column));
      else fit(drawn.text, cell.texts, room, how(cell, column));
    });
  }

  private newRow(parent: Element, className: string): DrawnRow {
    const root = element("div", className, parent);
    const cells = this.columns.map(() => {
      const cell = element("div", "cell", root);
      return { root: cell, icon: icon("none", cell), text: element("span", "fit", cell) };
    });
    return { root, cells };
  }
}

/** Every column as wide as its words; what is left goes to the first that can yield, and what lacks is taken from them. */
function spreadOver(inLine: number[], natural: number[], flexible: number[], room: number): { widths: number[]; blank: number } {
  const sum = (columns: number[]): number => columns.reduce((total, c) => total + (natural[c] ?? 0), 0);
  const soft = inLine.filter((c) => flexible.includes(c));
  const left = room - (inLine.length - 1) * GAP_REM * rem() - sum(inLine.filter((c) => !soft.includes(c)));
  const [wanted, [first]] = [sum(soft), soft];
  if (first === undefined) return { widths: [...natural], blank: Math.max(0, left - GAP_REM * rem()) };
  const widths = natural.map((w, c) => {
    if (left >= wanted) return c === first ? w + left - wanted : w;
    return soft.includes(c) ? Math.max(0, (w * left) / wanted) : w;
  });
  return { widths, blank: 0 };
}

function headCells(heads: string[]): Cell[] {
  return heads.map((text) => ({ texts: [text], tone: "quiet" }));
}

/** CSS pixels that a cell needs beside its text. */
function besides(cell: Cell): number {
  return ((cell.icon ? ICON_REM : 0) + (cell.chip ? CHIP_REM : 0)) * rem();
}

function how(cell: Cell, column: Column): { weight: number; figures: boolean } {
  const strong = cell.tone === "attention" || cell.tone === "strong" || cell.chip !== undefined;
  return { weight: strong ? 700 : 500, figures: column.numeric === true };
}

function cellWidth(cell: Cell, column: Column): number {
  return smallWidth(cell.texts[0] ?? "", how(cell, column)) + besides(cell);
}
