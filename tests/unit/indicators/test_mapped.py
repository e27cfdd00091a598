"""Figures on another map: to the last digit, and never more than is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.areas.restate import History, Share, Stays, Stuck, Went, shares
from services.indicators.entities import Measure, presence
from services.indicators.figures import Indicator, Part
from services.indicators.language.evaluate import Answer
from services.indicators.language.formula import operands
from services.indicators.language.parsing import parse
from services.indicators.mapped import Mapped, figures, left
from services.indicators.mapped_sums import NOT_DIVISIBLE, NOT_ON_MAP, Placed, Span, passed
from services.indicators.published import Slot, Thing
from services.indicators.takes import Fold, Take
from tests.unit.records.declared import dossiers

FIRST, DAY, TODAY = date(2020, 1, 1), date(2025, 7, 1), date(2026, 2, 1)
YEAR = Slot(Thing("X-1", "area", "", ""), "year", date(2025, 1, 1))
SINCE, BEFORE = date(2025, 1, 1), date(2026, 1, 1)
EXACT = Context(prec=400)


@dataclass(frozen=True)
class Known:
    """What becomes of units."""

    of: Mapping[tuple[str, date], Share]
    open_codes: frozenset[str] = field(default_factory=frozenset)


def whole(code: str) -> Share:
    return Share(FIRST, {code: Decimal(1)}, ())


def stuck(code: str, value: str, *to: str) -> Stays:
    return Stays(Stuck(code, FIRST, Decimal(value), "weight_unknown", to), frozenset(to))


def indicator(formula: str, fold: Fold = Fold.SUM, *by: str) -> Indicator:
    node = parse(formula)
    parts = []
    for number, operand in enumerate(operands(node), 1):
        of = None if fold is Fold.COUNT else "c_fee"
        measure = Measure(
            number, operand.measure, "d", Take.SUBJECTS, fold, "at", of=of, by=("channel",), area="a"
        )
        parts.append(Part(operand, measure, presence(number + 100, dossiers(), "a", "")))
    return Indicator("X-1", 1, node, tuple(parts), ("area",), ("year",), timedelta(days=1), by)


def placed(number: int, code: str, amount: str, n: int = 1, member: str = "", by: str = "desk") -> Placed:
    span = Span(number, SINCE, BEFORE)
    return Placed(span, code, FIRST, f"channel={by}", member, n, Decimal(amount), 0, 0)


def told(
    of: Indicator, rows: Sequence[Placed], known: Known, field_: str = ""
) -> dict[tuple[str, str], Mapped]:
    measures = {part.measure.number: part.measure for part in of.parts}
    by_span = passed(rows, measures, known)
    return {
        (one.slot.thing.subject, one.slot.thing.breakdown): one
        for one in figures(of, YEAR, by_span, known.open_codes, TODAY, field_)
    }


def answers(found: Mapping[tuple[str, str], Mapped]) -> dict[str, Answer]:
    return {code: one.computed.answer for (code, _), one in found.items()}


def test_a_ratio_of_a_merged_unit_is_one_of_sums() -> None:
    known = Known({("a", FIRST): whole("x"), ("b", FIRST): whole("x"), ("c", FIRST): whole("c")})
    rows = [placed(1, "a", "9"), placed(2, "a", "10"), placed(1, "b", "80"), placed(2, "b", "90")]
    found = answers(told(indicator("100 * m / d"), rows, known))
    assert found == {"x": Answer(Decimal(89), None, None, Decimal(89), Decimal(100))}  # not (90 + 88.9) / 2


def test_known_weights_share_a_sum_out_to_the_last_digit() -> None:
    third = Share(FIRST, {"x": Decimal("0.333"), "y": Decimal("0.667")}, ())
    found = told(indicator("m"), [placed(1, "a", "10")], Known({("a", FIRST): third}))
    assert answers(found) == {"x": Answer(Decimal("3.330")), "y": Answer(Decimal("6.670"))}
    assert all(one.lacks == () for one in found.values())


def test_what_is_not_known_is_a_limit_and_a_remainder_and_no_guess() -> None:
    parts = Share(FIRST, {}, [stuck("b", "1", "x", "y")])
    known = Known({("a", FIRST): whole("x"), ("b", FIRST): parts})
    of, rows = indicator("m"), [placed(1, "a", "100"), placed(1, "b", "30")]
    found = told(of, rows, known)
    assert answers(found) == {
        "x": Answer(None, Decimal(100), Decimal(130)),
        "y": Answer(None, Decimal(0), Decimal(30)),
    }
    assert [one.lacks for one in found.values()] == [("b",), ("b",)]
    by_span = passed(rows, {1: of.parts[0].measure}, known)
    (rest,) = left(of, YEAR, by_span, TODAY)
    assert (rest.remainder.code, rest.computed.answer) == ("b", Answer(Decimal(30)))
    assert (rest.remainder.reason, rest.remainder.belongs_to) == ("weight_unknown", ("x", "y"))


def test_a_ratio_lies_between_what_its_parts_may_be() -> None:
    known = Known({("a", FIRST): whole("x"), ("b", FIRST): Share(FIRST, {}, [stuck("b", "1", "x", "y")])})
    rows = [placed(1, "a", "50"), placed(2, "a", "100"), placed(1, "b", "10"), placed(2, "b", "20")]
    found = answers(told(indicator("100 * m / d"), rows, known))["x"]
    assert found.value is None
    assert (found.low, found.high) == (Decimal("41.66666666666666666666666666666666"), Decimal(60))


def test_a_code_that_no_unit_ever_had_stays_as_it_is() -> None:
    of = indicator("m")
    by_span = passed([placed(1, "zz", "4")], {1: of.parts[0].measure}, Known({}))
    (rest,) = left(of, YEAR, by_span, TODAY)
    assert (rest.remainder.reason, rest.remainder.valid_from) == (NOT_ON_MAP, None)
    assert rest.computed.answer == Answer(Decimal(4))


@pytest.mark.parametrize(
    ("fold", "merged"), [(Fold.DISTINCT, "2"), (Fold.MAX, "7"), (Fold.MIN, "3"), (Fold.LAST, "7")]
)
def test_members_are_merged_and_not_divided(fold: Fold, merged: str) -> None:
    of = indicator("m", fold)
    rows = [
        placed(1, "a", "3", member="p"),
        placed(1, "b", "3", member="p"),
        placed(1, "b", "7", member="q"),
    ]
    both = Known({("a", FIRST): whole("x"), ("b", FIRST): whole("x")})
    assert answers(told(of, rows, both)) == {"x": Answer(Decimal(merged))}

    halves = Share(FIRST, {"x": Decimal("0.5"), "y": Decimal("0.5")}, ())
    torn = Known({("a", FIRST): whole("x"), ("b", FIRST): halves})
    found = told(of, rows, torn)
    assert answers(found) == {"x": Answer(None), "y": Answer(None)}
    assert {one.lacks for one in found.values()} == {("b",)}
    (rest,) = left(of, YEAR, passed(rows, {1: of.parts[0].measure}, torn), TODAY)
    assert (rest.remainder.code, rest.remainder.reason) == ("b", NOT_DIVISIBLE)


def test_open_words_leave_a_count_without_an_upper_limit() -> None:
    known = Known({("a", FIRST): whole("x")}, frozenset("x"))
    count = told(indicator("m", Fold.COUNT), [placed(1, "a", "0", n=3)], known)
    assert answers(count) == {"x": Answer(None, Decimal(3), None)}
    assert count["x", ""].lacks == ("?",)
    assert answers(told(indicator("m"), [placed(1, "a", "3")], known)) == {"x": Answer(None)}


def test_breakdowns_are_shared_out_each_by_itself() -> None:
    known = Known({("a", FIRST): whole("x"), ("b", FIRST): whole("x")})
    rows = [placed(1, "a", "1"), placed(1, "b", "2", by="post"), placed(1, "b", "4")]
    found = told(indicator("m", Fold.SUM, "channel"), rows, known, "channel")
    assert {key: one.computed.answer.value for key, one in found.items()} == {
        ("x", "channel=desk"): 5,
        ("x", "channel=post"): 2,
    }


@dataclass(frozen=True)
class Unit:
    code: str
    valid_from: date
    valid_to: date | None = None


WEIGHTS = st.sampled_from(["1", "0.25", "0.75", "0.5", "0.125", None])
WAYS = st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xya")), WEIGHTS, max_size=6)
AMOUNTS = st.decimals(-1000, 1000, places=2)


@given(WAYS, st.lists(st.tuples(st.sampled_from("abcz"), AMOUNTS), max_size=8))
def test_restating_conserves_totals(
    ways: dict[tuple[str, str], str | None], rows: list[tuple[str, Decimal]]
) -> None:
    """Whatever is known: what is given to units and what stays add up to what there was."""
    states = [*(Unit(code, FIRST, DAY) for code in "abc"), *(Unit(code, DAY) for code in "xya")]
    went = [Went(DAY, old, new, None if w is None else Decimal(w)) for (old, new), w in ways.items()]
    of = {
        (code, day): share
        for (code, day), share in shares(states, History(states, went), date(2025, 12, 31)).items()
    }
    measure = indicator("m").parts[0].measure
    found = passed([placed(1, code, str(amount)) for code, amount in rows], {1: measure}, Known(of))
    total = sum((amount for _, amount in rows), Decimal(0))
    given_out = Decimal(0)
    for one in found.values():
        for tallies in (*one.targets.values(), *one.stays.values()):
            for tally in tallies.values():
                given_out = EXACT.add(given_out, tally.value)
                assert tally.less <= 0 <= tally.more
    assert given_out == total
