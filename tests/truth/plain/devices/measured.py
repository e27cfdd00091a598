"""Which values there are of what devices measure, each a small function of a subject and a period's start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from tests.truth.plain.devices import readings, register, times
from tests.truth.plain.devices.register import Device

Number: TypeAlias = Fraction | float | int
Of: TypeAlias = "Callable[[Month, str, int], Number | None]"

# Length of a period from its start; where parts of days begin, the hour.
_ENDS: dict[str, Callable[[int], int]] = {
    "5min": lambda start: start + 5 * times.MINUTE,
    "quarter": lambda start: start + times.QUARTER,
    "hour": lambda start: start + times.HOUR,
    "day": lambda start: start + times.DAY,
    "daytime": lambda start: start + 15 * times.HOUR,
    "night": lambda start: start + 9 * times.HOUR,
    "month": times.month_end,
    "year": times.year_end,
}
_FIRST_HOURS = {"daytime": 6, "night": 21}
SHARE = Fraction(75, 100)  # of the parts of a mean or a sum that must be there


@dataclass(frozen=True)
class Measured:
    """One kind of value; `period` is a word of `_ENDS`."""

    name: str
    kind: str
    period: str
    of: Of

    def end(self, start_ms: int) -> int:
        return _ENDS[self.period](start_ms)


MEASURED: dict[tuple[str, str], Measured] = {}


def measured(name: str, kind: str, period: str) -> Callable[[Of], Of]:
    """Names a value of stations, communes or the province."""

    def named(of: Of) -> Of:
        MEASURED[name, kind] = Measured(name, kind, period, of)
        return of

    return named


class Month:
    """All that was sent, and what it comes to at a moment."""

    def __init__(self, folder: Path, first_ms: int, now_ms: int) -> None:
        self.first_ms, self.now_ms = first_ms, now_ms
        self.register = register.read(folder)
        self.readings = readings.read(folder, self.register)
        self._parts: dict[tuple[str, str, int], dict[int, list[Fraction]]] = {}
        self._kept: dict[tuple[str, str, str, int], Number | None] = {}

    def value(self, name: str, kind: str, subject: str, start_ms: int) -> Number | None:
        """What a value is; None: it cannot be told."""
        key = (name, kind, subject, start_ms)
        if key not in self._kept:
            self._kept[key] = MEASURED[name, kind].of(self, subject, start_ms)
        return self._kept[key]

    def values(self, name: str, kind: str, subject: str, starts: range | list[int]) -> list[Number]:
        """Those of several periods that can be told."""
        told = (self.value(name, kind, subject, start) for start in starts)
        return [one for one in told if one is not None]

    def good(self, device: str, quantity: str, start_ms: int, length_ms: int) -> list[Fraction]:
        """Good readings of a quantity in [start, start + length), in its unit."""
        parts = self._parts.get((device, quantity, length_ms))
        if parts is None:
            parts = self._parts[device, quantity, length_ms] = self._grouped(device, quantity, length_ms)
        return parts.get(start_ms, [])

    def _grouped(self, device: str, quantity: str, length_ms: int) -> dict[int, list[Fraction]]:
        found: dict[int, list[Fraction]] = {}
        for name, channel in self.register.devices[device].channels.items():
            if channel.quantity != quantity:
                continue
            for at_ms, one in self.readings.standing.get((device, name), {}).items():
                if one.is_good:
                    start = at_ms // length_ms * length_ms
                    found.setdefault(start, []).append(one.value * channel.factor)
        return found

    def mean(self, device: str, quantity: str, start_ms: int, length_ms: int = times.HOUR) -> Fraction | None:
        """Mean of the good readings."""
        some = self.good(device, quantity, start_ms, length_ms)
        return sum(some, Fraction(0)) / len(some) if some else None

    def stations(self, subject: str, at_ms: int) -> list[Device]:
        """The devices that stand in a unit at a moment."""
        every = self.register.devices.values()
        return [one for one in every if self.register.is_in(one, subject, at_ms)]

    def subjects(self, kind: str) -> list[str]:
        if kind == "station":
            return sorted(self.register.devices)
        return sorted(one.code for one in self.register.units.values() if one.level == kind)

    def required(self, one: Measured) -> Iterator[tuple[str, int]]:
        """Subjects and periods of which a value must be published: of hours and days those that are over."""
        for subject in self.subjects(one.kind):
            for start in self._starts(one):
                if self.value(one.name, one.kind, subject, start) is not None:
                    yield subject, start

    def _starts(self, one: Measured) -> Iterator[int]:
        runs = one.period in ("month", "year")
        start = times.day_of(self.first_ms) + _FIRST_HOURS.get(one.period, 0) * times.HOUR
        if runs:
            day = times.local_day(self.first_ms)
            start = times.midnight(day.replace(day=1, month=1 if one.period == "year" else day.month))
        while (start if runs else one.end(start)) <= self.now_ms:
            yield start
            start = start + times.DAY if one.period in _FIRST_HOURS else one.end(start)


def enough(present: int, expected: int) -> bool:
    """Whether a mean of so many parts may be told."""
    return present > 0 and present >= SHARE * expected
