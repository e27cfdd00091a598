/** Turns rings the way d3-geo wants them: outer ones clockwise, holes the other way (GeoJSON says the opposite). */

import type { Feature, Geometry, Position } from "geojson";

/** Twice the signed area in square degrees; positive is counter-clockwise. */
function turn(ring: Position[]): number {
  return ring.reduce((sum, [x = 0, y = 0], i) => {
    const [nextX = 0, nextY = 0] = ring[(i + 1) % ring.length] ?? [];
    return sum + x * nextY - nextX * y;
  }, 0);
}

function polygon(rings: Position[][]): Position[][] {
  return rings.map((ring, i) => (turn(ring) > 0 === (i === 0) ? [...ring].reverse() : ring));
}

export function rewind<P>(feature: Feature<Geometry, P>): Feature<Geometry, P> {
  const { geometry } = feature;
  if (geometry.type === "Polygon") {
    return { ...feature, geometry: { ...geometry, coordinates: polygon(geometry.coordinates) } };
  }
  if (geometry.type === "MultiPolygon") {
    return { ...feature, geometry: { ...geometry, coordinates: geometry.coordinates.map(polygon) } };
  }
  return feature;
}
