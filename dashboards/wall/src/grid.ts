/** Where panels stand: pure geometry in cells of the board's grid. */

import type { Board, Panel } from "./protocol";

export interface Cells {
  x: number;
  y: number;
  w: number;
  h: number;
}

export const COLUMNS = 12;
export const ROWS = 8;
const HALF = COLUMNS / 2;

/** The cells of each panel on a lying screen. */
export function lying(board: Board): Cells[] {
  if (board.panels.every((panel) => panel.at)) return board.panels.map((panel) => panel.at as Cells);
  return withoutPlaces(board.panels);
}

/** Boards of protocol 1 name no cells: values two beside each other on the left, the rest below each other right. */
function withoutPlaces(panels: Panel[]): Cells[] {
  const isValue = panels.map((panel) => panel.panel === "value");
  const values = isValue.filter(Boolean).length;
  const others = panels.length - values;
  const across = others === 0 ? 4 : 2;
  const valueHeight = Math.max(1, Math.floor(ROWS / Math.ceil(values / across)));
  const [width, left] = values === 0 ? [COLUMNS, 0] : [HALF, HALF];
  let [nthValue, below] = [0, 0];
  return panels.map((panel, i) => {
    if (isValue[i]) {
      const at = nthValue++;
      const w = others === 0 ? COLUMNS / 4 : HALF / 2;
      return { x: (at % across) * w, y: Math.floor(at / across) * valueHeight, w, h: valueHeight };
    }
    const h = others === 1 ? ROWS : panel.panel === "map" ? ROWS - 3 * (others - 1) : 3;
    const place = { x: left, y: below, w: width, h };
    below += h;
    return place;
  });
}

export interface Standing {
  cells: Cells[]; // in two columns
  rows: number[]; // share of the height of each row
}

const WIDE = 5; // panels of as many columns take the whole width of a standing screen
const TITLE_SHARE = 0.5; // of a row of the grid: what each panel needs before anything is in it

/**
 * The same panels on a standing screen, in two columns, each row as high as its panels were. They keep their order,
 * but for the next narrow one (of the same height, where there is one) that comes forward to fill a row.
 */
export function standing(places: Cells[]): Standing {
  const cells = new Array<Cells>(places.length);
  const rows: number[] = [];
  const waiting = places.map((place, i) => ({ ...place, i }));
  for (let first = waiting.shift(); first; first = waiting.shift()) {
    const y = rows.length;
    const narrow = first.w >= WIDE ? [] : waiting.filter(({ w }) => w < WIDE);
    const height = first.h;
    const second = narrow.find(({ h }) => h === height) ?? narrow[0];
    rows.push(Math.max(height, second?.h ?? 0) + TITLE_SHARE);
    cells[first.i] = { x: 0, y, w: second ? 1 : 2, h: 1 };
    if (!second) continue;
    cells[second.i] = { x: 1, y, w: 1, h: 1 };
    waiting.splice(waiting.indexOf(second), 1);
  }
  return { cells, rows };
}
