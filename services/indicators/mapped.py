"""Figures of units on the map of another day, from what was summed by the units that records name. Pure.

Sums are shared out by the weights with which a unit went into others; sets, pools and extremes are merged by
their members, which goes with wholes only. What is not known is not guessed: a part that stays on the way may
belong to several units, whose sums then lie between two numbers, or are missing. What is given to units and
what stays add up to what there was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal
from typing import NamedTuple, Protocol

from services.indicators.entities import Measure
from services.indicators.explain import Member, number_of, scopes_of, window_of
from services.indicators.figures import Cells, Computed, Found, Indicator, compute
from services.indicators.language.evaluate import MISSING
from services.indicators.language.numbers import Interval, Number
from services.indicators.published import Slot, Thing
from services.indicators.takes import SUMS

_EXACT = Context(prec=400)
_EVERYTHING = Decimal("Infinity")
NOT_DIVISIBLE = "not_divisible"  # members of a unit that went to several
NOT_ON_MAP = "not_on_map"  # no unit ever had the code
OPEN_WORDS = "?"  # what else went into a unit is left open by words


class Stuck(Protocol):
    """A part that stays on the way, as areas tell of it."""

    @property
    def code(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def reason(self) -> str: ...
    @property
    def belongs_to(self) -> tuple[str, ...]: ...


class Stays(Protocol):
    """The same with all codes of the map asked for that may have some of it."""

    @property
    def stuck(self) -> Stuck: ...
    @property
    def reaches(self) -> frozenset[str]: ...


class Share(Protocol):
    """What becomes of one of a unit; parts and what stays add up to 1."""

    @property
    def valid_from(self) -> date: ...
    @property
    def parts(self) -> Mapping[str, Decimal]: ...
    @property
    def stays(self) -> Sequence[Stays]: ...


class Shares(Protocol):
    """What becomes of units, by code and day of the map that they are of."""

    @property
    def of(self) -> Mapping[tuple[str, date], Share]: ...
    @property
    def open_codes(self) -> frozenset[str]: ...


class Span(NamedTuple):
    """A measure over days: [since, before); `since` None of a stock, which is all that came and went."""

    measure: int
    since: date | None
    before: date


class Placed(NamedTuple):
    """What is summed over a span, of one unit. `on`: the day on whose map the code is meant."""

    span: Span
    code: str
    on: date
    breakdown: str
    member: str  # '' of sums
    n: int
    amount: Decimal
    late: int
    blank: int


class Remainder(NamedTuple):
    """What cannot be said of units of the map asked for, by the unit at which it stays.

    `valid_from`: its first day; None where no unit ever had the code. `reason`: "weight_unknown",
    "change_unknown", "not_divisible" or "not_on_map". `belongs_to`: units that it went into in part.
    `reaches`: units of the map asked for that may have some of it.
    """

    code: str
    valid_from: date | None
    reason: str
    belongs_to: tuple[str, ...] = ()
    reaches: frozenset[str] = frozenset()


@dataclass(slots=True)
class Tally:
    """What is known of a measure for one unit, or of what stays on the way.

    `n`, `late`, `blank`: entities that belong here, or may. `value`: of sums, what they are known to come to.
    `less`, `more`: by how much it may be off, because parts of `lacks` may belong here. `members`: of other
    folds, with entities and amounts.
    """

    n: int = 0
    late: int = 0
    blank: int = 0
    value: Decimal = Decimal(0)
    less: Decimal = Decimal(0)
    more: Decimal = Decimal(0)
    members: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    lacks: set[str] = field(default_factory=set)

    def add(self, other: Tally) -> None:
        """Both together."""
        self.n, self.late, self.blank = self.n + other.n, self.late + other.late, self.blank + other.blank
        self.value = _EXACT.add(self.value, other.value)
        self.less, self.more = _EXACT.add(self.less, other.less), _EXACT.add(self.more, other.more)
        self.lacks |= other.lacks
        for key, (n, amount) in other.members.items():
            had, sum_ = self.members.get(key, (0, Decimal(0)))
            self.members[key] = (had + n, _EXACT.add(sum_, amount))


Tallies = dict[str, Tally]  # by breakdown, as measures keep it
Targets = dict[str, Tallies]  # by code on the map asked for


@dataclass(slots=True)
class Passed:
    """What became of the sums of one measure and span."""

    targets: Targets = field(default_factory=dict)
    stays: dict[Remainder, Tallies] = field(default_factory=dict)


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
        for _, part, scope in scopes_of(indicator, slot):
            for measure in (part.measure, part.presence):
                yield Span(measure.number, scope.since, scope.before), measure


def passed(placed: Iterable[Placed], measures: Mapping[int, Measure], shares: Shares) -> dict[Span, Passed]:
    """What was summed, on the map asked for, and what stays. `measures`: by their numbers."""
    found: dict[Span, Passed] = {}
    for one in placed:
        into = found.setdefault(one.span, Passed())
        measure = measures[one.span.measure]
        share = shares.of.get((one.code, one.on))
        if share is None:
            _stay(into, one, measure, Remainder(one.code, None, NOT_ON_MAP), Decimal(1))
        elif measure.fold in SUMS:
            _share_out(into, one, measure, share)
        else:
            _pass_members(into, one, measure, share)
    return found


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


def _share_out(into: Passed, one: Placed, measure: Measure, share: Share) -> None:
    total = _total(one, measure)
    for code, weight in share.parts.items():
        if weight:
            tally = Tally(one.n, one.late, one.blank, _EXACT.multiply(total, weight))
            _add(into.targets.setdefault(code, {}), one.breakdown, tally)
    for stay in share.stays:
        _stay(into, one, measure, _stuck_at(stay, stay.reaches), stay.stuck.value)


def _pass_members(into: Passed, one: Placed, measure: Measure, share: Share) -> None:
    whole = next((code for code, weight in share.parts.items() if weight == 1), None)
    if whole is not None:
        tally = Tally(one.n, one.late, one.blank, members={one.member: (one.n, one.amount)})
        _add(into.targets.setdefault(whole, {}), one.breakdown, tally)
        return
    codes = frozenset({*share.parts, *(code for stay in share.stays for code in stay.reaches)})
    if share.stays and not share.parts:
        at = _stuck_at(share.stays[0], codes)
    else:
        at = Remainder(one.code, share.valid_from, NOT_DIVISIBLE, tuple(sorted(share.parts)), codes)
    _stay(into, one, measure, at, Decimal(1))


def _stuck_at(stay: Stays, reaches: frozenset[str]) -> Remainder:
    stuck = stay.stuck
    return Remainder(stuck.code, stuck.valid_from, stuck.reason, stuck.belongs_to, reaches)


def _stay(into: Passed, one: Placed, measure: Measure, at: Remainder, weight: Decimal) -> None:
    """A part stays; all of it may belong to each of the units that it reaches, or nothing."""
    counts = (one.n, one.late, one.blank)
    tally = Tally(*counts)
    if measure.fold in SUMS:
        tally.value = _EXACT.multiply(_total(one, measure), weight)
    else:
        tally.members = {one.member: (one.n, one.amount)}
    _add(into.stays.setdefault(at, {}), one.breakdown, tally)
    less, more = min(tally.value, Decimal(0)), max(tally.value, Decimal(0))
    for code in at.reaches:
        maybe = Tally(*counts, less=less, more=more, lacks={at.code})
        _add(into.targets.setdefault(code, {}), one.breakdown, maybe)


def _total(one: Placed, measure: Measure) -> Decimal:
    return Decimal(one.n) if measure.of is None else one.amount


def _add(tallies: Tallies, breakdown: str, tally: Tally) -> None:
    tallies.setdefault(breakdown, Tally()).add(tally)


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
        for step, measure in enumerate((part.measure, part.presence)):
            span = Span(measure.number, scope.since, scope.before)
            yield (place.month, place.slot + step), measure, by_span.get(span, nothing)


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
    low, high = _EXACT.add(tally.value, tally.less), _EXACT.add(tally.value, tally.more)
    if is_open:
        return Interval(low, _EVERYTHING)
    return low if low == high else Interval(low, high)
