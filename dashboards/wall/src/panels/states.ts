/** A list of states: name, value, and a sign where it is not as it should be. */

import { isKnown, isStale, meets } from "../judge";
import type { StatesPanel, Value } from "../protocol";
import { said } from "../words";
import { figureCell, figureData } from "./figures";
import { PanelView, type Sight } from "./panel";
import { Rows, worstFirst } from "./rows";

export class StatesView extends PanelView {
  private readonly rows: Rows;

  constructor(
    private readonly panel: StatesPanel,
    parent: Element,
  ) {
    super(panel, parent, "states", said(panel.unit));
    this.rows = new Rows(this.body, [{ yields: true }, { numeric: true }]);
  }

  override resize(): void {
    super.resize();
    this.rows.resize(this.width, this.height);
  }

  show({ state, nowMs }: Sight): void {
    const { decimals, good } = this.panel;
    const rows = this.panel.rows.map(({ key, name }) => {
      const value = state.values.get(key);
      const cell = figureCell(value, decimals, "", nowMs, good);
      return { cells: [{ texts: [said(name)], icon: this.sign(value, nowMs) }, cell], data: figureData(key, value, nowMs) };
    });
    this.rows.show(rows, rows.length, worstFirst);
  }

  private sign(value: Value | undefined, nowMs: number): string {
    if (!isKnown(value) || value.v === null) return "none";
    if (isStale(value, nowMs)) return "stale";
    if (!this.panel.good) return "live";
    return meets(value.v, this.panel.good) ? "check" : "cross";
  }
}
