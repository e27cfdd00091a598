"""What a wall asks of records: which promises are broken now, the longest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from services.records.catalogue import CALENDAR, DECLARED, load_calendar, load_datasets
from services.records.datasets import Dataset
from services.records.freshness import State
from services.records.periods import Period
from services.records.promises import promises
from services.records.settings import RecordsSettings
from services.records.working_time import Calendar
from services.runtime.db import Connection

_MONTH = timedelta(days=30)  # of counting how often something was due


class Late(NamedTuple):
    """A report that was due and has not come. `organisation_vi`: of a dataset as a whole, who answers for it.

    `times`: how often it has been due since.
    """

    organisation_vi: str
    dataset_vi: str
    dataset_en: str
    due_at: datetime
    hours: float
    times: int


def late(connection: Connection, now: datetime) -> list[Late]:
    """All that is late, the longest first."""
    datasets, calendar = _declared()
    found = [
        Late(
            one.organisation_vi or one.dataset.promise.duty_vi,
            one.dataset.title_vi,
            one.dataset.title_en,
            one.due_at,
            one.overdue / timedelta(hours=1),
            1 + one.overdue // _length(one.dataset.promise.interval),
        )
        for one in promises(connection, datasets.values(), calendar, now)
        if one.state is State.LATE and one.due_at is not None
    ]
    return sorted(found, key=lambda one: one.due_at)


def titles() -> Mapping[str, tuple[str, str]]:
    """What each declared dataset is called, Vietnamese and English, by key."""
    return {key: (one.title_vi, one.title_en) for key, one in _declared()[0].items()}


@lru_cache
def _declared() -> tuple[Mapping[str, Dataset], Calendar]:
    settings = RecordsSettings()
    datasets = load_datasets(DECLARED, *([settings.datasets] if settings.datasets else ()))
    return {key: one.dataset for key, one in datasets.items()}, load_calendar(settings.calendar or CALENDAR)


def _length(period: Period) -> timedelta:
    return period.exact + period.months * _MONTH
