"""Columns say which buckets are missing, and have values of the others only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.rollups import Cell, Mean, SeriesCells, of_reading
from services.telemetry.series_columns import bitmap, columns_of, fields_of, set_bits
from services.telemetry.series_plan import AGGREGATES, Grid

HOUR_MS = 3_600_000
GRID = Grid(0, HOUR_MS, 10)


@given(st.integers(0, 100), st.data())
def test_bits_tell_places_and_nothing_else(length: int, data: st.DataObject) -> None:
    places = sorted(data.draw(st.sets(st.integers(0, length - 1)))) if length else []

    bits = bitmap(places, length)

    assert set_bits(bits) == places
    assert len(bits) == (length + 7) // 8


def test_a_bucket_of_suspect_readings_is_there_and_has_no_values() -> None:
    good = of_reading(2 * HOUR_MS, 5.0, 0, Mean.ARITHMETIC)._replace(start_ms=2 * HOUR_MS)
    found = SeriesCells.of(Mean.ARITHMETIC, HOUR_MS, [good, Cell(7 * HOUR_MS, 0, 3)])

    columns = columns_of(found, GRID, AGGREGATES, 10 * HOUR_MS)

    assert (set_bits(columns.present), columns.count, columns.suspect) == ([2, 7], [1, 0], [0, 3])
    for column in columns.columns:
        assert (set_bits(column.present), column.values) == ([2], [5.0]), column.aggregate


def test_a_series_without_cells_is_nothing_but_missing() -> None:
    columns = columns_of(None, GRID, ("mean",), 0)

    assert (columns.present, columns.count, columns.columns[0].values) == (b"\0\0", [], [])


def test_opposite_winds_have_no_mean() -> None:
    cells = [Cell(0, 2, 0, 180.0, 0.0, 180.0, mean_x=0.0, mean_y=0.0)]

    columns = columns_of(SeriesCells.of(Mean.VECTOR, HOUR_MS, cells), GRID, ("mean", "max"), 0)

    mean, highest = columns.columns
    assert (mean.values, set_bits(mean.present), highest.values) == ([], [], [180.0])


@pytest.mark.parametrize(
    ("aggregates", "means", "fields"),
    [
        (["mean"], [Mean.ARITHMETIC], ["total"]),
        (["mean"], [Mean.ARITHMETIC, Mean.ENERGY], ["mean_x", "mean_y", "total"]),
        (["max", "first"], [Mean.VECTOR], ["first_value", "maximum"]),
    ],
)
def test_only_what_is_needed_is_read(aggregates: list[str], means: list[Mean], fields: list[str]) -> None:
    assert fields_of(aggregates, means) == fields
