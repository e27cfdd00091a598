"""Chains of administrative units on the map of a day."""

from datetime import UTC, date, datetime

from services.indicators.area_map import AreaMap, UnitSpan
from services.indicators.domain import SubjectKind
from services.indicators.periods import local_day
from tests.unit.indicators.province import NORTH, PROVINCE, SINCE, spans

COMMUNE, PROVINCIAL = SubjectKind.COMMUNE, SubjectKind.PROVINCE


def test_a_commune_lies_in_its_province() -> None:
    subjects = AreaMap(spans()).subjects(NORTH, date(2026, 1, 1))
    assert subjects == ((COMMUNE, NORTH), (PROVINCIAL, PROVINCE))


def test_districts_are_passed_through() -> None:
    areas = AreaMap(
        [
            UnitSpan("56", "province", None, date(2004, 1, 1), None),
            UnitSpan("568", "district", "56", date(2004, 1, 1), date(2025, 7, 1)),
            UnitSpan("22333", "commune", "568", date(2004, 1, 1), date(2025, 7, 1)),
            UnitSpan("22333", "commune", "58", date(2025, 7, 1), None),
            UnitSpan("58", "province", None, date(2025, 7, 1), None),
        ]
    )
    assert areas.subjects("22333", date(2025, 6, 30)) == ((COMMUNE, "22333"), (PROVINCIAL, "56"))
    assert areas.subjects("22333", date(2025, 7, 1)) == ((COMMUNE, "22333"), (PROVINCIAL, "58"))
    assert areas.era(date(2025, 6, 30)) != areas.era(date(2025, 7, 1))


def test_before_the_first_map_the_first_one_counts() -> None:
    areas = AreaMap(spans())
    assert areas.subjects(NORTH, date(2020, 1, 1)) == areas.subjects(NORTH, SINCE)


def test_unknown_codes_and_circles_end() -> None:
    circle = [UnitSpan(a, "district", b, SINCE, None) for a, b in (("1", "2"), ("2", "1"))]
    areas = AreaMap([*spans(), *circle])
    assert areas.subjects(None, SINCE) == ()
    assert areas.subjects("99999", SINCE) == ()
    assert areas.subjects("1", SINCE) == ()


def test_days_are_those_of_viet_nam() -> None:
    assert local_day(datetime(2026, 3, 1, 16, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert local_day(datetime(2026, 3, 1, 17, 0, tzinfo=UTC)) == date(2026, 3, 2)
