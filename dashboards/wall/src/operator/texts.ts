/** Numbers, moments, periods and names as the page writes them. Pure. */

import { MISSING, number, time } from "../format";
import type { Definition, Figure, Scores } from "./model";
import { language, words } from "./words";

const DAY_MS = 86_400_000;
const ZONE_MS = 7 * 3_600_000;

/** "14:02", with its day where that is not today: 14:02 25/11. */
export function moment(text: string | undefined, nowMs: number): string {
  if (!text) return "";
  const ms = Date.parse(text);
  const local = new Date(ms + ZONE_MS);
  const isToday = Math.floor((ms + ZONE_MS) / DAY_MS) === Math.floor((nowMs + ZONE_MS) / DAY_MS);
  if (isToday) return time(ms);
  const [day, month] = [local.getUTCDate(), local.getUTCMonth() + 1].map((n) => String(n).padStart(2, "0"));
  return `${time(ms)} ${day}/${month}`;
}

/** "tháng 10/2026", "quý 4/2026", "năm 2026", "25/11/2026". */
export function period(kind: string, start: string): string {
  const [year = "", month = "", day = ""] = start.split("-");
  const vi = language === "vi";
  if (kind === "year") return vi ? `năm ${year}` : year;
  if (kind === "quarter") return `${vi ? "quý" : "Q"}${vi ? " " : ""}${Math.ceil(Number(month) / 3)}/${year}`;
  if (kind === "month") return `${vi ? "tháng " : ""}${Number(month)}/${year}`;
  return `${day}/${month}/${year}`;
}

/** A decimal of the API in the digits of its indicator, else in those that it has, three at most. */
export function decimal(text: string | undefined, decimals?: number): string {
  const own = Math.min(text?.split(".")[1]?.replace(/0+$/, "").length ?? 0, 3);
  return text === undefined ? MISSING : number(Number(text), decimals ?? own);
}

/** What a part comes to: a number, or what it lies between. */
export function limits({ value, low, high }: Pick<Figure, "value" | "low" | "high">, decimals?: number): string {
  if (value !== undefined || (low === undefined && high === undefined)) return decimal(value, decimals);
  return `${decimal(low, decimals)} – ${decimal(high, decimals)}`;
}

/** The value, its limits where only those are known, or why there is none. */
export function value(figure: Figure, definition: Definition | undefined): string {
  if (figure.suppressed) return words.suppressed;
  const unit = (language === "vi" && definition?.unitVi) || definition?.unit || "";
  const digits = definition && (definition.decimals ?? 0);
  const shown = limits(figure, digits);
  return shown === MISSING || !unit ? shown : `${shown} ${unit}`;
}

/** "100 · 98 · 100 · –", in hundredths, never rounded up. */
export function scores(found: Scores | undefined): string {
  if (!found) return MISSING;
  const each = [found.right, found.complete, found.clean, found.live];
  return each.map((one) => (one === undefined ? MISSING : String(Math.floor(Number(one) * 100 + 1e-9)))).join(" · ");
}

export function said(vi: string | undefined, en: string | undefined): string {
  return (language === "vi" ? vi || en : en || vi) ?? "";
}

/** Whether `text` is met by one of the patterns, in which * stands for any letters and ? for one; none: all are met. */
export function matches(patterns: string[] | undefined, text: string): boolean {
  if (!patterns || patterns.length === 0) return true;
  return patterns.some((pattern) => {
    const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
    return new RegExp(`^${source}$`).test(text);
  });
}
