"""What telemetry's tables need regularly: roll-ups, folded ledger, bounded records, the account checked.

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
from services.telemetry import store_account
from services.telemetry.bounding import Bounding, GoOn, Part, always, repeat
from services.telemetry.life import Life
from services.telemetry.metrics import FAILURES, FOLDED, IMBALANCE
from services.telemetry.quantities import Quantities
from services.telemetry.settings import UpkeepSettings

log = structlog.get_logger(__name__)

_FOLD_BATCHES = 500  # in one transaction, so that it stays short


class Upkeep:
    """Works on the telemetry schema until stopped."""

    def __init__(
        self,
        dsn: str,
        settings: UpkeepSettings,
        quantities: Quantities,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._dsn = dsn
        self._settings = settings
        self._life = Life(settings, quantities)
        self._clock = clock
        self._bounding = Bounding(settings)

    def run(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Works until `stopping`; failures are counted, logged and survived. Beats at every step."""

        def go_on() -> bool:
            beat()
            return not stopping.is_set()

        while go_on():
            try:
                with passing_errors(), connect(self._dsn, "telemetry-upkeep", autocommit=True) as connection:
                    self._hold_and_work(connection, stopping, go_on)
            except Unavailable as error:
                FAILURES.inc()
                log.warning("upkeep.database_away", error=str(error))
            except Exception:
                FAILURES.inc()
                log.exception("upkeep.failed")
            stopping.wait(self._settings.upkeep_s)

    def _hold_and_work(self, connection: Connection, stopping: threading.Event, go_on: GoOn) -> None:
        self._bounding = Bounding(self._settings)  # another may have worked since the last connection
        while go_on():
            if _lock(connection):
                self.round(connection, go_on)
            stopping.wait(self._settings.upkeep_s)

    def round(self, connection: Connection, go_on: GoOn = always) -> None:
        """Everything once. A part that fails is counted and logged, and keeps no other from its work.

        Raises:
            Exception: whatever ended the connection.
        """
        now = self._clock()
        parts: tuple[Part, ...] = (self._fold, self._bounding.round, self._check, *self._life.parts)
        for part in parts:
            if not go_on():
                return
            try:
                part(connection, now, go_on)
            except Exception:
                if connection.closed:
                    raise
                FAILURES.inc()
                log.exception("upkeep.part_failed", part=part.__name__)

    def _fold(self, connection: Connection, now: datetime, go_on: GoOn) -> None:
        before = now - timedelta(hours=self._settings.ledger_detail_hours)
        before = before.replace(minute=0, second=0, microsecond=0)

        def step() -> int:
            folded = store_account.fold(connection, before, _FOLD_BATCHES)
            FOLDED.inc(folded)
            return folded

        repeat(step, _FOLD_BATCHES, go_on)

    def _check(self, connection: Connection, now: datetime, _: GoOn) -> None:
        end = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        start = end - timedelta(minutes=self._settings.imbalance_minutes + 1)
        off = store_account.imbalance(connection, start, end)
        IMBALANCE.set(off)
        if off:
            log.error("ledger.does_not_balance", readings=off, start=str(start), end=str(end))


def _lock(connection: Connection) -> bool:
    """True if this connection holds the lock; asking again is harmless, and it ends with the connection."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_locks"
        " WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted)"
        " OR pg_try_advisory_lock(hashtext('haidang.upkeep'), hashtext('telemetry'))"
    ).fetchone()
    return bool(row and row[0])
