"""A station's day by hand: VN_AQI of QĐ 1459/QĐ-TCMT, means and limits of QCVN 05:2023."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from services.indicators.air_day import day_cells, day_value, touched_day_cells
from services.indicators.cells import ChangedHour, SeriesHour
from services.indicators.definitions import MEAN_DAY, PM25_MEAN_DAY, QCVN05_DAY, VN_AQI_DAY
from services.indicators.domain import Cell, Computed, SubjectKind
from services.indicators.formulas import Amount
from services.indicators.periods import HOUR
from services.indicators.settings import IndicatorsSettings, load_standards
from services.indicators.vn_aqi import Pollutant, ozone_8h_index, vn_aqi_daily
from tests.unit.indicators.province import NORTH, device, roster

STANDARDS = load_standards(IndicatorsSettings(dsn=""))
MIDNIGHT = datetime(2026, 3, 1, 17, tzinfo=UTC)  # 2 March 00:00 in Viet Nam
LAST_OF_2025 = datetime(2025, 12, 30, 17, tzinfo=UTC)
PM25, PM10, O3, NO2, CO = Pollutant.PM25, Pollutant.PM10, Pollutant.O3, Pollutant.NO2, Pollutant.CO


def value(
    indicator: str, means: Mapping[tuple[Pollutant, int], float], midnight: datetime = MIDNIGHT
) -> Computed:
    """Of hourly means by pollutant and hour of the day; −1 is the hour before midnight."""
    hours = {
        (pollutant, midnight + hour * HOUR): Amount(mean * 4, 4, midnight + hour * HOUR)
        for (pollutant, hour), mean in means.items()
    }
    cell = Cell(indicator, SubjectKind.STATION, "air-001", midnight)
    return day_value(cell, hours, {pollutant for pollutant, _ in means}, STANDARDS)


def all_day(
    pollutant: Pollutant, mean: float, hours: range = range(24)
) -> dict[tuple[Pollutant, int], float]:
    return {(pollutant, hour): mean for hour in hours}


def test_the_daily_index_takes_means_of_particles_and_peaks_of_gases() -> None:
    # PM2.5: mean 37.5 → 50 + 50 · 12.5/25 = 75; NO2: peak 150 → 50 + 50 · 50/100 = 75.
    steady = {**all_day(PM25, 25), **all_day(PM25, 50, range(12)), **all_day(NO2, 20)}
    assert value(VN_AQI_DAY, steady).value == 75
    # One hour of NO2 at 300 → 100 + 50 · 100/500 = 110.
    assert value(VN_AQI_DAY, {**steady, (NO2, 7): 300.0}).value == 110


def test_eighteen_hours_are_enough_and_seventeen_are_not() -> None:
    computed = value(PM25_MEAN_DAY, all_day(PM25, 30, range(18)))
    assert (computed.value, computed.inputs_used, computed.inputs_expected) == (30, 18, 24)
    computed = value(PM25_MEAN_DAY, all_day(PM25, 30, range(17)))
    assert (computed.value, computed.inputs_used) == (None, 17)
    assert value(VN_AQI_DAY, all_day(PM25, 30, range(17))).value is None


def test_hours_of_another_day_are_none_of_this_one() -> None:
    assert value(PM25_MEAN_DAY, {**all_day(PM25, 30), (PM25, -1): 900.0, (PM25, 24): 900.0}).value == 30


def test_eight_hours_of_ozone_reach_into_the_day_before() -> None:
    # 8-hour mean of 17:00–00:59: (7 · 160 + 80) / 8 = 150 → 100 + … 120–170: 100 + 50 · 30/50 = 130.
    ozone = {**all_day(O3, 160, range(-7, 0)), (O3, 0): 80.0}
    assert value(VN_AQI_DAY, {**all_day(PM25, 10), **ozone}).value == 130


def test_eight_hours_of_ozone_end_at_400() -> None:
    assert ozone_8h_index(400) == 300
    assert ozone_8h_index(400.1) is None
    assert vn_aqi_daily({PM25: 10, O3: 450}, 420) == 213  # the 1-hour column: 200 + 100 · 50/400 = 212.5
    assert vn_aqi_daily({O3: 450}, 420) is None


def test_pm25_of_48_was_within_the_limit_until_2026() -> None:
    assert value(QCVN05_DAY, all_day(PM25, 48), LAST_OF_2025).value == 100
    assert value(QCVN05_DAY, all_day(PM25, 48), LAST_OF_2025 + timedelta(days=1)).value == 0


def test_compliance_pools_hours_eight_hours_and_days() -> None:
    # CO, mg: 24 hours ≤ 30,000, one of them at 40,000; running 8-hour means > 10,000 while it is in them.
    means = {**all_day(CO, 9_000, range(-7, 24)), (CO, 20): 40_000.0}
    computed = value(QCVN05_DAY, means)
    # Hours: 23 of 24. The 8-hour means of hours 20–23 hold the peak: (7 · 9,000 + 40,000) / 8 = 12,875.
    assert (computed.numerator, computed.denominator) == (23 + 20, 48)
    assert computed.value == pytest.approx(100 * 43 / 48)
    assert (computed.inputs_used, computed.inputs_expected) == (48, 48)


def test_a_silent_sensor_improves_nothing() -> None:
    computed = value(QCVN05_DAY, {(NO2, 3): 100.0})
    assert (computed.value, computed.inputs_used, computed.inputs_expected) == (100, 1, 25)
    assert value(QCVN05_DAY, {}).value is None


def change(pollutant: Pollutant, hour: datetime) -> ChangedHour:
    return ChangedHour(SeriesHour("air-001", pollutant.value, hour), pollutant, NORTH)


def test_a_changed_hour_touches_its_closed_day() -> None:
    known = roster(device("air-001"), feeds={"pm25": PM25, "o3": O3})
    noon = MIDNIGHT + 12 * HOUR
    touched = touched_day_cells([change(PM25, noon)], known, MIDNIGHT + 24 * HOUR)
    assert {cell.indicator for cell in touched} == {VN_AQI_DAY, QCVN05_DAY, MEAN_DAY[PM25]}
    assert touched_day_cells([change(PM25, noon)], known, MIDNIGHT + 23 * HOUR) == set()
    late = touched_day_cells([change(O3, MIDNIGHT + 17 * HOUR)], known, MIDNIGHT + 72 * HOUR)
    assert {cell.period_start for cell in late} == {MIDNIGHT, MIDNIGHT + 24 * HOUR}
    early = touched_day_cells([change(O3, MIDNIGHT + 16 * HOUR)], known, MIDNIGHT + 72 * HOUR)
    assert {cell.period_start for cell in early} == {MIDNIGHT}


def test_all_cells_of_a_day_are_closed() -> None:
    known = roster(device("air-001"), feeds={"pm10": PM10, "no2": NO2})
    indicators = {cell.indicator for cell in day_cells("air-001", known, MIDNIGHT)}
    assert indicators == {VN_AQI_DAY, QCVN05_DAY, MEAN_DAY[PM10], MEAN_DAY[NO2]}
