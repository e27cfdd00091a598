"""Weeks: Monday to Monday in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.store_layout import WEEK, week_number, week_start


@given(st.integers(-(10**12), 4 * 10**12))
def test_a_time_lies_in_its_week(ms: int) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    start = week_start(week_number(ms))
    assert start <= at < start + WEEK
    assert start.weekday() == 0
    assert (start.hour, start.minute) == (0, 0)


def test_a_known_week() -> None:
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    assert week_start(week_number(int(monday.timestamp() * 1000))) == monday
    assert week_start(week_number(int(monday.timestamp() * 1000) - 1)) == monday - WEEK
