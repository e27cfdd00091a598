"""States of cells: where cells begin, what merges, and what is read out of them."""

from __future__ import annotations

import math
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.rollups import Cell, Mean, Tier, fold, mean_of, of_reading, time_weighted_mean

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
HOLD_MS = 600_000


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=LOCAL).timestamp() * 1000)


def folded(mean: Mean, *readings: tuple[int, float], quality: int = 0) -> Cell:
    """A cell that starts at 0, of (ms, value)."""
    return fold([of_reading(ms, value, quality, mean) for ms, value in readings], 0, HOLD_MS)


@pytest.mark.parametrize(
    ("tier", "start"),
    [
        (Tier.MINUTE, "2026-11-18T06:59"),
        (Tier.QUARTER, "2026-11-18T06:45"),
        (Tier.HOUR, "2026-11-18T06:00"),
        (Tier.DAY, "2026-11-18T00:00"),
    ],
)
def test_cells_start_by_the_clock_of_ho_chi_minh(tier: Tier, start: str) -> None:
    assert tier.start_of(at("2026-11-18T06:59:59.999")) == at(start)
    assert tier.start_of(at(start)) == at(start)
    assert tier.start_of(at(start) - 1) == at(start) - tier.width_ms


def test_noise_is_averaged_as_energy() -> None:
    assert mean_of(folded(Mean.ENERGY, (0, 60.0), (1, 70.0)), Mean.ENERGY) == pytest.approx(67.4036268949)


def test_speeds_are_averaged_over_equal_distances() -> None:
    """A kilometre at 30 km/h and one at 60 km/h take three minutes: 40 km/h."""
    assert mean_of(folded(Mean.HARMONIC, (0, 30.0), (1, 60.0)), Mean.HARMONIC) == pytest.approx(40)
    assert mean_of(folded(Mean.HARMONIC, (0, 0.0), (1, 60.0)), Mean.HARMONIC) == 0


def test_directions_are_averaged_as_vectors() -> None:
    north = mean_of(folded(Mean.VECTOR, (0, 350.0), (1, 10.0)), Mean.VECTOR)
    assert north is not None
    assert math.isclose(math.cos(math.radians(north)), 1)
    assert mean_of(folded(Mean.VECTOR, (0, 90.0), (1, 180.0)), Mean.VECTOR) == pytest.approx(135)
    assert mean_of(folded(Mean.VECTOR, (0, 0.0), (1, 180.0)), Mean.VECTOR) is None


def test_a_value_counts_until_the_next_but_not_across_a_gap() -> None:
    cell = folded(Mean.ARITHMETIC, (0, 10.0), (60_000, 40.0))
    assert time_weighted_mean(cell, HOLD_MS, 120_000) == 25
    assert time_weighted_mean(cell, HOLD_MS, 240_000) == 32.5
    gap = folded(Mean.ARITHMETIC, (0, 10.0), (10 * HOLD_MS, 40.0))
    assert gap.covered_ms == HOLD_MS
    assert time_weighted_mean(gap, HOLD_MS, 99 * HOLD_MS) == 25


def test_what_is_suspect_is_counted_and_not_averaged() -> None:
    bad = of_reading(5, 1e9, 4, Mean.ARITHMETIC)
    cell = fold([of_reading(0, 1.0, 0, Mean.ARITHMETIC), bad], 0, HOLD_MS)
    assert (cell.count, cell.suspect, mean_of(cell, Mean.ARITHMETIC)) == (1, 1, 1.0)
    alone = folded(Mean.ARITHMETIC, (0, 1.0), quality=1)
    assert (alone.count, alone.suspect, alone.total, alone.minimum) == (0, 1, None, None)
    assert mean_of(alone, Mean.ARITHMETIC) is None
    assert time_weighted_mean(alone, HOLD_MS, 60_000) is None


@pytest.mark.parametrize("value", [1.7e308, -1.7e308, 5e-324, -5e-324, 0.0, 4000.0])
@pytest.mark.parametrize("mean", Mean)
def test_no_value_breaks_a_mean(mean: Mean, value: float) -> None:
    cell = folded(mean, (0, value), (1, value), (90_000, value))
    assert (cell.count, cell.minimum, cell.maximum) == (3, value, value)
    mean_of(cell, mean)
    time_weighted_mean(cell, HOLD_MS, 120_000)


def test_a_mean_that_was_not_kept_is_not_known() -> None:
    cell = folded(Mean.ARITHMETIC, (0, 60.0))
    assert mean_of(cell, Mean.ENERGY) is None
    assert mean_of(cell._replace(mean_x=math.nan), Mean.ENERGY) is None


@given(
    st.lists(st.tuples(st.integers(0, 3_600_000), st.floats(1, 300), st.sampled_from((0, 0, 1)))),
    st.lists(st.integers(0, 3_600_000)),
    st.sampled_from(Mean),
)
def test_any_division_folds_to_the_same(
    readings: list[tuple[int, float, int]], cuts: list[int], mean: Mean
) -> None:
    by_time = sorted({ms: (ms, value, quality) for ms, value, quality in readings}.values())
    states = [of_reading(ms, value, quality, mean) for ms, value, quality in by_time]
    edges = sorted({0, *cuts, 3_600_001})
    parts = [fold([s for s in states if a <= s.start_ms < b], a, HOLD_MS) for a, b in pairwise(edges)]
    whole, merged = fold(states, 0, HOLD_MS), fold(parts, 0, HOLD_MS)
    for name, value in whole._asdict().items():
        assert getattr(merged, name) == (pytest.approx(value, rel=1e-9, abs=1e-9) if value else value)
