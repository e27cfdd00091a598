"""Values of one day's map on the map of another day: additive measures, exactly. Pure.

What is not known is never guessed: a value that needs an unknown weight stays where it is and is reported,
and a sum that lacks a part says so. Values and what could not be restated add up to what was given, to the
last digit. The same holds for organisations, which have the same kind of changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import NamedTuple, Protocol

OPEN_WORDS = "?"  # something that the words of a decree leave open

# Enough for 30 digits before the point and, with three weights of 12 digits one after the other, 48 after it.
EXACT = Context(prec=120)


class State(Protocol):
    """A unit or organisation over [valid_from, valid_to)."""

    @property
    def code(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


class Went(NamedTuple):
    """Of a state that ended on `day`, so much went into the one of `new_code` that began; None: unknown."""

    day: date
    old_code: str
    new_code: str
    weight: Decimal | None
    certain: bool = True  # False: words leave open whether it went somewhere else too


class History(NamedTuple):
    """All that is known.

    `open_words`: new states whose making the words leave open in part. `same_code_goes_on`: a state that is
    followed by one of the same code, and of which no change is known, goes on in it (organisations); else a
    code says nothing (units, whose codes are used again with another shape).
    """

    states: Sequence[State]
    went: Sequence[Went]
    open_words: Set[tuple[date, str]] = frozenset()
    same_code_goes_on: bool = False


class Stuck(NamedTuple):
    """A value that stays on the way, with the code and first day of the state that it belongs to."""

    code: str
    valid_from: date
    value: Decimal
    reason: str  # "weight_unknown" or "change_unknown"
    belongs_to: tuple[str, ...]


@dataclass(slots=True)
class Sum:
    """What is known of one state's value, and the codes of what it lacks."""

    value: Decimal = Decimal(0)
    lacks: set[str] = field(default_factory=set)


class Restated(NamedTuple):
    """Sums by code of the map asked for, and what stays on the way."""

    sums: Mapping[str, Sum]
    stuck: Sequence[Stuck]


class Followed(NamedTuple):
    """A state that something became, with its share; None: not known."""

    code: str
    weight: Decimal | None
    certain: bool


class Stays(NamedTuple):
    """A part that stays on the way, and the codes of the map asked for that may have some of it."""

    stuck: Stuck
    reaches: frozenset[str]


class Share(NamedTuple):
    """What becomes of one of a state: how much of it is where on the other map, and what stays on the way."""

    valid_from: date
    parts: Mapping[str, Decimal]
    stays: Sequence[Stays]


class _Step(NamedTuple):
    """One day of change, in the direction in which it is gone: what ends gives, what begins takes."""

    ends: Mapping[str, date]  # code → first day of the state that is left behind
    shares: Mapping[str, Mapping[str, tuple[Decimal | None, bool]]]  # code → whom it gives → weight, certain
    sources: Mapping[str, Set[str]]  # code → those that give to it
    open_words: Set[str]  # codes that take something that nobody knows


def restate(values: Mapping[str, Decimal], history: History, on: date, to: date) -> Restated:
    """The values on the map of another day, earlier or later; every code must be on the map of `on`."""
    with localcontext(EXACT):
        sums = {code: Sum(value) for code, value in values.items()}
        stuck: list[Stuck] = []
        for step in _steps(history, on, to):
            sums = _passed_on(sums, step, stuck)
        return Restated(dict(sorted(sums.items())), sorted(stuck))


def follow(code: str, history: History, on: date, to: date) -> tuple[list[Followed], list[str]]:
    """What a state became, and the codes on the way whose further way is not known, or not in full."""
    found = {code: Followed(code, Decimal(1), True)}
    lost: set[str] = set()
    with localcontext(EXACT):
        for step in _steps(history, on, to):
            lost |= {one for one in found if one in step.ends and not _in_full(step.shares.get(one, {}))}
            found = _followed_on(found.values(), step)
    return sorted(found.values()), sorted(lost)


def shares(states: Iterable[State], history: History, to: date) -> dict[tuple[str, date], Share]:
    """What one of each state becomes on the map of a day, by code and first day; `restate`, a state at a
    time.

    Parts and what stays add up to exactly 1.
    """
    found: dict[tuple[str, date], Share] = {}
    steps_from: dict[date, Sequence[_Step]] = {}
    with localcontext(EXACT):
        for state in states:
            since = state.valid_from
            if _is_there(state, to):
                found[state.code, since] = Share(since, {state.code: Decimal(1)}, ())
                continue
            if since not in steps_from:
                steps_from[since] = _steps(history, since, to)
            found[state.code, since] = _share(state, steps_from[since])
    return found


def open_codes(days: Iterable[date], history: History, to: date) -> frozenset[str]:
    """Codes of the map of `to` of which words leave open what else went into them, since any of these
    days."""
    found: set[str] = set()
    for on in sorted(set(days)):
        everybody = {one.code: Decimal(1) for one in history.states if _is_there(one, on)}
        sums = restate(everybody, history, on, to).sums
        found |= {code for code, whole in sums.items() if OPEN_WORDS in whole.lacks}
    return frozenset(found)


def _share(state: State, steps: Iterable[_Step]) -> Share:
    sums: Mapping[str, Sum] = {state.code: Sum(Decimal(1))}
    stays: list[Stays] = []
    for step in steps:
        stuck: list[Stuck] = []
        sums = _passed_on(sums, step, stuck)
        stays = [Stays(one, _reached(reaches, step)) for one, reaches in stays]
        stays += [Stays(one, frozenset(one.belongs_to)) for one in stuck]
    return Share(state.valid_from, {code: whole.value for code, whole in sums.items()}, stays)


def _reached(codes: Iterable[str], step: _Step) -> frozenset[str]:
    """Where something of these may be after a step, however much."""
    return frozenset(
        target for code in codes for target in (step.shares.get(code, {}) if code in step.ends else (code,))
    )


def _is_there(state: State, on: date) -> bool:
    return state.valid_from <= on and (state.valid_to is None or on < state.valid_to)


def _passed_on(sums: Mapping[str, Sum], step: _Step, stuck: list[Stuck]) -> dict[str, Sum]:
    passed: dict[str, Sum] = defaultdict(Sum)
    for code, given in sums.items():
        shares = step.shares.get(code, {})
        if code not in step.ends:
            passed[code].value += given.value
            passed[code].lacks |= given.lacks
        elif _in_full(shares):
            for target, (weight, _) in shares.items():
                passed[target].value += given.value * (weight or 0)
                passed[target].lacks |= given.lacks
        else:
            reason = "weight_unknown" if any(w is None for w, _ in shares.values()) else "change_unknown"
            stuck.append(Stuck(code, step.ends[code], given.value, reason, tuple(sorted(shares))))
    stayed = {code for code in sums if not _in_full(step.shares.get(code, {}))}
    for code, whole in passed.items():
        sources = step.sources.get(code, set())
        whole.lacks |= (sources - sums.keys()) | (sources & stayed)
        whole.lacks |= {OPEN_WORDS} if code in step.open_words else set()
    return dict(passed)


def _followed_on(found: Iterable[Followed], step: _Step) -> dict[str, Followed]:
    on: dict[str, Followed] = {}
    for one in found:
        shares = step.shares.get(one.code, {}) if one.code in step.ends else {one.code: (Decimal(1), True)}
        for target, (weight, certain) in shares.items():
            known = None if weight is None or one.weight is None else one.weight * weight
            before = on.get(target)
            if before is not None:  # two ways to the same state
                known = None if known is None or before.weight is None else before.weight + known
            on[target] = Followed(target, known, certain and one.certain)
    return on


def _steps(history: History, on: date, to: date) -> Sequence[_Step]:
    first, last = sorted((on, to))
    days = {state.valid_from for state in history.states} | {state.valid_to for state in history.states}
    between = sorted(day for day in days if day is not None and first < day <= last)
    if on <= to:
        return [_forward(history, day) for day in between]
    return [_against_time(history, day) for day in reversed(between)]


def _forward(history: History, day: date) -> _Step:
    shares: dict[str, dict[str, tuple[Decimal | None, bool]]] = defaultdict(dict)
    for went in history.went:
        if went.day == day:
            shares[went.old_code][went.new_code] = (went.weight, went.certain)
    ends = {state.code: state.valid_from for state in history.states if state.valid_to == day}
    if history.same_code_goes_on:
        begins = {state.code for state in history.states if state.valid_from == day}
        for code in (ends.keys() & begins) - shares.keys():
            shares[code][code] = (Decimal(1), True)
    open_words = {code for of_day, code in history.open_words if of_day == day}
    return _Step(ends, shares, _turned(shares), open_words)


def _against_time(history: History, day: date) -> _Step:
    """Against time all of it goes one way only if it was made from one, as all of the words say."""
    forward = _forward(history, day)
    begins = {state.code: day for state in history.states if state.valid_from == day}
    shares: dict[str, dict[str, tuple[Decimal | None, bool]]] = {}
    for code in begins:
        sources = forward.sources.get(code, set())
        sure = len(sources) == 1 and code not in forward.open_words
        shares[code] = dict.fromkeys(sources, (Decimal(1) if sure else None, code not in forward.open_words))
    open_words = {code for code in forward.ends if not _in_full(forward.shares.get(code, {}))}
    return _Step(begins, shares, _turned(shares), open_words)


def _turned(shares: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    sources: dict[str, set[str]] = defaultdict(set)
    for code, targets in shares.items():
        for target in targets:
            sources[target].add(code)
    return sources


def _in_full(shares: Mapping[str, tuple[Decimal | None, bool]]) -> bool:
    """Whether all of it is accounted for."""
    return sum((weight or 0 for weight, _ in shares.values()), Decimal(0)) == 1 and all(
        weight is not None for weight, _ in shares.values()
    )
