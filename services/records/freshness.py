"""What is due of each dataset and organisation, and how late it is. Pure.

A promise begins with the first batch of its dataset that counts; before, nothing is due and nothing is late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from services.records.datasets import Dataset
from services.records.dates import VIETNAM
from services.records.working_time import Calendar, OutsideCalendar, deadline


class State(StrEnum):
    """How a promise stands."""

    ON_TIME = "on_time"
    LATE = "late"
    NEVER = "never"


class Heard(NamedTuple):
    """What counts of a dataset, or of one organisation in it; None: nothing yet.

    `begun`: when the promise began. `at`: when something last came. `period`: the latest event time.
    """

    begun: datetime | None = None
    at: datetime | None = None
    period: datetime | None = None


class HandedIn(NamedTuple):
    """A batch that counted in [known_at, until). `begins`: whether a promise can begin with it.

    `at` and `period` as in Heard; `organisations`: the same of each in it.
    """

    known_at: datetime
    until: datetime | None
    opened_at: datetime
    begins: bool
    at: datetime
    period: datetime | None
    organisations: Mapping[str, Heard]


class Expected(NamedTuple):
    """An organisation that hands in, since a moment."""

    code: str
    name_vi: str
    since: datetime


class Standing(NamedTuple):
    """How one promise stands. `organisation`, `organisation_vi`: "" of a dataset as a whole."""

    dataset: Dataset
    organisation: str
    organisation_vi: str
    state: State
    heard_at: datetime | None
    due_at: datetime | None
    overdue: timedelta


def standings(
    dataset: Dataset,
    whole: Heard,
    by_organisation: Mapping[str, Heard],
    expected: Sequence[Expected],
    calendar: Calendar,
    now: datetime,
) -> list[Standing]:
    """Of the dataset as a whole, or one for each organisation that is expected to hand in, in their order."""
    if not expected or whole.begun is None:
        return [_standing(dataset, "", "", whole, calendar, now)]
    result = []
    for one in expected:
        heard = by_organisation.get(one.code, Heard())
        begun = max(whole.begun, one.since)
        result.append(_standing(dataset, one.code, one.name_vi, heard._replace(begun=begun), calendar, now))
    return result


def heard_over_time(batches: Iterable[HandedIn]) -> Iterator[tuple[datetime, Heard, dict[str, Heard]]]:
    """What counted of a dataset and of each organisation in it, from each moment on at which that changed."""
    changes: dict[datetime, tuple[list[HandedIn], list[HandedIn]]] = {}
    for one in batches:
        if one.until is None or one.known_at < one.until:
            changes.setdefault(one.known_at, ([], []))[0].append(one)
            if one.until is not None:
                changes.setdefault(one.until, ([], []))[1].append(one)
    counting: list[HandedIn] = []
    whole, own = Heard(), dict[str, Heard]()
    for moment, (new, gone) in sorted(changes.items()):
        if gone:  # maxima are taken anew of what is left
            new = [*(one for one in counting if not any(one is other for other in gone)), *new]
            counting, whole, own = [], Heard(), {}
        counting += new
        for one in new:
            begun = one.opened_at if one.begins else None
            whole = _together(whole, Heard(begun, one.at, one.period))
            for code, heard in one.organisations.items():
                own[code] = _together(own.get(code, Heard()), heard)
        yield moment, whole, dict(own)


def _together(one: Heard, other: Heard) -> Heard:
    begun = [at for at in (one.begun, other.begun) if at is not None]
    ats = [at for at in (one.at, other.at) if at is not None]
    periods = [at for at in (one.period, other.period) if at is not None]
    return Heard(min(begun, default=None), max(ats, default=None), max(periods, default=None))


def due_at(dataset: Dataset, heard: Heard, calendar: Calendar) -> datetime | None:
    """When the next is due; None where nothing has ever come.

    Figures whose `late_after` spans at most two intervals are due by their periods: `late_after` from the
    beginning of the period behind the latest. All else, `every` after something last came. Beyond the
    calendar, working time is taken for plain time: rather called too early than not at all.
    """
    if heard.begun is None:
        return None
    interval = dataset.promise.interval
    begun = heard.begun.astimezone(VIETNAM)
    following = interval.after(heard.period.astimezone(VIETNAM)) if heard.period else begun
    due = dataset.due_by_period(following)
    if due is not None:
        return due
    since = max(begun, heard.at.astimezone(VIETNAM)) if heard.at else begun
    allowance = dataset.promise.allowance
    if allowance is not None:
        try:
            return deadline(calendar, since, allowance)
        except OutsideCalendar:
            pass
    return interval.after(since)


def _standing(
    dataset: Dataset, code: str, name_vi: str, heard: Heard, calendar: Calendar, now: datetime
) -> Standing:
    due = due_at(dataset, heard, calendar)
    if due is None:
        return Standing(dataset, code, name_vi, State.NEVER, heard.at, None, timedelta(0))
    overdue = max(now - due, timedelta(0))
    state = State.LATE if overdue else State.ON_TIME
    return Standing(dataset, code, name_vi, state, heard.at, due, overdue)
