"""Which inputs belong to a figure, and what they come to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from services.indicators.figures import Indicator, Part, Window, next_start
from services.indicators.language.numbers import Number, Pool
from services.indicators.published import Slot
from services.indicators.takes import Fold


class Place(NamedTuple):
    """Which operand of a formula inputs belong to, and which month of the window (0: it is one)."""

    slot: int
    month: int


class Scope(NamedTuple):
    """Which inputs of a measure: those of a subject, of a value of its breakdown ('' all), on [since,
    before).

    `part`: where the breakdown's field stands, from 1. `since`: None for a stock, which is all that came and
    went.
    """

    kind: str
    subject: str
    breakdown: str
    part: int
    since: date | None
    before: date


class Member(NamedTuple):
    """What has one key: how many entities, and their amounts together."""

    key: str
    n: int
    amount: Decimal


def window_of(slot: Slot) -> Window:
    """The days of a figure."""
    return Window(slot.period, slot.start, next_start(slot.period, slot.start))


def scopes_of(indicator: Indicator, slot: Slot) -> Iterator[tuple[Place, Part, Scope]]:
    """Every operand of a figure, in each month where its year is the sum of these, with where its inputs
    lie.
    """
    whole = window_of(slot)
    by_months = indicator.is_by_months(slot.period)
    windows = [(one.start.month, one) for one in whole.months] if by_months else [(0, whole)]
    field = slot.thing.breakdown.partition("=")[0]
    for index, part in enumerate(indicator.parts):
        at = part.measure.by.index(field) + 1 if field else 0
        for month, window in windows:
            since, before = window.start, window.finish
            if part.operand.year_ago:
                since, before = _year_before(since), _year_before(before)
            begin = None if part.measure.is_level else since
            yield (
                Place(2 * index, month),
                part,
                Scope(slot.thing.kind, slot.thing.subject, slot.thing.breakdown, at, begin, before),
            )


def number_of(fold: Fold, members: Sequence[Member]) -> Number:
    """What members, in the order of their keys, come to; None of none."""
    if not members:
        return None
    each = [(member.amount / member.n, member.n) for member in members]
    match fold:
        case Fold.MAX:
            return max(each)[0]
        case Fold.MIN:
            return min(each)[0]
        case Fold.LAST:
            return each[-1][0]
        case Fold.MAX_OF_SUM:
            return max(member.amount for member in members)
        case Fold.POOL:
            each.sort()
            return Pool([value for value, _ in each], [n for _, n in each])
    return Decimal(len(members))


def _year_before(day: date) -> date:
    """The same day a year earlier; of 29 February the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
