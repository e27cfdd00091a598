"""Periods of the local calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.definitions import DEFINITIONS
from services.indicators.periods import (
    DAY,
    DAYTIME,
    FIVE_MINUTES,
    HOUR,
    MONTH,
    NIGHT,
    YEAR,
    Period,
    end_of,
    ends_within,
    floor,
    iso_duration,
    last_end,
    midnight,
    next_end,
    seconds_of,
    start_before,
)

PERIODS = (FIVE_MINUTES, HOUR, DAY, DAYTIME, NIGHT, MONTH, YEAR)
INSTANTS = st.datetimes(datetime(2019, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def local(*parts: int) -> datetime:
    """The instant of a clock in Viet Nam."""
    return datetime(*parts, tzinfo=UTC) - timedelta(hours=7)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (DAY, local(2026, 2, 28), local(2026, 3, 1)),
        (DAYTIME, local(2026, 2, 28, 6), local(2026, 2, 28, 21)),
        (NIGHT, local(2026, 2, 27, 21), local(2026, 2, 28, 6)),
        (MONTH, local(2026, 2, 1), local(2026, 3, 1)),
        (YEAR, local(2026, 1, 1), local(2027, 1, 1)),
    ],
)
def test_the_period_around_an_instant(period: Period, start: datetime, end: datetime) -> None:
    within = local(2026, 2, 28, 5, 59) if period == NIGHT else local(2026, 2, 28, 20, 59)
    assert floor(within, period) == start
    assert end_of(start, period) == end
    assert start_before(end, period) == start


def test_midnight_is_that_of_viet_nam() -> None:
    assert midnight(date(2026, 3, 2)) == datetime(2026, 3, 1, 17, tzinfo=UTC)


@given(INSTANTS, st.sampled_from(PERIODS))
def test_the_ends_around_an_instant_are_neighbours(instant: datetime, period: Period) -> None:
    last = last_end(instant, period)
    assert last <= instant < next_end(instant, period)
    assert next_end(last, period) == next_end(instant, period)
    assert end_of(start_before(last, period), period) == last


def test_parts_that_are_over_are_counted() -> None:
    start = local(2026, 3, 1)
    assert ends_within(HOUR, start, start + timedelta(hours=5, minutes=59)) == 5
    assert ends_within(DAY, start, local(2026, 3, 11, 3)) == 10
    assert ends_within(DAY, start, start - HOUR) == 0


def test_lengths_are_said() -> None:
    said = [iso_duration(period) for period in PERIODS]
    assert said == ["PT5M", "PT1H", "P1D", "PT15H", "PT9H", "P1M", "P1Y"]
    assert [seconds_of(period) for period in (HOUR, DAY, MONTH)] == [3_600, 86_400, 0]
    assert iso_duration(DEFINITIONS["power_mean_15min"].period) == "PT15M"
