"""A change of inputs touches the cells whose value it can change, and no other."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.indicators.cells import Arrival, ChangedHour, SeriesHour, air_cells, on_time_cells, series_hours
from services.indicators.definitions import (
    DEVICES_ON_TIME,
    ENVIRONMENT_ON_TIME,
    PM25_MEAN_HOUR,
    PM25_NOWCAST_HOUR,
    VN_AQI_HOUR,
)
from services.indicators.domain import Cell, Computed, SubjectKind
from services.indicators.formulas import Amount, area_mean, station_value
from services.indicators.periods import FIVE_MINUTES, HOUR, floor
from services.indicators.roster import Roster
from services.indicators.vn_aqi import Pollutant
from tests.unit.indicators.province import NORTH, PROVINCE, SOUTH, device, roster

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
NOW = NOON + timedelta(hours=30, minutes=20)
FEEDS = {"pm25": Pollutant.PM25, "pm10": Pollutant.PM10, "no2": Pollutant.NO2}
TWO = roster(device("air-001", NORTH), device("air-002", SOUTH), feeds=FEEDS)
MEASURES = st.dictionaries(
    st.tuples(st.sampled_from(["air-001", "air-002"]), st.sampled_from(list(FEEDS)), st.integers(0, 15)),
    st.tuples(st.floats(0, 400), st.integers(1, 60)),
    max_size=40,
)


def change(device_name: str, pollutant: Pollutant, hour: datetime, area: str | None = NORTH) -> ChangedHour:
    return ChangedHour(SeriesHour(device_name, pollutant.value, hour), pollutant, area)


def test_pm25_touches_twelve_station_hours_and_one_area_hour() -> None:
    touched = air_cells([change("air-001", Pollutant.PM25, NOON)], TWO, NOW)
    window = [NOON + n * HOUR for n in range(12)]
    assert touched == {
        *(Cell(VN_AQI_HOUR, SubjectKind.STATION, "air-001", hour) for hour in window),
        *(Cell(PM25_NOWCAST_HOUR, SubjectKind.STATION, "air-001", hour) for hour in window),
        Cell(PM25_MEAN_HOUR, SubjectKind.COMMUNE, NORTH, NOON),
        Cell(PM25_MEAN_HOUR, SubjectKind.PROVINCE, PROVINCE, NOON),
    }


def test_other_pollutants_touch_the_index_alone() -> None:
    coarse = air_cells([change("air-001", Pollutant.PM10, NOON)], TWO, NOW)
    assert {cell.indicator for cell in coarse} == {VN_AQI_HOUR}
    assert len(coarse) == 12
    gas = air_cells([change("air-001", Pollutant.NO2, NOON)], TWO, NOW)
    assert gas == {Cell(VN_AQI_HOUR, SubjectKind.STATION, "air-001", NOON)}


def test_nothing_after_the_current_hour() -> None:
    touched = air_cells([change("air-001", Pollutant.PM25, NOON)], TWO, NOON + timedelta(minutes=1))
    assert {cell.period_start for cell in touched} == {NOON}


def test_a_device_without_an_area_touches_its_station_alone() -> None:
    touched = air_cells([change("air-001", Pollutant.PM25, NOON, area=None)], TWO, NOW)
    assert {cell.subject_kind for cell in touched} == {SubjectKind.STATION}


def test_only_channels_that_feed_the_air_are_measured() -> None:
    observed = round(NOON.timestamp() * 1_000) + 3_599_999
    arrivals = [Arrival("air-001", channel, observed, observed) for channel in ("pm25", "battery")]
    assert series_hours(arrivals, TWO) == {SeriesHour("air-001", "pm25", NOON)}


@given(
    MEASURES,
    st.sampled_from(["air-001", "air-002"]),
    st.sampled_from(list(FEEDS)),
    st.integers(0, 15),
    st.tuples(st.floats(0, 400), st.integers(1, 60)),
)
def test_what_is_not_touched_keeps_its_value(
    before: dict[tuple[str, str, int], tuple[float, int]],
    name: str,
    channel: str,
    hour: int,
    measure: tuple[float, int],
) -> None:
    after = before | {(name, channel, hour): measure}
    area = TWO.devices[name].area_code
    touched = air_cells([change(name, FEEDS[channel], NOON + hour * HOUR, area)], TWO, NOW)
    old, new = _all_values(before), _all_values(after)
    assert {cell for cell in old if old[cell] != new[cell]} <= touched
    assert touched <= old.keys()


def _all_values(measures: dict[tuple[str, str, int], tuple[float, int]]) -> dict[Cell, Computed]:
    """Every cell of 30 hours, computed from everything: the slow way."""
    amounts = {
        (name, FEEDS[channel], NOON + hour * HOUR): Amount(total, count, NOON + hour * HOUR)
        for (name, channel, hour), (total, count) in measures.items()
    }
    values: dict[Cell, Computed] = {}
    for hour in (NOON + n * HOUR for n in range(30)):
        by_code = {
            TWO.devices[name].area_code or "": amount
            for (name, pollutant, at), amount in amounts.items()
            if at == hour and pollutant is Pollutant.PM25
        }
        for name in TWO.devices:
            of_station = {(p, at): amount for (owner, p, at), amount in amounts.items() if owner == name}
            for indicator in (VN_AQI_HOUR, PM25_NOWCAST_HOUR):
                cell = Cell(indicator, SubjectKind.STATION, name, hour)
                values[cell] = station_value(cell, of_station)
        for kind, code in TWO.areas_with_devices(DEVICES_ON_TIME, NOON.date()):
            cell = Cell(PM25_MEAN_HOUR, kind, code, hour)
            values[cell] = area_mean(cell, {hour: by_code}, TWO)
    return values


@pytest.mark.parametrize(
    ("interval_s", "ends"),
    [
        (60, [5]),  # the window is the period
        (100, [5]),
        (130, [5]),  # 6.5 minutes before the end at 10:00 is 3:30: too late for a reading at 2:00
        (200, [5, 10]),
        (600, [5, 10, 15, 20, 25, 30]),
    ],
)
def test_a_reading_counts_for_periods_that_end_within_its_window(interval_s: int, ends: list[int]) -> None:
    one = roster(device("air-001", NORTH, interval_s))
    observed = NOON + timedelta(minutes=2)
    touched = on_time_cells([_arrival(observed, timedelta(seconds=1))], one, NOON + HOUR)
    starts = {NOON + timedelta(minutes=end) - FIVE_MINUTES for end in ends}
    assert {cell.period_start for cell in touched} == starts
    assert {cell.subject for cell in touched} == {NORTH, PROVINCE}


def test_open_periods_and_late_readings_are_not_touched() -> None:
    one = roster(device("air-001", NORTH, 600))
    observed = NOON + timedelta(minutes=2)
    assert (
        on_time_cells([_arrival(observed, timedelta(seconds=1))], one, NOON + timedelta(minutes=4)) == set()
    )
    assert on_time_cells([_arrival(observed, timedelta(minutes=31))], one, NOON + HOUR) == set()


def test_unknown_and_retired_devices_touch_nothing() -> None:
    retired = roster(device("air-001", NORTH, active=False))
    for known in (retired, roster()):
        assert on_time_cells([_arrival(NOON, timedelta(seconds=1))], known, NOON + HOUR) == set()


def test_a_share_of_some_kinds_is_touched_by_these_alone() -> None:
    known = roster(device("traffic-001", NORTH, kind="traffic"), device("rain-001", SOUTH, kind="rain"))

    def touched(name: str) -> set[tuple[str, str]]:
        arrival = Arrival(name, "any", round(1_000 * NOON.timestamp()), round(1_000 * NOON.timestamp()))
        return {(c.indicator, c.subject) for c in on_time_cells([arrival], known, NOON + HOUR)}

    assert touched("traffic-001") == {(DEVICES_ON_TIME, NORTH), (DEVICES_ON_TIME, PROVINCE)}
    assert touched("rain-001") == {
        (share, area) for share in (DEVICES_ON_TIME, ENVIRONMENT_ON_TIME) for area in (SOUTH, PROVINCE)
    }


@given(
    st.integers(10, 2_000),
    st.integers(0, 7_200_000),
    st.integers(-1_000, 9_000_000),
    st.integers(0, 14_400_000),
)
@example(100, 60_000, 300_000, 7_200_000)  # received exactly 3 intervals later: on time
@example(100, 300_000, 0, 7_200_000)  # observed exactly at the end of a period: counts for the next one
def test_on_time_periods_are_those_of_the_definition(
    interval_s: int, observed_ms: int, delay_ms: int, now_ms: int
) -> None:
    one = roster(device("air-001", NORTH, interval_s))
    now, observed = NOON + timedelta(milliseconds=now_ms), NOON + timedelta(milliseconds=observed_ms)
    touched = on_time_cells([_arrival(observed, timedelta(milliseconds=delay_ms))], one, now)
    expected = {
        start
        for start in (NOON + n * FIVE_MINUTES for n in range(-1, 60))
        if start + FIVE_MINUTES <= now and _counts(one, observed, delay_ms, start)
    }
    assert {cell.period_start for cell in touched} == expected
    assert {cell.indicator for cell in touched} <= {DEVICES_ON_TIME, ENVIRONMENT_ON_TIME}


def _counts(known: Roster, observed: datetime, delay_ms: int, start: datetime) -> bool:
    """DI-09, word by word."""
    tolerance = 3 * known.devices["air-001"].interval
    end = start + FIVE_MINUTES
    in_window = end - max(FIVE_MINUTES, tolerance) <= observed < end
    return in_window and timedelta(milliseconds=delay_ms) <= tolerance


def _arrival(observed: datetime, delay: timedelta) -> Arrival:
    observed_ms = round(observed.timestamp() * 1_000)
    return Arrival("air-001", "pm25", observed_ms, observed_ms + delay // timedelta(milliseconds=1))


def test_periods_begin_at_full_hours() -> None:
    assert floor(NOON + timedelta(minutes=59, seconds=59), HOUR) == NOON
    assert floor(NOON, FIVE_MINUTES) == NOON
