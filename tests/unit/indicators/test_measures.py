"""What a recomputation of hours changes in the measures that are kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.indicators.cells import ChangedHour, SeriesHour
from services.indicators.measures import Measure, compare
from services.indicators.vn_aqi import Pollutant
from tests.unit.indicators.province import NORTH, SOUTH, device, roster

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
AT = SeriesHour("air-001", "pm25", NOON)
MEASURE = Measure(NORTH, 60.0, 3, NOON + timedelta(minutes=50))
ROSTER = roster(device("air-001", NORTH))


def test_a_new_hour_is_written_under_the_devices_area() -> None:
    changes = compare([AT], {}, {AT: MEASURE}, ROSTER)
    assert changes.written == {AT: MEASURE}
    assert changes.changed == (ChangedHour(AT, Pollutant.PM25, NORTH),)


def test_equal_but_for_the_order_of_addition_is_equal() -> None:
    noisy = replace(MEASURE, sum=60.0 + 1e-12)
    changes = compare([AT], {AT: MEASURE}, {AT: noisy}, ROSTER)
    assert (changes.written, changes.removed, changes.changed) == ({}, frozenset(), ())


def test_an_hour_keeps_the_area_it_was_first_measured_under() -> None:
    moved = replace(MEASURE, area_code=SOUTH, sum=61.0)
    changes = compare([AT], {AT: MEASURE}, {AT: moved}, ROSTER)
    assert changes.written[AT] == replace(MEASURE, sum=61.0)
    assert changes.changed[0].area_code == NORTH


def test_an_area_that_was_unknown_is_filled_in() -> None:
    homeless = replace(MEASURE, area_code=None)
    changes = compare([AT], {AT: homeless}, {AT: replace(MEASURE, count=4)}, ROSTER)
    assert changes.written[AT].area_code == NORTH


def test_an_hour_without_good_readings_goes() -> None:
    changes = compare([AT], {AT: MEASURE}, {}, ROSTER)
    assert changes.removed == {AT}
    assert changes.changed == (ChangedHour(AT, Pollutant.PM25, NORTH),)
