"""Figures from what measures come to: decimals, what is missing, what lies between two numbers."""

from __future__ import annotations

import statistics
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.indicators.language.evaluate import MISSING, Answer, displayed, evaluate, summed
from services.indicators.language.formula import Operand, operands
from services.indicators.language.numbers import PRECISE, Interval, Number, Pool
from services.indicators.language.parsing import parse

WHOLE = st.integers(-(10**9), 10**9).map(Decimal)


def answer(text: str, days: int = 30, **numbers: Number) -> Answer:
    return evaluate(parse(text), {Operand(name): number for name, number in numbers.items()}, days)


def test_a_ratio_keeps_what_it_is_of() -> None:
    found = answer("100 * (a - b) / c", a=Decimal(5), b=Decimal(2), c=Decimal(7))
    assert found == Answer(found.value, None, None, Decimal(3), Decimal(7))
    assert str(found.value) == "42.85714285714285714285714285714286"


def test_what_happened_is_brought_to_a_year_by_the_days_of_the_window() -> None:
    of = answer("100000 * annualised(cases) / people", 30, cases=Decimal(6), people=Decimal(730_000))
    assert of.value == Decimal(10)
    assert (of.numerator, of.denominator) == (Decimal(73), Decimal(730_000))
    assert answer("annualised(cases)", 366, cases=Decimal(366)).value == 365


def test_a_year_ago_is_an_operand_of_its_own() -> None:
    formula = parse("100 * (a - year_ago(a)) / year_ago(a)")
    ago = Operand("a", year_ago=True)
    assert operands(formula) == (Operand("a"), ago)
    assert evaluate(formula, {Operand("a"): Decimal(108), ago: Decimal(100)}, 365).value == 8
    assert evaluate(formula, {Operand("a"): Decimal(108), ago: None}, 365).value is None


@pytest.mark.parametrize(
    "text", ["a + m", "a - m", "m * 0", "m / a", "a / m", "max(a, m)", "sqrt(m)", "annualised(m)", "a / z"]
)
def test_what_is_computed_from_the_missing_is_missing(text: str) -> None:
    assert answer(text, a=Decimal(3), m=None, z=Decimal(0)).value is None


@pytest.mark.parametrize("text", ["sqrt(0 - a)", "log10(a - a)", "(0 - a) ** 0.5", "10 ** (10 ** (9 * a))"])
def test_what_has_no_number_is_missing(text: str) -> None:
    assert answer(text, a=Decimal(3)) == MISSING


def test_missing_is_not_zero() -> None:
    assert answer("a + b", a=Decimal(0), b=Decimal(0)).value == 0
    assert answer("a", a=None) == MISSING


def test_a_state_that_is_not_given_is_no_missing_one() -> None:
    with pytest.raises(KeyError):
        answer("a + b", a=Decimal(1))


@given(
    WHOLE, WHOLE, WHOLE, WHOLE, st.sampled_from(["a + b", "a - b", "a * b", "a / b", "min(a, b)"]), st.data()
)
def test_bounds_hold_whatever_the_numbers_are(
    a: Decimal, b: Decimal, c: Decimal, d: Decimal, text: str, data: st.DataObject
) -> None:
    first, second = Interval(min(a, b), max(a, b)), Interval(min(c, d), max(c, d))
    found = answer(text, a=first, b=second)
    if text == "a / b" and second.low <= 0 <= second.high:
        assert found == MISSING._replace(numerator=first.exact, denominator=second.exact)
        return
    inner = [data.draw(st.integers(int(one.low), int(one.high))) for one in (first, second)]
    exact = Fraction(eval(text, {"a": Fraction(inner[0]), "b": Fraction(inner[1]), "min": min}))
    low, high = (found.value, found.value) if found.value is not None else (found.low, found.high)
    assert low is not None
    assert high is not None
    assume(found.value is None)  # what is known is rounded, not bounded
    assert Fraction(low) <= exact <= Fraction(high)


@given(
    st.sampled_from(
        ["a / b", "100 * a / b", "a - b", "(a + b) / (a - b)", "a * b / 3", "a / (b * 7) + a", "-a"]
    ),
    st.decimals(-1000, 1000, places=3),
    st.decimals(-1000, 1000, places=3) | st.just(Decimal(0)),
)
def test_a_number_and_bounds_that_are_the_same_number_give_the_same(
    text: str, a: Decimal, b: Decimal
) -> None:
    assert answer(text, a=a, b=b) == answer(text, a=Interval(a, a), b=Interval(b, b))


@given(st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=40))
def test_percentiles_and_the_mean_of_a_pool_are_those_of_its_numbers(values: list[Decimal]) -> None:
    counted = sorted(Counter(values).items())
    pool = Pool([value for value, _ in counted], [n for _, n in counted])
    assert answer("p50(a)", a=pool).value == statistics.median(values)
    ordered = sorted(values)
    if len(values) > 1:  # inclusive quantiles of the standard library are type 7
        tenths = statistics.quantiles([Fraction(one) for one in ordered], n=10, method="inclusive")
        ninth = answer("p90(a)", a=pool).value
        assert ninth is not None
        assert Fraction(ninth) == tenths[-1]
    mean = answer("mean(a)", a=pool).value
    assert mean is not None
    assert abs(mean - sum(values) / len(values)) < Decimal("1e-20")


def test_an_empty_pool_is_missing() -> None:
    assert answer("p50(a)", a=Pool([], [])) == MISSING
    assert answer("mean(a)", a=None) == MISSING


def test_a_year_is_the_sum_of_its_months_or_missing() -> None:
    months = [Answer(Decimal(2)), Answer(Decimal(3))]
    assert summed(months).value == 5
    assert summed([*months, Answer(None, Decimal(1), Decimal(2))]) == Answer(None, Decimal(6), Decimal(7))
    assert summed([*months, MISSING]) == MISSING
    two_thirds = PRECISE.divide(Decimal(2), Decimal(3))
    assert summed([Answer(two_thirds)] * 3) == Answer(Decimal(2)), "rounded, but no interval"
    assert summed([]) == MISSING


@pytest.mark.parametrize(
    ("value", "decimals", "seen"),
    [("0.125", 2, "0.13"), ("-0.125", 2, "-0.13"), ("2.5", 0, "3"), ("1", 2, "1.00")],
)
def test_staff_see_it_rounded_half_up(value: str, decimals: int, seen: str) -> None:
    assert str(displayed(Decimal(value), decimals)) == seen
