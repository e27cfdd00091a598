"""What was summed by the units that records name, on the map of another day, and what stays on the way. Pure.

Sums are shared out by the weights with which a unit went into others; sets, pools and extremes are passed on
with their members, which goes with wholes only. What is not known is not guessed: a part that stays may
belong to several units. What is given to units and what stays add up to what there was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal
from typing import NamedTuple, Protocol

from services.indicators.entities import Measure
from services.indicators.takes import SUMS

EXACT = Context(prec=400)
NOT_DIVISIBLE = "not_divisible"  # members of a unit that went to several
NOT_ON_MAP = "not_on_map"  # no unit ever had the code


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
        self.value = EXACT.add(self.value, other.value)
        self.less, self.more = EXACT.add(self.less, other.less), EXACT.add(self.more, other.more)
        self.lacks |= other.lacks
        for key, (n, amount) in other.members.items():
            had, sum_ = self.members.get(key, (0, Decimal(0)))
            self.members[key] = (had + n, EXACT.add(sum_, amount))


Tallies = dict[str, Tally]  # by breakdown, as measures keep it
Targets = dict[str, Tallies]  # by code on the map asked for


@dataclass(slots=True)
class Passed:
    """What became of the sums of one measure and span."""

    targets: Targets = field(default_factory=dict)
    stays: dict[Remainder, Tallies] = field(default_factory=dict)


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


def _share_out(into: Passed, one: Placed, measure: Measure, share: Share) -> None:
    total = _total(one, measure)
    for code, weight in share.parts.items():
        if weight:
            tally = Tally(one.n, one.late, one.blank, EXACT.multiply(total, weight))
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
        tally.value = EXACT.multiply(_total(one, measure), weight)
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
