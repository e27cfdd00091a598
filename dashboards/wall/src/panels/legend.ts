/** What the shades and shapes of the map mean. */

import { element, svg } from "../dom";
import { number } from "../format";
import type { MapPanel, Shade } from "../protocol";
import { OUTLINES } from "../shapes";
import { words } from "../words";

// Neutral and ever lighter where all is well, then warm: order is told by lightness, not by hue alone.
const NEUTRAL = ["#3f464c", "#5b656d", "#78838c", "#98a3ab", "#bac3c9"];
const WARM = ["#c99a4b", "#e2703a", "#d8345f"];

export function shadeClass(v: number, steps: number[]): number {
  const found = steps.findIndex((step) => v < step);
  return found < 0 ? steps.length : found;
}

/** One colour for each class between the steps; warm ones for what is abnormal, the warmest farthest from the limit. */
export function shadeColours(steps: number[], limits: Pick<Shade, "attention_from" | "attention_below">): string[] {
  const { attention_from: from, attention_below: below } = limits;
  const classes = [...steps.keys(), steps.length];
  const above = classes.filter((at) => from !== undefined && (steps[at - 1] ?? -Infinity) >= from);
  const under = classes.filter((at) => below !== undefined && (steps[at] ?? Infinity) <= below).reverse();
  const well = classes.filter((at) => !above.includes(at) && !under.includes(at));
  return classes.map((at) => {
    const abnormal = Math.max(above.indexOf(at), under.indexOf(at));
    if (abnormal >= 0) return WARM[Math.min(abnormal, WARM.length - 1)] ?? "";
    return NEUTRAL[Math.min(well.indexOf(at), NEUTRAL.length - 1)] ?? "";
  });
}

export class Legend {
  readonly root: HTMLElement;

  constructor(panel: MapPanel, parent: Element) {
    this.root = element("div", "legend", parent);
    if (panel.shade) {
      const shades = element("div", "legend-shades", this.root);
      const colours = shadeColours(panel.shade.steps, panel.shade);
      shadeWords(panel.shade).forEach((word, i) => row(shades, word, swatch(colours[i] ?? "")));
      row(shades, words.noStation, swatch("", "none"));
      row(shades, words.old, swatch("", "hatched"));
    }
    const kinds = [...new Set((panel.marks ?? []).map((mark) => mark.kind))].filter((k) => k !== panel.stations?.kind);
    const shapes = element("div", "legend-kinds", this.root);
    for (const kind of kinds) row(shapes, words.kinds[kind] ?? kind, shape(kind));
  }
}

/** "< 25", "25–50", …, "150+". */
function shadeWords({ steps }: Shade): string[] {
  const figure = (step: number): string => number(step, Number.isInteger(step) ? 0 : 1);
  return [...steps, null].map((step, i) => {
    const from = steps[i - 1];
    if (from === undefined) return step === null ? "" : `< ${figure(step)}`;
    return step === null ? `${figure(from)}+` : `${figure(from)}–${figure(step)}`;
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
