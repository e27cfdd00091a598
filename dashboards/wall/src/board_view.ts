/** A board on the glass: the alert strip and the panels on their grid, on a lying or a standing screen. */

import { AlertStrip } from "./alert_strip";
import { element, setData } from "./dom";
import { lettersChanged } from "./fit";
import { COLUMNS, ROWS, standing } from "./grid";
import { AlarmsView } from "./panels/alarms";
import { CalendarView } from "./panels/calendar";
import { LinesView } from "./panels/lines";
import { ListView } from "./panels/list";
import { MapView } from "./panels/map";
import { MatrixView } from "./panels/matrix";
import { ClockView, TextView } from "./panels/note";
import type { PanelView } from "./panels/panel";
import { RankingView } from "./panels/ranking";
import { StatesView } from "./panels/states";
import { TableView } from "./panels/table";
import { ValueView } from "./panels/value";
import type { Board, Panel } from "./protocol";
import type { WallState } from "./state";

const FONT_SAMPLE = "Aếđ0";

export class BoardView {
  private readonly alerts: AlertStrip;
  private readonly grid: HTMLElement;
  private panels: PanelView[] = [];
  private board: Board | null = null;
  private built = ""; // the board that stands, as text: the same one again is left standing
  private linesSeen = -1;
  private measured = false; // whether the panels know the size of their screen
  private lettered = false; // whether the fonts are there
  private last: [WallState, number] | null = null;
  private readonly resized = new ResizeObserver(() => (this.measured = false));

  constructor(root: Element) {
    this.alerts = new AlertStrip(root);
    this.grid = element("main", "board", root);
    this.resized.observe(this.grid);
    // What was measured before the fonts were there was measured in another font.
    const fonts = [500, 700].map((weight) => document.fonts.load(`${weight} 20px "Be Vietnam Pro"`, FONT_SAMPLE));
    void Promise.all(fonts).then(() => {
      this.lettered = true;
      lettersChanged();
      this.rebuild();
      if (this.last) this.show(...this.last);
    });
  }

  build(board: Board): void {
    const text = JSON.stringify(board);
    if (text === this.built) return;
    this.built = text;
    this.board = board;
    this.rebuild();
  }

  /** Shows what the wall knows, at a moment of the server's clock. */
  show(state: WallState, nowMs: number): void {
    this.last = [state, nowMs];
    if (!this.measured) this.measure();
    const linesChanged = state.linesRevision !== this.linesSeen;
    this.linesSeen = state.linesRevision;
    this.alerts.show(state, nowMs);
    for (const panel of this.panels) panel.show({ state, nowMs, linesChanged });
    setData(this.grid, { settled: String(this.lettered && this.panels.length > 0) });
  }

  destroy(): void {
    this.resized.disconnect();
    this.clear();
    this.grid.remove();
    this.alerts.root.remove();
  }

  private clear(): void {
    for (const panel of this.panels) panel.destroy();
    this.panels = [];
    this.grid.replaceChildren();
  }

  private rebuild(): void {
    if (!this.board) return;
    const board = this.board;
    this.clear();
    this.grid.dataset.board = board.board;
    this.panels = board.panels.flatMap((panel) => made(panel, board, this.grid) ?? []);
    this.measured = false;
  }

  /** Places the panels for the shape of the screen and lets each measure itself. */
  private measure(): void {
    this.measured = true;
    this.linesSeen = -1;
    if (this.board) this.place(this.board);
    this.alerts.resize();
    for (const panel of this.panels) panel.resize();
  }

  private place(board: Board): void {
    const stands = window.innerHeight > window.innerWidth;
    const known = board.panels.filter((panel) => panel.panel in KINDS);
    const places = known.map(({ at }) => at);
    const { cells, rows } = stands ? standing(places) : { cells: places, rows: new Array<number>(ROWS).fill(1) };
    this.grid.style.gridTemplateColumns = `repeat(${stands ? 2 : COLUMNS}, minmax(0, 1fr))`;
    this.grid.style.gridTemplateRows = rows.map((share) => `minmax(0, ${share}fr)`).join(" ");
    this.panels.forEach(({ root }, i) => {
      const { x, y, w, h } = cells[i] ?? { x: 0, y: 0, w: 1, h: 1 };
      root.style.gridArea = `${y + 1} / ${x + 1} / span ${h} / span ${w}`;
    });
  }
}

type Maker = (panel: never, parent: Element, board: Board) => PanelView;

const KINDS: Record<Panel["panel"], Maker> = {
  value: (panel, parent) => new ValueView(panel, parent),
  states: (panel, parent) => new StatesView(panel, parent),
  lines: (panel, parent) => new LinesView(panel, parent),
  ranking: (panel, parent) => new RankingView(panel, parent),
  map: (panel, parent, board) => new MapView(panel, board.map_version, parent),
  table: (panel, parent) => new TableView(panel, parent),
  calendar: (panel, parent) => new CalendarView(panel, parent),
  matrix: (panel, parent) => new MatrixView(panel, parent),
  late: (panel, parent) => new ListView(panel, parent),
  list: (panel, parent) => new ListView(panel, parent),
  alarms: (panel, parent) => new AlarmsView(panel, parent),
  text: (panel, parent) => new TextView(panel, parent),
  clock: (panel, parent) => new ClockView(panel, parent),
};

/** A panel of a kind that this build does not know is left out: the hub then has a newer page, and says so. */
function made(panel: Panel, board: Board, parent: Element): PanelView | undefined {
  return KINDS[panel.panel]?.(panel as never, parent, board);
}
