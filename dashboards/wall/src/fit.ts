/** Text in one line of a given width: never cut, never lower than the limit. */

import { abbreviate } from "./abbreviations";
import { element, figuresWidth, rem, setFigures, setText, SMALL_REM, textWidth } from "./dom";

const NARROWEST = 0.7; // letters narrower than that are hard to read from afar
export const NARROWER = 0.87; // nobody sees it; words stay whole rather than letters full

interface How {
  weight?: number;
  figures?: boolean; // all figures equally wide: for numbers that change or stand below each other
}

const set = new WeakMap<Element, string>();
let letters = 0;

/** What was measured so far was measured in another font. */
export function lettersChanged(): void {
  letters += 1;
}

/** Width of a text at the size of everything small, in CSS pixels. */
export function smallWidth(text: string, { weight = 500, figures = false }: How = {}): number {
  const size = SMALL_REM * rem();
  return figures ? figuresWidth(text, size, weight) : textWidth(text, size, weight);
}

/**
 * The first of `texts` that fits in `room` CSS pixels; else the last one with its words abbreviated as staff do; else
 * its letters narrower, at the same height; only then smaller.
 */
export function fit(holder: HTMLElement, texts: string[], room: number, how: How = {}): void {
  const asked = `${texts.join("\n")}\n${Math.round(room)} ${rem()} ${letters}`;
  if (set.get(holder) === asked) return;
  set.set(holder, asked);
  const inner = (holder.firstElementChild as HTMLElement | null) ?? element("span", "fit-text", holder);
  const width = (text: string): number => smallWidth(text, how);
  const text =
    texts.find((one) => width(one) <= room) ?? abbreviate(texts.at(-1) ?? "", (one) => width(one) * NARROWER <= room);
  const share = Math.min(1, Math.max(0.05, room / Math.max(1, smallWidth(text, how))));
  if (how.figures) setFigures(inner, text);
  else setText(inner, text);
  inner.style.transform = share < 1 ? `scaleX(${Math.max(share, NARROWEST).toFixed(3)})` : "";
  inner.style.fontSize = share < NARROWEST ? `${(share / NARROWEST).toFixed(3)}em` : "";
  holder.style.width = share < 1 ? `${Math.floor(room)}px` : "";
}

/** Whether a text can stand in one line without becoming lower than the limit, once abbreviated. */
export function fitsOneLine(texts: string[], room: number, how: How = {}): boolean {
  const shortest = abbreviate(texts.at(-1) ?? "", () => false);
  return [...texts, shortest].some((text) => smallWidth(text, how) * NARROWEST <= room);
}

/** The first of `texts` in one line, or over two where there is height for them: each line as `fit` sets it. */
export function fitTwoLines(holder: HTMLElement, texts: string[], room: number, high: boolean, how: How = {}): void {
  const asked = `${high}\n${texts.join("\n")}\n${Math.round(room)} ${rem()} ${letters}`;
  if (set.get(holder) === asked) return;
  set.set(holder, asked);
  holder.replaceChildren();
  holder.style.width = "";
  const text = texts.find((one) => smallWidth(one, how) * NARROWER <= room);
  const lines = text !== undefined || !high ? [] : halves(texts[0] ?? "", how);
  if (lines.length < 2) fit(element("div", "fit", holder), texts, room, how);
  else for (const line of lines) fit(element("div", "fit", holder), [line], room, how);
}

/** A text over two lines as equally wide as its words allow; one line where it has but one word. */
export function halves(text: string, how: How = {}): string[] {
  const parts = text.split(" ");
  const ways = parts.slice(1).map((_, i) => [parts.slice(0, i + 1).join(" "), parts.slice(i + 1).join(" ")]);
  const width = (way: string[]): number => Math.max(...way.map((line) => smallWidth(line, how)));
  return ways.length === 0 ? [text] : ways.reduce((best, way) => (width(way) < width(best) ? way : best));
}

/** Words over as many lines as they need in `room` CSS pixels. */
export function wrapped(text: string, room: number, how: How = {}): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && smallWidth(longer, how) * NARROWER <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
