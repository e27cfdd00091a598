"""Organisations through time: what is accepted, what a list changes, values by them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.areas.organisations_domain import (
    Answering,
    Organisation,
    OrganisationChange,
    Register,
    history_of,
    plan_register,
)
from services.areas.restate import restate

FIRST, DAY = date(2016, 1, 1), date(2025, 3, 1)
AREAS = {"56": [(date(2000, 1, 1), None)]}
OFFICE = Organisation("H32", "UBND tỉnh Khánh Hòa", "", "authority", "", "56", FIRST, None)
ICT = Organisation("H32.10", "Sở Thông tin và Truyền thông", "", "department", "H32", "56", FIRST, DAY)
SCIENCE = Organisation("H32.11", "Sở Khoa học và Công nghệ", "", "department", "H32", "56", FIRST, DAY)
MERGED = replace(SCIENCE, valid_from=DAY, valid_to=None)
MERGER = OrganisationChange(DAY, "H32.10", "H32.11", "whole", None, None)
DUTY = Answering("onestop.dossiers", "H32.11", "tiepnhan.01", DAY, None, "Trưởng phòng Một cửa", "")
ALL = Register([OFFICE, ICT, SCIENCE, MERGED], [MERGER], [DUTY])


def test_a_merger_comes_in_once() -> None:
    first = plan_register(ALL, Register(), AREAS)
    again = plan_register(ALL, ALL, AREAS)

    assert first.faults == ()
    assert [tally[1:] for tally in first.tallies] == [(4, 0, 0, 0), (1, 0, 0, 0), (1, 0, 0, 0)]
    assert again.differences == []


def test_a_department_goes_on_under_its_code_and_takes_over_another() -> None:
    restated = restate({"H32.10": Decimal(3), "H32.11": Decimal(4)}, history_of(ALL), FIRST, DAY)

    assert {code: (one.value, one.lacks) for code, one in restated.sums.items()} == {"H32.11": (7, set())}
    assert restated.stuck == []


@pytest.mark.parametrize(
    ("wanted", "field", "reason"),
    [
        (Register(), "organisations", "empty"),
        (Register([replace(OFFICE, code="Sở 1")]), "organisations[0].code", "bad_name"),
        (Register([replace(OFFICE, serves="99")]), "organisations[0].serves", "unknown_area"),
        (Register([ICT]), "organisations[0].parent_code", "unknown_organisation"),
        (Register([OFFICE, replace(OFFICE, valid_from=DAY)]), "organisations[0].valid_from", "overlaps"),
        (Register([OFFICE, ICT], [MERGER]), "changes[0].new_code", "not_that_day"),
        (Register([OFFICE, MERGED], [MERGER]), "changes[0].old_code", "not_that_day"),
        (Register([OFFICE], [], [DUTY]), "answering[0].organisation", "unknown_organisation"),
        (Register([OFFICE], [], [DUTY._replace(position_vi="")]), "answering[0].position_vi", "empty"),
    ],
)
def test_faults_name_the_field_and_the_reason(wanted: Register, field: str, reason: str) -> None:
    first = plan_register(wanted, Register(), AREAS).faults[0]

    assert (first.field, first.reason) == (field, reason)
