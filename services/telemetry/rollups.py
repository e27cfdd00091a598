"""Roll-ups: a mergeable state of the readings of one series over one cell of time. Pure.

A cell is [start, start + width). A minute is folded from readings, every wider cell from the cells of the
tier below, always in time order; a year, a month or five minutes are folded likewise by whoever asks.

Only standing readings of good quality are in the numbers; suspect ones are counted beside them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from itertools import repeat
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

DAY_OFFSET_MS = 7 * 3_600_000  # Asia/Ho_Chi_Minh: UTC+7 since 1975, without summer time
MINUTE_MS = 60_000


class Tier(IntEnum):
    """Widths that are kept, in minutes. Days are those of Asia/Ho_Chi_Minh."""

    MINUTE = 1
    QUARTER = 15
    HOUR = 60
    DAY = 1440

    @property
    def width_ms(self) -> int:
        """Width of a cell."""
        return self.value * MINUTE_MS

    def start_of(self, ms: int) -> int:
        """Start of the cell that holds this time, both in ms since 1970 UTC."""
        return (ms + DAY_OFFSET_MS) // self.width_ms * self.width_ms - DAY_OFFSET_MS


class Mean(IntEnum):
    """The mean that a quantity demands, and what `mean_x` and `mean_y` sum for it."""

    ARITHMETIC = 0
    ENERGY = 1  # levels in dB: x = Σ 10^(v/10); 10·log10(x/n)
    HARMONIC = 2  # speeds over equal distances: x = Σ 1/v; n/x
    VECTOR = 3  # directions in degrees: x = Σ cos v, y = Σ sin v; atan2(y, x), in [0, 360)


class Cell(NamedTuple):
    """State of one series over one cell. Times in ms since 1970 UTC, values in the channel's unit.

    With `count` 0 (nothing but suspect readings) every field from `total` on is None.
    """

    start_ms: int
    count: int  # type: ignore[assignment]  # good readings; hides what tuples call by that name
    suspect: int  # readings that are not in the numbers
    total: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    first_ms: int | None = None
    first_value: float | None = None
    last_ms: int | None = None
    last_value: float | None = None
    integral: float | None = None  # value x ms, each value held until the next, at most for the hold
    covered_ms: int | None = None  # how much of [first_ms, last_ms] the integral covers
    mean_x: float | None = None
    mean_y: float | None = None


class SeriesCells(NamedTuple):
    """Cells of one series by columns, oldest first, and the rule that they were folded by.

    By columns, since thousands of cells made one by one cost more than reading them.
    """

    mean: Mean
    hold_ms: int  # the longest time for which a value counts while no other comes
    columns: Mapping[str, Sequence[Any]]  # fields of a Cell; one that nobody asked for may be missing

    @classmethod
    def of(cls, mean: Mean, hold_ms: int, cells: Iterable[Cell]) -> SeriesCells:
        """These cells."""
        columns = list(zip(*cells, strict=True)) or [()] * len(Cell._fields)
        return cls(mean, hold_ms, dict(zip(Cell._fields, columns, strict=True)))

    @property
    def cells(self) -> list[Cell]:
        """One by one; what is missing is None."""
        columns = (self.columns.get(name, repeat(None)) for name in Cell._fields)
        return list(map(Cell._make, zip(*columns, strict=False)))


def of_reading(observed_at_ms: int, value: float, quality: int, mean: Mean) -> Cell:
    """The state of one standing reading."""
    if quality:
        return Cell(observed_at_ms, 0, 1)
    x, y = mean_terms(mean, value)
    return Cell(
        observed_at_ms, 1, 0, bounded(value), value, value,
        observed_at_ms, value, observed_at_ms, value, 0.0, 0, x, y,
    )  # fmt: skip


def fold(cells: Iterable[Cell], start_ms: int, hold_ms: int) -> Cell:
    """One cell made of those in it, which come in time order and do not overlap."""
    whole = Cell(start_ms, 0, 0)
    for cell in cells:
        whole = _merged(whole, cell, hold_ms)
    return whole


def _merged(a: Cell, b: Cell, hold_ms: int) -> Cell:
    """a, then b; the last value of a holds into the gap between them."""
    suspect = a.suspect + b.suspect
    if not b.count:
        return a._replace(suspect=suspect)
    if not a.count:
        return b._replace(start_ms=a.start_ms, suspect=suspect)
    held = min(_known(b.first_ms) - _known(a.last_ms), hold_ms)
    bridge = bounded(_known(a.last_value)) * held if held else 0.0
    return Cell(
        a.start_ms,
        a.count + b.count,
        suspect,
        _known(a.total) + _known(b.total),
        min(_known(a.minimum), _known(b.minimum)),
        max(_known(a.maximum), _known(b.maximum)),
        a.first_ms,
        a.first_value,
        b.last_ms,
        b.last_value,
        _known(a.integral) + bridge + _known(b.integral),
        _known(a.covered_ms) + held + _known(b.covered_ms),
        _sum(a.mean_x, b.mean_x),
        _sum(a.mean_y, b.mean_y),
    )


def mean_of(cell: Cell, mean: Mean) -> float | None:
    """The mean that the quantity demands; None without a good reading, or where it does not exist.

    Directions that cancel each other have no mean. A speed of 0 makes the harmonic mean 0.
    """
    if not cell.count:
        return None
    if mean is Mean.ARITHMETIC:
        return _known(cell.total) / cell.count
    x = cell.mean_x
    if x is None or math.isnan(x):  # folded when the quantity demanded another mean, and readings are gone
        return None
    if mean is Mean.ENERGY:
        return 10 * math.log10(x / cell.count) if x > 0 else -math.inf
    if mean is Mean.HARMONIC:
        return cell.count / x if x else math.inf
    y = _known(cell.mean_y)
    if not math.hypot(x, y) > 1e-9 * cell.count:
        return None
    return math.degrees(math.atan2(y, x)) % 360


def time_weighted_mean(cell: Cell, hold_ms: int, until_ms: int) -> float | None:
    """Mean over time, each value counting until the next one, for `hold_ms` at most.

    The last value counts until `until_ms`: the end of the cell, or now where that is sooner. Nothing is
    carried in from the cell before, so that a reading changes the cells that contain it, and no other.
    Of levels and directions it says nothing useful.
    """
    if not cell.count:
        return None
    tail_ms = max(0, min(until_ms - _known(cell.last_ms), hold_ms))
    covered_ms = _known(cell.covered_ms) + tail_ms
    if not covered_ms:
        return cell.last_value
    tail = bounded(_known(cell.last_value)) * tail_ms if tail_ms else 0.0
    return (_known(cell.integral) + tail) / covered_ms


def bounded(value: float) -> float:
    """A value as sums take it: beyond 1e150 infinite, below 1e-150 nothing. So no sum overflows unnoticed.

    In SQL telemetry.bounded; PostgreSQL would refuse the statement instead, and with it everybody's cells.
    """
    size = abs(value)
    if size > 1e150:
        return math.copysign(math.inf, value)
    return value if size >= 1e-150 else 0.0


def mean_terms(mean: Mean, value: float) -> tuple[float | None, float | None]:
    """What a reading adds to `mean_x` and `mean_y`; in SQL telemetry.mean_x and mean_y."""
    match mean:
        case Mean.ENERGY:
            return math.inf if value > 1500 else 0.0 if value < -1500 else math.pow(10, value / 10), None
        case Mean.HARMONIC:
            return math.inf if value < 1e-150 else 0.0 if value > 1e150 else 1 / value, None
        case Mean.VECTOR:
            angle = math.radians(math.fmod(value, 360))
            return math.cos(angle), math.sin(angle)
    return None, None


def _known(value: T | None) -> T:
    """A field of a cell that has a good reading."""
    assert value is not None
    return value


def _sum(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a + b
