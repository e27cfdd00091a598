"""How promises stand, now and before: what is declared, beside what has come."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta

from services.records import store_freshness
from services.records.datasets import Dataset
from services.records.dates import VIETNAM
from services.records.freshness import Expected, Heard, Standing, heard_over_time, standings
from services.records.working_time import Calendar
from services.runtime.db import Connection

_EVER = datetime.min.replace(tzinfo=UTC)


def promises(
    connection: Connection, datasets: Iterable[Dataset], calendar: Calendar, now: datetime
) -> list[Standing]:
    """Of each dataset in the given order, then by organisation."""
    known = list(datasets)
    heard = store_freshness.heard_of(connection, [dataset.key for dataset in known])
    day = now.astimezone(VIETNAM).date()
    by_kinds: dict[tuple[str, ...], list[Expected]] = {}
    result = []
    for dataset in known:
        kinds = dataset.promise.each
        if kinds not in by_kinds:
            by_kinds[kinds] = store_freshness.expected(connection, day, kinds) if kinds else []
        own = store_freshness.heard_of_organisations(connection, dataset.key) if kinds else {}
        result += standings(dataset, heard[dataset.key], own, by_kinds[kinds], calendar, now)
    return result


def past(
    connection: Connection, dataset: Dataset, calendar: Calendar, start: datetime, end: datetime
) -> Iterator[tuple[datetime, list[Standing]]]:
    """How a dataset's promises stood at the start, and from each later moment at which that may have changed.

    By what is known now of when batches counted; which organisations hand in is looked at day by day.
    """
    states = [(_EVER, Heard(), dict[str, Heard]())]
    states += heard_over_time(store_freshness.handed_in(connection, dataset.key))
    states.sort(key=lambda state: state[0])
    changes = [at for at, _, _ in states]
    kinds = dataset.promise.each
    moments = {start, *(at for at in changes if start < at < end), *(_midnights(start, end) if kinds else ())}
    by_day: dict[object, list[Expected]] = {}
    for moment in sorted(moments):
        _, whole, own = states[bisect_right(changes, moment) - 1]
        day = moment.astimezone(VIETNAM).date()
        if kinds and day not in by_day:
            by_day[day] = store_freshness.expected(connection, day, kinds)
        yield moment, standings(dataset, whole, own, by_day.get(day, []), calendar, moment)


def _midnights(start: datetime, end: datetime) -> Iterator[datetime]:
    day = start.astimezone(VIETNAM).date() + timedelta(days=1)
    while (moment := datetime.combine(day, time(), VIETNAM)) < end:
        yield moment
        day += timedelta(days=1)
