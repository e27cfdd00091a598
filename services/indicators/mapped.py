"""Figures of units on the map of another day, from sums that were passed on to them (mapped_sums.py). Pure.

Where parts that stay on the way may belong to a unit, its sums lie between two numbers, and what is merged by
members is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from services.indicators.entities import Measure
from services.indicators.explain import Member, number_of, scopes_of, window_of
from services.indicators.figures import Cells, Computed, Found, Indicator, compute
from services.indicators.language.evaluate import MISSING
from services.indicators.language.numbers import Interval, Number
from services.indicators.mapped_sums import EXACT, Passed, Remainder, Span, Tallies, Tally
from services.indicators.published import Slot, Thing
from services.indicators.takes import SUMS

_EVERYTHING = Decimal("Infinity")
OPEN_WORDS = "?"  # what else went into a unit is left open by words


class Mapped(NamedTuple):
    """A figure of a unit on the map asked for. `lacks`: units at which parts stay, "?" for open words."""

    slot: Slot
    computed: Computed
    lacks: tuple[str, ...]


class Left(NamedTuple):
    """What of a figure stays at a unit."""

    slot: Slot
    computed: Computed
    remainder: Remainder


def spans_of(indicator: Indicator, slots: Iterable[Slot]) -> Iterator[tuple[Span, Measure]]:
    """What is to be summed for figures of an indicator; of each measure also where its source reported."""
    for slot in slots:
        for place, part, scope in scopes_of(indicator, slot):
            for _, measure in part.by_slot(place.slot):
                yield Span(measure.number, scope.since, scope.before), measure


def figures(
    indicator: Indicator,
    slot: Slot,
    by_span: Mapping[Span, Passed],
    open_codes: Collection[str],
    today: date,
    field_: str = "",
) -> Iterator[Mapped]:
    """The figures of all units of a period that have one, by code and value of a field ('': all together)."""
    codes = sorted({code for _, _, one in _parts(indicator, slot, by_span) for code in one.targets})
    for code in codes:
        at = slot._replace(thing=Thing(indicator.id, "area", code, ""))
        for breakdown in _values(_of_unit(indicator, at, by_span), field_):
            at = slot._replace(thing=Thing(indicator.id, "area", code, breakdown))
            found, lacks = found_of(indicator, at, by_span, open_codes)
            computed = compute(indicator, window_of(slot), found, today)
            if computed.answer != MISSING or lacks:
                yield Mapped(at, computed, tuple(sorted(lacks)))


def found_of(
    indicator: Indicator, slot: Slot, by_span: Mapping[Span, Passed], open_codes: Collection[str]
) -> tuple[Found, set[str]]:
    """What the figure of a unit is made of, and what it lacks."""
    field_ = slot.thing.breakdown.partition("=")[0]
    tallies = _of_unit(indicator, slot, by_span)
    return _found(tallies, slot.thing.breakdown, field_, is_open=slot.thing.subject in open_codes)


def left(
    indicator: Indicator, slot: Slot, by_span: Mapping[Span, Passed], today: date, field_: str = ""
) -> Iterator[Left]:
    """What stays on the way, of figures of a period, by the unit at which it stays."""
    parts = list(_parts(indicator, slot, by_span))
    remainders = {one for _, _, passed_ in parts for one in passed_.stays}
    for remainder in sorted(remainders, key=lambda one: (one.code, one.valid_from or date.min, one.reason)):
        tallies = [(key, part, one.stays.get(remainder, {})) for key, part, one in parts]
        for breakdown in _values(tallies, field_):
            found, _ = _found(tallies, breakdown, field_, is_open=False)
            computed = compute(indicator, window_of(slot), found, today)
            if computed.answer != MISSING:
                yield Left(
                    slot._replace(thing=Thing(indicator.id, "area", remainder.code, breakdown)),
                    computed,
                    remainder,
                )


_ByPlace = list[tuple[tuple[int, int], Measure, Tallies]]


def _of_unit(indicator: Indicator, slot: Slot, by_span: Mapping[Span, Passed]) -> _ByPlace:
    code = slot.thing.subject
    return [
        (key, measure, one.targets.get(code, {})) for key, measure, one in _parts(indicator, slot, by_span)
    ]


def _parts(
    indicator: Indicator, slot: Slot, by_span: Mapping[Span, Passed]
) -> Iterator[tuple[tuple[int, int], Measure, Passed]]:
    """By month and slot of a formula: even slots of its measures, odd ones of the presence beside each."""
    nothing = Passed()
    for place, part, scope in scopes_of(indicator, slot):
        for at, measure in part.by_slot(place.slot):
            span = Span(measure.number, scope.since, scope.before)
            yield (place.month, at), measure, by_span.get(span, nothing)


def _values(tallies: _ByPlace, field_: str) -> list[str]:
    if not field_:
        return [""]
    return sorted(
        {
            _value(breakdown, measure, field_)
            for (_, slot), measure, by_breakdown in tallies
            if not slot % 2
            for breakdown in by_breakdown
        }
        - {""}
    )


def _value(breakdown: str, measure: Measure, field_: str) -> str:
    return breakdown.split(";")[measure.by.index(field_)] if breakdown else ""


def _found(tallies: _ByPlace, breakdown: str, field_: str, *, is_open: bool) -> tuple[Found, set[str]]:
    found: dict[tuple[int, int], Cells] = {}
    lacks: set[str] = {OPEN_WORDS} if is_open else set()
    for key, measure, by_breakdown in tallies:
        is_presence = key[1] % 2 == 1
        whole = Tally()
        for told, tally in by_breakdown.items():
            if is_presence or not field_ or _value(told, measure, field_) == breakdown:
                whole.add(tally)
        if is_presence:
            found[key] = Cells(whole.n, Decimal(whole.n))
            continue
        lacks |= whole.lacks
        is_unknown = is_open or bool(whole.lacks)
        if whole.n or whole.blank or whole.value or is_unknown:
            number = _number(measure, whole, is_open=is_open)
            found[key] = Cells(whole.n or int(is_unknown), number, whole.late, whole.blank)
    return found, lacks


def _number(measure: Measure, tally: Tally, *, is_open: bool) -> Number:
    """What is known. Words leave open how many more there are; of amounts, which may be negative, all."""
    if measure.fold not in SUMS:
        there = sorted((key, *told) for key, told in tally.members.items() if told[0] > 0)
        is_known = not is_open and not tally.lacks
        return number_of(measure.fold, [Member(*one) for one in there]) if is_known else None
    if is_open and measure.of is not None:
        return None
    low, high = EXACT.add(tally.value, tally.less), EXACT.add(tally.value, tally.more)
    if is_open:
        return Interval(low, _EVERYTHING)
    return low if low == high else Interval(low, high)
