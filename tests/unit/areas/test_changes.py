"""What became of what, from words and declarations: certain, open, never guessed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.areas.changes import Change, Declared, Statement, Unresolved, declared_faults, derive
from services.areas.domain import Unit

DAY, EARLIER = date(2025, 7, 1), date(2024, 12, 1)


def old(code: str, name: str, parent: str = "", level: Any = "commune") -> Unit:
    return Unit(code, name, "", level, parent, EARLIER, DAY, None, None)


def new(code: str, name: str, parent: str = "", level: Any = "commune") -> Unit:
    return Unit(code, name, "", level, parent, DAY, None, None, None)


UNITS = [
    old("72", "Tỉnh Tây Ninh", level="province"),
    old("80", "Tỉnh Long An", level="province"),
    old("56", "Tỉnh Khánh Hòa", level="province"),
    old("703", "Thành phố Tây Ninh", "72", "district"),
    old("794", "Thành phố Tân An", "80", "district"),
    old("568", "Thành phố Nha Trang", "56", "district"),
    old("25456", "Phường 1", "703"),
    old("27694", "Phường 1", "794"),
    old("25480", "Xã Ninh Sơn", "703"),
    old("27700", "Xã Lợi Bình Nhơn", "794"),
    old("22366", "Phường Lộc Thọ", "568"),
    new("80", "Tỉnh Tây Ninh", level="province"),
    new("56", "Tỉnh Khánh Hòa", level="province"),
    new("25459", "Phường Tân Ninh", "80"),
    new("27712", "Phường Long An", "80"),
]
PROVINCE = Statement("80", DAY, "tỉnh Long An và tỉnh Tây Ninh")


def derived(*statements: tuple[str, str], declared: Sequence[Declared] = ()) -> Any:
    said = [PROVINCE, *(Statement(code, DAY, words) for code, words in statements)]
    return derive(said, declared, UNITS)


def extents(found: Any) -> dict[tuple[str, str], str]:
    return {(one.old_code, one.new_code): one.extent for one in found.changes if len(one.old_code) == 5}


def test_codes_that_are_used_again_are_told_apart_by_the_day() -> None:
    found = derived()

    assert found.changes == [
        Change(DAY, "72", "80", "whole", Decimal(1), "decree", False),
        Change(DAY, "80", "80", "whole", Decimal(1), "decree", False),
    ]


def test_a_name_is_looked_for_in_the_old_provinces_only() -> None:
    found = derived(("25459", "Xã Ninh Sơn, Phường Lộc Thọ"))

    assert extents(found) == {("25480", "25459"): "whole"}
    assert found.unresolved == [Unresolved(DAY, "25459", 1, "Phường Lộc Thọ", "no_such_unit", ())]


def test_an_ambiguous_name_is_listed_and_makes_those_it_may_mean_uncertain() -> None:
    found = derived(("25459", "Phường 1"), ("27712", "Phường 1 (thành phố Tân An)"))

    assert found.unresolved == [Unresolved(DAY, "25459", 0, "Phường 1", "ambiguous", ("25456", "27694"))]
    assert extents(found) == {("27694", "27712"): "uncertain"}


def test_what_somebody_declares_settles_it() -> None:
    one = Declared(DAY, "25456", "25459", "whole", None, None)
    found = derived(("25459", "Phường 1"), ("27712", "Phường 1 (thành phố Tân An)"), declared=[one])

    assert found.unresolved == []
    assert extents(found) == {("25456", "25459"): "whole", ("27694", "27712"): "whole"}


def test_named_twice_is_a_part_each_time_whose_weight_nobody_knows() -> None:
    found = derived(("25459", "Xã Ninh Sơn"), ("27712", "Xã Ninh Sơn"))

    assert {one.weight for one in found.changes if one.old_code == "25480"} == {None}
    assert set(extents(found).values()) == {"part"}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Ninh Sơn", "no_kind"),
        ("Phường Ninh Sơn", "no_such_unit"),
        ("Xã Ninh Sơn (huyện Khác)", "no_such_unit"),
    ],
)
def test_nearly_the_name_is_not_the_name(words: str, reason: str) -> None:
    (one,) = derived(("25459", words)).unresolved

    assert (one.reason, one.candidates) == (reason, ("25480",))


def test_words_about_a_unit_that_does_not_begin_that_day_wait() -> None:
    (one,) = derived(("99999", "Xã Ninh Sơn")).unresolved

    assert one.reason == "not_on_map"


def test_left_as_it_is_means_the_same_name_under_the_same_code() -> None:
    assert derive([Statement("56", DAY, "giữ nguyên")], (), UNITS).changes[0].old_code == "56"
    assert derive([Statement("80", DAY, "giữ nguyên")], (), UNITS).unresolved[0].reason == "no_such_unit"


@given(st.permutations(UNITS), st.permutations([0, 1, 2, 3]))
def test_order_never_matters(units: list[Unit], order: list[int]) -> None:
    said = [
        PROVINCE,
        Statement("25459", DAY, "Phường 1, Xã Ninh Sơn"),
        Statement("27712", DAY, "Phường 1 (thành phố Tân An), một phần xã Lợi Bình Nhơn"),
        Statement("56", DAY, "giữ nguyên"),
    ]
    declared = [
        Declared(DAY, "27700", "27712", "part", Decimal("0.6"), "population"),
        Declared(DAY, "27700", "25459", "part", Decimal("0.4"), "population"),
    ]

    assert derive([said[place] for place in order], declared[::-1], units) == derive(said, declared, UNITS)


def test_what_may_be_declared() -> None:
    half = Declared(DAY, "27700", "27712", "part", Decimal("0.6"), "area")
    more = Declared(DAY, "27700", "25459", "part", Decimal("0.5"), "area")

    def reasons(*wanted: Declared, standing: Sequence[Declared] = ()) -> set[str]:
        return {fault.reason for fault in declared_faults(wanted, standing)}

    assert reasons(half) == set()
    assert reasons(more, standing=[half]) == {"out_of_range"}
    assert reasons(more._replace(weight=Decimal("0.4")), standing=[half]) == set()
    assert reasons(half._replace(basis=None)) == {"required"}
    assert reasons(half._replace(extent="whole")) == {"not_allowed"}
    assert reasons(more._replace(extent="whole", weight=None, basis=None), standing=[half]) == {"not_allowed"}


def test_weights_come_from_boundaries_only_where_that_is_declared_and_they_are_there() -> None:
    def box(west: float, east: float) -> dict[str, Any]:
        ring = [[west, 11.0], [east, 11.0], [east, 11.1], [west, 11.1], [west, 11.0]]
        return {"type": "Polygon", "coordinates": [ring]}

    shapes = {"27700": box(106.0, 106.4), "25459": box(106.0, 106.1), "27712": box(106.1, 106.4)}
    drawn = [replace(unit, boundary=shapes.get(unit.code)) for unit in UNITS]
    parts = [Declared(DAY, "27700", code, "part", None, "area") for code in ("25459", "27712")]
    unknown = [one._replace(basis=None) for one in parts]

    def weights(declared: list[Declared], units: list[Unit]) -> list[Decimal | None]:
        return [one.weight for one in derive([], declared, units).changes]

    assert declared_faults(parts, ()) == []
    assert weights(parts, drawn) == [Decimal("0.25"), Decimal("0.75")]
    assert weights(parts, UNITS) == [None, None]
    assert weights(unknown, drawn) == [None, None]
    assert weights([parts[0], unknown[1]], drawn) == [None, None]
