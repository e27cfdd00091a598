"""The state of a subject – a dossier, a ticket, a task – from the set of its events. Pure.

Events come in any order, and late; what is said of a subject follows from which there are, never from
when they came.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.records.cycles import Clock, LifeCycle


class Event(NamedTuple):
    """Something that happened to a subject."""

    at: datetime
    name: str


class Gap(NamedTuple):
    """An event that may not follow the one before it, or begin: something between them has not come (yet)."""

    event: Event
    after: str | None


class Life(NamedTuple):
    """A subject as its events tell. `state`: its last event; `ended`: nothing may follow."""

    state: str
    since: datetime
    ended: bool
    gaps: tuple[Gap, ...]

    @property
    def incomplete(self) -> bool:
        """Whether an event is missing in between."""
        return bool(self.gaps)


class Run(NamedTuple):
    """The clock of a subject: begun, paused from–to (None: still), stopped (None: not yet)."""

    started: datetime
    pauses: tuple[tuple[datetime, datetime | None], ...]
    stopped: datetime | None


def live(life_cycle: LifeCycle, events: Iterable[Event]) -> Life | None:
    """What a subject's events tell of it; None of no events. Equal events count once."""
    ordered = in_order(life_cycle, events)
    if not ordered:
        return None
    before = (None, *(event.name for event in ordered[:-1]))
    gaps = tuple(
        Gap(event, after)
        for event, after in zip(ordered, before, strict=True)
        if event.name not in _next(life_cycle, after)
    )
    last = ordered[-1]
    return Life(last.name, last.at, not life_cycle.then[last.name], gaps)


def in_order(life_cycle: LifeCycle, events: Iterable[Event]) -> list[Event]:
    """The events by their times; those of one time as may follow, else as the life cycle lists them."""
    rank = {name: index for index, name in enumerate(life_cycle.then)}
    ahead = sorted(set(events), key=lambda event: (event.at, rank[event.name]))
    ordered: list[Event] = []
    while ahead:
        allowed = _next(life_cycle, ordered[-1].name if ordered else None)
        together = list(_first_moment(ahead))
        chosen = next((event for event in together if event.name in allowed), together[0])
        ahead.remove(chosen)
        ordered.append(chosen)
    return ordered


def run_of(clock: Clock, ordered: Iterable[Event]) -> Run | None:
    """The clock that events in order move; None where it has not begun.

    A pause within a pause, or a second start, moves nothing. What stops also ends a pause.
    """
    started: datetime | None = None
    pauses: list[tuple[datetime, datetime | None]] = []
    for event in ordered:
        if started is None:
            started = event.at if event.name in clock.starts else None
            continue
        paused = bool(pauses) and pauses[-1][1] is None
        if paused and event.name in (*clock.continues, *clock.stops):
            pauses[-1] = (pauses[-1][0], event.at)
        if event.name in clock.stops:
            return Run(started, tuple(pauses), event.at)
        if not paused and event.name in clock.pauses:
            pauses.append((event.at, None))
    return None if started is None else Run(started, tuple(pauses), None)


def _next(life_cycle: LifeCycle, after: str | None) -> tuple[str, ...]:
    return life_cycle.first if after is None else life_cycle.then[after]


def _first_moment(ordered: Sequence[Event]) -> Iterable[Event]:
    for event in ordered:
        if event.at != ordered[0].at:
            return
        yield event
