/** Named rows, one value for each column; where not all fit, those with most to look at come first. */

import type { TablePanel } from "../protocol";
import { said, unitWord } from "../words";
import { figureCell } from "./figures";
import { PanelView, type Sight } from "./panel";
import { Rows, worstFirst } from "./rows";

export class TableView extends PanelView {
  private readonly rows: Rows;

  constructor(
    private readonly panel: TablePanel,
    parent: Element,
  ) {
    super(panel, parent, "table");
    const heads = panel.columns.map(({ title, unit }) => {
      const word = unitWord(said(unit));
      return word ? `${said(title)} (${word})` : said(title);
    });
    const figures = panel.columns.map(() => ({ numeric: true }));
    this.rows = new Rows(this.body, [{ yields: true }, ...figures], ["", ...heads]);
  }

  override resize(): void {
    super.resize();
    this.rows.resize(this.width, this.height);
  }

  show({ state, nowMs }: Sight): void {
    const rows = this.panel.rows.map(({ name, keys }) => ({
      cells: [
        { texts: [said(name)] },
        ...this.panel.columns.map(({ decimals }, c) => {
          const value = state.values.get(keys[c] ?? "");
          const cell = figureCell(value, decimals, "", nowMs, value?.target);
          return { ...cell, texts: cell.texts.slice(-1) };
        }),
      ],
    }));
    this.rows.show(rows, rows.length, worstFirst);
  }
}
