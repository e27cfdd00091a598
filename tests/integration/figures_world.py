"""The engine of figures on a real database, with a clock that stands still, and what it keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

from services.indicators.area_units import with_map
from services.indicators.grounds import Grounds
from services.indicators.records_follower import RecordsFollower
from services.indicators.settings import IndicatorsSettings
from services.indicators.working_clock import WorkingClock
from services.records.catalogue import CALENDAR, DECLARED, load_calendar, load_datasets
from services.records.datasets import Dataset
from services.records.working_time import Calendar
from services.runtime import outbox
from services.runtime.db import Connection, Pool, open_pool, transaction
from tests.fixtures.servers import Database

# A date before all others has no Python.
_TOTALS = "measure, since::text, before, area, organisation, breakdown, key, n, sum, late, blank"
KEPT = {"cells": "*", "members": "*", "turns": "*", "stocks": _TOTALS, "entities": "*"}


class Engine:
    """A follower of records and its clock."""

    def __init__(
        self,
        database: Database,
        now: datetime,
        datasets: Mapping[str, Dataset] | None = None,
        **settings: object,
    ) -> None:
        self.now = now
        self.pools: dict[str, Pool] = {
            context: open_pool(database.dsn(context), f"test-{context}", size=2)
            for context in ("records", "indicators")
        }
        self.settings = IndicatorsSettings(dsn=database.dsn("indicators"), **settings)  # type: ignore[arg-type]
        working = WorkingClock(shipped_calendar())
        self.grounds = Grounds(self.settings, shipped_datasets() if datasets is None else datasets, working)
        self.follower = self.new_follower()

    def close(self) -> None:
        for pool in self.pools.values():
            pool.close()

    def new_follower(self) -> RecordsFollower:
        """One more worker, as another process would be."""
        pool = self.pools["indicators"]
        return RecordsFollower(pool, self.grounds, clock=lambda: self.now)

    @contextmanager
    def as_role(self, context: str) -> Iterator[Connection]:
        with transaction(self.pools[context]) as connection:
            yield connection

    def number(self) -> None:
        """What the relay does first: positions for committed facts."""
        with self.as_role("records") as connection:
            outbox.assign_positions(connection, "records", 100_000)

    def catch_up(self) -> None:
        """Numbers the facts, makes what is defined otherwise and follows to the log's head."""
        self.number()
        while not self.follower.catch_up():
            pass

    def kept(self) -> dict[str, list[tuple[object, ...]]]:
        """All cells, members, turns, totals of stocks and entities, in order."""
        with self.as_role("indicators") as connection:
            return {
                table: connection.execute(
                    f"SELECT {columns} FROM indicators.{table} ORDER BY 1, 2, 3, 4, 5, 6, 7"
                ).fetchall()
                for table, columns in KEPT.items()
            }

    def versions(self) -> int:
        """How many versions of figures there are."""
        with self.as_role("indicators") as connection:
            row = connection.execute("SELECT count(*) FROM indicators.figures").fetchone()
        assert row is not None
        return int(row[0])

    def figures(
        self, columns: str = "value, expected, used, late, state"
    ) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """The figures that stand, by what they are."""
        with self.as_role("indicators") as connection:
            rows = connection.execute(
                "SELECT DISTINCT ON (indicator, subject_kind, subject, breakdown, period, period_start)"
                " indicator, subject_kind, subject, breakdown, period, period_start, "
                f"{columns} FROM indicators.figures"
                " ORDER BY indicator, subject_kind, subject, breakdown, period, period_start, version DESC"
            ).fetchall()
        return {row[:6]: row[6:] for row in rows}


@lru_cache
def shipped_datasets() -> Mapping[str, Dataset]:
    """The datasets that the product brings."""
    return with_map({key: one.dataset for key, one in load_datasets(DECLARED).items()})


@lru_cache
def shipped_calendar() -> Calendar:
    """The working days that it brings."""
    return load_calendar(CALENDAR)
