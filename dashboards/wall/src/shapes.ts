/** One outline per kind of device, around the origin, one unit high either way: told apart without colour. */

export const OUTLINES: Record<string, string> = {
  noise: "M0-1.15 1.15 0 0 1.15-1.15 0z",
  water_level: "M-1.1-.8H1.1L0 1.1z",
  traffic: "M-.9-.9H.9V.9H-.9z",
  power: "M-1.1.8H1.1L0-1.1z",
  water_quality: "M-1.1-.8H1.1L.5.8H-.5z",
  salinity: "M-1.1.8H1.1L.5-.8H-.5z",
  rain: "M0-1.2.8.2A.85.85 0 1 1-.8.2z",
  other: "M-.9 0A.9.9 0 1 0 .9 0 .9.9 0 1 0-.9 0z",
};
