/** The few things done to the document; nothing is written that is already there. */

type Attributes = Record<string, string>;

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className = "",
  parent?: Element,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className) made.className = className;
  parent?.append(made);
  return made;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  parent?: Element,
): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
}

export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

const FIGURE_EM = 0.68; // as in style.css

/** Text whose figures are all equally wide: changing numbers keep their place. */
export function setFigures(node: Element, text: string): void {
  if (node.textContent === text) return;
  const parts = [...text].map((letter) => {
    if (letter < "0" || letter > "9") return letter;
    const figure = document.createElement("span");
    figure.className = "figure";
    figure.textContent = letter;
    return figure;
  });
  node.replaceChildren(...parts);
}

export function figuresWidth(text: string, sizePx: number, weight: number): number {
  const rest = text.replace(/[0-9]/g, "");
  return textWidth(rest, sizePx, weight) + (text.length - rest.length) * FIGURE_EM * sizePx;
}

export function setData(node: HTMLElement | SVGElement, data: Record<string, string>): void {
  for (const [key, value] of Object.entries(data)) {
    if (node.dataset[key] !== value) node.dataset[key] = value;
  }
}

/** CSS pixels of one rem: everything on the wall scales with it. */
export function rem(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}

/** Size of everything but large values: 24 px of capital height at 1080 lines, as --small in style.css. */
export const SMALL_REM = 3.25;

const FAMILY = '"Be Vietnam Pro"';
const pen = document.createElement("canvas").getContext("2d");

export function font(sizePx: number, weight = 500): string {
  return `${weight} ${sizePx}px ${FAMILY}, sans-serif`;
}

export function textWidth(text: string, sizePx: number, weight = 500): number {
  if (!pen) return text.length * sizePx * 0.6;
  pen.font = font(sizePx, weight);
  return pen.measureText(text).width;
}
