/** Where panels stand: pure geometry in cells of the board's grid. */

import type { Cells } from "./protocol";

export const COLUMNS = 12;
export const ROWS = 8;

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
