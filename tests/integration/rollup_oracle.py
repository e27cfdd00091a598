"""What a cell must say, computed from all readings that ever came, without merging anything."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from services.telemetry.rollups import Cell, Mean

RELATIVE = 1e-9
HOUR_MS = 3_600_000


class Arrival(NamedTuple):
    """A reading in the order of arrival; of one series."""

    ms: int
    value: float
    quality: int
    revision: int


class Sums(NamedTuple):
    """A figure, and the sum of the sizes that it was made from: what its error is relative to."""

    value: float
    size: float


def standing(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """The first that came with the highest revision, of each time; in time order."""
    best: dict[int, Arrival] = {}
    for arrival in arrivals:
        if arrival.ms not in best or arrival.revision > best[arrival.ms].revision:
            best[arrival.ms] = arrival
    return [best[ms] for ms in sorted(best)]


def start_of(ms: int, minutes: int) -> int:
    """Start of the cell, by way of local wall clock minutes."""
    local = ms // 60_000 + 7 * 60
    return (local - local % minutes - 7 * 60) * 60_000


def fault(cell: Cell, arrivals: Iterable[Arrival], minutes: int, mean: Mean, hold_ms: int) -> str | None:
    """What is wrong with this cell; None if it says what the standing readings in it say."""
    within = [r for r in standing(arrivals) if start_of(r.ms, minutes) == cell.start_ms]
    good = [r for r in within if r.quality == 0]
    if (cell.count, cell.suspect) != (len(good), len(within) - len(good)):
        return f"counts {cell.count}, {cell.suspect} of {within}"
    if not good:
        return None if set(cell[3:]) == {None} else f"values without a reading: {cell}"
    exact = {
        "minimum": min(r.value for r in good),
        "maximum": max(r.value for r in good),
        "first_ms": good[0].ms,
        "first_value": good[0].value,
        "last_ms": good[-1].ms,
        "last_value": good[-1].value,
        "covered_ms": sum(_held(good, hold_ms)),
    }
    for name, value in exact.items():
        if getattr(cell, name) != value:
            return f"{name} is {getattr(cell, name)}, not {value}, of {good}"
    sums = {"total": _sum(r.value for r in good), "integral": _integral(good, hold_ms), **_terms(good, mean)}
    for name, expected in sums.items():
        got = getattr(cell, name)
        if (got is None) != (expected is None):
            return f"{name} is {got}, not {expected}"
        if expected is not None and abs(got - expected.value) > RELATIVE * expected.size:
            return f"{name} is {got!r}, not {expected.value!r}, of {good}"
    return None


def _sum(terms: Iterable[float]) -> Sums:
    each = list(terms)
    return Sums(math.fsum(each), math.fsum(map(abs, each)))


def _held(good: Sequence[Arrival], hold_ms: int) -> list[int]:
    return [min(b.ms - a.ms, hold_ms) for a, b in pairwise(good)]


def _integral(good: Sequence[Arrival], hold_ms: int) -> Sums:
    return _sum(r.value * ms for r, ms in zip(good, _held(good, hold_ms), strict=False))


def _terms(good: Sequence[Arrival], mean: Mean) -> dict[str, Sums | None]:
    match mean:
        case Mean.ENERGY:
            return {"mean_x": _sum(math.exp(r.value / 10 * math.log(10)) for r in good), "mean_y": None}
        case Mean.HARMONIC:
            return {"mean_x": _sum(1 / r.value for r in good), "mean_y": None}
        case Mean.VECTOR:
            x = Sums(math.fsum(math.cos(r.value * math.pi / 180) for r in good), float(len(good)))
            y = Sums(math.fsum(math.sin(r.value * math.pi / 180) for r in good), float(len(good)))
            return {"mean_x": x, "mean_y": y}
    return {"mean_x": None, "mean_y": None}


def mean_said(good: Sequence[Arrival], mean: Mean) -> float:
    """The mean of good readings, one at least, by the textbook's formula for the quantity."""
    values = [reading.value for reading in good]
    match mean:
        case Mean.ENERGY:
            return 10 * math.log10(math.fsum(10 ** (value / 10) for value in values) / len(values))
        case Mean.HARMONIC:
            return len(values) / math.fsum(1 / value for value in values)
        case Mean.VECTOR:
            whole = sum(cmath.rect(1, math.radians(value)) for value in values)
            return math.degrees(cmath.phase(whole)) % 360
    return math.fsum(values) / len(values)


def time_weighted_said(good: Sequence[Arrival], hold_ms: int, until_ms: int) -> float:
    """Each value counts until the next one, the last until `until_ms`; none for longer than the hold."""
    ends = [*(reading.ms for reading in good[1:]), until_ms]
    held = [min(end - reading.ms, hold_ms) for reading, end in zip(good, ends, strict=True)]
    return math.fsum(r.value * ms for r, ms in zip(good, held, strict=True)) / sum(held)
