"""DI-09: devices that were heard in time, of those that should be."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from fractions import Fraction

from tests.truth.plain.devices.measured import Month, Number, measured
from tests.truth.plain.devices.times import DAY, MINUTE, steps

_FIVE = 5 * MINUTE
# What measures the environment: air, sound, water and rain.
_ENVIRONMENT = ("air", "noise", "water_level", "water_quality", "salinity", "rain")


def counts(month: Month, subject: str, start: int, kinds: Collection[str]) -> tuple[int, int]:
    """Devices of a unit heard in time, and all of them, at the end of five minutes; without kinds, of all."""
    end = start + _FIVE
    devices = [
        one
        for one in month.stations(subject, start)
        if one.commissioned_ms < end and (not kinds or one.kind in kinds)
    ]
    heard = [one for one in devices if _was_heard(month, one.name, end, max(_FIVE, 3 * one.interval_ms))]
    return len(heard), len(devices)


def _was_heard(month: Month, device: str, end: int, window_ms: int) -> bool:
    """Whether a reading of the window before a moment was received within three intervals."""
    times = month.readings.timely.get(device, [])
    after = bisect_left(times, end - window_ms)
    return after < len(times) and times[after] < end


def name_on_time(name: str, level: str, kinds: Collection[str]) -> None:
    """Of five minutes and of a day."""

    @measured(f"{name}_5min", level, "5min")
    def of_five_minutes(month: Month, subject: str, start: int) -> Number | None:
        heard, all_of_them = counts(month, subject, start, kinds)
        return Fraction(100 * heard, all_of_them) if all_of_them else None

    @measured(f"{name}_day", level, "day")
    def of_day(month: Month, subject: str, start: int) -> Number | None:
        told = [counts(month, subject, five, kinds) for five in steps(start, start + DAY, _FIVE)]
        every = sum(one for _, one in told)
        return Fraction(100 * sum(one for one, _ in told), every) if every else None


for _level in ("commune", "province"):
    name_on_time("devices_on_time", _level, ())
    name_on_time("devices_on_time_environment", _level, _ENVIRONMENT)
