"""Owns what the simulator makes of a real province's map: its communes from the town outwards. Pure.

The official lists begin with the wards of the town. How many people live somewhere is drawn by chance where
the map does not say it, and not written into it. Special zones (đặc khu) and communes of several pieces
lie by the sea.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.simulator import geometry
from services.simulator.domain import TOWN, Area, Point, Ring

_KINDS = {  # in the order in which they get devices: (residents at least, at most, word in English)
    "Phường": (28_000, 62_000, "Ward"),
    "Xã": (9_000, 26_000, "Commune"),
    "Đặc khu": (2_000, 9_000, "Special Zone"),
}


class Unit(NamedTuple):
    """A unit of the centre's map. `boundary`: GeoJSON geometry, Polygon or MultiPolygon; None: unknown."""

    code: str
    name_vi: str
    name_en: str
    level: str
    parent_code: str
    valid_from: date
    population: int | None
    boundary: Mapping[str, Any] | None


class NoSuchProvince(Exception):
    """The map does not have what a simulation needs; the text says what to do."""


def real_areas(units: Sequence[Unit], code: str, seed: int) -> tuple[tuple[Area, ...], date]:
    """The province first, then its communes; and since when all of them are as they are.

    Raises:
        NoSuchProvince: the map has no province of this code, no communes in it, or no boundary of either.
    """
    whole = next((one for one in units if one.code == code and one.level == "province"), None)
    if whole is None:
        raise NoSuchProvince(
            f"the map has no province {code}: give it one, see docs/runbooks/real-province.md"
        )
    of_it = [one for one in units if one.parent_code == code and one.level == "commune"]
    if not of_it:
        raise NoSuchProvince(f"the map has no communes of {whole.name_vi} ({code})")
    if whole.boundary is None and not any(one.boundary for one in of_it):
        raise NoSuchProvince(f"the map has no boundary of {whole.name_vi} ({code}), nor of its communes")
    communes = _outwards([_commune(one, seed) for one in sorted(of_it, key=lambda one: one.code)])
    population = sum(one.population for one in communes)
    ring, holes, _ = _largest(whole.boundary)
    name_en = whole.name_en or whole.name_vi
    province = Area(code, whole.name_vi, name_en, "province", "", population, ring, holes=holes)
    return (province, *communes), max(one.valid_from for one in (whole, *of_it))


def _commune(unit: Unit, seed: int) -> Area:
    kind = next((one for one in _KINDS if unit.name_vi.startswith(one)), "Xã")
    fewest, most, word = _KINDS[kind]
    drawn = random.Random(f"population:{seed}:{unit.code}").randint(fewest, most)
    ring, holes, pieces = _largest(unit.boundary)
    return Area(
        code=unit.code,
        name_vi=unit.name_vi,
        name_en=unit.name_en or f"{unit.name_vi.removeprefix(kind).strip()} {word}",
        level="commune",
        parent_code=unit.parent_code,
        population=unit.population or drawn,
        ring=ring,
        holes=holes,
        coastal=pieces > 1 or kind == "Đặc khu",
        island=kind == "Đặc khu",
    )


def _largest(boundary: Mapping[str, Any] | None) -> tuple[Ring, tuple[Ring, ...], int]:
    """Outer ring and holes of the largest piece, and how many pieces there are."""
    if boundary is None:
        return (), (), 0
    coordinates = boundary["coordinates"]
    pieces = coordinates if boundary["type"] == "MultiPolygon" else [coordinates]
    rings = [[_ring(one) for one in piece] for piece in pieces]
    outer, *holes = max(rings, key=lambda piece: abs(geometry.area_of(piece[0])))
    return (outer if geometry.area_of(outer) else ()), tuple(holes), len(pieces)


def _ring(points: Sequence[Sequence[float]]) -> Ring:
    return tuple((float(x), float(y)) for x, y, *_ in points[:-1])


def _outwards(communes: Sequence[Area]) -> list[Area]:
    """The town, then the others so that the first few of them lie all over the province, then the islands."""
    wards = [one for one in communes if one.name_vi.startswith("Phường")]
    (town, *_) = [_middle(one) for one in (*wards, *communes) if one.ring] or [(0.0, 0.0)]
    first = sorted(wards, key=lambda one: _away(town, one))[:TOWN]
    rest = [one for one in communes if one not in first and not one.island]
    spread = _scattered(sorted(rest, key=lambda one: _away(town, one)))
    return [*first, *spread, *(one for one in communes if one.island)]


def _middle(area: Area) -> Point:
    xs, ys = zip(*area.ring, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _away(town: Point, area: Area) -> float:
    """Without boundaries all are as far: the order of codes stays."""
    return geometry.distance(town, _middle(area)) if area.ring else 0.0


def _scattered(areas: Sequence[Area]) -> list[Area]:
    """In the order of a golden walk over them: every beginning of it is from all parts."""
    golden = (math.sqrt(5) - 1) / 2
    order = sorted(range(len(areas)), key=lambda number: number * golden % 1)
    return [areas[number] for number in order]
