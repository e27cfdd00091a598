"""What is due of each dataset and organisation, and how late it is. Pure.

A promise begins with the first batch of its dataset that counts; before, nothing is due and nothing is late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
