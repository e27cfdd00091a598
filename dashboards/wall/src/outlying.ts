/** Communes so far out at sea that all others would be specks beside them: they get a frame of their own. */

import type { Feature, Geometry, Position } from "geojson";

interface Bounds {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The others' box must be less than this part of the common one, in width or in height. */
const SHRUNK = 0.5;

/** Near and far ones. Empty geometries count as near; at most every third is far; of one alone, its pieces. */
export function parted<F extends Feature<Geometry>>(features: F[]): { near: F[]; far: F[] } {
  const [only, other] = features;
  if (only?.geometry.type === "MultiPolygon" && !other) return pieces(only, only.geometry.coordinates);
  const boxes = new Map(features.map((feature) => [feature, bounds(positions(feature.geometry))]));
  const middle = (axis: (box: Bounds) => number): number => {
    const sorted = [...boxes.values()].map(axis).sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? 0;
  };
  const [x, y] = [middle((box) => box.west + box.east), middle((box) => box.south + box.north)];
  const distance = ({ west, south, east, north }: Bounds): number => Math.hypot(west + east - x, south + north - y);
  const order = [...boxes].sort(([, a], [, b]) => distance(b) - distance(a)).map(([feature]) => feature);
  const far = new Set<F>();
  for (const feature of order.slice(0, Math.floor(features.length / 3))) {
    const common = order.filter((one) => !far.has(one)).map((one) => boxes.get(one)!);
    const whole = around(common);
    const kept = around(common.slice(1)); // the farthest left comes first
    const narrower = kept.east - kept.west < SHRUNK * (whole.east - whole.west);
    const lower = kept.north - kept.south < SHRUNK * (whole.north - whole.south);
    if (!narrower && !lower) break;
    far.add(feature);
  }
  return { near: features.filter((one) => !far.has(one)), far: features.filter((one) => far.has(one)) };
}

/** An outline without inner boundaries: far is what lies farther from its largest piece than that is large. */
function pieces<F extends Feature<Geometry>>(feature: F, polygons: Position[][][]): { near: F[]; far: F[] } {
  const boxes = polygons.map((polygon) => bounds(polygon.flat()));
  const size = ({ west, south, east, north }: Bounds): number => Math.max(east - west, north - south);
  const main = boxes.reduce((a, b) => (size(b) > size(a) ? b : a));
  const gap = ({ west, south, east, north }: Bounds): number =>
    Math.max(west - main.east, main.west - east, south - main.north, main.south - north);
  const of = (far: boolean): F[] => {
    const coordinates = polygons.filter((_, i) => gap(boxes[i]!) > size(main) === far);
    return coordinates.length > 0 ? [{ ...feature, geometry: { type: "MultiPolygon", coordinates } }] : [];
  };
  return { near: of(false), far: of(true) };
}

/** Whether a place lies in the box of these. */
export function holds(features: Feature<Geometry>[], [x, y]: Position): boolean {
  const { west, south, east, north } = around(features.map(({ geometry }) => bounds(positions(geometry))));
  return x! >= west && x! <= east && y! >= south && y! <= north;
}

function positions(geometry: Geometry): Position[] {
  if (geometry.type === "Polygon") return geometry.coordinates.flat();
  return geometry.type === "MultiPolygon" ? geometry.coordinates.flat(2) : [];
}

function bounds(all: Position[]): Bounds {
  return around(all.map(([x = 0, y = 0]) => ({ west: x, south: y, east: x, north: y })));
}

function around(all: Bounds[]): Bounds {
  const wide = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  return all.reduce(
    (a, b) => ({
      west: Math.min(a.west, b.west),
      south: Math.min(a.south, b.south),
      east: Math.max(a.east, b.east),
      north: Math.max(a.north, b.north),
    }),
    wide,
  );
}
