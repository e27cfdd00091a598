"""What is known within limits only, and what formulas make of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from services.indicators.figures import MOST, Cells, Indicator, Part, cells_of, compute
from services.indicators.language.evaluate import MISSING, Answer, evaluate, summed
from services.indicators.language.formula import Operand
from services.indicators.language.numbers import Interval, Number
from services.indicators.language.parsing import parse
from services.indicators.limits import between, told
from tests.unit.indicators.test_figures import OCTOBER, TODAY, indicator

INF = Decimal("Infinity")
NO_LIMIT = Decimal(10) ** 40


def number(low: str, high: str) -> Interval:
    return Interval(Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("formula", "numbers", "answer"),
    [
        ("100 * a / b", {"a": number("40001", "inf"), "b": number("44001", "inf")}, ("0", None)),
        ("100 * a / b", {"a": number("40001", "inf"), "b": Decimal(50000)}, ("80.002", None)),
        ("100 * a / b", {"a": Decimal(40000), "b": number("50000", "inf")}, ("0", "80")),
        ("a + b", {"a": number("3", "inf"), "b": number("-inf", "5")}, None),
        ("a - b", {"a": number("3", "inf"), "b": number("-inf", "5")}, ("-2", None)),
        ("a * b", {"a": number("0", "2"), "b": number("1", "inf")}, ("0", None)),
        ("min(a, b)", {"a": number("3", "inf"), "b": Decimal(7)}, ("3", "7")),
        ("sqrt(a)", {"a": number("4", "inf")}, ("1.999999999999999999999999999999999", None)),
        ("both(a, b)", {"a": number("3", "inf"), "b": number("1", "7")}, ("3", "7")),
        ("both(a, b)", {"a": number("3", "inf"), "b": None}, ("3", None)),
        ("both(a, b)", {"a": None, "b": None}, None),
        ("both(a, b)", {"a": number("8", "9"), "b": number("1", "7")}, None),
    ],
)
def test_a_formula_of_limits_has_limits(
    formula: str, numbers: Mapping[str, Number], answer: tuple[str, str | None] | None
) -> None:
    found = evaluate(parse(formula), {Operand(name): one for name, one in numbers.items()}, 31)
    if answer is None:
        assert found == MISSING
    else:
        low, high = answer
        assert str(found.low) == low
        assert (found.value, found.low, found.high) == (
            None,
            Decimal(low),
            None if high is None else Decimal(high),
        )


def test_two_ways_to_one_number_that_meet_in_one_are_exact() -> None:
    numbers: dict[Operand, Number] = {Operand("a"): Decimal(7), Operand("b"): number("1", "7")}
    assert evaluate(parse("both(a, b)"), numbers, 31) == Answer(Decimal(7))


def test_a_year_of_months_with_limits_has_them() -> None:
    half = Answer(None, Decimal(3), None)
    assert summed([Answer(Decimal(1)), half]) == Answer(None, Decimal(4), None)
    assert summed([Answer(Decimal(1)), MISSING]) == MISSING


def test_between_two_numbers() -> None:
    assert between(Decimal(5), Decimal(5)) == Decimal(5)
    assert between(Decimal(41), NO_LIMIT + 5) == Interval(Decimal(41), INF)
    assert between(-NO_LIMIT, Decimal(5)) == Interval(-INF, Decimal(5))
    assert between(-NO_LIMIT, NO_LIMIT) is None
    assert between(None, Decimal(5)) is None
    assert (told(NO_LIMIT), told(Decimal(3)), told(None)) == (None, 3, None)


def test_a_part_with_a_companion_is_what_lies_between() -> None:
    plain = indicator("a")
    (part,) = plain.parts
    limited = Indicator(
        *(plain.id, plain.version, plain.formula),
        (Part(part.operand, part.measure, part.presence, part.measure),),
        *(plain.levels, plain.periods, plain.fresh),
    )
    found = {
        (0, 0): Cells(2, Decimal(46)),
        (0, MOST): Cells(2, NO_LIMIT + 5),
    }
    cells = cells_of(limited, found, 0, 0)
    assert cells == Cells(2, Interval(Decimal(46), INF))
    computed = compute(limited, OCTOBER, found, TODAY)
    assert computed.answer == Answer(None, Decimal(46), None)
    assert computed.used == 2
    assert compute(plain, OCTOBER, found, TODAY).answer == Answer(Decimal(46))
