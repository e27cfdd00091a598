"""What records promised and how it stands, as its own functions tell it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.alarms.countdown import Due
from services.alarms.store_episodes import instant, ms_of
from services.records.datasets import Dataset
from services.records.freshness import Standing, State
from services.records.promises import past, promises
from services.records.working_time import Calendar
from services.runtime.db import Connection


class Promised(NamedTuple):
    """One promise. Times in ms; `subject`: the dataset's key, and the organisation's code, if any."""

    dataset: str
    subject: str
    due_at: int
    heard_at: int | None
    is_late: bool


def promised(
    connection: Connection, datasets: Iterable[Dataset], calendar: Calendar, now: datetime
) -> Sequence[Promised]:
    """All that something is due of."""
    return [
        Promised(
            one.dataset.key,
            _subject(one),
            ms_of(one.due_at),
            None if one.heard_at is None else ms_of(one.heard_at),
            one.state is State.LATE,
        )
        for one in promises(connection, datasets, calendar, now)
        if one.due_at is not None
    ]


def promised_over_time(
    connection: Connection, dataset: Dataset, calendar: Calendar, start: int, end: int
) -> dict[str, list[Due]]:
    """By subject, how what is due of a dataset stood from each moment on, in [start, end) ms."""
    found: dict[str, list[Due]] = {}
    for moment, standing in past(connection, dataset, calendar, instant(start), instant(end)):
        since = ms_of(moment)
        now = {
            _subject(one): Due(since, ms_of(one.due_at), ms_of(one.heard_at) if one.heard_at else None)
            for one in standing
            if one.due_at is not None
        }
        for subject in found.keys() | now.keys():
            dues = found.setdefault(subject, [])
            due = now.get(subject, Due(since, None, None))
            if not dues or dues[-1][1:] != due[1:]:
                dues.append(due)
    return found


def _subject(one: Standing) -> str:
    return f"{one.dataset.key} {one.organisation}".strip()
