"""What figures come to from cells, and what becomes of their versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.indicators.entities import Measure, presence
from services.indicators.figures import (
    Cells,
    Computed,
    Indicator,
    Part,
    Standing,
    State,
    Window,
    advance,
    compute,
    next_start,
    period_start,
    uses_of,
)
from services.indicators.language.evaluate import MISSING, Answer
from services.indicators.language.formula import operands
from services.indicators.language.numbers import PRECISE
from services.indicators.language.parsing import parse
from services.indicators.takes import Fold, Take
from tests.unit.records.declared import dossiers

TODAY = date(2025, 11, 20)
OCTOBER = Window("month", date(2025, 10, 1), date(2025, 11, 1))
YEAR = Window("year", date(2025, 1, 1), date(2026, 1, 1))


def indicator(formula: str, fold: Fold = Fold.COUNT, **more: bool) -> Indicator:
    node = parse(formula)
    parts = []
    for number, operand in enumerate(operands(node), 1):
        measure = Measure(number, operand.measure, "d", Take.SUBJECTS, fold, "at", by=("channel",))
        parts.append(Part(operand, measure, presence(number + 100, dossiers(), "", "")))
    levels, periods = ("area", "province"), ("month", "year")
    return Indicator("X-1", 3, node, tuple(parts), levels, periods, timedelta(days=1), ("channel",), **more)


def cells(n: int, number: Decimal | int | None = None, late: int = 0, blank: int = 0) -> Cells:
    return Cells(n, Decimal(n if number is None else number), late, blank)


def test_a_ratio_has_its_parts_and_counts() -> None:
    found = {(0, 0): cells(1, late=1), (0, 1): cells(2), (0, 2): cells(4, late=2), (0, 3): cells(2)}
    computed = compute(indicator("100 * a / b"), OCTOBER, found, TODAY)
    assert computed == Computed(Answer(Decimal(25), None, None, Decimal(1), Decimal(4)), 4, 4, 2)


@pytest.mark.parametrize(
    ("found", "value"),
    [
        ({(0, 1): cells(2), (0, 2): cells(4), (0, 3): cells(2)}, Decimal(0)),  # the source spoke: none of it
        ({(0, 2): cells(4)}, Decimal(0)),  # it was silent, but what is counted below is a report
        ({(0, 2): cells(0, blank=1)}, None),  # likewise, and below is no number
        ({(0, 0): cells(0, blank=1), (0, 2): cells(4)}, None),
        ({(0, 2): cells(0, 0)}, None),  # of a stock, all that came went again
        ({(0, 0): cells(4), (0, 1): cells(1), (0, 3): cells(2)}, None),  # nothing by zero
        ({(0, 0): cells(0, blank=2), (0, 1): cells(1), (0, 2): cells(4)}, None),  # there, without the number
    ],
)
def test_missing_is_not_zero(found: dict[tuple[int, int], Cells], value: Decimal | None) -> None:
    assert compute(indicator("a / b", Fold.SUM), OCTOBER, found, TODAY).answer.value == value


def test_a_report_is_of_its_dataset_and_of_its_year_only() -> None:
    one = indicator("a / b")
    elsewhere = replace(one.parts[1].measure, dataset="other")
    other = replace(one, parts=(one.parts[0], one.parts[1]._replace(measure=elsewhere)))
    assert compute(other, OCTOBER, {(0, 2): cells(4)}, TODAY).answer.value is None
    assert compute(indicator("a / year_ago(b)"), OCTOBER, {(0, 2): cells(4)}, TODAY).answer.value is None


def test_a_highest_value_of_nothing_is_missing_though_its_source_spoke() -> None:
    assert compute(indicator("a", Fold.MAX), OCTOBER, {(0, 1): cells(2)}, TODAY).answer == MISSING


def test_a_year_of_months_goes_to_the_last_that_is_known_and_once_over_to_december() -> None:
    one = indicator("a / b", sums_months=True)
    found = {(month, slot): cells(2) for month in range(1, 11) for slot in range(4)}
    assert compute(one, YEAR, found, TODAY).answer.value == 10
    assert compute(one, YEAR, found, date(2026, 1, 1)).answer == MISSING
    found[12, 3] = cells(2)  # what is divided by has ended there, and is known to be none
    assert compute(one, YEAR, found, TODAY).answer.value == 10
    del found[4, 2], found[4, 3]
    assert compute(one, YEAR, found, TODAY).answer == MISSING
    assert compute(one, OCTOBER, {(0, slot): cells(2) for slot in range(4)}, TODAY).answer.value == 1


def test_what_happened_is_by_the_year_of_the_days_of_its_window() -> None:
    found = {(0, 0): cells(31), (0, 1): cells(1)}
    assert compute(indicator("annualised(a)"), OCTOBER, found, TODAY).answer.value == 365


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2025, 9, 30), 0),
        (date(2025, 10, 1), 1),
        (date(2025, 10, 10), 10),
        (date(2025, 10, 31), 31),
        (date(2025, 11, 1), 31),
    ],
)
def test_what_happens_is_by_the_year_of_the_days_that_have_passed(today: date, days: int) -> None:
    found = {(0, 0): cells(20), (0, 1): cells(1)}
    value = compute(indicator("annualised(a)"), OCTOBER, found, today).answer.value
    assert value == (PRECISE.divide(Decimal(20 * 365), Decimal(days)) if days else None)
    assert indicator("annualised(a)").is_annualised
    assert not indicator("a / b").is_annualised


def computed(value: int | None, used: int = 1) -> Computed:
    return Computed(Answer(None if value is None else Decimal(value)), used, used, 0)


def test_versions_go_from_provisional_by_final_to_restated() -> None:
    assert advance(None, computed(None)) is None
    begun = advance(None, computed(1))
    assert begun == (1, State.PROVISIONAL, computed(1))
    assert advance(Standing(1, State.PROVISIONAL, computed(1)), computed(1)) is None
    replaced = advance(Standing(1, State.PROVISIONAL, computed(1)), computed(1, used=2))
    assert replaced == (1, State.PROVISIONAL, computed(1, used=2))
    assert advance(Standing(1, State.FINAL, computed(1)), computed(1, used=2)) is None
    assert advance(Standing(1, State.FINAL, computed(1)), computed(2)) == (2, State.RESTATED, computed(2))
    gone = advance(Standing(2, State.RESTATED, computed(2)), computed(None))
    assert gone == (3, State.RESTATED, computed(None))


def test_a_measure_reaches_figures_of_all_levels_periods_and_fields() -> None:
    uses = list(uses_of(indicator("a - year_ago(a)", sums_months=True)))
    assert (
        len(uses) == 2 * 2 * 2 * 2 * 2
    )  # parts, presence beside each, levels, periods, with a field and without
    assert len({(use.slot, use.subject_kind, use.period, use.field) for use in uses}) == len(uses)
    assert {use.part for use in uses if use.field and not use.is_presence} == {1}
    assert {use.slot for use in uses if use.is_ago} == {2, 3}
    assert {use.is_by_months for use in uses if use.period == "year"} == {True}
    assert {use.is_by_months for use in uses if use.period == "month"} == {False}


@pytest.mark.parametrize(
    ("period", "start", "following"),
    [
        ("day", date(2025, 11, 30), date(2025, 12, 1)),
        ("month", date(2025, 11, 1), date(2025, 12, 1)),
        ("quarter", date(2025, 10, 1), date(2026, 1, 1)),
        ("year", date(2025, 1, 1), date(2026, 1, 1)),
    ],
)
def test_periods_follow_each_other(period: str, start: date, following: date) -> None:
    assert period_start(period, date(2025, 11, 30)) == start
    assert next_start(period, start) == following
