"""The relay: gives outbox rows their position and publishes them with confirms, for one context a thread.

One relay at a time works on a context, held by an advisory lock; another one stands by.
The broker being away delays facts, never positions.
"""

import threading
import time
from collections.abc import Callable
from itertools import islice

import msgspec
import structlog

from services.runtime import outbox
from services.runtime.bus import Envelope, FactPublisher
from services.runtime.db import SQL, Connection, connect, passing_errors, sql_identifier
from services.runtime.outcome import Unavailable
from services.runtime.relay_metrics import ASSIGNED, BACKLOG, PUBLISH_SECONDS, PUBLISHED

log = structlog.get_logger(__name__)

BATCH = 100  # facts a turn; each may hold thousands of readings
IDLE_S = 1.0  # longest wait for a notification before looking anyway
STANDBY_S = 1.0
PRUNE_EVERY_S = 60.0
PRUNED_AT_ONCE = 10_000  # facts; a statement must end well within the time-out
LONGEST_RETRY_S = 5.0


class Relay:
    """Follows the outbox of one context until stopped."""

    def __init__(self, context: str, dsn: str, publisher: FactPublisher, kept_s: float) -> None:
        self.context = context
        self.problem: str | None = "starting"
        self._dsn = dsn
        self._publisher = publisher
        self._kept_s = kept_s
        self._prune_at = 0.0
        self._retry_at = 0.0
        self._retry_s = 0.0

    def readiness(self) -> str | None:
        """None where positions and facts flow, or another relay sees to it; else the reason."""
        return self.problem

    def run(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        """Works until `stopping`; every failure of database or broker is logged and survived."""
        while not stopping.is_set():
            try:
                name = f"relay-{self.context}"
                with passing_errors(), connect(self._dsn, name, autocommit=True) as connection:
                    self._hold_and_work(connection, stopping, beat)
            except Unavailable as error:
                self.problem = f"database: {error}"
                log.warning("relay.database_away", context=self.context, error=str(error))
                beat()
                stopping.wait(STANDBY_S)
            except Exception as error:  # a read-only standby, a missing right: until it is mended
                self.problem = f"unexpected: {error!r}"
                log.exception("relay.failed", context=self.context)
                beat()
                stopping.wait(STANDBY_S)

    def _hold_and_work(
        self, connection: Connection, stopping: threading.Event, beat: Callable[[], None]
    ) -> None:
        while not stopping.is_set() and not _lock(connection, self.context):
            self.problem = None  # standing by is well
            beat()
            stopping.wait(STANDBY_S)
        connection.execute(SQL("LISTEN {}").format(sql_identifier(outbox.CHANNEL_PREFIX + self.context)))
        self.problem = None
        while not stopping.is_set():
            beat()
            if not self.turn(connection):
                list(islice(connection.notifies(timeout=IDLE_S), 1))

    def turn(self, connection: Connection) -> bool:
        """Numbers and publishes one batch; True where there may be more to do at once."""
        with connection.transaction():
            assigned = outbox.assign_positions(connection, self.context, BATCH)
        ASSIGNED.labels(self.context).inc(assigned)
        waiting = self._publish(connection)
        if time.monotonic() >= self._prune_at:
            self._prune_at = time.monotonic() + PRUNE_EVERY_S
            if outbox.prune(connection, self.context, self._kept_s, PRUNED_AT_ONCE) == PRUNED_AT_ONCE:
                self._prune_at = time.monotonic() + 1.0
        return assigned == BATCH or waiting

    def _publish(self, connection: Connection) -> bool:
        done = outbox.published(connection, self.context)
        BACKLOG.labels(self.context).set(outbox.head(connection, self.context).position - done)
        if time.monotonic() < self._retry_at:
            return False
        facts = outbox.facts_after(connection, self.context, done, BATCH)
        if not facts:
            return False
        try:
            with PUBLISH_SECONDS.labels(self.context).time():
                self._publisher.publish(_envelope(fact) for fact in facts)
        except Exception as error:  # kombu's errors have no common parent; each one means: not now
            self._put_off(error)
            return False
        outbox.mark_published(connection, self.context, facts[-1].position)
        PUBLISHED.labels(self.context).inc(len(facts))
        self.problem, self._retry_s = None, 0.0
        return len(facts) == BATCH

    def _put_off(self, error: Exception) -> None:
        self._publisher.close()
        self._retry_s = min(LONGEST_RETRY_S, max(0.5, self._retry_s * 2))
        self._retry_at = time.monotonic() + self._retry_s
        self.problem = f"broker: {error!r}"
        log.warning("relay.broker_away", context=self.context, error=repr(error), retry_s=self._retry_s)


def _envelope(fact: outbox.Fact) -> Envelope:
    return Envelope(fact.epoch, fact.position, fact.trace_id, fact.name, msgspec.Raw(fact.body))


def _lock(connection: Connection, context: str) -> bool:
    row = connection.execute(
        "SELECT pg_try_advisory_lock(hashtext('haidang.relay'), hashtext(%s))", (context,)
    ).fetchone()
    return bool(row and row[0])
