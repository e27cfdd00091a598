"""Which periods the clock closes."""

from datetime import UTC, datetime, timedelta

from services.indicators.area_map import AreaMap
from services.indicators.closing import cells_to_close, ends_to_close, open_cells, recent_cells
from services.indicators.definitions import (
    DEVICES_ON_TIME,
    DEVICES_ON_TIME_DAY,
    ENVIRONMENT_ON_TIME,
    ENVIRONMENT_ON_TIME_DAY,
    LEQ_HOUR,
    PM25_MEAN_DAY,
    PM25_MEAN_HOUR,
    POWER_QUARTER,
    QCVN05_DAY,
    VN_AQI_DAY,
    VN_AQI_HOUR,
)
from services.indicators.domain import Cell, SubjectKind
from services.indicators.gauges import Gauge, Gauged
from services.indicators.periods import DAY as CALENDAR_DAY
from services.indicators.periods import FIVE_MINUTES, HOUR, QUARTER
from services.indicators.roster import Roster, Series
from services.indicators.vn_aqi import Pollutant
from tests.unit.indicators.province import NORTH, PROVINCE, SOUTH, device, roster, spans

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
        (share, area) for share in (DEVICES_ON_TIME, ENVIRONMENT_ON_TIME) for area in (NORTH, PROVINCE)
    }


def test_areas_without_such_devices_have_no_share_of_their_kinds() -> None:
    known = roster(device("air-001", NORTH), device("power-001", SOUTH, kind="power"))
    told = {(c.indicator, c.subject) for c in cells_to_close(FIVE_MINUTES, NOON, known)}
    assert {area for share, area in told if share == ENVIRONMENT_ON_TIME} == {NORTH, PROVINCE}
    assert {area for share, area in told if share == DEVICES_ON_TIME} == {NORTH, SOUTH, PROVINCE}
    of_day = {(c.indicator, c.subject) for c in cells_to_close(CALENDAR_DAY, NOON + 5 * HOUR, known)}
    assert {area for share, area in of_day if share == ENVIRONMENT_ON_TIME_DAY} == {NORTH, PROVINCE}


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
    starts = {cell.period_start for cell in recent_cells(NOON + minutes(2), minutes(10), known)}
    assert starts == {NOON - minutes(5), NOON - minutes(10)}


def test_a_day_is_closed_at_midnight_of_viet_nam() -> None:
    midnight = datetime(2026, 3, 1, 17, tzinfo=UTC)
    assert ends_to_close(midnight - DAY, midnight, CALENDAR_DAY, DAY) == [midnight]
    assert ends_to_close(midnight, NOON, CALENDAR_DAY, DAY) == []
    closed = cells_to_close(CALENDAR_DAY, midnight, roster(device("air-001", NORTH)))
    assert {(cell.indicator, cell.subject) for cell in closed} == {
        (VN_AQI_DAY, "air-001"),
        (PM25_MEAN_DAY, "air-001"),
        (QCVN05_DAY, "air-001"),
        (DEVICES_ON_TIME_DAY, NORTH),
        (DEVICES_ON_TIME_DAY, PROVINCE),
        (ENVIRONMENT_ON_TIME_DAY, NORTH),
        (ENVIRONMENT_ON_TIME_DAY, PROVINCE),
    }
    assert {cell.period_start for cell in closed} == {midnight - DAY}


def test_silent_gauges_get_values() -> None:
    gauges = {Series("a", "laeq"): Gauge(Gauged.NOISE, 1.0), Series("a", "p"): Gauge(Gauged.POWER, 1.0)}
    known = Roster([device("a", NORTH)], {}, {}, AreaMap(spans()), gauges)
    assert {cell.indicator for cell in cells_to_close(HOUR, NOON, known)} == {LEQ_HOUR}
    power = {(cell.indicator, cell.subject) for cell in cells_to_close(QUARTER, NOON, known)}
    assert power == {(POWER_QUARTER, NORTH), (POWER_QUARTER, PROVINCE)}
    recent = {cell.indicator for cell in recent_cells(NOON, minutes(70), known)}
    assert recent == {DEVICES_ON_TIME, ENVIRONMENT_ON_TIME, LEQ_HOUR, POWER_QUARTER}
