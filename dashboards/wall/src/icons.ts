/** Shapes that say a state without a colour. */

import { svg } from "./dom";

const PATHS: Record<string, string> = {
  live: "M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14z",
  provisional: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 2.4v11.2a5.6 5.6 0 0 1 0-11.2z",
  final: "M4 4h16v16H4zM10.4 17 18 9.2l-1.8-1.8-5.8 6-2.7-2.7L6 12.4z",
  restated: "M12 4a8 8 0 0 1 7.4 5H22l-4 5-4-5h2.7A5.6 5.6 0 1 0 17 15l2.2 1.4A8 8 0 1 1 12 4z",
  stale: "M12 2.5 23 21.5H1zM10.8 9v6.2h2.4V9zm0 7.6V19h2.4v-2.4z",
  check: "M9.2 18.6 3 12.4l2.4-2.4 3.8 3.8L18.6 4.4 21 6.8z",
  cross: "M5.4 3 12 9.6 18.6 3 21 5.4 14.4 12l6.6 6.6-2.4 2.4L12 14.4 5.4 21 3 18.6 9.6 12 3 5.4z",
  notice: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-1.3 7.5h2.6V17h-2.6zm0-3.5h2.6v2.4h-2.6z",
  warning: "M12 2.5 23 21.5H1zM10.8 9v6.2h2.4V9zm0 7.6V19h2.4v-2.4z",
  serious: "M12 1 23 12 12 23 1 12zM10.8 6.5v7h2.4v-7zm0 8.6v2.4h2.4v-2.4z",
  emergency: "M7.5 1.5h9l6 6v9l-6 6h-9l-6-6v-9zM10.6 5.5v8h2.8v-8zm0 9.8v2.8h2.8v-2.8z",
  right: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 2.4a6.6 6.6 0 1 1 0 13.2 6.6 6.6 0 0 1 0-13.2zm0 3.4a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4z",
  complete: "M11 4a8.5 8.5 0 1 0 9 9h-9zM13.5 2v8.5H22A8.5 8.5 0 0 0 13.5 2z",
  clean: "M12 2s7 8 7 13a7 7 0 0 1-14 0c0-5 7-13 7-13z",
  alive: "M2 11h4.6l3-7 4.6 13 2.6-6H22v2.4h-3.6L14 22 9.4 9.6 8.2 13.4H2z",
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
