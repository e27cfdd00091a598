"""Keeps telemetry's records bounded: quarantine by age and bytes, commands by age, gaps by age and number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from services.runtime.db import Connection
from services.telemetry import store_bounds
from services.telemetry.metrics import AGED, DROPPED
from services.telemetry.settings import UpkeepSettings
from services.telemetry.store_bounds import Held

log = structlog.get_logger(__name__)

_DROP_ITEMS = 2000  # in one transaction, so that it stays short
_MOST_STEPS = 200  # a round; what is left waits for the next
_RECOUNT = timedelta(hours=1)  # what was committed late, with an older id, is found then

GoOn = Callable[[], bool]  # called between two steps: tells that work goes on; False: end soon
Part = Callable[[Connection, datetime, GoOn], None]  # of a round of upkeep


class Bounding:
    """Remembers what quarantine holds, so that a round reads only what came since the last one."""

    def __init__(self, settings: UpkeepSettings) -> None:
        self._settings = settings
        self._held = Held(0, 0)
        self._counted_at: datetime | None = None

    def round(self, connection: Connection, now: datetime, go_on: GoOn) -> None:
        """Everything once."""
        self._quarantine_by_age(connection, now, go_on)
        self._quarantine_by_bytes(connection, now, go_on)
        self._aged(connection, "commands", self._settings.commands_kept_days, now, go_on)
        self._aged(connection, "sequence_gaps", self._settings.sequence_gaps_kept_days, now, go_on)
        beyond = store_bounds.gaps_before(connection, self._settings.sequence_gaps_kept)
        if beyond is not None:
            self._drop_aged(connection, "sequence_gaps", beyond, now, go_on)

    def _quarantine_by_age(self, connection: Connection, now: datetime, go_on: GoOn) -> None:
        before = now - timedelta(days=self._settings.quarantine_kept_days)
        last = store_bounds.past_age(connection, before)
        if last is None:
            return
        newest: int = last

        def step() -> int:
            return self._drop(connection, newest, "age", now, before).items

        repeat(step, _DROP_ITEMS, go_on)

    def _quarantine_by_bytes(self, connection: Connection, now: datetime, go_on: GoOn) -> None:
        most = self._settings.quarantine_kept_bytes
        if store_bounds.disk_bytes(connection) <= most:  # nearly always, and then nothing needs counting
            self._counted_at = None
            return
        if self._counted_at is None or now - self._counted_at >= _RECOUNT:
            self._held, self._counted_at = Held(0, 0), now
        self._held = store_bounds.held_after(connection, self._held)

        def step() -> int:
            if self._held.bytes <= most:
                return 0
            last = store_bounds.oldest_of(connection, self._held.bytes - most, _DROP_ITEMS)
            return 0 if last is None else self._drop(connection, last, "bytes", now, None).items

        repeat(step, 1, go_on)

    def _drop(
        self, connection: Connection, last: int, bound: str, now: datetime, before: datetime | None
    ) -> store_bounds.Dropped:
        dropped = store_bounds.drop(connection, last, bound, now, _DROP_ITEMS, before)
        self._held = self._held._replace(bytes=self._held.bytes - dropped.bytes)
        DROPPED.labels(bound, "open").inc(dropped.open_items)
        DROPPED.labels(bound, "closed").inc(dropped.items - dropped.open_items)
        if dropped.items:
            log.warning("quarantine.dropped", bound=bound, items=dropped.items, open=dropped.open_items)
        return dropped

    def _aged(self, connection: Connection, table: str, days: float, now: datetime, go_on: GoOn) -> None:
        self._drop_aged(connection, table, now - timedelta(days=days), now, go_on)

    def _drop_aged(
        self,
        connection: Connection,
        table: str,
        before: datetime,
        now: datetime,
        go_on: GoOn,
    ) -> None:
        def step() -> int:
            items = store_bounds.drop_aged(connection, table, before, now, _DROP_ITEMS)
            AGED.labels(table).inc(items)
            return items

        repeat(step, _DROP_ITEMS, go_on)


def repeat(step: Callable[[], int], full: int, go_on: GoOn) -> None:
    """Step by step until a step does less than `full`: there is nothing more to do."""
    for _ in range(_MOST_STEPS):
        if step() < full or not go_on():
            return


def always() -> bool:
    """Nobody waits for a beat, nor wants an end."""
    return True
