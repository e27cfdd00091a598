"""Owns what the devices see: for each channel a curve over time that depends only on seed, device and moment.

History and live values are points of the same curve, and two runs agree. Sizes are typical of a Vietnamese
lowland province; shapes are rush hours, nights, tides and weather.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from services.simulator.domain import Channel
from services.simulator.noise import bell, share, wave

HOUR_S = 3_600.0
DAY_S = 86_400.0
UTC_OFFSET_S = 7 * HOUR_S  # Asia/Ho_Chi_Minh has had no daylight saving since 1975
TIDE_M2_S = 12.4206 * HOUR_S  # principal lunar tide
TIDE_K1_S = 23.9345 * HOUR_S  # lunisolar daily tide


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment at one device: the hour and the weather, which all share, and the device's own nature."""

    key: str  # of the device: decides its constants and its noise
    time_s: float
    hour: float  # local, 0 to 24
    weekend: bool
    rain: float  # 0 to 1
    wind: float  # 0 to 1
    warmth: float  # anomaly of the day, °C

    def trait(self, name: str, low: float, high: float) -> float:
        """A constant of this device."""
        return low + (high - low) * share(self.key, name)

    def flutter(self, name: str, period_s: float) -> float:
        """This device's own noise, -1 to 1."""
        return wave(f"{self.key}:{name}", self.time_s, period_s)


def scene(seed: int, device: str, time_s: float) -> Scene:
    local_s = time_s + UTC_OFFSET_S
    weekday = int(local_s // DAY_S + 3) % 7  # 1970-01-01 was a Thursday; 0 is Monday
    weather = f"{seed}:weather"
    return Scene(
        key=f"{seed}:{device}",
        time_s=time_s,
        hour=local_s % DAY_S / HOUR_S,
        weekend=weekday >= 5,
        rain=max(0.0, wave(f"{weather}:rain", time_s, 5 * HOUR_S) - 0.35) / 0.65,
        wind=0.5 + 0.5 * wave(f"{weather}:wind", time_s, 9 * HOUR_S),
        warmth=2.2 * wave(f"{weather}:warmth", time_s, 40 * HOUR_S),
    )


def value(seed: int, device: str, channel: Channel, time_s: float) -> float:
    """In the channel's unit, within its range, in steps of its instrument."""
    curve, step = CURVES[channel.channel]
    raw = curve(scene(seed, device, time_s))
    low = -math.inf if channel.minimum is None else channel.minimum
    high = math.inf if channel.maximum is None else channel.maximum
    return round(round(min(max(raw, low), high) / step) * step, 3)


def _traffic(at: Scene) -> float:
    """Share of the road's busiest hour, about 0.05 at night to 1 in the rush."""
    rush = bell(at.hour, 7.2, 1.1) + 0.85 * bell(at.hour, 17.3, 1.4) + 0.35 * bell(at.hour, 11.4, 1.6)
    day = 0.35 * bell(at.hour, 14.0, 6.0)
    weekend = 0.6 * bell(at.hour, 10.0, 3.0) + 0.7 * bell(at.hour, 19.0, 2.5) + day
    load = weekend if at.weekend else rush + day
    return (0.05 + 0.8 * min(load, 1.1)) * (1 - 0.2 * at.rain)


def _sun(at: Scene) -> float:
    """0 at night to 1 at noon, less under rain."""
    return math.pow(max(0.0, math.cos((at.hour - 12.0) / 12.0 * math.pi)), 1.3) * (1 - 0.6 * at.rain)


def _pm25(at: Scene) -> float:
    inversion = 16 * bell(at.hour, 5.5, 4.0) + 9 * bell(at.hour, 21.0, 3.0)  # still air holds smoke down
    emitted = at.trait("smoke", 11, 30) + inversion + 14 * _traffic(at)
    cleaned = (1.35 - 0.8 * at.wind) * (1 - 0.55 * at.rain)
    drift = 1 + 0.12 * at.flutter("pm", 1_500)
    return max(2.0, emitted * cleaned * drift + 1.6 * at.flutter("pm fine", 70))


def _pm10(at: Scene) -> float:
    dust = at.trait("dust", 6, 22) * (0.5 + _traffic(at)) * (1 - 0.8 * at.rain)
    return 1.25 * _pm25(at) + dust + 2.5 * at.flutter("dust", 90)


def _temperature(at: Scene) -> float:
    daily = 4.2 * math.cos((at.hour - 14.0) / 12.0 * math.pi)
    return at.trait("height", 25.0, 27.0) + daily + at.warmth - 2.5 * at.rain + 0.3 * at.flutter("air", 600)


def _humidity(at: Scene) -> float:
    return min(99.5, 150 - 2.8 * _temperature(at) + 9 * at.rain + 1.5 * at.flutter("damp", 900))


def _no2(at: Scene) -> float:
    return 7 + at.trait("road", 25, 60) * _traffic(at) * (1.3 - 0.6 * at.wind) + 2 * at.flutter("no2", 300)


def _o3(at: Scene) -> float:
    return 18 + 85 * _sun(at) - 0.25 * _no2(at) + 3 * at.flutter("o3", 600)


def _so2(at: Scene) -> float:
    return 9 + at.trait("chimney", 5, 40) * (0.6 + 0.4 * _traffic(at)) * (1.3 - 0.6 * at.wind)


def _co(at: Scene) -> float:
    return (
        350 + at.trait("road", 900, 2_600) * _traffic(at) * (1.3 - 0.6 * at.wind) + 40 * at.flutter("co", 300)
    )


def _laeq(at: Scene) -> float:
    quiet = at.trait("place", 44, 51)
    street = 12.5 * math.log10(1 + 30 * _traffic(at)) + 1.4 * at.flutter("street", 25)
    horn = max(0.0, at.flutter("horn", 9) - 0.72) * 26
    return quiet + street + horn + 5 * at.rain


def _level(at: Scene) -> float:
    delay_s = at.trait("upstream", 0, 2.5 * HOUR_S)  # the tide arrives later up the river, and smaller
    reach = 1 - delay_s / (4 * HOUR_S)
    moved = (at.time_s - delay_s) * 2 * math.pi
    tide = 0.62 * math.cos(moved / TIDE_M2_S) + 0.38 * math.cos(moved / TIDE_K1_S)
    flood = at.trait("catchment", 0.3, 1.3) * max(0.0, wave(f"{at.key}:flood", at.time_s, 14 * HOUR_S))
    return at.trait("datum", 0.6, 1.5) + reach * tide + flood + 0.015 * at.flutter("ripple", 20)


def _flow(at: Scene) -> float:
    return max(0.0, at.trait("lanes", 900, 3_600) * _traffic(at) * (1 + 0.1 * at.flutter("platoon", 45)))


def _speed(at: Scene) -> float:
    free = at.trait("limit", 42, 68)
    jam = 0.62 * math.pow(max(0.0, _traffic(at) - 0.25), 1.4)
    return max(4.0, free * (1 - jam) * (1 - 0.15 * at.rain) + 2.2 * at.flutter("drivers", 30))


def _active_power(at: Scene) -> float:
    work = 0.0 if at.weekend else 0.35 * bell(at.hour, 10.0, 2.6) + 0.32 * bell(at.hour, 15.0, 2.6)
    home = 0.45 * bell(at.hour, 19.3, 2.2) + 0.12 * bell(at.hour, 6.3, 1.5)
    cooling = 0.035 * max(0.0, _temperature(at) - 26)
    load = 0.38 + work + home + cooling + 0.02 * at.flutter("load", 120)
    return at.trait("size", 1_800, 9_500) * load


def _ph(at: Scene) -> float:
    """Higher by day, when algae take up what makes water sour."""
    return at.trait("ground", 6.7, 7.5) + 0.35 * _sun(at) - 0.2 * at.rain + 0.06 * at.flutter("ph", 900)


def _water_temperature(at: Scene) -> float:
    daily = 1.1 * math.cos((at.hour - 16.0) / 12.0 * math.pi)
    return (
        at.trait("depth", 26.0, 28.5)
        + daily
        + 0.5 * at.warmth
        - 0.8 * at.rain
        + 0.1 * at.flutter("water", 900)
    )


def _oxygen(at: Scene) -> float:
    return at.trait("flow", 3.6, 6.4) + 1.3 * _sun(at) - 0.4 * _sewage(at) + 0.15 * at.flutter("oxygen", 900)


def _sewage(at: Scene) -> float:
    """Share of the day's most, after breakfast and in the evening."""
    return bell(at.hour, 8.5, 2.5) + bell(at.hour, 20.5, 3.0)


def _cod(at: Scene) -> float:
    return (
        at.trait("drains", 8, 34) * (0.8 + 0.35 * _sewage(at)) + 9 * at.rain + 1.2 * at.flutter("cod", 1_200)
    )


def _ammonium(at: Scene) -> float:
    return at.trait("drains", 0.15, 1.1) * (0.7 + 0.6 * _sewage(at)) + 0.03 * at.flutter("ammonium", 1_200)


def _nitrate(at: Scene) -> float:
    return at.trait("fields", 1.2, 5.5) + 1.8 * at.rain + 0.15 * at.flutter("nitrate", 1_800)


def _salinity(at: Scene) -> float:
    """The sea comes up with the tide, and rain pushes it back."""
    delay_s = at.trait("upstream", 0, 2.5 * HOUR_S)
    moved = (at.time_s - delay_s) * 2 * math.pi
    tide = 0.62 * math.cos(moved / TIDE_M2_S) + 0.38 * math.cos(moved / TIDE_K1_S)
    return max(
        0.05,
        at.trait("mouth", 1.2, 4.4) * (1 + 0.75 * tide) * (1 - 0.5 * at.rain)
        + 0.05 * at.flutter("salt", 600),
    )


def _rain(at: Scene) -> float:
    """mm/h; none most of the time."""
    return 45 * math.pow(at.rain, 1.5) * (1 + 0.4 * at.flutter("shower", 300))


Curve = Callable[[Scene], float]
CURVES: dict[str, tuple[Curve, float]] = {  # channel: (curve, step of the instrument)
    "pm25": (_pm25, 0.1),
    "pm10": (_pm10, 0.1),
    "temperature": (_temperature, 0.1),
    "humidity": (_humidity, 0.1),
    "no2": (_no2, 0.1),
    "o3": (_o3, 0.1),
    "so2": (_so2, 0.1),
    "co": (_co, 1.0),
    "laeq": (_laeq, 0.1),
    "level": (_level, 0.001),
    "flow": (_flow, 1.0),
    "speed": (_speed, 0.1),
    "active_power": (_active_power, 1.0),
    "ph": (_ph, 0.01),
    "oxygen": (_oxygen, 0.01),
    "water_temperature": (_water_temperature, 0.1),
    "cod": (_cod, 0.1),
    "ammonium": (_ammonium, 0.001),
    "nitrate": (_nitrate, 0.01),
    "salinity": (_salinity, 0.01),
    "rain": (_rain, 0.1),
}
