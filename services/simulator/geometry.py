"""Owns the drawing of a map: Voronoi cells with rough, shared edges. Plane coordinates in kilometres."""

import itertools
import random
from collections.abc import Iterable, Sequence

from services.simulator.domain import Point, Ring

SAME_POINT_KM = 1e-6
LONGEST_SEGMENT_KM = 1.1
INLAND_ROUGHNESS = 0.09  # share of an edge's length by which its middle is moved; below 0.2 edges never cross
COAST_ROUGHNESS = 0.19


def voronoi_cells(seeds: Sequence[Point], half_width: float) -> list[Ring]:
    """The cell of each seed within a square of 2 × `half_width`, counter-clockwise."""
    square: Ring = (
        (-half_width, -half_width),
        (half_width, -half_width),
        (half_width, half_width),
        (-half_width, half_width),
    )
    return [_cell(seed, seeds, square) for seed in seeds]


def _cell(seed: Point, seeds: Sequence[Point], square: Ring) -> Ring:
    cell = square
    for other in seeds:
        if other != seed:
            cell = _clip(cell, seed, other)
    return cell


def _clip(ring: Ring, near: Point, far: Point) -> Ring:
    """The part of a convex ring that is closer to `near` than to `far`."""
    normal = (far[0] - near[0], far[1] - near[1])
    middle = ((far[0] + near[0]) / 2, (far[1] + near[1]) / 2)

    def side(point: Point) -> float:
        return (point[0] - middle[0]) * normal[0] + (point[1] - middle[1]) * normal[1]

    kept: list[Point] = []
    for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
        here, there = side(start), side(end)
        if here <= 0:
            kept.append(start)
        if (here < 0 < there) or (there < 0 < here):
            share = here / (here - there)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
    return tuple(kept)


def rough_cells(cells: Sequence[Ring], seed: int) -> list[Ring]:
    """The same tiling with edges like land: each edge is drawn once and used by both its neighbours.

    An edge that belongs to one cell only is a coast and is rougher.
    """
    corners, rings = _number_corners(cells)
    users: dict[tuple[int, int], int] = {}
    for ring in rings:
        for edge in _edges(ring):
            users[_key(edge)] = users.get(_key(edge), 0) + 1
    paths = {
        key: _rough_path(corners, key, COAST_ROUGHNESS if count == 1 else INLAND_ROUGHNESS, seed)
        for key, count in users.items()
    }
    return [_walk(ring, paths) for ring in rings]


def _number_corners(cells: Sequence[Ring]) -> tuple[list[Point], list[list[int]]]:
    """Corners that two cells computed apart, and that differ by rounding only, become one."""
    corners: list[Point] = []
    rings = []
    for cell in cells:
        ring: list[int] = []
        for point in cell:
            number = _find(corners, point)
            if number not in ring:
                ring.append(number)
        rings.append(ring)
    return corners, rings


def _find(corners: list[Point], point: Point) -> int:
    for number, corner in enumerate(corners):
        if abs(corner[0] - point[0]) < SAME_POINT_KM and abs(corner[1] - point[1]) < SAME_POINT_KM:
            return number
    corners.append(point)
    return len(corners) - 1


def _edges(ring: Sequence[int]) -> Iterable[tuple[int, int]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _key(edge: tuple[int, int]) -> tuple[int, int]:
    return (min(edge), max(edge))


def _rough_path(corners: Sequence[Point], key: tuple[int, int], roughness: float, seed: int) -> list[Point]:
    """Both ends included, from the lower corner number to the higher."""
    chance = random.Random(f"{seed}:{key[0]}:{key[1]}")
    path = [corners[key[0]], corners[key[1]]]
    while distance(path[0], path[1]) > LONGEST_SEGMENT_KM:
        finer = [path[0]]
        for start, end in itertools.pairwise(path):
            push = chance.uniform(-roughness, roughness)
            middle = (
                (start[0] + end[0]) / 2 - push * (end[1] - start[1]),
                (start[1] + end[1]) / 2 + push * (end[0] - start[0]),
            )
            finer += [middle, end]
        path = finer
    return path


def _walk(ring: Sequence[int], paths: dict[tuple[int, int], list[Point]]) -> Ring:
    points: list[Point] = []
    for start, end in _edges(ring):
        path = paths[_key((start, end))]
        points += (path if start < end else path[::-1])[:-1]
    return tuple(points)


def outline(rings: Sequence[Ring]) -> Ring:
    """The outer boundary of rings that tile one piece without holes: the edges that no two of them share."""
    following: dict[Point, Point] = {}
    inner = {(end, start) for ring in rings for start, end in _segments(ring)}
    for ring in rings:
        for start, end in _segments(ring):
            if (start, end) not in inner:
                following[start] = end
    first = point = min(following)
    walked = [first]
    while (point := following[point]) != first:
        walked.append(point)
    return tuple(walked)


def _segments(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return zip(ring, ring[1:] + ring[:1], strict=True)


def coast_share(ring: Ring, shore: Ring) -> float:
    """Share of the ring's segments that lie on the outline `shore`."""
    sea = set(_segments(shore))
    return sum(segment in sea for segment in _segments(ring)) / len(ring)


def area_of(ring: Ring) -> float:
    """Signed area in squared units of the coordinates; positive when counter-clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in _segments(ring)) / 2


def contains(ring: Ring, point: Point) -> bool:
    """Whether the point is inside, by the parity of crossings of a ray to the east."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in _segments(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def clearance(ring: Ring, point: Point) -> float:
    """Distance from the point to the nearest corner of the ring."""
    return min(distance(corner, point) for corner in ring)


def distance(a: Point, b: Point) -> float:
    """In the unit of the coordinates."""
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)
