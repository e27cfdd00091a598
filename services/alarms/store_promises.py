"""What records promised and how it stands, as its own functions tell it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.alarms.store_episodes import ms_of
from services.records.datasets import Dataset
from services.records.freshness import State
from services.records.promises import promises
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
            f"{one.dataset.key} {one.organisation}".strip(),
            ms_of(one.due_at),
            None if one.heard_at is None else ms_of(one.heard_at),
            one.state is State.LATE,
        )
        for one in promises(connection, datasets, calendar, now)
        if one.due_at is not None
    ]
