"""How all promises stand now: what is declared, beside what has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.records import store_freshness
from services.records.datasets import Dataset
from services.records.dates import VIETNAM
from services.records.freshness import Expected, Standing, standings
from services.records.working_time import Calendar
from services.runtime.db import Connection


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
