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
