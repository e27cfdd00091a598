"""The follower: runs this context's transactions on a pool, reads the clock, keeps memory between them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import structlog

from services.alarms import follow, housekeeping, remembering, store, store_points
from services.alarms.board import Setting
from services.alarms.follow import INDICATORS, TELEMETRY, Followed, Moment
from services.alarms.grounds import Grounds
from services.alarms.memory import Memory
from services.alarms.metrics import BEHIND, FOLLOW_SECONDS, POSITION
from services.runtime.db import Connection, Pool, transaction
from services.runtime.outbox import Position
from services.runtime.trace import new_trace_id

log = structlog.get_logger(__name__)

MOST_TURNS = 20  # transactions of one call, so that a long backlog does not keep the clock waiting
LONGEST_REST_S = 1.0
DEVICES_AGE_S = 5.0  # how long a change of the registry or of the rules may stay unseen
HOUSEKEEPING_S = 5.0
ACCOUNTS_S = 30.0  # promises of sources, closed windows


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Follower:
    """Everything that a worker may ask for; each method is one or more short transactions.

    All methods raise services.runtime.outcome.Unavailable while the database is away.
    """

    def __init__(self, pool: Pool, grounds: Grounds, clock: Callable[[], datetime] = _utc_now) -> None:
        self._pool, self._grounds, self._clock = pool, grounds, clock
        self._followed: dict[str, Position] = {}
        self._rest_until = 0.0  # time.monotonic, as the other moments here
        self._memory: Memory | None = None
        self._versions: tuple[int, str] = (0, "")  # of rules and devices that the memory is of
        self._looked_at = float("-inf")
        self._kept_house_at = self._accounted_at = float("-inf")

    def hear(self, log_name: str, position: Position) -> None:
        """Follows a log where it grew to `position`, unless that has been followed already."""
        known = self._followed.get(log_name)
        if known is not None and known.epoch == position.epoch and position.position <= known.position:
            return
        time.sleep(max(0.0, self._rest_until - time.monotonic()))
        self.catch_up(log_name)

    def catch_up(self, log_name: str) -> bool:
        """Follows a log until nothing is left (True), or as far as one call should go."""
        return any(not self._follow(log_name).behind for _ in range(MOST_TURNS))

    def tick(self) -> None:
        """What time asks for: catch up if a fact got lost, silence, house keeping, accounts."""
        if not all([self.catch_up(TELEMETRY), self.catch_up(INDICATORS)]):
            return  # what lies unread may be from who seems to be silent
        with self._transaction() as (connection, moment):
            follow.look(connection, moment)
        if time.monotonic() - self._kept_house_at >= HOUSEKEEPING_S:
            self._kept_house_at = time.monotonic()
            self.keep_house()
        if time.monotonic() - self._accounted_at >= ACCOUNTS_S:
            self._accounted_at = time.monotonic()
            self.account()

    def keep_house(self) -> None:
        """What is due of open alarms by the clock."""
        with self._transaction() as (connection, moment):
            housekeeping.keep_house(connection, moment)

    def account(self) -> None:
        """Looks at promises of sources and at closed windows of the account."""
        with self._transaction() as (connection, moment):
            housekeeping.look_at_promises(connection, moment, self._grounds)
            housekeeping.look_at_windows(connection, moment)

    def _follow(self, log_name: str) -> Followed:
        began = time.monotonic()
        with FOLLOW_SECONDS.labels(log_name).time(), self._transaction() as (connection, moment):
            followed = follow.follow(connection, log_name, moment)
            self._followed[log_name] = followed.position
        ended = time.monotonic()
        self._rest_until = ended + min(LONGEST_REST_S, max(self._grounds.settings.rest_s, ended - began))
        POSITION.labels(log_name).set(followed.position.position)
        BEHIND.labels(log_name).set(followed.behind)
        if followed.changes:
            log.info(
                "alarms.followed",
                log=log_name,
                trace_id=followed.trace_ids[-1] if followed.trace_ids else "",
                position=followed.position.position,
                changes=followed.changes,
            )
        return followed

    @contextmanager
    def _transaction(self) -> Iterator[tuple[Connection, Moment]]:
        """One transaction under the lock; whatever fails leaves no memory behind."""
        try:
            with transaction(self._pool) as connection:
                now = self._clock()
                if self._memory is None:
                    remembering.apply_first(connection, self._grounds, now)
                store.lock(connection)
                yield connection, self._moment(connection, now)
        except BaseException:
            self._memory = None
            raise

    def _moment(self, connection: Connection, now: datetime) -> Moment:
        trace_id = new_trace_id()
        memory = self._current_memory(connection, now, trace_id)
        setting = Setting(self._grounds.storm, memory.known, memory.population, now, trace_id)
        return Moment(memory, setting, self._grounds.settings)

    def _current_memory(self, connection: Connection, now: datetime, trace_id: str) -> Memory:
        """The memory of the transaction before, if nobody else followed since and the same is watched."""
        is_mine = all(store.checkpoint(connection, name) == at for name, at in self._followed.items())
        if self._memory is not None and is_mine:
            if time.monotonic() - self._looked_at < DEVICES_AGE_S:
                return self._memory
            if self._current_versions(connection) == self._versions:
                self._looked_at = time.monotonic()
                return self._memory
        self._versions = self._current_versions(connection)
        self._looked_at = time.monotonic()
        self._memory = remembering.remember(connection, self._grounds, now, trace_id)
        log.info("alarms.remembered", rules=len(self._memory.targets.rules), devices=len(self._memory.known))
        return self._memory

    def _current_versions(self, connection: Connection) -> tuple[int, str]:
        return store.rules_version(connection), store_points.devices_version(connection)
