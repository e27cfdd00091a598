/** A small line without axes: where a figure comes from. Gaps stay gaps. */

import { svg } from "../dom";
import type { Line } from "../protocol";

const GAP_STEPS = 1.6; // a step so many times the usual one is a gap

export class Sparkline {
  readonly root: SVGSVGElement;
  private readonly path: SVGPathElement;
  private readonly end: SVGCircleElement;

  constructor(parent: Element) {
    this.root = svg("svg", { class: "sparkline", "aria-hidden": "true" }, parent);
    this.path = svg("path", {}, this.root);
    this.end = svg("circle", {}, this.root);
  }

  show(line: Line | undefined, width: number, height: number, unit: number): void {
    const drawable = line !== undefined && line.at_ms.length > 1 && width > 0 && height > 0;
    this.root.style.display = drawable ? "" : "none";
    if (!drawable) return;
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.root.style.width = `${width}px`;
    this.root.style.height = `${height}px`;
    const edge = 0.7 * unit;
    const [from, to] = [line.at_ms[0] ?? 0, line.at_ms.at(-1) ?? 1];
    const [low, high] = [Math.min(...line.value), Math.max(...line.value)];
    const x = (at: number): number => edge + ((at - from) / Math.max(1, to - from)) * (width - 2 * edge);
    const y = (v: number): number => height - edge - ((v - low) / (high - low || 1)) * (height - 2 * edge);
    const steps = line.at_ms.slice(1).map((at, i) => at - (line.at_ms[i] ?? 0));
    const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
    const points = line.value.map((v, i) => {
      const gap = i === 0 || (steps[i - 1] ?? 0) > usual * GAP_STEPS;
      return `${gap ? "M" : "L"}${x(line.at_ms[i] ?? 0).toFixed(1)} ${y(v).toFixed(1)}`;
    });
    this.path.setAttribute("d", points.join(""));
    this.end.setAttribute("cx", x(to).toFixed(1));
    this.end.setAttribute("cy", y(line.value.at(-1) ?? 0).toFixed(1));
    this.end.setAttribute("r", String(0.6 * unit));
  }
}
