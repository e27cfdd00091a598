/** The worst or the best of many, in order. */

import { isKnown, isStale } from "../judge";
import { number } from "../format";
import { candidates } from "../place";
import type { RankingPanel } from "../protocol";
import { said, words } from "../words";
import { figureCell, figureData } from "./figures";
import { PanelView, type Sight } from "./panel";
import { Rows, type Row } from "./rows";

export class RankingView extends PanelView {
  private readonly rows: Rows;

  constructor(
    private readonly panel: RankingPanel,
    parent: Element,
  ) {
    super(panel, parent, "ranking", said(panel.unit));
    this.rows = new Rows(this.body, [{ numeric: true }, { yields: true }, { numeric: true }]);
  }

  override resize(): void {
    super.resize();
    this.rows.resize(this.width, this.height);
  }

  /** Stale values come last: what is old is no rank of today. */
  show({ state, nowMs }: Sight): void {
    const { keys, order, direction, decimals, places } = this.panel;
    const largestFirst = (order === "worst") === (direction === "down");
    const known = keys.flatMap((key) => {
      const value = state.values.get(key);
      return isKnown(value) && value.v !== null ? [{ key, value, v: value.v, stale: isStale(value, nowMs) }] : [];
    });
    known.sort((a, b) => Number(a.stale) - Number(b.stale) || (largestFirst ? b.v - a.v : a.v - b.v));
    const most = this.panel.rows ?? known.length;
    const rows: Row[] = known.slice(0, most).map(({ key, value, stale }, i) => ({
      cells: [
        { texts: [stale ? "" : `${i + 1}.`], tone: "quiet" },
        { texts: candidates(places[key]) },
        figureCell(value, decimals, "", nowMs),
      ],
      data: figureData(key, value, nowMs),
    }));
    if (this.panel.sum && known.length > 0) {
      const fresh = known.filter(({ stale }) => !stale);
      const sum = fresh.reduce((total, { v }) => total + v, 0);
      const all = `${words.total} (${fresh.length}/${keys.length})`;
      rows.unshift({
        cells: [{ texts: [""] }, { texts: [all, words.total], tone: "strong" }, { texts: [number(sum, decimals)], tone: "strong" }],
      });
    }
    if (rows.length === 0) rows.push({ cells: [{ texts: [""] }, { texts: [words.noData], tone: "quiet" }, { texts: [""] }] });
    this.rows.show(rows);
  }
}
