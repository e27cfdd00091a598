"""What is refused of a query, what its buckets are, and from what a line is taken."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.rollups import Tier
from services.telemetry.series_plan import (
    LOCAL,
    MOST_POINTS,
    RAW,
    Ask,
    Grid,
    faults,
    grid_of,
    line_sources,
    raw_fault,
    raw_series_in,
    series_at_once,
    utc_offsets,
)

T0 = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp() * 1000)
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
ASK = Ask(T0, T0 + DAY_MS, "1h", 0, ("mean",), "", LOCAL, 10_000)


@given(st.integers(-(10**12), 10**13), st.integers(0, 10**9), st.sampled_from(list(Tier)))
def test_a_grid_holds_just_the_cells_that_start_in_the_range(
    start_ms: int, length_ms: int, tier: Tier
) -> None:
    grid = grid_of(tier, start_ms, start_ms + length_ms)

    starts = [grid.first_ms + n * grid.step_ms for n in (0, grid.buckets - 1)] if grid.buckets else []
    assert all(start_ms <= at < start_ms + length_ms and tier.start_of(at) == at for at in starts)
    assert grid.first_ms - tier.width_ms < start_ms
    assert grid.end_ms >= start_ms + length_ms or not length_ms


@given(st.integers(0, 50), st.integers(-10, 70), st.integers(1, 60))
def test_the_rest_of_a_grid_begins_where_it_is_told_to(buckets: int, at: int, most: int) -> None:
    rest = Grid(1_000, 10, buckets).rest(1_000 + at * 10 - 5, most)

    expected = [1_000 + n * 10 for n in range(buckets) if n >= at][:most]
    assert [rest.first_ms + n * 10 for n in range(rest.buckets)] == expected


@pytest.mark.parametrize(
    ("start", "end", "fields"),
    [
        ("0001-01-01", "0001-01-02", ["start", "end"]),
        ("0999-12-31", "1000-01-02", ["start"]),
        ("9999-12-30", "9999-12-31", ["start", "end"]),
        ("8999-12-31", "9000-01-02", ["end"]),
        ("1000-01-01", "1000-01-02", []),
        ("8999-12-31", "9000-01-01", []),
    ],
)
@pytest.mark.parametrize("shape", [{}, {"zone": "Asia/Tokyo"}, {"resolution": "1d"}, {"max_points": 9}])
def test_the_ends_of_the_calendar_are_out_of_reach(
    start: str, end: str, fields: list[str], shape: dict[str, Any]
) -> None:
    if shape.get("max_points"):
        shape = shape | {"resolution": "", "aggregates": ()}
    times = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, end))
    start_ms, end_ms = (int(at.timestamp() * 1000) for at in times)
    ask = replace(ASK, start_ms=start_ms, end_ms=end_ms, **shape)

    assert [fault.field for fault in faults(ask) if fault.reason == "bad_time"] == fields
    if not fields:
        assert grid_of(Tier.DAY, start_ms, end_ms).buckets
        assert utc_offsets(ask.zone, start_ms, end_ms)


def test_days_are_those_of_viet_nam() -> None:
    grid = grid_of(Tier.DAY, T0, T0 + 3 * DAY_MS)

    assert (grid.buckets, datetime.fromtimestamp(grid.first_ms / 1000, ZoneInfo(LOCAL)).hour) == (3, 0)


@pytest.mark.parametrize(
    ("zone", "resolution", "exact"),
    [
        ("Asia/Bangkok", "1d", True),
        ("UTC", "1d", False),
        ("Europe/Paris", "1h", True),
        ("Asia/Kolkata", "1h", False),
        ("Asia/Kolkata", "15m", True),
        ("Asia/Kathmandu", "15m", True),
        ("Asia/Kolkata", RAW, True),
    ],
)
def test_buckets_of_a_zone_are_exact_or_refused(zone: str, resolution: str, exact: bool) -> None:
    ask = replace(ASK, zone=zone, resolution=resolution, aggregates=())

    assert [fault.reason for fault in faults(ask)] == ([] if exact else ["buckets_not_exact"])


def test_a_zone_that_changes_within_the_range_is_found_to_the_second() -> None:
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)

    found = utc_offsets("Europe/Paris", start, start + 365 * DAY_MS)

    at = [datetime.fromtimestamp(ms / 1000, UTC) for ms, _ in found]
    assert at[1:] == [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
    assert [offset for _, offset in found] == [3600, 7200, 3600]


def test_what_is_too_much_says_what_works() -> None:
    ten_years = replace(ASK, end_ms=T0 + 3652 * DAY_MS)

    (bucket,) = faults(replace(ten_years, resolution="1m"))
    raw = raw_fault(replace(ten_years, resolution=RAW), "d/c", 1)

    assert bucket.reason == "too_many_points"
    assert "ask for 15m (350,592 points) or coarser" in bucket.detail
    assert raw is not None
    assert "raw works for 11 days 13 h at a time" in raw.detail
    assert raw_fault(replace(ten_years, resolution=RAW), "d/c", None) is None
    assert raw_fault(replace(ASK, resolution=RAW), "d/c", 1) is None
    works = replace(ten_years, resolution="15m")
    assert not faults(works)


@given(st.integers(4, 10_000), st.integers(1, 40_000), st.sampled_from([None, 1, 60, 3600, 86_400]))
def test_a_line_always_has_a_source_and_reads_a_bounded_number(
    points: int, days: int, interval_s: int | None
) -> None:
    ask = replace(ASK, resolution="", aggregates=(), max_points=points, end_ms=T0 + days * DAY_MS)

    sources = line_sources(ask, interval_s)

    assert 1 <= len(sources) <= 2
    name, most = sources[-1]
    assert name != RAW  # whoever says more than it promised is still answered
    assert most <= 41_000
    if sources[0][0] == RAW and interval_s:
        assert days * 86_400 / interval_s <= most + 1


def test_a_page_takes_as_many_series_as_fit() -> None:
    assert series_at_once(ASK) == 10_000 // 24
    assert series_at_once(replace(ASK, end_ms=T0 + 3650 * DAY_MS)) == 1
    assert series_at_once(replace(ASK, resolution="", max_points=500)) == 20
    raw = replace(ASK, resolution=RAW)
    assert raw_series_in(raw, [60] * 100) == 6
    assert raw_series_in(raw, [1] * 100) == 1
    assert raw_series_in(raw, [3600, None, 3600]) == 3
    assert timedelta(milliseconds=MOST_POINTS * 60_000) > timedelta(days=690)
