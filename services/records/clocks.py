"""What the clock of a subject says at a moment: how it moves, what was worked, when it is due. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from services.records.cycles import Clock, LifeCycle
from services.records.lifecycle import Event, Run, in_order, run_of
from services.records.working_time import Allowance, Calendar, OutsideCalendar, deadline, worked

_LATEST = datetime(9000, 1, 1, tzinfo=UTC)  # later ones have no time in another zone


class State(StrEnum):
    """How a clock moves."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class Outcome(StrEnum):
    """A deadline against the clock: it is ahead, or passed by; the clock stopped by then, or later."""

    AHEAD = "ahead"
    OVERDUE = "overdue"
    MET = "met"
    MISSED = "missed"


class Told(NamedTuple):
    """An event with what its row says of the deadline: working time that is allowed, and a due moment."""

    event: Event
    allowed: int | None = None
    due: datetime | None = None


class Reading(NamedTuple):
    """A clock as of a moment.

    `worked`, `due` (by the calendar): None also where they need a day `outside_calendar`; `due` also while a
    pause leaves it open, and where no row says an allowance. `outcome`: by `due` where there is an allowance,
    else by `stated_due`; None where neither can be said.
    """

    state: State
    run: Run | None
    worked: timedelta | None
    allowance: Allowance | None
    due: datetime | None
    stated_due: datetime | None
    outcome: Outcome | None
    outside_calendar: bool


def read(
    life_cycle: LifeCycle, clock: Clock, calendar: Calendar, told: Sequence[Told], as_of: datetime
) -> Reading:
    """The clock as of a moment; what happened later does not move it. `told`: in the order of submission."""
    as_of = min(as_of, _LATEST)
    said = {one.event: one for one in told if one.event.at <= as_of}
    ordered = in_order(life_cycle, said)
    allowed = next((said[event].allowed for event in reversed(ordered) if said[event].allowed), None)
    allowance = None if allowed is None else Allowance(allowed, clock.allowance_unit)
    stated = next((said[event].due for event in reversed(ordered) if said[event].due), None)
    run = run_of(clock, ordered)
    if run is None:
        return Reading(State.NOT_STARTED, None, timedelta(0), allowance, None, stated, None, False)
    spent = _worked(calendar, run, as_of)
    due, is_known = _due(calendar, run, allowance)
    outcome = _outcome(run, due if allowance else stated, as_of)
    if outcome is None and allowance and is_known:
        outcome = Outcome.AHEAD  # a pause moves it on
    outside = spent is None or not is_known
    return Reading(_state(run), run, spent, allowance, due, stated, outcome, outside)


def _worked(calendar: Calendar, run: Run, as_of: datetime) -> timedelta | None:
    try:
        return worked(calendar, run.started, run.stopped or as_of, run.pauses)
    except OutsideCalendar:
        return None


def _due(calendar: Calendar, run: Run, allowance: Allowance | None) -> tuple[datetime | None, bool]:
    """When it is due, None where that is open; and whether the calendar knows all the days that it takes."""
    if allowance is None:
        return None, True
    try:
        return deadline(calendar, run.started, allowance, run.pauses), True
    except OutsideCalendar:
        return None, False


def _state(run: Run) -> State:
    if run.stopped is not None:
        return State.STOPPED
    return State.PAUSED if run.pauses and run.pauses[-1][1] is None else State.RUNNING


def _outcome(run: Run, due: datetime | None, as_of: datetime) -> Outcome | None:
    if due is None:
        return None
    if run.stopped is not None:
        return Outcome.MET if run.stopped <= due else Outcome.MISSED
    return Outcome.AHEAD if as_of <= due else Outcome.OVERDUE
