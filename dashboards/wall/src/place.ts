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
  shrunk: number; // 1, or by how much the shortest name must be set smaller to stay whole
}

export function fitting(place: Place | undefined, widthPx: number, sizePx: number): Fitted {
  const all = candidates(place);
  const found = all.find((name) => textWidth(name, sizePx) <= widthPx);
  if (found !== undefined) return { text: found, shrunk: 1 };
  const text = all.at(-1) ?? "";
  return { text, shrunk: Math.min(1, widthPx / textWidth(text, sizePx)) };
}
