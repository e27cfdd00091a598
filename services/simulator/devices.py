"""Owns the simulated devices: which kinds there are, what they measure, and where each one stands."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.simulator import geometry, names
from services.simulator.domain import TOWN, Area, Channel, Device, Point

PM25 = Channel("pm25", "pm25_mass_concentration", "µg/m³", 0, 1_000)
PM10 = Channel("pm10", "pm10_mass_concentration", "µg/m³", 0, 2_000)
TEMPERATURE = Channel("temperature", "air_temperature", "°C", -10, 60)
HUMIDITY = Channel("humidity", "relative_humidity", "%", 0, 100)
NO2 = Channel("no2", "no2_mass_concentration", "µg/m³", 0, 2_000)
O3 = Channel("o3", "o3_mass_concentration", "µg/m³", 0, 1_500)
SO2 = Channel("so2", "so2_mass_concentration", "µg/m³", 0, 3_000)
CO = Channel("co", "co_mass_concentration", "µg/m³", 0, 200_000)
LAEQ = Channel("laeq", "a_weighted_equivalent_sound_level", "dBA", 20, 140)
LEVEL = Channel("level", "water_level", "m", -5, 15)
FLOW = Channel("flow", "traffic_flow", "veh/h", 0, 10_000)
SPEED = Channel("speed", "traffic_mean_speed", "km/h", 0, 160)
ACTIVE_POWER = Channel("active_power", "active_power", "kW", 0, 50_000)
PH = Channel("ph", "water_ph", "", 0, 14)
OXYGEN = Channel("oxygen", "dissolved_oxygen", "mg/L", 0, 20)
WATER_TEMPERATURE = Channel("water_temperature", "water_temperature", "°C", 0, 45)
COD = Channel("cod", "chemical_oxygen_demand", "mg/L", 0, 1_000)
AMMONIUM = Channel("ammonium", "ammonium_nitrogen", "mg/L", 0, 100)
NITRATE = Channel("nitrate", "nitrate_nitrogen", "mg/L", 0, 100)
SALINITY = Channel("salinity", "water_salinity", "g/L", 0, 50)
RAIN = Channel("rain", "rainfall_rate", "mm/h", 0, 500)

WITH_GASES = 5  # the first air stations also measure NO₂, O₃, SO₂ and CO
DECIMALS = 5  # of a degree, about one metre
CANDIDATES = 30  # places tried for each device; the one with most room is taken


@dataclass(frozen=True, slots=True)
class Kind:
    """How many devices of a kind there are, and in which communes: see `_homes`."""

    kind: str
    prefix: str
    count: int
    interval_s: int
    channels: tuple[Channel, ...]
    shard: str = "s0"
    where: str = "town"  # "town", "spread" or "coast"


KINDS = (
    Kind("air", "air", 18, 15, (PM25, PM10, TEMPERATURE, HUMIDITY), where="spread"),
    Kind("noise", "noise", 8, 5, (LAEQ,)),
    Kind("water_level", "water", 10, 10, (LEVEL,), shard="prio", where="coast"),
    Kind("traffic", "traffic", 14, 10, (FLOW, SPEED)),
    Kind("power", "power", 10, 10, (ACTIVE_POWER,)),
    Kind("water_quality", "river", 4, 60, (PH, OXYGEN, WATER_TEMPERATURE, COD, AMMONIUM, NITRATE)),
    Kind("salinity", "salt", 4, 60, (SALINITY,), where="coast"),
    Kind("rain", "rain", 4, 60, (RAIN,), where="spread"),
)

DEMO_DEVICE = "demo-001"  # nobody simulates it: it waits for a message sent by hand
DEMO_INTERVAL_S = 60


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all devices share while they are placed."""

    whole: Area  # the province
    seed: int
    commissioned_at: datetime
    interval_scale: float
    taken: list[Point]  # where devices stand already


def place_devices(
    whole: Area, communes: Sequence[Area], seed: int, commissioned_at: datetime, interval_scale: float
) -> tuple[Device, ...]:
    """All devices, the one for messages by hand last; where a commune has no boundary, in that of `whole`."""
    ground = _Ground(whole, seed, commissioned_at, interval_scale, [])
    placed = []
    for kind in KINDS:
        homes = _homes(communes, kind.where)
        placed += [_device(kind, number, homes[number % len(homes)], ground) for number in range(kind.count)]
    placed.append(_demo_device(_mainland(communes)[-1], ground))
    return tuple(placed)


def _homes(communes: Sequence[Area], where: str) -> Sequence[Area]:
    """The communes in the order in which they get a device; given from the town outwards."""
    mainland = _mainland(communes)
    if where == "coast":
        islands = [area for area in communes if area.island and area.ring]
        by_the_sea = [area for area in mainland if area.coastal]
        return [*by_the_sea, *islands, *(area for area in mainland if not area.coastal)]
    if where == "spread":
        return [*mainland[:TOWN], *mainland[TOWN::2], *mainland[TOWN + 1 :: 2]]
    return [*mainland[:TOWN], *mainland[TOWN + 1 :: 2], *mainland[TOWN::2]]


def _mainland(communes: Sequence[Area]) -> Sequence[Area]:
    return [area for area in communes if not area.island] or communes


def _device(kind: Kind, number: int, home: Area, ground: _Ground) -> Device:
    name = f"{kind.prefix}-{number + 1:03d}"
    name_vi, name_en = _names(kind.kind, number, home)
    longitude, latitude = _spot(home, name, ground)
    gases = (NO2, O3, SO2, CO) if kind.kind == "air" and number < WITH_GASES else ()
    return Device(
        device=name,
        kind=kind.kind,
        name_vi=name_vi,
        name_en=name_en,
        shard=kind.shard,
        area_code=home.code,
        longitude=longitude,
        latitude=latitude,
        commissioned_at=ground.commissioned_at,
        reporting_interval_s=max(1, round(kind.interval_s * ground.interval_scale)),
        channels=kind.channels + gases,
    )


def _names(kind: str, number: int, home: Area) -> tuple[str, str]:
    """Vietnamese and English, after a landmark of the commune."""
    station_vi, station_en, landmarks = names.STATIONS[kind]
    landmark_vi, landmark_en = landmarks[number % len(landmarks)]
    return f"{station_vi} {landmark_vi} {home.bare}", f"{station_en}, {home.bare} {landmark_en}"


def _demo_device(home: Area, ground: _Ground) -> Device:
    longitude, latitude = _spot(home, DEMO_DEVICE, ground)
    return Device(
        device=DEMO_DEVICE,
        kind="air",
        name_vi="Trạm thử nghiệm của bạn",
        name_en="Your own test station",
        shard="s0",
        area_code=home.code,
        longitude=longitude,
        latitude=latitude,
        commissioned_at=ground.commissioned_at,
        reporting_interval_s=DEMO_INTERVAL_S,
        channels=(PM25, TEMPERATURE),
    )


def _spot(home: Area, device: str, ground: _Ground) -> Point:
    """A place inside the commune, away from its boundary and from other devices."""
    chance = random.Random(f"spot:{ground.seed}:{device}")
    within = home if home.ring else ground.whole
    west, east = min(x for x, _ in within.ring), max(x for x, _ in within.ring)
    south, north = min(y for _, y in within.ring), max(y for _, y in within.ring)
    spots: list[Point] = []
    while len(spots) < CANDIDATES:
        spot = (round(chance.uniform(west, east), DECIMALS), round(chance.uniform(south, north), DECIMALS))
        if geometry.contains(within.ring, spot) and not any(
            geometry.contains(hole, spot) for hole in within.holes
        ):
            spots.append(spot)
    best = max(spots, key=lambda spot: _room(within, spot, ground.taken))
    ground.taken.append(best)
    return best


def _room(within: Area, spot: Point, taken: Sequence[Point]) -> float:
    nearest = min((geometry.distance(spot, other) for other in taken), default=1.0)
    return min(geometry.clearance(within.ring, spot), nearest / 2)
