/** Where chips and names stand on the map so that none covers another: pure geometry in CSS pixels. */

import { textWidth } from "./dom";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const ROUNDS = 200;
const CROWDED = 50; // rounds after which there is no room above and below each other: then only sidewards
type Size = [number, number];

/** A box of `size` near each point: apart from one another and from `fixed`, inside the canvas. */
export function placeBoxes(points: Size[], size: Size, canvas: Size, gap: number, fixed: Box[] = []): Box[] {
  const [width, height] = size;
  const boxes = points.map(([x, y]) => ({ x: x - width / 2, y: y - height / 2, width, height }));
  for (let round = 0; round < ROUNDS; round += 1) {
    let moved = false;
    boxes.forEach((box, i) => {
      const sidewards = round >= CROWDED;
      for (const other of boxes.slice(i + 1)) moved = pushApart(box, other, gap, 0.5, sidewards) || moved;
      for (const other of fixed) moved = pushApart(box, other, gap, 1, sidewards) || moved;
      keepInside(box, canvas);
    });
    if (!moved) break;
  }
  return boxes;
}

/** Boxes in a column either side of `land`, from its left to its right edge, each as high as its point lies where
 * that is free; what finds no place in them stands near its point. `fixed`: where no box may be. */
export function placeBeside(
  points: Size[],
  [width, height]: Size,
  land: Size,
  canvas: Size,
  gap: number,
  fixed: Box[],
): Box[] {
  const boxes: (Box | null)[] = points.map(() => null);
  const inner = points.map((_, i) => i).sort((a, b) => points[a]![0] - points[b]![0]);
  const [west, east] = [land[0] - width - gap, land[1] + gap].map((x) => column(x, width, height, canvas, gap, fixed));
  const half = Math.min(west!.length, Math.max(Math.ceil(inner.length / 2), inner.length - east!.length));
  // Who lies farthest out comes first where a column has not enough places.
  for (const [free, some] of [
    [west!, inner.slice(0, half)],
    [east!, inner.slice(half).reverse()],
  ] as [Box[], number[]][]) {
    const placed = some.slice(0, free.length).sort((a, b) => points[a]![1] - points[b]![1]);
    let next = 0;
    placed.forEach((point, i) => {
      const last = free.length - (placed.length - i);
      const wanted = points[point]![1] - height / 2;
      while (next < last && Math.abs(free[next + 1]!.y - wanted) <= Math.abs(free[next]!.y - wanted)) next += 1;
      boxes[point] = free[next]!;
      next += 1;
    });
  }
  const left = inner.filter((point) => boxes[point] === null);
  const taken = [...fixed, ...boxes.filter((box) => box !== null)];
  placeBoxes(left.map((point) => points[point]!), [width, height], canvas, gap, taken).forEach((box, i) => {
    boxes[left[i]!] = box;
  });
  return boxes.filter((box) => box !== null);
}

/** The places of a column from the top, where they are inside the canvas and free. */
function column(x: number, width: number, height: number, canvas: Size, gap: number, fixed: Box[]): Box[] {
  if (x < 0 || x + width > canvas[0]) return [];
  const count = Math.floor((canvas[1] + gap) / (height + gap));
  const step = (canvas[1] - height) / Math.max(1, count - 1);
  const places = Array.from({ length: count }, (_, i) => ({ x, y: i * step, width, height }));
  return places.filter((box) => !fixed.some((other) => overlap(box, other)));
}

function keepInside(box: Box, [width, height]: Size): void {
  box.x = Math.min(Math.max(box.x, 0), width - box.width);
  box.y = Math.min(Math.max(box.y, 0), height - box.height);
}

/** Moves two overlapping boxes apart, along the axis on which less is needed or sidewards; `share` of it falls to `a`. */
function pushApart(a: Box, b: Box, gap: number, share: number, sidewards: boolean): boolean {
  const dx = b.x + b.width / 2 - (a.x + a.width / 2);
  const dy = b.y + b.height / 2 - (a.y + a.height / 2);
  const overX = (a.width + b.width) / 2 + gap - Math.abs(dx);
  const overY = (a.height + b.height) / 2 + gap - Math.abs(dy);
  if (overX <= 0 || overY <= 0) return false;
  if (sidewards || overX < overY) {
    const step = (overX + 0.01) * (dx < 0 ? -1 : 1);
    a.x -= step * share;
    b.x += step * (1 - share);
  } else {
    const step = (overY + 0.01) * (dy < 0 ? -1 : 1);
    a.y -= step * share;
    b.y += step * (1 - share);
  }
  return true;
}

interface Wanted {
  text: string;
  at: [number, number];
  area: number;
}

/** Names of the largest areas first, where there is room for the whole name; the rest stay unnamed. */
export function placeLabels(
  wanted: Wanted[],
  taken: Box[],
  size: number,
  [canvasWidth, canvasHeight]: [number, number],
): { text: string; x: number; y: number }[] {
  const used = [...taken];
  const placed: { text: string; x: number; y: number }[] = [];
  for (const { text, at, area } of wanted) {
    const width = textWidth(text, size);
    if (width * size > area * 0.9) continue; // it would spread over its neighbours
    for (const shift of [0, -0.7, 0.7, -1.3, 1.3]) {
      const box = { x: at[0] - width / 2, y: at[1] - size / 2 + shift * size, width, height: size };
      const inside = box.x >= 0 && box.x + width <= canvasWidth && box.y >= 0 && box.y + size <= canvasHeight;
      if (!inside || used.some((other) => overlap(box, other))) continue;
      used.push(box);
      placed.push({ text, x: at[0], y: box.y + size * 0.85 });
      break;
    }
  }
  return placed;
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
