"""Values of values by hand: pooled shares, levels in dB, means by population, counted days and hours."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators import definitions as d
from services.indicators.area_map import AreaMap
from services.indicators.basis import Basis
from services.indicators.domain import Cell, Computed, State, SubjectKind, Value
from services.indicators.folding import folded_value
from services.indicators.folds import FOLDS, folded_into, level
from services.indicators.periods import HOUR
from services.indicators.roster import Roster
from services.indicators.settings import IndicatorsSettings, load_standards
from tests.unit.indicators.province import NORTH, PROVINCE, SOUTH, device, roster, spans

STATION, COMMUNE, WHOLE = SubjectKind.STATION, SubjectKind.COMMUNE, SubjectKind.PROVINCE
MARCH = datetime(2026, 2, 28, 17, tzinfo=UTC)  # 1 March 00:00 in Viet Nam
JANUARY = datetime(2025, 12, 31, 17, tzinfo=UTC)
DAY = timedelta(days=1)
POPULATIONS = {PROVINCE: 5_000, NORTH: 1_000, SOUTH: 4_000}
KNOWN = Roster(
    [device("air-001", NORTH), device("air-002", SOUTH)],
    {},
    {},
    AreaMap(replace(span, population=POPULATIONS[span.code]) for span in spans()),
)
BASIS = Basis(KNOWN, load_standards(IndicatorsSettings(dsn="")), now=datetime(2027, 1, 1, tzinfo=UTC))


def value(indicator: str, start: datetime, number: float | None, **changes: object) -> Value:
    made = Value(
        indicator, STATION, "air-001", start, 1, State.FINAL, number, None, None, 1, 1, None, 1, 1, start
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def share(indicator: str, start: datetime, numerator: float, denominator: float) -> Value:
    number = 100 * numerator / denominator if denominator else None
    return value(indicator, start, number, numerator=numerator, denominator=denominator)


def folded(indicator: str, kind: SubjectKind, start: datetime, parts: list[Value]) -> Computed:
    return folded_value(Cell(indicator, kind, "x", start), parts, BASIS)


def hours(indicator: str, start: datetime, numbers: list[float | None]) -> list[Value]:
    return [value(indicator, start + n * HOUR, number) for n, number in enumerate(numbers)]


def test_shares_are_pooled() -> None:
    """9 of 10, then 30 of 90: 39 of 100, not the mean of 90 % and 33 %."""
    parts = [share(d.QCVN05_DAY, MARCH, 9, 10), share(d.QCVN05_DAY, MARCH + DAY, 30, 90)]
    computed = folded(d.QCVN05_MONTH, STATION, MARCH, parts)
    assert (computed.value, computed.numerator, computed.denominator) == (39, 39, 100)
    assert (computed.inputs_used, computed.inputs_expected) == (2, 31)


def test_levels_are_averaged_by_energy() -> None:
    """60 and 80 dBA for equal times are 10·log10((10⁶ + 10⁸) / 2) = 77.03, not 70."""
    parts = [
        share(d.LEQ_HOUR, MARCH + (6 + n) * HOUR, 3_600 * 10 ** (number / 10), 3_600)
        for n, number in enumerate([60, 80] * 6)
    ]
    computed = folded(d.LEQ_DAYTIME, STATION, MARCH + 6 * HOUR, parts)
    assert computed.value == pytest.approx(77.0329, abs=1e-4)
    assert (computed.inputs_used, computed.inputs_expected) == (12, 15)
    assert folded(d.LEQ_DAYTIME, STATION, MARCH + 6 * HOUR, parts[:11]).value is None  # 11 of 15


def test_days_above_100_are_counted() -> None:
    numbers = [100.0, 101.0, None, 180.0]
    parts = [value(d.VN_AQI_DAY, MARCH + n * DAY, number) for n, number in enumerate(numbers)]
    computed = folded(d.AQI_DAYS_MONTH, STATION, MARCH, parts)
    assert (computed.value, computed.inputs_used, computed.inputs_expected) == (2, 3, 31)
    unknown = folded(d.AQI_DAYS_MONTH, STATION, MARCH, parts[2:3])
    assert unknown.value is None  # not zero


def test_salt_hours_are_those_above_a_threshold() -> None:
    parts = hours(d.SALINITY_MEAN_HOUR, MARCH, [0.9, 1.0, 1.1, 4.0, 4.1, None])
    assert folded(d.SALT_HOURS_IRRIGATION_DAY, STATION, MARCH, parts).value == 1
    computed = folded(d.SALT_HOURS_DRINKING_DAY, STATION, MARCH, parts)
    assert (computed.value, computed.inputs_used, computed.inputs_expected) == (3, 5, 24)


def test_a_year_needs_three_quarters_of_its_days() -> None:
    parts = [value(d.PM25_MEAN_DAY, JANUARY + n * DAY, 20.0 + n % 2) for n in range(274)]
    assert folded(d.PM25_MEAN_YEAR, STATION, JANUARY, parts).value == 20.5
    assert folded(d.PM25_MEAN_YEAR, STATION, JANUARY, parts[1:]).value is None  # 273 of 365: 74.8 %


def test_a_province_is_weighed_by_persons() -> None:
    """1,000 persons at 40 and 4,000 at 20 µg/m³: 24, not 30."""
    parts = [
        value(d.PM25_MEAN_YEAR, JANUARY, 40.0, subject_kind=COMMUNE, subject=NORTH),
        value(d.PM25_MEAN_YEAR, JANUARY, 20.0, subject_kind=COMMUNE, subject=SOUTH),
    ]
    computed = folded(d.PM25_MEAN_YEAR, WHOLE, JANUARY, parts)
    assert (computed.value, computed.numerator, computed.denominator) == (24, 120_000, 5_000)
    silent = [parts[0], replace(parts[1], value=None)]
    assert folded(d.PM25_MEAN_YEAR, WHOLE, JANUARY, silent).value == 40


def test_who_merged_within_a_year_counts_once() -> None:
    """NORTH became SOUTH on 1 September: its 1,000 persons are among those 4,000."""
    merged = date(2026, 9, 1)
    lives = {PROVINCE: (None, None), NORTH: (None, merged), SOUTH: (merged, None)}
    areas = AreaMap(
        replace(one, valid_from=lives[one.code][0] or one.valid_from, valid_to=lives[one.code][1])
        for one in (replace(span, population=POPULATIONS[span.code]) for span in spans())
    )
    basis = replace(BASIS, roster=Roster([], {}, {}, areas))
    whole = Cell(d.PM25_MEAN_YEAR, WHOLE, PROVINCE, JANUARY)
    parts = [
        value(d.PM25_MEAN_YEAR, JANUARY, 40.0, subject_kind=COMMUNE, subject=NORTH),
        value(d.PM25_MEAN_YEAR, JANUARY, 20.0, subject_kind=COMMUNE, subject=SOUTH),
    ]
    assert folded_value(whole, parts, basis).value == 20
    before = replace(basis, now=datetime(2026, 8, 30, tzinfo=UTC))
    assert folded_value(whole, parts, before).value == 40
    days = [value(d.PM25_MEAN_DAY, JANUARY + n * DAY, 20.0, subject_kind=COMMUNE) for n in range(243, 365)]
    year = Cell(d.PM25_MEAN_YEAR, COMMUNE, SOUTH, JANUARY)
    computed = folded_value(year, days, basis)
    assert (computed.value, computed.inputs_used, computed.inputs_expected) == (20, 122, 122)


def test_a_mean_at_its_limit_is_within_it() -> None:
    """Three times 0.1 is a little more than 0.3 where floats are added."""
    salt = hours(d.SALINITY_MEAN_HOUR, MARCH, [4 * (0.1 + 0.1 + 0.1) / 0.3, 4.0, 4.01])
    assert folded(d.SALT_HOURS_IRRIGATION_DAY, STATION, MARCH, salt).value == 1


def test_the_worst_water_is_the_smallest_index() -> None:
    parts = [value(d.VN_WQI_HOUR, MARCH, number) for number in (77.0, 31.0, None, 90.0)]
    computed = folded(d.VN_WQI_HOUR_LOWEST, WHOLE, MARCH, parts)
    assert (computed.value, computed.inputs_used, computed.inputs_expected) == (31, 3, 4)


def test_annual_means_within_their_limits() -> None:
    parts = [
        value(d.MEAN_YEAR[pollutant], JANUARY, number)
        for pollutant, number in zip(d.MEAN_YEAR, [25.0, 50.1, 40.0, None, 99.0], strict=True)
    ]
    computed = folded(d.QCVN05_ANNUAL_MEANS, STATION, JANUARY, parts)  # PM10 is above 50
    assert (computed.numerator, computed.denominator, computed.value) == (3, 4, 75)
    assert (computed.inputs_used, computed.inputs_expected) == (4, 5)


@given(st.permutations(range(6)))
def test_the_order_of_parts_never_matters(order: list[int]) -> None:
    parts = [share(d.QCVN05_DAY, MARCH + n * DAY, 0.1 * n, 1 + 0.3 * n) for n in range(6)]
    shuffled = [parts[n] for n in order]
    assert folded(d.QCVN05_MONTH, STATION, MARCH, parts) == folded(d.QCVN05_MONTH, STATION, MARCH, shuffled)


def test_a_fold_is_above_all_that_is_in_it() -> None:
    for (indicator, kind), fold in FOLDS.items():
        assert all(level(part, fold.part_kind or kind) < level(indicator, kind) for part in fold.of)


def test_a_day_goes_into_the_months_and_years_that_hold_it() -> None:
    day = value(d.VN_AQI_DAY, MARCH, 120.0)
    stood = {(MARCH, MARCH + DAY): {"air-001": SOUTH}}
    assert folded_into([day], roster(device("air-001")), stood, MARCH + DAY) == {
        Cell(d.AQI_DAYS_MONTH, STATION, "air-001", MARCH),
        Cell(d.AQI_DAYS_YEAR, STATION, "air-001", JANUARY),
        Cell(d.VN_AQI_DAY_HIGHEST, WHOLE, PROVINCE, MARCH),
    }


def test_an_hour_belongs_to_the_day_or_to_the_night_that_is_over() -> None:
    known = roster(device("air-001"))
    at_ten, at_three = value(d.LEQ_HOUR, MARCH + 10 * HOUR, 60.0), value(d.LEQ_HOUR, MARCH + 3 * HOUR, 50.0)
    assert folded_into([at_ten], known, {}, MARCH + 20 * HOUR) == set()
    assert folded_into([at_ten], known, {}, MARCH + 21 * HOUR) == {
        Cell(d.LEQ_DAYTIME, STATION, "air-001", MARCH + 6 * HOUR)
    }
    assert folded_into([at_three], known, {}, MARCH + 21 * HOUR) == {
        Cell(d.LEQ_NIGHT, STATION, "air-001", MARCH - 3 * HOUR)
    }
