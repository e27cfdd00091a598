"""Which periods the clock closes."""

from datetime import UTC, datetime, timedelta

from services.indicators.closing import cells_to_close, ends_to_close, open_cells, recent_on_time_cells
from services.indicators.definitions import DEVICES_ON_TIME, FIVE_MINUTES, HOUR, PM25_MEAN_HOUR, VN_AQI_HOUR
from services.indicators.domain import Cell, SubjectKind
from services.indicators.vn_aqi import Pollutant
from tests.unit.indicators.province import NORTH, PROVINCE, device, roster

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def test_nothing_is_closed_at_the_first_start_or_twice() -> None:
    assert ends_to_close(None, NOON, FIVE_MINUTES, DAY) == []
    assert ends_to_close(NOON, NOON + minutes(4.9), FIVE_MINUTES, DAY) == []


def test_every_period_since_is_closed() -> None:
    ends = ends_to_close(NOON, NOON + minutes(16), FIVE_MINUTES, DAY)
    assert ends == [NOON + minutes(5), NOON + minutes(10), NOON + minutes(15)]
    assert ends_to_close(NOON, NOON + HOUR, HOUR, DAY) == [NOON + HOUR]


def test_after_a_long_stop_the_first_and_the_last_ones_are_closed() -> None:
    ends = ends_to_close(NOON, NOON + 10 * HOUR, HOUR, 2 * HOUR)
    assert ends == [NOON + HOUR, NOON + 8 * HOUR, NOON + 9 * HOUR, NOON + 10 * HOUR]


def test_silent_stations_and_their_areas_get_values() -> None:
    known = roster(device("air-001", NORTH), device("old", NORTH, active=False))
    hourly = cells_to_close(HOUR, NOON, known)
    assert Cell(VN_AQI_HOUR, SubjectKind.STATION, "air-001", NOON - HOUR) in hourly
    assert Cell(PM25_MEAN_HOUR, SubjectKind.PROVINCE, PROVINCE, NOON - HOUR) in hourly
    assert "old" not in {cell.subject for cell in hourly}
    shares = cells_to_close(FIVE_MINUTES, NOON, known)
    assert {(cell.indicator, cell.subject) for cell in shares} == {
        (DEVICES_ON_TIME, NORTH),
        (DEVICES_ON_TIME, PROVINCE),
    }


def test_a_station_of_gases_alone_has_no_index() -> None:
    assert cells_to_close(HOUR, NOON, roster(device("gas"), feeds={"no2": Pollutant.NO2})) == set()


def test_a_station_counts_from_its_commissioning_on() -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert cells_to_close(HOUR, long_ago, roster(device("air-001"))) == set()


def test_the_open_period_is_the_one_that_contains_now() -> None:
    known = roster(device("air-001", NORTH))
    assert {cell.period_start for cell in open_cells(NOON + minutes(4), known)} == {NOON}
    assert {cell.period_start for cell in open_cells(NOON + minutes(5), known)} == {NOON + minutes(5)}


def test_recent_periods_are_closed_ones() -> None:
    known = roster(device("air-001", NORTH))
    starts = {cell.period_start for cell in recent_on_time_cells(NOON + minutes(2), minutes(10), known)}
    assert starts == {NOON - minutes(5), NOON - minutes(10)}
