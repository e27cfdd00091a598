"""GeoJSON geometries (RFC 7946): which can be a boundary (shapes only, not topology), what lies in one."""

from itertools import pairwise
from typing import Any

SHORTEST_RING = 4  # positions; the last one repeats the first (RFC 7946, 3.1.6)


def geometry_fault(geometry: dict[str, Any]) -> str | None:
    """None for a Polygon or MultiPolygon with closed rings in longitude, latitude; else what is wrong."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        return f"type must be Polygon or MultiPolygon; got {kind!r}"
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        return "coordinates must be a list that is not empty"
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            return "a polygon must be a list of rings"
        for ring in polygon:
            if problem := _ring_fault(ring):
                return problem
    return None


def contains(geometry: dict[str, Any], longitude: float, latitude: float) -> bool:
    """Whether a place is within a geometry without faults: in a polygon and in none of its holes.

    Even-odd rule on the plane of longitude and latitude, which is what such boundaries are drawn on.
    """
    kind, coordinates = geometry["type"], geometry["coordinates"]
    polygons = [coordinates] if kind == "Polygon" else coordinates
    return any(
        _in_ring(polygon[0], longitude, latitude)
        and not any(_in_ring(hole, longitude, latitude) for hole in polygon[1:])
        for polygon in polygons
    )


def _in_ring(ring: list[list[float]], x: float, y: float) -> bool:
    inside = False
    for (x1, y1, *_), (x2, y2, *_) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _ring_fault(ring: object) -> str | None:
    if not isinstance(ring, list) or len(ring) < SHORTEST_RING:
        return f"a ring must have at least {SHORTEST_RING} positions"
    if not all(map(_is_position, ring)):
        return "a position must be [longitude, latitude], degrees from -180 to 180 and -90 to 90"
    return None if ring[0] == ring[-1] else "the last position of a ring must repeat the first"


def _is_position(position: object) -> bool:
    if not isinstance(position, list) or len(position) not in (2, 3):
        return False
    if any(type(number) not in (int, float) for number in position):
        return False
    return bool(-180 <= position[0] <= 180 and -90 <= position[1] <= 90)
