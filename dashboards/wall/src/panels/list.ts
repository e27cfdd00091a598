/** Lists of the hub: late reporters, what is in quarantine, what was restated, walls behind. */

import { shortTime } from "../alarm_words";
import { number } from "../format";
import { duration } from "../periods";
import type { ListColumn, ListPanel, Words } from "../protocol";
import { said, words } from "../words";
import { PanelView, type Sight } from "./panel";
import { Rows, type Cell } from "./rows";


export class ListView extends PanelView {
  private readonly rows: Rows;
  private readonly columns: ListColumn[];

  constructor(
    private readonly panel: ListPanel,
    parent: Element,
  ) {
    super(panel, parent, "list");
    this.columns = panel.columns;
    const long = this.columns.some(({ kind }) => kind === "words") ? "words" : "text";
    const texts = this.columns.filter(({ kind }) => kind === long);
    this.rows = new Rows(
      this.body,
      this.columns.map((column) => ({
        numeric: !texts.includes(column),
        yields: texts.includes(column),
        below: texts.length > 1 && column === texts.at(-1),
      })),
      this.columns.map(({ title }) => said(title)),
    );
  }

  override resize(): void {
    super.resize();
    this.rows.resize(this.width, this.height);
  }

  show({ state, nowMs }: Sight): void {
    const list = state.lists.get(this.panel.list);
    if (!list || list.rows.length === 0) {
      const cells: Cell[] = this.columns.map((_, c) => ({
        texts: [c === 0 ? (list ? words.nothing : words.noData) : ""],
        tone: "quiet",
      }));
      this.rows.show([{ cells }]);
      return;
    }
    const rows = list.rows.map((row) => ({
      cells: this.columns.map((column): Cell => ({ texts: [cellText(row[column.field], column, nowMs)] })),
    }));
    this.rows.show(rows, list.total);
  }
}

/** Fields of durations are in seconds. */
function cellText(content: unknown, { kind }: ListColumn, nowMs: number): string {
  if (content === null || content === undefined) return number(null, 0);
  if (typeof content === "object") return said(content as Words);
  if (typeof content !== "number") return String(content);
  if (kind === "moment") return shortTime(content, nowMs);
  if (kind === "duration") return duration(content * 1000);
  return number(content, Number.isInteger(content) ? 0 : 1);
}
