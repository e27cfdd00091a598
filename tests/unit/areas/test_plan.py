"""Bringing lists in: in any order, and again, it makes the same map."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.areas.changes import Declared, Statement
from services.areas.domain import Unit
from services.areas.plan import Boundary, Known, Plan, Wanted, plan

DAY, EARLIER = date(2025, 7, 1), date(2024, 12, 1)
SQUARE = {"type": "Polygon", "coordinates": [[[109, 12], [110, 12], [110, 13], [109, 12]]]}


def unit(code: str, name: str, parent: str, *, old: bool) -> Unit:
    level: Any = {2: "province", 3: "district"}.get(len(code), "commune")
    first, end = (EARLIER, DAY) if old else (DAY, None)
    return Unit(code, name, "", level, parent, first, end, None, None)


OLD = [
    unit("56", "Tỉnh Khánh Hòa", "", old=True),
    unit("568", "Thành phố Nha Trang", "56", old=True),
    unit("22366", "Phường Lộc Thọ", "568", old=True),
    unit("22369", "Xã Phước Đồng", "568", old=True),
]
NEW = [unit("56", "Tỉnh Khánh Hòa", "", old=False), unit("22366", "Phường Nha Trang", "56", old=False)]
NEW.append(unit("22402", "Phường Nam Nha Trang", "56", old=False))
SAID = [Statement("56", DAY, "giữ nguyên"), Statement("22366", DAY, "Phường Lộc Thọ, một phần xã Phước Đồng")]
DECLARED = [Declared(DAY, "22369", "22402", "part", Decimal("0.8"), "population")]
SHAPES = [Boundary("22366", date(2026, 1, 1), SQUARE)]
EVERYTHING = Wanted([*OLD, *NEW], SHAPES, SAID, DECLARED)


def after(known: Known, wanted: Wanted) -> tuple[Known, Plan]:
    """What is there when a plan was carried out, as the store does it."""
    planned = plan(wanted, known)
    assert planned.faults == ()
    assert planned.derived is not None
    units = {(one.code, one.valid_from): one for one in (*known.units, *planned.units)}
    said = {one[:2]: one for one in (*known.statements, *planned.statements)}
    declared = {one[:3]: one for one in (*known.declared, *planned.declared)}
    return (
        Known(
            sorted(units.values(), key=lambda one: (one.code, one.valid_from)),
            sorted(said.values()),
            sorted(declared.values()),
            planned.derived.changes,
            planned.derived.unresolved,
        ),
        planned,
    )


def counts(planned: Plan) -> dict[str, tuple[int, int, int, int]]:
    return {tally.kind: tally[1:] for tally in planned.tallies}


def test_everything_at_once_and_again() -> None:
    known, first = after(Known(), EVERYTHING)
    again, second = after(known, EVERYTHING)

    assert counts(first)["units"] == (7, 0, 0, 0)
    assert counts(first)["changes"] == (4, 0, 0, 0)
    assert second.differences == []
    assert second.units == []
    assert again == known


@given(st.permutations([Wanted(OLD), Wanted(NEW), Wanted(statements=SAID)]))
def test_lists_in_any_order_make_the_same_map(lists: Sequence[Wanted]) -> None:
    known = Known()
    for wanted in (*lists, Wanted(declared=DECLARED, boundaries=SHAPES)):
        known, _ = after(known, wanted)

    assert known == after(Known(), EVERYTHING)[0]


@given(st.permutations(EVERYTHING.units), st.permutations(SAID))
def test_lines_in_any_order_make_the_same_map(units: list[Unit], said: list[Statement]) -> None:
    assert after(Known(), Wanted(units, SHAPES, said, DECLARED))[0] == after(Known(), EVERYTHING)[0]


def test_a_list_without_populations_takes_none_away() -> None:
    counted = replace(NEW[1], population=66_000, name_en="Nha Trang Ward")
    known, _ = after(Known(), Wanted([*OLD, NEW[0], counted], SHAPES))
    _, planned = after(known, Wanted(NEW[:2]))

    assert planned.differences == []


def test_changed_words_change_what_follows_from_them() -> None:
    known, _ = after(Known(), EVERYTHING)
    mended = [Statement("22366", DAY, "Phường Lộc Thọ, Phường Không Có")]
    then, planned = after(known, Wanted(statements=mended))

    assert counts(planned)["changes"] == (0, 0, 1, 3)
    assert [one.words for one in then.unresolved] == ["Phường Không Có"]


@pytest.mark.parametrize(
    ("wanted", "field", "reason"),
    [
        (Wanted(), "units", "empty"),
        (Wanted(OLD, [Boundary("99999", DAY, SQUARE)]), "boundaries[0].code", "unknown_area"),
        (Wanted(OLD, [Boundary("56", DAY, SQUARE)]), "boundaries[0].code", "unknown_area"),
        (Wanted(OLD, [Boundary("56", EARLIER, {})]), "boundaries[0].boundary_geojson", "bad_geometry"),
        (Wanted(OLD, statements=[SAID[0], SAID[0]]), "statements[0]", "repeated"),
        (Wanted(OLD, statements=[Statement("56", DAY, " ")]), "statements[0].words_vi", "empty"),
        (Wanted(OLD, declared=DECLARED), "declared[0].new_code", "not_that_day"),
        (Wanted(NEW, declared=DECLARED), "declared[0].old_code", "not_that_day"),
        (Wanted([*OLD[:2], replace(OLD[2], parent_code="569")]), "units[2].parent_code", "unknown_parent"),
    ],
)
def test_faults_name_the_field_and_the_reason(wanted: Wanted, field: str, reason: str) -> None:
    first = plan(wanted, Known()).faults[0]

    assert (first.field, first.reason) == (field, reason)
