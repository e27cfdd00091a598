"""The clock of a subject: when it began, stood still and stopped, and by when it must have stopped."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import NamedTuple

from tests.truth.plain import working_time
from tests.truth.plain.entities import Entity
from tests.truth.plain.working_time import Pause


class Moves(NamedTuple):
    """The events that move a clock."""

    start: str
    pause: str
    go_on: str
    stop: tuple[str, ...]


class Run(NamedTuple):
    """What became of a clock that began."""

    started: datetime
    pauses: tuple[Pause, ...]
    stopped: datetime | None


TICKETS = Moves("received", "asked", "supplied", ("resolved", "refused"))
DOSSIERS = Moves(
    "received", "supplement_asked", "supplemented", ("resolved", "returned_unprocessed", "withdrawn")
)


def run_of(one: Entity, moves: Moves) -> Run | None:
    """What stops a clock ends its pause, too; what comes afterwards does not move it."""
    started, paused = None, None
    pauses: list[Pause] = []
    for at, event in one.events:
        if started is None:
            started = at if event == moves.start else None
        elif paused is None and event == moves.pause:
            paused = at
        elif paused is not None and event in (moves.go_on, *moves.stop):
            pauses.append((paused, at))
            paused = None
        if started is not None and event in moves.stop:
            return Run(started, tuple(pauses), at)
    if started is None:
        return None
    return Run(started, (*pauses, (paused, None)) if paused is not None else tuple(pauses), None)


@cache
def dossier_due(one: Entity) -> datetime | None:
    """By the working days that it may take, where somebody said how many; else as the one-stop says."""
    days = one.number("working_days")
    if days is None:
        return one.moment("due_at")
    run = run_of(one, DOSSIERS)
    return None if run is None else working_time.days_on(run.started, int(days), run.pauses)


@cache
def dossier_soon(one: Entity) -> datetime | None:
    """From when on eight working hours are left."""
    due = dossier_due(one)
    return None if due is None else working_time.hours_before(due, 8)


@cache
def task_soon(one: Entity) -> datetime | None:
    """The same of a task; nobody says how many days that may take."""
    due = one.moment("due_at")
    return None if due is None else working_time.hours_before(due, 8)
