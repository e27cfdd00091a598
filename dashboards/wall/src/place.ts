/** Names of places, the longest that fits: a cut name is worse than a short one. */

import type { Place } from "./protocol";
import { language } from "./words";
import { textWidth } from "./dom";

const LEVELS = /^(Phường|Xã|Thị trấn|Đặc khu|Tỉnh|Thành phố) /u;

export function candidates(place: Place | undefined): string[] {
  if (!place) return [];
  const own = place[language] || place.vi;
  const area = (language === "en" && place.area_en) || place.area_vi;
  return area ? [own, area, bare(area)] : [own, bare(own)];
}

/** "Phường Lộng Ngự" → "Lộng Ngự". */
export function bare(name: string): string {
  return name.replace(LEVELS, "").replace(/ (Ward|Commune|Province)$/, "");
}

export interface Fitted {
  text: string;
  spacingEm: number; // 0, or how much closer the letters of the shortest name must stand to stay whole
  shrunk: number; // 1, or by how much it must be set smaller besides
}

const CLOSEST_EM = -0.05; // closer than that, letters with two marks touch

export function fitting(place: Place | undefined, widthPx: number, sizePx: number): Fitted {
  const all = candidates(place);
  const found = all.find((name) => textWidth(name, sizePx) <= widthPx);
  if (found !== undefined) return { text: found, spacingEm: 0, shrunk: 1 };
  const text = all.at(-1) ?? "";
  const natural = textWidth(text, sizePx);
  const spacingEm = Math.max(CLOSEST_EM, (widthPx - natural) / (text.length * sizePx));
  const closer = natural + spacingEm * text.length * sizePx;
  return { text, spacingEm, shrunk: Math.min(1, widthPx / closer) };
}
