/** What the shades and shapes of the map mean. */

import { element, svg } from "./dom";
import { number } from "./format";
import type { MapPanel } from "./protocol";
import { OUTLINES } from "./shapes";
import { words } from "./words";

// Neutral and ever lighter below the limit, then warm: order is told by lightness, not by hue alone.
export const SHADES = ["#3f464c", "#5b656d", "#c99a4b", "#e2703a", "#d8345f"];

export function shadeClass(v: number, steps: number[]): number {
  const found = steps.findIndex((step) => v < step);
  return found < 0 ? steps.length : found;
}

export class Legend {
  constructor(panel: MapPanel, parent: Element) {
    const root = element("div", "legend", parent);
    if (panel.shade) {
      const shades = element("div", "legend-shades", root);
      shadeWords(panel.shade.steps).forEach((word, i) => row(shades, word, swatch(SHADES[i] ?? "")));
      row(shades, words.noStation, swatch("", "none"));
      row(shades, words.old, swatch("", "hatched"));
    }
    const kinds = [...new Set(panel.marks.map((mark) => mark.kind))].filter((k) => k !== panel.stations?.kind);
    for (const kind of kinds) row(root, words.kinds[kind] ?? kind, shape(kind));
  }
}

/** "< 25", "25–50", …, "150+". */
function shadeWords(steps: number[]): string[] {
  return [...steps, null].map((step, i) => {
    const from = steps[i - 1];
    if (from === undefined) return `< ${number(step, 0)}`;
    return step === null ? `${number(from, 0)}+` : `${number(from, 0)}–${number(step, 0)}`;
  });
}

function row(root: Element, word: string, sign: Element): void {
  const line = element("div", "legend-row", root);
  line.append(sign);
  element("span", "", line).textContent = word;
}

function swatch(colour: string, className = ""): HTMLElement {
  const made = element("span", `swatch ${className}`);
  if (colour) made.style.background = colour;
  return made;
}

function shape(kind: string): SVGSVGElement {
  const made = svg("svg", { viewBox: "-1.4 -1.4 2.8 2.8", class: "legend-shape" });
  svg("path", { d: OUTLINES[kind] ?? OUTLINES.other ?? "" }, made);
  return made;
}
