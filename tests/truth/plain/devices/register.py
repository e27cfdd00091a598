"""Who stands where and measures what, as it was registered, and what each unit of measure comes to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from tests.truth.plain.devices.times import local_day

# µg/m³ of one ppm at 25 °C.
_PPM = {"o3": 1_960, "no2": 1_900, "so2": 2_620, "co": Fraction("1145.6")}
_AIR = {"µg/m³": Fraction(1), "mg/m³": Fraction(1_000)}
_WATER = {"mg/L": Fraction(1), "µg/L": Fraction(1, 1_000)}
_OTHERS = {
    ("laeq", "dBA"): Fraction(1),
    ("salinity", "g/L"): Fraction(1),
    ("salinity", "mg/L"): Fraction(1, 1_000),
    ("power", "kW"): Fraction(1, 1_000),
    ("power", "MW"): Fraction(1),
    ("ph", ""): Fraction(1),
    ("temperature", "°C"): Fraction(1),
    ("do_sat", "%"): Fraction(1),
    ("coliform", "MPN/100mL"): Fraction(1),
    ("water_level", "m"): Fraction(1),
    ("traffic_flow", "veh/h"): Fraction(1),
    ("traffic_mean_speed", "km/h"): Fraction(1),
    ("rainfall_rate", "mm/h"): Fraction(1),
}
# What a quantity is called here, where not as in the register.
_NAMES = {
    "pm10_mass_concentration": "pm10",
    "so2_mass_concentration": "so2",
    "pb_mass_concentration": "pb",
    "hg_mass_concentration": "hg",
    "water_salinity": "salinity",
    "active_power": "power",
    "water_ph": "ph",
    "water_temperature": "temperature",
    "dissolved_oxygen": "do",
    "dissolved_oxygen_saturation": "do_sat",
    "ammonium_nitrogen": "n_nh4",
    "nitrate_nitrogen": "n_no3",
    "nitrite_nitrogen": "n_no2",
    "phosphate_phosphorus": "p_po4",
    "biochemical_oxygen_demand": "bod5",
    "total_organic_carbon": "toc",
}
AIR = ("pm25", "pm10", "no2", "so2", "o3", "co", "tsp")


@dataclass(frozen=True)
class Channel:
    """`factor`: of its unit, to that in which the quantity is told."""

    quantity: str
    factor: Fraction
    least: float
    most: float


@dataclass(frozen=True)
class Device:
    """`homes`: from when on (ms) it stands in which commune."""

    name: str
    kind: str
    shard: str
    interval_ms: int
    commissioned_ms: int
    homes: list[tuple[int, str]]
    channels: Mapping[str, Channel]

    def home(self, at_ms: int) -> str:
        """The commune at a moment."""
        return [code for since, code in self.homes if since <= max(at_ms, self.homes[0][0])][-1]

    def measures(self, quantity: str) -> bool:
        return any(one.quantity == quantity for one in self.channels.values())


@dataclass(frozen=True)
class Unit:
    """A commune or the province, on the days of [since, until)."""

    code: str
    level: str
    since: date
    until: date | None
    population: int


@dataclass(frozen=True)
class Register:
    devices: Mapping[str, Device]
    units: Mapping[str, Unit]

    def is_in(self, device: Device, subject: str, at_ms: int) -> bool:
        """Whether a device stands in a unit at a moment."""
        return self.units[subject].level == "province" or device.home(at_ms) == subject

    def exists(self, subject: str, at_ms: int) -> bool:
        unit, day = self.units[subject], local_day(at_ms)
        return unit.since <= day and (unit.until is None or day < unit.until)


def read(folder: Path) -> Register:
    """What was registered."""
    told = json.loads((folder / "register.json").read_text("utf-8"))
    units = {
        one["code"]: Unit(
            one["code"],
            one["level"],
            date.fromisoformat(one["since"]),
            date.fromisoformat(one["until"]) if one["until"] else None,
            one["population"],
        )
        for one in told["units"]
    }
    return Register({one["device"]: _device(one) for one in told["devices"]}, units)


def _device(told: Mapping[str, object]) -> Device:
    channels = {
        name: _channel(*of)
        for name, of in told["channels"].items()  # type: ignore[attr-defined]
    }
    homes = [(since, code) for since, code in told["homes"]]  # type: ignore[attr-defined]
    interval_ms = 1_000 * int(told["interval_s"])  # type: ignore[call-overload]
    commissioned_ms = int(told["commissioned_ms"])  # type: ignore[call-overload]
    name, kind, shard = (str(told[key]) for key in ("device", "kind", "shard"))
    return Device(name, kind, shard, interval_ms, commissioned_ms, homes, channels)


def _channel(quantity: str, unit: str, least: float, most: float) -> Channel:
    name = _NAMES.get(quantity, quantity)
    return Channel(name, _factor(name, unit), least, most)


def _factor(quantity: str, unit: str) -> Fraction:
    if quantity in AIR:
        ppm = _PPM.get(quantity)
        return _AIR[unit] if ppm is None or unit in _AIR else Fraction(ppm) / {"ppm": 1, "ppb": 1_000}[unit]
    return _OTHERS[quantity, unit] if (quantity, unit) in _OTHERS else _WATER[unit]
