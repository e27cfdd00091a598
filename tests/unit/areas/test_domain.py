"""Which units are accepted, alone and beside others."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.areas.domain import Unit, map_faults, unit_faults, with_all_below

SQUARE = {"type": "Polygon", "coordinates": [[[109, 12], [110, 12], [110, 13], [109, 12]]]}
PROVINCE = Unit("56", "Tỉnh Khánh Hòa", "", "province", "", date(1990, 1, 1), None, None, SQUARE)
COMMUNE = Unit(
    "22333", "Phường Nha Trang", "Nha Trang Ward", "commune", "56", date(2025, 7, 1), None, 0, None
)


def test_below_an_area_is_everything_below_what_is_below_it() -> None:
    parents = {"001": "01", "00004": "001", "00007": "001", "002": "01", "26734": "79"}

    assert with_all_below(["01"], parents) == {"01", "001", "002", "00004", "00007"}
    assert with_all_below(["001", "79"], parents) == {"001", "00004", "00007", "79", "26734"}
    assert with_all_below(["99"], parents) == {"99"}
    assert with_all_below([], parents) == frozenset()
    assert with_all_below(["1"], {"1": "2", "2": "1"}) == {"1", "2"}  # a map that goes in circles ends too


def test_proper_units_have_no_faults() -> None:
    assert unit_faults([PROVINCE, COMMUNE]) == []
    assert map_faults([PROVINCE, COMMUNE], []) == []
    assert map_faults([COMMUNE], [PROVINCE]) == []


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"code": "1"}, "code", "bad_code"),
        ({"code": "223333"}, "code", "bad_code"),
        ({"code": "２２"}, "code", "bad_code"),
        ({"name_vi": ""}, "name_vi", "empty"),
        ({"name_vi": "Phu\u031bo\u031b\u0300ng"}, "name_vi", "not_nfc"),
        ({"name_en": "a\x00"}, "name_en", "control_character"),
        ({"level": ""}, "level", "required"),
        ({"level": "province"}, "parent_code", "not_allowed"),
        ({"parent_code": ""}, "parent_code", "required"),
        ({"valid_from": date(1899, 12, 31)}, "valid_from", "too_early"),
        ({"valid_to": date(2025, 7, 1)}, "valid_to", "not_after_start"),
        ({"population": -1}, "population", "out_of_range"),
        ({"boundary": {"type": "Point", "coordinates": [1, 2]}}, "boundary_geojson", "bad_geometry"),
    ],
)
def test_faults_name_the_field_and_the_reason(changes: dict[str, Any], field: str, reason: str) -> None:
    (fault,) = unit_faults([replace(COMMUNE, **changes)])

    assert (fault.field, fault.reason) == (f"units[0].{field}", reason)


def test_a_code_may_be_used_again_once_it_is_free() -> None:
    old = replace(COMMUNE, name_vi="Phường Cũ", valid_from=date(1990, 1, 1), valid_to=date(2025, 7, 1))

    assert map_faults([old, COMMUNE], [PROVINCE]) == []
    assert map_faults([COMMUNE], [PROVINCE, old]) == []


def test_two_states_of_a_code_may_not_overlap() -> None:
    still_there = replace(COMMUNE, valid_from=date(1990, 1, 1))

    for units, known in (([still_there, COMMUNE], [PROVINCE]), ([COMMUNE], [PROVINCE, still_there])):
        assert {fault.reason for fault in map_faults(units, known)} == {"overlaps"}
    # Ending the old one in the same call is how it is done.
    ended = replace(still_there, valid_to=date(2025, 7, 1))
    assert map_faults([ended, COMMUNE], [PROVINCE, still_there]) == []


def test_the_same_unit_may_be_put_again_but_not_twice_at_once() -> None:
    assert map_faults([COMMUNE], [PROVINCE, COMMUNE]) == []
    assert {f.reason for f in map_faults([COMMUNE, replace(COMMUNE)], [PROVINCE])} == {"overlaps"}


@pytest.mark.parametrize(
    "parent",
    [
        None,
        replace(PROVINCE, valid_to=date(2025, 7, 1)),
        replace(PROVINCE, valid_from=date(2026, 1, 1)),
        replace(PROVINCE, level="commune", parent_code="99"),
    ],
)
def test_the_unit_above_must_be_there_on_the_first_day(parent: Unit | None) -> None:
    faults = map_faults([COMMUNE], [parent] if parent else [])

    assert [(fault.field, fault.reason) for fault in faults] == [("units[0].parent_code", "unknown_parent")]
