"""A line of few points that looks like the one of all points. Pure.

First, lowest, highest and last point of each of n / 4 intervals, which draws the same pixels on a chart with
n / 4 columns as all points do (M4: Jugel, Jerzak, Hackenbroich, Markl, VLDB 2014). Roll-up cells have just
these four, so a line of them is as good as one of readings, but for the times of the lowest and highest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, TypeVar

from services.telemetry.rollups import Cell

T = TypeVar("T")

ALL, FOUR = "all", "first, min, max, last"


class Point(NamedTuple):
    """One point. ms since 1970 UTC; the value in the channel's unit."""

    at_ms: int
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """Points in the order of time, what they were made of, and where nothing was."""

    points: list[Point] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)  # [start, end)
    method: str = ALL
    interval_ms: int = 0
    readings: int = 0
    suspect: int = 0


def line_of_readings(
    points: Sequence[Point], suspect: int, interval: tuple[int, int], most: int, silence_ms: int | None
) -> Line:
    """A line of at most `most` of these points over [start, end).

    A gap is what is longer than `silence_ms` without one; None: nothing is promised, so nothing is a gap.
    """
    gaps = [] if silence_ms is None else silences([point.at_ms for point in points], interval, silence_ms)
    if len(points) <= most:
        return Line(list(points), gaps, ALL, 0, len(points), suspect)
    width_ms = _width(interval, most)
    thin = _thinned(points, interval, width_ms)
    return Line(thin, gaps, FOUR, width_ms, len(points), suspect)


def line_of_cells(cells: Sequence[Cell], step_ms: int, interval: tuple[int, int], most: int) -> Line:
    """The same from cells of a tier, oldest first, that start in [start, end); `start` is that of a cell."""
    good = [cell for cell in cells if cell.count]
    # An interval is at least a cell wide: finer ones would have to cut cells.
    width_ms = max(_width(interval, most), step_ms)
    points = [point for cell in good for point in _points_of(cell, step_ms)]
    thin = _thinned(points, interval, width_ms)
    readings, suspect = sum(cell.count for cell in cells), sum(cell.suspect for cell in cells)
    return Line(thin, missing(good, step_ms, interval), FOUR, width_ms, readings, suspect)


def silences(times: Sequence[int], interval: tuple[int, int], silence_ms: int) -> list[tuple[int, int]]:
    """What of [start, end) is longer than `silence_ms` and without any of these times, in their order."""
    edges = [interval[0], *times, interval[1]]
    return [(a, b) for a, b in pairwise(edges) if b - a > silence_ms]


def missing(cells: Iterable[Cell], step_ms: int, interval: tuple[int, int]) -> list[tuple[int, int]]:
    """Runs of cells that are not there, in [start, end)."""
    found, at_ms = [], interval[0]
    for cell in cells:
        if cell.start_ms - at_ms >= step_ms:
            found.append((at_ms, cell.start_ms))
        at_ms = cell.start_ms + step_ms
    return [*found, (at_ms, interval[1])] if interval[1] - at_ms >= step_ms else found


def _width(interval: tuple[int, int], most: int) -> int:
    """Of most / 4 intervals that together are at least as long as the range."""
    return max(1, -((interval[0] - interval[1]) // max(1, most // 4)))


def _thinned(points: Iterable[Point], interval: tuple[int, int], width_ms: int) -> list[Point]:
    kept: list[Point] = []
    together: list[Point] = []
    number = None
    for point in points:
        # The last cell may reach beyond the range: what lies there belongs to the last interval.
        own = (min(point.at_ms, interval[1] - 1) - interval[0]) // width_ms
        if own != number and together:
            kept += _four(together)
            together = []
        number = own
        together.append(point)
    return kept + _four(together) if together else kept


def _four(points: Sequence[Point]) -> list[Point]:
    """First, lowest, highest, last of these, each once, in the order of time."""
    chosen = (
        0,
        min(range(len(points)), key=lambda i: points[i].value),
        max(range(len(points)), key=lambda i: points[i].value),
        len(points) - 1,
    )
    return [points[index] for index in sorted(set(chosen))]


def _points_of(cell: Cell, step_ms: int) -> list[Point]:
    """First, lowest, highest, last of a cell with a good reading; those without a time in its middle."""
    first_ms, first = _known(cell.first_ms), _known(cell.first_value)
    last_ms, last = _known(cell.last_ms), _known(cell.last_value)
    if first_ms == last_ms:
        return [Point(first_ms, first)]
    middle_ms = min(max(cell.start_ms + step_ms // 2, first_ms), last_ms)
    both = dict.fromkeys((_known(cell.minimum), _known(cell.maximum)))
    extremes = [value for value in both if value not in (first, last)]
    # The one that is nearer to the first value comes first: a line without a needless zigzag.
    extremes.sort(key=lambda value: abs(value - first))
    return [Point(first_ms, first), *(Point(middle_ms, value) for value in extremes), Point(last_ms, last)]


def _known(value: T | None) -> T:
    """A field of a cell that has a good reading."""
    assert value is not None
    return value
