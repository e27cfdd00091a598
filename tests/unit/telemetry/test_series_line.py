"""A line of few points keeps what an eye would miss: extremes, ends, and where nothing was."""

from collections.abc import Sequence
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.rollups import Cell, Mean, Tier, fold, of_reading
from services.telemetry.series_line import Line, Point, line_of_cells, line_of_readings, silences

MINUTE_MS = 60_000
SPAN = (0, 1_000 * MINUTE_MS)
readings = st.lists(
    st.tuples(st.integers(0, SPAN[1] - 1), st.integers(-1000, 1000)), max_size=200, unique_by=lambda r: r[0]
).map(lambda rows: [Point(at, float(value)) for at, value in sorted(rows)])


def keeps_shape(line: Line, points: Sequence[Point], most: int) -> None:
    values = [point.value for point in points]
    assert len(line.points) <= most
    assert [p.at_ms for p in line.points] == sorted(p.at_ms for p in line.points)
    assert (line.points[0], line.points[-1]) == (points[0], points[-1])
    assert max(p.value for p in line.points) == max(values)
    assert min(p.value for p in line.points) == min(values)


@given(readings, st.integers(4, 100))
def test_a_line_of_readings(points: list[Point], most: int) -> None:
    line = line_of_readings(points, 3, SPAN, most, None)

    assert set(line.points) <= set(points)
    assert (line.readings, line.suspect, line.gaps) == (len(points), 3, [])
    if points:
        keeps_shape(line, points, most)
    if len(points) <= most:
        assert (line.points, line.method) == (points, "all")


@given(readings, st.integers(8, 100))
def test_a_line_of_cells_has_the_extremes_of_what_they_were_made_of(points: list[Point], most: int) -> None:
    cells = cells_of(points)

    line = line_of_cells(cells, Tier.QUARTER.width_ms, SPAN, most)

    assert line.readings == len(points)
    if points:
        keeps_shape(line, points, most)
    covered = {at for a, b in line.gaps for at in range(a, b, Tier.QUARTER.width_ms)}
    starts = {cell.start_ms for cell in cells}
    grid = range(0, SPAN[1] - Tier.QUARTER.width_ms + 1, Tier.QUARTER.width_ms)
    assert {at for at in grid if at not in starts} <= covered
    assert not covered & starts


def cells_of(points: Sequence[Point]) -> list[Cell]:
    made = [of_reading(point.at_ms, point.value, 0, Mean.ARITHMETIC) for point in points]
    by_cell = groupby(made, key=lambda cell: Tier.QUARTER.start_of(cell.start_ms))
    return [fold(cells, start_ms, 3_600_000) for start_ms, cells in by_cell]


def test_every_interval_keeps_its_own_four() -> None:
    points = [Point(n * MINUTE_MS, float((n * 7) % 10)) for n in range(100)]

    line = line_of_readings(points, 0, (0, 100 * MINUTE_MS), 40, None)

    assert (line.method, line.interval_ms) == ("first, min, max, last", 10 * MINUTE_MS)
    for start in range(0, 100, 10):
        own = [p for p in line.points if start * MINUTE_MS <= p.at_ms < (start + 10) * MINUTE_MS]
        assert {p.value for p in own} >= {0.0, 9.0}


def test_silence_is_what_is_longer_than_promised() -> None:
    assert silences([10, 20, 50], (0, 60), 15) == [(20, 50)]
    assert silences([], (0, 60), 15) == [(0, 60)]
    assert silences([30], (0, 60), 30) == []
