"""Promises and sources as gauges, looked at anew again and again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from services.records import store_sources
from services.records.freshness import Standing, State
from services.records.metrics import FAILURES, LATE, LOOKED_AT, OPEN, OVERDUE, SUCCEEDED
from services.records.promises import promises
from services.records.pulling import BreakerState
from services.records.rpc_known import Known
from services.records.store_sources import SourceState
from services.runtime.db import Pool, statements


class Teller:
    """Sets the gauges of what is declared."""

    def __init__(self, pool: Pool, known: Known, sources: Collection[str]) -> None:
        self._pool, self._known, self._sources = pool, known, sources
        self._told: set[str] = set()  # datasets that have a gauge

    def turn(self) -> None:
        """Looks once.

        Raises:
            Unavailable: the database is away; the gauges stay, and LOOKED_AT says since when.
        """
        now = datetime.now(UTC)
        datasets = [one.dataset for one in self._known.declared.values()]
        with statements(self._pool) as connection:
            found = promises(connection, datasets, self._known.calendar, now)
            states = store_sources.states(connection, self._sources)
        self._tell_promises(found)
        tell_sources(states, now)
        LOOKED_AT.set(now.timestamp())

    def _tell_promises(self, found: Sequence[Standing]) -> None:
        by_dataset: dict[str, list[Standing]] = {}
        for one in found:
            if one.state is not State.NEVER:
                by_dataset.setdefault(one.dataset.key, []).append(one)
        for key, standings in by_dataset.items():
            OVERDUE.labels(key).set(max(one.overdue for one in standings).total_seconds())
            LATE.labels(key).set(sum(one.state is State.LATE for one in standings))
        for key in self._told - by_dataset.keys():
            OVERDUE.remove(key)
            LATE.remove(key)
        self._told = set(by_dataset)


def tell_sources(states: Sequence[SourceState], now: datetime) -> None:
    """Gauges of the sources."""
    for state in states:
        FAILURES.labels(state.name).set(state.failures)
        OPEN.labels(state.name).set(state.breaker.state(now.timestamp()) is BreakerState.OPEN)
        SUCCEEDED.labels(state.name).set(state.succeeded_at.timestamp() if state.succeeded_at else 0.0)
