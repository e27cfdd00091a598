"""Units of texts, formulas and values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.language.parsing import parse
from services.indicators.language.units import BadUnit, Unit, formula_faults, parse_unit, value_faults

MEASURES = {
    name: parse_unit(unit)
    for name, unit in {
        "a": "dossier", "b": "dossier", "km": "km", "hours": "h", "cm": "customer*min", "c": "customer",
        "people": "person", "beds": "bed", "cases": "case", "levels": "1",
    }.items()
}  # fmt: skip
FIELDS = {"customers": "1", "km": "km", "share": "%", "weight": "%", "fee": "VND", "n": "1"}
UNITS = st.lists(
    st.tuples(st.sampled_from("*/"), st.sampled_from(["dossier", "km", "h", "%", "m3", "1000", "person"])),
    min_size=1,
    max_size=4,
).map(lambda parts: "1" + "".join(sign + word for sign, word in parts))


@pytest.mark.parametrize(
    "text", ["1/10000", "bed/person/10000", "case/person/100000", "customer*min", "km/h", "%"]
)
def test_units_of_the_catalogue_are_written_as_they_are_read(text: str) -> None:
    assert parse_unit(text) == parse_unit(str(parse_unit(text)))


@pytest.mark.parametrize("text", ["", "a b", "1.5", "/", "a//b", "*a", "0", "km^2"])
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(BadUnit):
        parse_unit(text)


@given(UNITS, UNITS)
def test_units_multiply_and_divide_as_numbers_do(one: str, other: str) -> None:
    left, right = parse_unit(one), parse_unit(other)
    assert left * right / right == left
    assert left / left == Unit()
    assert left * right == right * left


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("100 * a / b", "%"), ("100 * (a - b) / b", "%"), ("100 * (a / b - 1)", "%"), ("km / hours", "km/h"),
        ("cm / c", "min"), ("beds / people", "bed/person"), ("10000 * beds / people", "bed/person/10000"),
        ("100000 * annualised(cases) / people", "case/person/100000"), ("18 * a / b + 20 * a / b", "point"),
        ("10 * log10(levels / levels)", "dBA"), ("sqrt(a * b)", "dossier"), ("max(a, b)", "dossier"),
        ("a + 0", "dossier"), ("(a / b) ** 2", "1"), ("p50(hours)", "h"),
        ("1000 * a / people", "dossier/person/1000"),
    ],
)  # fmt: skip
def test_a_formula_is_in_the_unit_that_its_measures_make(formula: str, unit: str) -> None:
    assert not formula_faults(parse(formula), MEASURES, parse_unit(unit))


@pytest.mark.parametrize(
    ("formula", "unit", "named"),
    [
        ("a / b", "%", "the formula is in 1, the indicator in %"),
        ("100 * a / b", "1", "the formula is in %, the indicator in 1"),
        ("100 * a / people", "%", "dossier/person"),
        ("a + km", "dossier", "do not go together"),
        ("100 * a / b - 1", "%", "do not go together"),
        ("cm / c", "h", "min"),
        ("10000 * beds / people", "bed/person/1000", "the formula is in"),
        ("log10(km)", "1", "without unit"),
        ("a ** levels", "1", "power"),
    ],
)
def test_a_formula_in_another_unit_is_named(formula: str, unit: str, named: str) -> None:
    faults = formula_faults(parse(formula), MEASURES, parse_unit(unit))
    assert any(named in one.reason for one in faults), faults


@pytest.mark.parametrize(
    ("value", "unit", "good"),
    [
        ("customers", "customer", True), ("customers", "kWh", False), ("fee", "VND", True),
        ("fee", "person", False),
        ("minutes(at, at) * customers", "customer*min", True), ("minutes(at, at)", "h", False),
        ("share * weight", "%*%", True), ("share * weight", "%", False), ("worked_hours()", "h", True),
        ("coalesce(fee, 0)", "VND", True), ("n + 1", "person", True), ("1", "dossier", True),
        ("1", "VND", False),
        ("km", "m", False), ("n", "km", False), ("km + fee", "km", False),
    ],
)  # fmt: skip
def test_a_value_is_in_the_unit_of_its_measure(value: str, unit: str, good: bool) -> None:
    assert (not value_faults(parse(value), FIELDS, parse_unit(unit))) is good
