/** Classes of VN_AQI: limits and colours of Quyết định 1459/QĐ-TCMT, table 1. */

import { words } from "./words";

const LIMITS = [50, 100, 150, 200, 300];
const COLOURS = ["rgb(0 228 0)", "rgb(255 255 0)", "rgb(255 126 0)", "rgb(255 0 0)", "rgb(143 63 151)", "rgb(126 0 35)"];
const INK = ["#000", "#000", "#000", "#fff", "#fff", "#fff"];

export interface AqiClass {
  word: string;
  colour: string;
  ink: string;
  abnormal: boolean; // worse than "Trung bình": people who are ill or old feel it
}

export function aqiClass(index: number): AqiClass {
  const rounded = Math.floor(index + 0.5);
  const found = LIMITS.findIndex((limit) => rounded <= limit);
  const at = found < 0 ? LIMITS.length : found;
  return { word: words.aqi[at] ?? "", colour: COLOURS[at] ?? "", ink: INK[at] ?? "", abnormal: at >= 2 };
}
