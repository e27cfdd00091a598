"""Values from sums and counts: no mean of means, no ratio without its parts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.definitions import (
    DEVICES_ON_TIME,
    ENVIRONMENT_ON_TIME,
    PM25_MEAN_HOUR,
    PM25_NOWCAST_HOUR,
    VN_AQI_HOUR,
)
from services.indicators.domain import Cell, SubjectKind
from services.indicators.formulas import Amount, area_mean, by_area, on_time_share, station_value
from services.indicators.periods import FIVE_MINUTES, HOUR
from services.indicators.vn_aqi import Pollutant
from tests.unit.indicators.province import COMMISSIONED, NORTH, PROVINCE, SOUTH, device, roster

NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)
NEWEST = NOON + timedelta(minutes=59)


def amount(mean: float, count: int = 1) -> Amount:
    return Amount(mean * count, count, NEWEST)


def station(indicator: str) -> Cell:
    return Cell(indicator, SubjectKind.STATION, "air-001", NOON)


def test_the_index_counts_hours_and_names_its_newest_input() -> None:
    hours = {(Pollutant.PM25, NOON - n * HOUR): Amount(25.0, 1, NOON - n * HOUR) for n in range(8)}
    computed = station_value(station(VN_AQI_HOUR), hours | {(Pollutant.NO2, NOON): amount(150)})
    assert (computed.value, computed.inputs_used, computed.inputs_expected) == (75, 8, 12)
    assert computed.newest_input_at == NEWEST


def test_gases_of_earlier_hours_do_not_count() -> None:
    hours = {(Pollutant.PM10, NOON - n * HOUR): amount(50) for n in range(2)}
    computed = station_value(station(VN_AQI_HOUR), hours | {(Pollutant.NO2, NOON - HOUR): amount(3_000)})
    assert computed.value == 50


def test_too_few_hours_give_no_value_and_say_how_many_there_were() -> None:
    computed = station_value(station(PM25_NOWCAST_HOUR), {(Pollutant.PM25, NOON): amount(25)})
    assert (computed.value, computed.inputs_used) == (None, 1)
    nothing = station_value(station(VN_AQI_HOUR), {})
    assert (nothing.value, nothing.inputs_used, nothing.newest_input_at) == (None, 0, None)


def test_a_station_has_no_mean_of_an_area() -> None:
    with pytest.raises(ValueError, match="no indicator of a station"):
        station_value(station(PM25_MEAN_HOUR), {})


def test_a_province_is_the_mean_of_readings_not_of_communes() -> None:
    known = roster(device("air-001", NORTH), device("air-002", SOUTH))
    hours = {NOON: {NORTH: amount(10, count=3), SOUTH: amount(50, count=1)}}
    province = area_mean(Cell(PM25_MEAN_HOUR, SubjectKind.PROVINCE, PROVINCE, NOON), hours, known)
    assert (province.value, province.numerator, province.denominator) == (20, 80, 4)
    assert (province.inputs_used, province.inputs_expected) == (4, 120)
    south = area_mean(Cell(PM25_MEAN_HOUR, SubjectKind.COMMUNE, SOUTH, NOON), hours, known)
    assert (south.value, south.inputs_used, south.inputs_expected) == (50, 1, 60)


def test_an_area_without_readings_has_no_mean() -> None:
    known = roster(device("air-001", NORTH))
    computed = area_mean(Cell(PM25_MEAN_HOUR, SubjectKind.COMMUNE, NORTH, NOON), {}, known)
    assert (computed.value, computed.inputs_used, computed.inputs_expected) == (None, 0, 60)


@given(st.lists(st.tuples(st.floats(0, 500), st.integers(1, 60)), min_size=1, max_size=8))
def test_merging_never_depends_on_order(parts: list[tuple[float, int]]) -> None:
    amounts = [amount(mean, count) for mean, count in parts]
    forth, back = amounts[0], amounts[-1]
    for one in amounts[1:]:
        forth = forth.merge(one)
    for one in reversed(amounts[:-1]):
        back = back.merge(one)
    assert forth.mean == pytest.approx(back.mean, rel=1e-9)
    assert forth.count == back.count


def test_the_share_of_devices_on_time_is_a_ratio_of_sums() -> None:
    known = roster(*(device(f"n{i}", NORTH) for i in range(9)), device("s0", SOUTH))
    on_time = {f"n{i}": NEWEST - timedelta(minutes=i) for i in range(3)} | {"s0": NOON}
    areas = by_area(on_time, NOON, known)

    def share(kind: SubjectKind, code: str) -> tuple[float | None, int, int]:
        cell = Cell(DEVICES_ON_TIME, kind, code, NOON)
        computed = on_time_share(cell, areas[kind, code], NOON + FIVE_MINUTES, known)
        return computed.value, computed.inputs_used, computed.inputs_expected

    assert share(SubjectKind.COMMUNE, NORTH) == (100 * 3 / 9, 3, 9)
    assert share(SubjectKind.COMMUNE, SOUTH) == (100, 1, 1)
    assert share(SubjectKind.PROVINCE, PROVINCE) == (40, 4, 10)


def test_the_share_of_some_kinds_counts_these_alone() -> None:
    """Above the line and below it: 2 of 3 air stations and none of 1 rain gauge."""
    kinds = {"a0": "air", "a1": "air", "a2": "air", "r0": "rain", "t0": "traffic", "p0": "power"}
    known = roster(*(device(name, NORTH, kind=kind) for name, kind in kinds.items()))

    def share(indicator: str, *reported: str) -> tuple[float | None, int, int]:
        cell = Cell(indicator, SubjectKind.PROVINCE, PROVINCE, NOON)
        computed = on_time_share(cell, [NOON for _ in reported], NOON + FIVE_MINUTES, known)
        return computed.value, computed.inputs_used, computed.inputs_expected

    assert share(ENVIRONMENT_ON_TIME, "a0", "a1") == (50, 2, 4)
    assert share(DEVICES_ON_TIME, "a0", "a1", "t0") == (50, 3, 6)


def test_devices_count_from_their_commissioning_on() -> None:
    known = roster(device("air-001", NORTH), device("air-002", NORTH, active=False))
    start = COMMISSIONED - FIVE_MINUTES
    cell = Cell(DEVICES_ON_TIME, SubjectKind.COMMUNE, NORTH, start)
    before = on_time_share(cell, [], start + FIVE_MINUTES, known)
    assert (before.value, before.inputs_expected) == (None, 0)
    later = on_time_share(cell, [], start + FIVE_MINUTES + timedelta(seconds=1), known)
    assert (later.value, later.inputs_expected) == (0, 1)
