"""Cells as columns: which buckets are there, and the values of those that are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from services.telemetry.rollups import Mean, SeriesCells, mean_of, time_weighted_mean
from services.telemetry.series_plan import Grid


class Column(NamedTuple):
    """Values of one aggregate, one for each bit that is set in `present`."""

    aggregate: str
    present: bytes
    values: list[float]


# Fields of a cell that an aggregate is made from. The mean of most quantities needs its total only.
_FIELDS: dict[str, tuple[str, ...]] = {
    "mean": ("total", "mean_x", "mean_y"),
    "arithmetic_mean": ("total",),
    "time_weighted_mean": ("integral", "covered_ms", "last_ms", "last_value"),
    "min": ("minimum",),
    "max": ("maximum",),
    "first": ("first_value",),
    "last": ("last_value",),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Buckets of a grid. `count` and `suspect` have one element for each bit that is set in `present`."""

    grid: Grid
    present: bytes
    count: list[int]
    suspect: list[int]
    columns: list[Column]


def fields_of(aggregates: Iterable[str], means: Iterable[Mean]) -> list[str]:
    """What has to be read of cells of series with these means."""
    plain = all(mean is Mean.ARITHMETIC for mean in means)
    named = (_FIELDS["arithmetic_mean" if plain and name == "mean" else name] for name in aggregates)
    return sorted({field for fields in named for field in fields})


def _column(
    aggregate: str, values: Sequence[float | None], places: Sequence[int], present: bytes, buckets: int
) -> Column:
    there = [value for value in values if value is not None]
    if len(there) < len(values):
        some = [place for place, value in zip(places, values, strict=True) if value is not None]
        present = bitmap(some, buckets)
    return Column(aggregate, present, there)


def columns_of(found: SeriesCells | None, grid: Grid, aggregates: Sequence[str], now_ms: int) -> Columns:
    """The cells of one series, which start on the grid, as columns."""
    if found is None:
        found = SeriesCells.of(Mean.ARITHMETIC, 0, [])
    starts = found.columns["start_ms"]
    places: Sequence[int] = range(grid.buckets)
    if len(starts) < grid.buckets:
        places = [(start_ms - grid.first_ms) // grid.step_ms for start_ms in starts]
    present = bitmap(places, grid.buckets)
    columns = []
    for name in aggregates:
        values = _values(name, found, grid.step_ms, now_ms)
        columns.append(_column(name, values, places, present, grid.buckets))
    return Columns(grid, present, list(found.columns["count"]), list(found.columns["suspect"]), columns)


def bitmap(places: Sequence[int], length: int) -> bytes:
    """Bit i % 8 (1 is the lowest) of byte i / 8 for each place i; each comes once."""
    if len(places) == length:
        return ((1 << length) - 1).to_bytes((length + 7) // 8, "little")
    bits = bytearray((length + 7) // 8)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def set_bits(bits: bytes) -> list[int]:
    """The places again, ascending."""
    return [8 * at + bit for at, byte in enumerate(bits) if byte for bit in range(8) if byte >> bit & 1]


def _values(aggregate: str, found: SeriesCells, step_ms: int, now_ms: int) -> Sequence[float | None]:
    if aggregate == "arithmetic_mean" or (aggregate == "mean" and found.mean is Mean.ARITHMETIC):
        # What mean_of says, without the cells.
        sums = zip(found.columns["total"], found.columns["count"], strict=True)
        return [total / count if total is not None else None for total, count in sums]
    if aggregate == "mean":
        return [mean_of(cell, found.mean) for cell in found.cells]
    if aggregate == "time_weighted_mean":
        cells = found.cells
        ends = (min(cell.start_ms + step_ms, now_ms) for cell in cells)
        return [time_weighted_mean(cell, found.hold_ms, at) for cell, at in zip(cells, ends, strict=True)]
    (field,) = _FIELDS[aggregate]
    return cast(Sequence[float | None], found.columns[field])
