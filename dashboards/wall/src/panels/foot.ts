/** What is said below a figure: why it is missing, what is abnormal, where it was measured, its target, its past. */

import { aqiClass, type AqiClass } from "../aqi";
import { element, rem, setData } from "../dom";
import { fit, NARROWER, smallWidth } from "../fit";
import { difference, number } from "../format";
import { icon } from "../icons";
import { meets, worstScore, type Judged } from "../judge";
import { candidates } from "../place";
import type { Item } from "../protocol";
import { said, unitWord, words } from "../words";

export interface Part {
  texts: string[]; // longest first
  icon?: string;
  tone?: "attention";
  chip?: AqiClass;
}

export function attention(item: Item, v: number | null): string | null {
  if (v === null) return null;
  const { attention_below: below, attention_above: above } = item;
  const limit = (at: number): string => `${number(at, at % 1 ? item.decimals : 0)} ${unitWord(said(item.unit))}`.trim();
  if (below !== undefined && v < below) return words.below(limit(below));
  return above !== undefined && v > above ? words.above(limit(above)) : null;
}

/** Why there is no figure. */
export function lacking({ state, value }: Judged): string {
  if (value?.hidden) return words.fewPersons;
  return state === "none" ? words.none : words.notEnough;
}

/** In order of weight: what there is no room for is left out from the end. */
export function footParts(item: Item, judged: Judged): Part[] {
  const { v, value } = judged;
  if (value?.hidden || (v === null && value?.low === undefined)) return [{ texts: [lacking(judged)] }];
  const parts: Part[] = [];
  const abnormal = attention(item, v);
  if (abnormal) parts.push({ texts: [abnormal], icon: "attention", tone: "attention" });
  if (item.scale === "vn_aqi" && v !== null && !judged.stale) {
    const found = aqiClass(v);
    parts.push({ texts: [found.word], chip: found });
  }
  if (item.pick === "sum") parts.push({ texts: [words.stations(judged.used, judged.expected)] });
  else if (item.pick || item.text) parts.push(...placeParts(item, judged));
  parts.push(...figureParts(item, judged));
  if (!item.pick && !item.text) parts.push(...placeParts(item, judged));
  return parts;
}

function placeParts(item: Item, judged: Judged): Part[] {
  const prefix = item.text ? `${said(item.text)} ` : "";
  const names = candidates(item.places[judged.key ?? ""]).map((name) => prefix + name);
  if (names.length === 0 && prefix) return [{ texts: [prefix.trim()] }];
  return names.length > 0 ? [{ texts: names }] : [];
}

function figureParts(item: Item, { v, value }: Judged): Part[] {
  if (!value) return [];
  const parts: Part[] = [];
  const figure = (x: number): string => number(x, item.decimals);
  if (v !== null && value.low !== undefined && value.high !== undefined) {
    parts.push({ texts: [words.interval(figure(value.low), figure(value.high))] });
  }
  if (value.target && v !== null) {
    const met = meets(v, value.target);
    const goal = words.target[value.target.op]?.(number(value.target.value, value.target.value % 1 ? item.decimals : 0)) ?? "";
    const verdict = met ? words.met : words.unmet;
    const limit = number(value.target.value, value.target.value % 1 ? item.decimals : 0);
    parts.push({ texts: [`${verdict} ${goal}`, goal, `${words.goal} ${limit}`], icon: met ? "check" : "cross" });
  }
  if (value.before && v !== null) {
    const change = difference(v - value.before.v, item.decimals);
    const names = words.before[value.before.kind] ?? [];
    const texts = [...names.map((name) => `${name} ${figure(value.before?.v ?? 0)} (${change})`), `${names.at(-1) ?? ""} ${change}`];
    parts.push({ texts });
  }
  const score = worstScore(value);
  if (score && score.level !== "good") {
    parts.push({ texts: [`${words.scores[score.name] ?? ""} ${number(score.share * 100, 0)}%`], icon: scoreIcon(score.name) });
  }
  return parts;
}

export function scoreIcon(name: string): string {
  return name === "live" ? "alive" : name; // "live" is the shape of a state already
}

const GAP_REM = 2;
const ICON_REM = 3.4;
const CHIP_REM = 1.4;

function widthOf(part: Part, text: string): number {
  const extra = (part.icon ? ICON_REM : 0) + (part.chip ? CHIP_REM : 0);
  return smallWidth(text, { weight: weightOf(part), figures: !part.chip }) + extra * rem();
}

function weightOf(part: Part): number {
  return part.tone || part.chip ? 700 : 500;
}

/** The parts line by line, each with the longest text there is room for; pure but for the width of letters. */
function arranged(parts: Part[], lines: number, width: number): { part: Part; text: string }[][] {
  const room = width / NARROWER;
  const out: { part: Part; text: string }[][] = [];
  const used: number[] = [];
  for (const part of parts) {
    const shortest = part.texts.at(-1) ?? "";
    const width = widthOf(part, shortest);
    const line = used.findIndex((taken) => taken + GAP_REM * rem() + width <= room);
    if (line >= 0) {
      out[line]?.push({ part, text: shortest });
      used[line] = (used[line] ?? 0) + GAP_REM * rem() + width;
    } else if (out.length < lines) {
      out.push([{ part, text: shortest }]);
      used.push(width);
    }
  }
  out.forEach((line, i) => {
    for (const placed of line) {
      const free = room - (used[i] ?? 0) + widthOf(placed.part, placed.text);
      const better = placed.part.texts.find((text) => widthOf(placed.part, text) <= free) ?? placed.text;
      used[i] = (used[i] ?? 0) + widthOf(placed.part, better) - widthOf(placed.part, placed.text);
      placed.text = better;
    }
  });
  return out;
}

/** Draws the parts into `holder`; nothing is touched while they read the same. Returns the lines drawn. */
export class Foot {
  private drawn = "";
  private count = 0;

  constructor(private readonly holder: HTMLElement) {}

  show(parts: Part[], lines: number, room: number): number {
    const asked = JSON.stringify([parts, lines, Math.round(room), rem()]);
    if (asked === this.drawn) return this.count;
    this.drawn = asked;
    const rows = arranged(parts, lines, room);
    this.count = rows.length;
    this.holder.replaceChildren(
      ...rows.map((row) => {
        const line = element("div", "tile-foot");
        const gaps = (row.length - 1) * GAP_REM * rem();
        const wanted = row.reduce((sum, { part, text }) => sum + widthOf(part, text), 0);
        const share = Math.min(1, (room - gaps) / wanted);
        for (const { part, text } of row) line.append(drawnPart(part, text, share * widthOf(part, text)));
        return line;
      }),
    );
    return this.count;
  }
}

function drawnPart(part: Part, text: string, room: number): HTMLElement {
  const holder = element("span", part.chip ? "chip" : "part");
  if (part.tone) setData(holder, { tone: part.tone });
  if (part.icon) icon(part.icon, holder);
  if (part.chip) {
    holder.style.background = part.chip.colour;
    holder.style.color = part.chip.ink;
  }
  const extra = widthOf(part, text) - smallWidth(text, { weight: weightOf(part), figures: !part.chip });
  fit(element("span", "fit", holder), [text], room - extra, { weight: weightOf(part), figures: !part.chip });
  return holder;
}
