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

export function fitting(place: Place | undefined, widthPx: number, sizePx: number): string {
  const all = candidates(place);
  return all.find((name) => textWidth(name, sizePx) <= widthPx) ?? all[all.length - 1] ?? "";
}
