"""What telemetry's tables need regularly: folded ledger, bounded quarantine, and the account checked.

A thread of the relay process: it is plain Python, always there, and one relay at a time works on a context.
One upkeep at a time likewise, by an advisory lock; another one stands by.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from services.runtime.db import Connection, connect, passing_errors
from services.runtime.outcome import Unavailable
from services.telemetry import store_account, store_quarantine
from services.telemetry.metrics import DROPPED, FAILURES, FOLDED, IMBALANCE
from services.telemetry.settings import UpkeepSettings

log = structlog.get_logger(__name__)

_FOLD_BATCHES, _DROP_ITEMS = 500, 2000  # in one transaction, so that it stays short
_MOST_STEPS = 200  # a round; what is left waits for the next


class Upkeep:
    """Works on the telemetry schema until stopped."""

    def __init__(
        self, dsn: str, settings: UpkeepSettings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._dsn = dsn
        self._settings = settings
        self._clock = clock

    def run(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Works until `stopping`; failures are counted, logged and survived."""
        while not stopping.is_set():
            try:
                with passing_errors(), connect(self._dsn, "telemetry-upkeep", autocommit=True) as connection:
                    self._hold_and_work(connection, stopping, beat)
            except Unavailable as error:
                FAILURES.inc()
                log.warning("upkeep.database_away", error=str(error))
            except Exception:
                FAILURES.inc()
                log.exception("upkeep.failed")
            beat()
            stopping.wait(self._settings.upkeep_s)

    def _hold_and_work(
        self, connection: Connection, stopping: threading.Event, beat: Callable[[], None]
    ) -> None:
        while not stopping.is_set():
            beat()
            if _lock(connection):
                self.round(connection, stopping)
            stopping.wait(self._settings.upkeep_s)

    def round(self, connection: Connection, stopping: threading.Event | None = None) -> None:
        """Everything once."""
        now = self._clock()
        self._fold(connection, now, stopping)
        self._bound_by_age(connection, now, stopping)
        self._bound_by_bytes(connection, now, stopping)
        self._check(connection, now)

    def _fold(self, connection: Connection, now: datetime, stopping: threading.Event | None) -> None:
        before = now - timedelta(hours=self._settings.ledger_detail_hours)
        before = before.replace(minute=0, second=0, microsecond=0)

        def step() -> int:
            folded = store_account.fold(connection, before, _FOLD_BATCHES)
            FOLDED.inc(folded)
            return folded

        _repeat(step, _FOLD_BATCHES, stopping)

    def _bound_by_age(self, connection: Connection, now: datetime, stopping: threading.Event | None) -> None:
        before = now - timedelta(days=self._settings.quarantine_kept_days)
        last = store_quarantine.past_age(connection, before)
        if last is not None:
            self._drop(connection, last, "age", now, before, stopping)

    def _bound_by_bytes(
        self, connection: Connection, now: datetime, stopping: threading.Event | None
    ) -> None:
        last = store_quarantine.past_bytes(connection, self._settings.quarantine_kept_bytes)
        if last is not None:
            self._drop(connection, last, "bytes", now, None, stopping)

    def _drop(
        self,
        connection: Connection,
        last: int,
        bound: str,
        now: datetime,
        before: datetime | None,
        stopping: threading.Event | None,
    ) -> None:
        def step() -> int:
            dropped = store_quarantine.drop(connection, last, bound, now, _DROP_ITEMS, before)
            DROPPED.labels(bound, "open").inc(dropped.open_items)
            DROPPED.labels(bound, "closed").inc(dropped.items - dropped.open_items)
            if dropped.items:
                log.warning("quarantine.dropped", bound=bound, items=dropped.items, open=dropped.open_items)
            return dropped.items

        _repeat(step, _DROP_ITEMS, stopping)

    def _check(self, connection: Connection, now: datetime) -> None:
        end = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        start = end - timedelta(minutes=self._settings.imbalance_minutes + 1)
        off = store_account.imbalance(connection, start, end)
        IMBALANCE.set(off)
        if off:
            log.error("ledger.does_not_balance", readings=off, start=str(start), end=str(end))


def _repeat(step: Callable[[], int], full: int, stopping: threading.Event | None) -> None:
    """Step by step until there is nothing more to do."""
    for _ in range(_MOST_STEPS):
        if step() < full or (stopping is not None and stopping.is_set()):
            return


def _lock(connection: Connection) -> bool:
    """True if this connection holds the lock; asking again is harmless, and it ends with the connection."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_locks"
        " WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted)"
        " OR pg_try_advisory_lock(hashtext('haidang.upkeep'), hashtext('telemetry'))"
    ).fetchone()
    return bool(row and row[0])
