"""Owns the generated province: where its communes lie and where its devices stand, from one seed.

It lies on open sea at 13.5° N, 110.4° E, so that no map of it can be mistaken for a real place. Its code 99
and its commune codes 99001 … are free: the official province codes end at 96 and the official five-digit
commune codes at 32248, before and after 1 July 2025.
"""

import math
import random
from collections.abc import Sequence
from datetime import datetime

from services.simulator import geometry, names
from services.simulator.devices import DECIMALS, place_devices
from services.simulator.domain import Area, Point, Province, Ring

PROVINCE_CODE = "99"
CENTRE: Point = (110.4, 13.5)
KM_PER_DEGREE = 111.32
RADIUS_KM = 30.0
GHOSTS = 24  # seeds in the sea that bound the outer cells; as sparse as those on land, for bays and capes


def build_province(seed: int, commissioned_at: datetime, interval_scale: float = 1.0) -> Province:
    """The same province for the same arguments; `interval_scale` shortens or stretches all intervals."""
    rings = _draw(seed)
    areas = _areas(rings, seed)
    devices = place_devices(areas[0], areas[1:], seed, commissioned_at, interval_scale)
    return Province(areas, devices)


def _draw(seed: int) -> list[Ring]:
    """Rings of the communes in degrees, the one nearest the centre first."""
    chance = random.Random(f"map:{seed}")
    land = _land_seeds(chance, len(names.WARDS) + len(names.RURAL))
    cells = geometry.voronoi_cells([*land, *_sea_seeds(chance)], half_width=4 * RADIUS_KM)
    return [_to_degrees(ring) for ring in geometry.rough_cells(cells[: len(land)], seed)]


def _land_seeds(chance: random.Random, count: int) -> list[Point]:
    """Dense around the town, sparse in the country; the best of several candidates each time."""
    seeds: list[Point] = [(0.0, 0.0)]
    while len(seeds) < count:
        candidates = [_somewhere(chance) for _ in range(40)]
        seeds.append(max(candidates, key=lambda point: _room(point, seeds)))
    return sorted(seeds, key=lambda point: math.hypot(*point))


def _somewhere(chance: random.Random) -> Point:
    angle, radius = chance.uniform(0, 2 * math.pi), RADIUS_KM * 0.92 * math.sqrt(chance.random())
    return (1.1 * radius * math.cos(angle), 0.9 * radius * math.sin(angle))


def _room(point: Point, seeds: Sequence[Point]) -> float:
    """Distance to the nearest seed, in units of the distance wanted there."""
    wanted_km = 5.0 + 0.3 * math.hypot(*point)
    return min(math.dist(point, other) for other in seeds) / wanted_km


def _sea_seeds(chance: random.Random) -> list[Point]:
    ring = []
    for number in range(GHOSTS):
        angle = 2 * math.pi * (number + chance.uniform(-0.3, 0.3)) / GHOSTS
        radius = RADIUS_KM * chance.uniform(1.08, 1.42)
        ring.append((1.1 * radius * math.cos(angle), 0.9 * radius * math.sin(angle)))
    return ring


def _to_degrees(ring: Ring) -> Ring:
    narrow = math.cos(math.radians(CENTRE[1]))
    return tuple(
        (
            round(CENTRE[0] + x / (KM_PER_DEGREE * narrow), DECIMALS),
            round(CENTRE[1] + y / KM_PER_DEGREE, DECIMALS),
        )
        for x, y in ring
    )


def _areas(rings: Sequence[Ring], seed: int) -> tuple[Area, ...]:
    shore = geometry.outline(rings)
    communes = [_commune(number, ring, shore, seed) for number, ring in enumerate(rings)]
    population = sum(commune.population for commune in communes)
    province = Area(
        PROVINCE_CODE, names.PROVINCE_VI, names.PROVINCE_EN, "province", "", population, shore, True
    )
    return (province, *communes)


def _commune(number: int, ring: Ring, shore: Ring, seed: int) -> Area:
    ward = number < len(names.WARDS)
    name = names.WARDS[number] if ward else names.RURAL[number - len(names.WARDS)]
    chance = random.Random(f"population:{seed}:{number}")
    return Area(
        code=f"{PROVINCE_CODE}{number + 1:03d}",
        name_vi=f"{'Phường' if ward else 'Xã'} {name}",
        name_en=f"{name} {'Ward' if ward else 'Commune'}",
        level="commune",
        parent_code=PROVINCE_CODE,
        population=chance.randint(28_000, 62_000) if ward else chance.randint(9_000, 26_000),
        ring=ring,
        coastal=geometry.coast_share(ring, shore) > 0,
    )
