"""What becomes of figures under changed definitions is counted by kind; the largest of it is shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from services.indicators.definitions_plan import EXAMPLES, Effect, Effects
from services.indicators.figures import Computed, Standing, State, Written
from services.indicators.language.evaluate import Answer
from services.indicators.published import Slot, Thing

MONTH = Slot(Thing("PS-06", "province", "", ""), "month", date(2025, 10, 1))


def answer(value: int | None) -> Computed:
    number = None if value is None else Decimal(value)
    return Computed(Answer(number, None, None, None, None), 1, 1, 0)


def effect(before: int | None, after: int | None, *, is_published: bool = True) -> Effect:
    standing = Standing(1, State.FINAL, answer(before)) if is_published else None
    return Effect(MONTH, standing, Written(2, State.RESTATED, answer(after)))


def test_effects_are_of_three_kinds() -> None:
    assert effect(1, 2).kind == "changed"
    assert effect(1, None).kind == "missing"
    assert effect(None, 1).kind == "begun"
    assert effect(None, 1, is_published=False).kind == "begun"
    assert effect(1, 1).kind == ""  # other counts only


def test_only_the_largest_are_shown_the_largest_first_and_what_has_no_difference_last() -> None:
    effects = Effects()
    for size in (*range(1, 31), None):
        effects.add(effect(100, None if size is None else 100 + (-1) ** size * size))
    assert effects.counts == {"changed": 30, "missing": 1}
    sizes = [one.difference for one in effects.largest]
    assert sizes == [(-1) ** size * size for size in range(30, 30 - EXAMPLES, -1)]


def test_what_ends_is_shown_where_there_is_room() -> None:
    effects = Effects()
    for one in (effect(1, None), effect(5, 6), effect(1, 1)):
        effects.add(one)
    assert [one.kind for one in effects.largest] == ["changed", "missing"]
    assert effects.counts == {"missing": 1, "changed": 1}
