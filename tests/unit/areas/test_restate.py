"""Values on another map: to the last digit, and never more than is known."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.areas.restate import EXACT, History, Restated, Stuck, Went, follow, restate

FIRST, DAY, LATER = date(2020, 1, 1), date(2025, 7, 1), date(2026, 7, 1)
BEFORE = DAY - timedelta(days=1)


@dataclass(frozen=True)
class Unit:
    code: str
    valid_from: date
    valid_to: date | None = None


def history(*went: tuple[str, str, str | None], open_words: str = "", **more: Any) -> History:
    """Units a, b, c until DAY, and x, y, a (another one under the same code) from then on."""
    states = [Unit(code, FIRST, DAY) for code in "abc"] + [Unit(code, DAY) for code in "xya"]
    ways = [Went(DAY, old, new, None if weight is None else Decimal(weight)) for old, new, weight in went]
    return History(states, ways, frozenset((DAY, code) for code in open_words), **more)


def sums(restated: Restated) -> dict[str, tuple[str, str]]:
    return {code: (str(one.value), " ".join(sorted(one.lacks))) for code, one in restated.sums.items()}


def values(**amounts: str) -> dict[str, Decimal]:
    return {code: Decimal(amount) for code, amount in amounts.items()}


def test_wholes_are_added_and_parts_shared_out_exactly() -> None:
    known = history(("a", "x", "1"), ("b", "x", "0.1"), ("b", "y", "0.9"))

    assert sums(restate(values(a="1402", b="0.3"), known, BEFORE, DAY)) == {
        "x": ("1402.03", ""),
        "y": ("0.27", ""),
    }


def test_on_the_same_map_a_value_stays_as_it_was() -> None:
    assert sums(restate(values(a="7"), history(("a", "x", "1")), FIRST, BEFORE)) == {"a": ("7", "")}


def test_an_unknown_weight_is_reported_and_what_lacks_it_says_so() -> None:
    known = history(("a", "x", "1"), ("b", "x", None), ("b", "y", None))

    restated = restate(values(a="5", b="8"), known, BEFORE, LATER)

    assert sums(restated) == {"x": ("5", "b")}
    assert restated.stuck == [Stuck("b", FIRST, Decimal(8), "weight_unknown", ("x", "y"))]


def test_missing_is_not_zero() -> None:
    known = history(("a", "x", "1"), ("b", "x", "1"))

    assert sums(restate(values(a="5"), known, BEFORE, DAY)) == {"x": ("5", "b")}


def test_a_code_that_is_used_again_carries_nothing_over() -> None:
    restated = restate(values(a="5"), history(), BEFORE, DAY)

    assert restated.sums == {}
    assert restated.stuck == [Stuck("a", FIRST, Decimal(5), "change_unknown", ())]


def test_an_organisation_goes_on_under_its_code() -> None:
    known = history(("b", "a", "1"), same_code_goes_on=True)

    assert sums(restate(values(a="5", b="2"), known, BEFORE, DAY)) == {"a": ("7", "")}


def test_weights_that_do_not_add_up_to_the_whole_are_not_all_of_it() -> None:
    restated = restate(values(a="5"), history(("a", "x", "0.9")), BEFORE, DAY)

    assert [one.reason for one in restated.stuck] == ["change_unknown"]


def test_words_that_leave_something_open_leave_the_sum_open() -> None:
    known = history(("a", "x", "1"), open_words="x")

    assert sums(restate(values(a="5"), known, BEFORE, DAY)) == {"x": ("5", "?")}


def test_against_time_only_what_was_made_from_one() -> None:
    known = history(("a", "x", "0.5"), ("a", "y", "0.5"), ("b", "a", "1"), ("c", "a", "1"))

    restated = restate(values(x="2", y="3", a="9"), known, LATER, BEFORE)

    assert sums(restated) == {"a": ("5", "")}
    assert restated.stuck == [Stuck("a", DAY, Decimal(9), "weight_unknown", ("b", "c"))]
    assert sums(restate(values(x="2"), known, LATER, BEFORE)) == {"a": ("2", "y")}


def test_a_code_is_followed_with_its_share() -> None:
    known = history(("a", "x", "0.25"), ("a", "y", "0.75"), ("b", "y", None))

    found, lost = follow("a", known, BEFORE, LATER)
    unsure, stays = follow("b", known, BEFORE, LATER)

    assert [(one.code, one.weight) for one in found] == [("x", Decimal("0.25")), ("y", Decimal("0.75"))]
    assert lost == []
    assert [(one.code, one.weight) for one in unsure] == [("y", None)]
    assert stays == ["b"]
    assert [(one.code, one.weight) for one in follow("x", known, LATER, BEFORE)[0]] == [("a", 1)]


NUMBERS = st.decimals(min_value=-(10**15), max_value=10**15, places=6)
DAYS = [FIRST + timedelta(days=100 * n) for n in range(4)]


@st.composite
def histories(draw: st.DrawFn) -> tuple[History, list[str]]:
    """Three changes of the whole map, each unit into up to three, with weights that are known or not."""
    maps = [[f"{n}{k}" for k in range(draw(st.integers(1, 4)))] for n in range(len(DAYS))]
    states = [
        Unit(code, day, DAYS[n + 1] if n + 1 < len(DAYS) else None)
        for n, day in enumerate(DAYS)
        for code in maps[n]
    ]
    went = []
    for n in range(1, len(DAYS)):
        for old in maps[n - 1]:
            targets = draw(st.lists(st.sampled_from(maps[n]), unique=True, max_size=3))
            cuts = sorted(draw(st.integers(1, 998)) for _ in targets[1:])
            edges = [0, *cuts, 1000]
            for new, low, high in zip(targets, edges, edges[1:], strict=False):
                known = high > low and draw(st.booleans() if n == 2 else st.just(True))
                went.append(Went(DAYS[n], old, new, Decimal(high - low) / 1000 if known else None))
    return History(states, went), maps[draw(st.sampled_from([0, -1]))]


@given(histories(), st.data())
def test_restating_conserves_the_total(drawn: tuple[History, list[str]], data: st.DataObject) -> None:
    known, codes = drawn
    on = DAYS[0] if codes[0].startswith("0") else DAYS[-1]
    to = data.draw(st.sampled_from(DAYS))
    given_values = {code: data.draw(NUMBERS) for code in codes}

    restated = restate(given_values, known, on, to)

    total = Decimal(0)
    for amount in [one.value for one in restated.sums.values()] + [one.value for one in restated.stuck]:
        total = EXACT.add(total, amount)
    assert total == sum(given_values.values(), Decimal(0))
    touched = {target for stuck in restated.stuck for target in stuck.belongs_to}
    assert all(restated.sums[code].lacks for code in touched & restated.sums.keys())
