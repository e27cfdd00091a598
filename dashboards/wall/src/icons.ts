/** Shapes that say a state without a colour. */

import { svg } from "./dom";

const PATHS: Record<string, string> = {
  live: "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
  provisional: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 2.4v11.2a5.6 5.6 0 0 1 0-11.2z",
  final: "M4 4h16v16H4zM10.4 17 18 9.2l-1.8-1.8-5.8 6-2.7-2.7L6 12.4z",
  restated: "M12 4a8 8 0 0 1 7.4 5H22l-4 5-4-5h2.7A5.6 5.6 0 1 0 17 15l2.2 1.4A8 8 0 1 1 12 4z",
  stale: "M12 2.5 23 21.5H1zM10.8 9v6.2h2.4V9zm0 7.6V19h2.4v-2.4z",
  none: "M4 10.8h16v2.4H4z",
  attention: "M12 2.5 23 21.5H1zM10.8 9v6.2h2.4V9zm0 7.6V19h2.4v-2.4z",
};

export function icon(name: string, parent?: Element): SVGSVGElement {
  const made = svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, parent);
  svg("path", { "fill-rule": "evenodd", d: PATHS[name] ?? "" }, made);
  return made;
}

export function setIcon(holder: SVGSVGElement, name: string): void {
  const path = holder.firstElementChild;
  const d = PATHS[name] ?? "";
  if (path && path.getAttribute("d") !== d) path.setAttribute("d", d);
}
