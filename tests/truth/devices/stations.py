"""What stands in the province over a New Year's, in the middle of which two communes become one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from tests.truth.plain.cells import VIETNAM

PROVINCE = "56"
FIRST = datetime(2025, 12, 19, tzinfo=VIETNAM)
MERGED = datetime(2026, 1, 4, tzinfo=VIETNAM)
LAST = datetime(2026, 1, 19, tzinfo=VIETNAM)
MOVING = timedelta(hours=1)  # devices of merged communes are off for so long before and after it
LATEST_COMMISSIONED = datetime(2025, 12, 24, 9, 30, tzinfo=VIETNAM)
SHARD = "s0"
INTERVAL = timedelta(minutes=15)


class Unit(NamedTuple):
    """An administrative unit, from a day on and until another."""

    code: str
    level: str
    parent: str
    since: date
    until: date | None
    population: int


UNITS = (
    Unit(PROVINCE, "province", "", date(2020, 1, 1), None, 0),
    Unit("22333", "commune", PROVINCE, date(2020, 1, 1), MERGED.date(), 9_000),
    Unit("22366", "commune", PROVINCE, date(2020, 1, 1), MERGED.date(), 14_000),
    Unit("22370", "commune", PROVINCE, MERGED.date(), None, 23_000),
    Unit("22402", "commune", PROVINCE, date(2020, 1, 1), None, 41_000),
    Unit("22435", "commune", PROVINCE, date(2020, 1, 1), None, 6_500),
)
_BECAME = {"22333": "22370", "22366": "22370"}
# Where names do not begin with it.
_KINDS = {"river": "water_quality", "canal": "water_quality", "salt": "salinity", "water": "water_level"}


class Channel(NamedTuple):
    """What a channel measures, and how: around a middle, so far up and down, by steps of so much."""

    name: str
    quantity: str
    unit: str
    least: float
    most: float
    middle: float
    swing: float
    step: float
    decimals: int


class Station(NamedTuple):
    """A device; `home` is where it stands before the merge."""

    name: str
    home: str
    channels: tuple[Channel, ...]
    commissioned: datetime = datetime(2025, 12, 1, tzinfo=VIETNAM)

    @property
    def kind(self) -> str:
        """What the registry calls it."""
        prefix = self.name.partition("-")[0]
        return _KINDS.get(prefix, prefix)

    @property
    def homes(self) -> list[tuple[datetime, str]]:
        """Under which commune it is registered, from when on."""
        became = _BECAME.get(self.home)
        moves = [(MERGED, became)] if became else []
        return [(self.commissioned, self.home), *moves]

    @property
    def moves(self) -> bool:
        return self.home in _BECAME


_PM25 = Channel("pm25", "pm25", "µg/m³", 0, 1_000, 48, 42, 9, 1)
_PM10 = Channel("pm10", "pm10_mass_concentration", "µg/m³", 0, 2_000, 90, 70, 14, 1)
_NO2 = Channel("no2", "no2", "ppb", 0, 1_000, 70, 60, 12, 1)
_SO2 = Channel("so2", "so2_mass_concentration", "µg/m³", 0, 3_000, 180, 170, 40, 0)
_CO = Channel("co", "co", "mg/m³", 0, 200, 14, 13, 4, 2)
_O3 = Channel("o3", "o3", "µg/m³", 0, 1_500, 110, 100, 20, 1)
_O3_PPM = Channel("ozone", "o3", "ppm", 0, 1, 0.06, 0.05, 0.01, 4)
_TSP = Channel("tsp", "tsp", "mg/m³", 0, 5, 0.22, 0.18, 0.04, 3)
_NOISE = Channel("laeq", "laeq", "dBA", 20, 140, 64, 12, 6, 1)
_SALT = Channel("salinity", "salinity", "g/L", 0, 40, 3, 2.8, 0.5, 2)
_SALT_MG = Channel("salt", "water_salinity", "mg/L", 0, 40_000, 1_000, 900, 180, 0)
_KW = Channel("active_power", "active_power", "kW", 0, 50_000, 4_000, 2_500, 500, 0)
_MW = Channel("active_power", "active_power", "MW", 0, 50, 6, 3, 0.6, 2)
_LEVEL = Channel("level", "water_level", "m", -5, 15, 1.5, 1.2, 0.2, 2)
_TRAFFIC = (
    Channel("flow", "traffic_flow", "veh/h", 0, 10_000, 1_200, 900, 200, 0),
    Channel("speed", "traffic_mean_speed", "km/h", 0, 160, 35, 20, 6, 1),
)
_RAIN = Channel("rain", "rainfall_rate", "mm/h", 0, 500, 12, 11, 4, 1)
_RIVER = (
    Channel("water_ph", "water_ph", "", 0, 14, 7.2, 1.9, 0.4, 1),
    Channel("oxygen", "dissolved_oxygen", "mg/L", 0, 20, 5.5, 3, 0.6, 1),
    Channel("water_temperature", "water_temperature", "°C", 0, 45, 27, 4, 0.5, 1),
    Channel("cod", "cod", "mg/L", 0, 500, 22, 18, 5, 1),
    Channel("n_nh4", "ammonium_nitrogen", "µg/L", 0, 50_000, 600, 550, 130, 0),
    Channel("n_no3", "nitrate_nitrogen", "mg/L", 0, 100, 6, 5, 1.3, 1),
    Channel("p_po4", "phosphate_phosphorus", "mg/L", 0, 20, 0.3, 0.28, 0.06, 2),
)
_CANAL = (
    Channel("saturation", "dissolved_oxygen_saturation", "%", 0, 300, 85, 60, 12, 0),
    Channel("bod5", "biochemical_oxygen_demand", "mg/L", 0, 500, 12, 10, 2.5, 1),
    Channel("toc", "total_organic_carbon", "mg/L", 0, 500, 12, 10, 2.5, 1),
    Channel("nitrite", "nitrite_nitrogen", "mg/L", 0, 20, 0.05, 0.04, 0.01, 3),
    Channel("coliform", "coliform", "MPN/100mL", 0, 1_000_000, 5_000, 4_800, 900, 0),
    Channel("lead", "pb_mass_concentration", "µg/L", 0, 10_000, 30, 28, 6, 1),
    Channel("mercury", "hg_mass_concentration", "µg/L", 0, 100, 1.2, 1.1, 0.3, 2),
)
STATIONS = (
    Station("air-001", "22333", (_PM25, _PM10, _NO2, _O3, _CO)),
    Station("air-002", "22366", (_PM25, _SO2, _TSP)),
    Station("air-003", "22402", (_PM25, _O3_PPM)),
    Station("air-004", "22435", (_PM25._replace(middle=22, swing=18), _PM10, _NO2)),
    Station("air-005", "22402", (_PM25._replace(middle=30, swing=25),), LATEST_COMMISSIONED),
    Station("noise-001", "22402", (_NOISE,)),
    Station("noise-002", "22366", (_NOISE._replace(middle=55, swing=9),)),
    Station("river-001", "22435", _RIVER),
    Station("canal-001", "22333", _CANAL),
    Station("salt-001", "22366", (_SALT,)),
    Station("salt-002", "22402", (_SALT_MG,)),
    Station("power-001", "22333", (_KW,)),
    Station("power-002", "22402", (_MW,)),
    Station("power-003", "22402", (_KW,), LATEST_COMMISSIONED),
    # Of these no more is told than that they were heard.
    Station("water-001", "22366", (_LEVEL,)),
    Station("traffic-001", "22402", _TRAFFIC),
    Station("rain-001", "22435", (_RAIN,)),
)
