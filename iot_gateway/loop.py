"""The gateway's one thread: read while there is room, store, and only then acknowledge.

One thread around all sessions and the commit: a reading costs the gateway a few µs, less than the store's
share, and a thread each would fight over the interpreter's lock for the same work.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Sequence
from threading import Event

import structlog

from iot_gateway.assembly import Message
from iot_gateway.broker_watch import BrokerWatch
from iot_gateway.commands import CommandDesk
from iot_gateway.committer import Committer, Stopping
from iot_gateway.metrics import Metrics
from iot_gateway.pace import Pace
from iot_gateway.pending import PRIO, Pending, next_in_turn, payload_bytes
from iot_gateway.session import Session
from iot_gateway.settings import GatewaySettings

log = structlog.get_logger(__name__)

_TURN_S = 0.25  # longest sleep: reconnects, pings and the end of the process are looked at between


class Loop:
    """Serves some shards until `stopping` is set."""

    def __init__(
        self, settings: GatewaySettings, metrics: Metrics, stopping: Event, beat: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._stopping = stopping
        self._beat = beat
        self.committer = Committer(settings, metrics, self._wait)
        # prio goes first in every round
        shards = sorted(settings.shards, key=lambda shard: (shard != PRIO, shard))
        self.sessions = [Session(shard, settings, metrics) for shard in shards]
        self._pending = {shard: Pending() for shard in shards}
        self._paces = {shard: Pace(settings.batch_messages, settings.batch_commit_s) for shard in shards}
        self._desk = CommandDesk(settings, metrics, self.sessions, self._wait)
        self._watch = BrokerWatch(settings, metrics)

    def run(self) -> None:
        """Returns when asked to stop; whatever goes wrong unexpectedly is raised, and ends the process."""
        try:
            while not self._stopping.is_set():
                self._turn()
        except Stopping:
            log.warning("gateway.stopped_while_store_away")
        finally:
            for session in self.sessions:
                session.close()
            self._watch.close()
            self._desk.close()
            self.committer.close()

    def _turn(self) -> None:
        self._beat()
        now = time.monotonic()
        self.committer.tend(now)
        now_ms = time.time_ns() // 1_000_000
        for session in self.sessions:
            session.tend(now)
            if session.problem is None:
                self.committer.attendance.note(session.shard, now_ms)
        self._watch.tend(now)
        if self.committer.problem is None:  # while the store is away it is not asked twice
            self._desk.tend(now)
        self._exchange(self._timeout(now))
        limits = {shard: pace.limit for shard, pace in self._paces.items()}
        turns = next_in_turn(self._pending, limits, self._settings, time.monotonic())
        for session in [session for session in self.sessions if session.shard in turns]:
            self._commit(session)

    def _limit(self, session: Session) -> int:
        return self._paces[session.shard].limit

    def _timeout(self, now: float) -> float:
        """Seconds until the oldest batch is due, at most a turn."""
        if any(session.has_pending for session in self.sessions):
            return 0.0
        due = [p.since + self._settings.batch_age_s - now for p in self._pending.values() if p.messages]
        return max(0.0, min([_TURN_S, *due]))

    def _exchange(self, timeout_s: float) -> None:
        """Wait for the sockets, then read and write what they allow."""
        open_sessions = [session for session in self.sessions if session.fileno() >= 0]
        hungry = [session for session in open_sessions if self._has_room(session)]
        writers = [session for session in open_sessions if session.wants_write]
        if not open_sessions:
            self._stopping.wait(timeout_s)
            return
        readers: list[Session | CommandDesk] = [*hungry]
        if self._desk.fileno() >= 0:
            readers.append(self._desk)
        readable, writable, _ = select.select(readers, writers, [], timeout_s)
        if self._desk in readable:
            self._desk.hear()
        for session in writable:
            session.write()
        for session in hungry:
            if session in readable or session.has_pending:
                self._read(session)

    def _has_room(self, session: Session) -> bool:
        pending = self._pending[session.shard]
        stale = pending.generation != session.generation  # what waits there is dropped at the next read
        return stale or not pending.is_full(self._limit(session), self._settings)

    def _read(self, session: Session) -> None:
        pending = self._pending[session.shard]
        before = len(pending.messages)
        session.read(pending.messages, time.time_ns() // 1_000_000)
        if pending.generation != session.generation:
            # Read on a connection that is gone: it cannot be acknowledged, and the broker sends it again.
            del pending.messages[:before]
            pending.generation, pending.bytes, before = session.generation, 0, 0
        arrived = pending.messages[before:]
        if arrived:
            if not before:
                pending.since = time.monotonic()
            pending.bytes += payload_bytes(arrived)
            self._metrics.messages.labels(session.shard).inc(len(arrived))
            self._metrics.unacknowledged.labels(session.shard).set(len(pending.messages))

    def _commit(self, session: Session) -> None:
        pending = self._pending[session.shard]
        if pending.generation != session.generation:
            self._pending[session.shard] = Pending(session.generation)
            return
        started = time.monotonic()
        messages = pending.take(self._limit(session), started)
        self._metrics.batch.labels(session.shard).observe(len(messages))
        self.committer.store(session.shard, messages)
        self._paces[session.shard].took(len(messages), time.monotonic() - started)
        self._desk.record(messages)
        session.acknowledge(pending.generation, _identifiers(messages))
        self._metrics.unacknowledged.labels(session.shard).set(len(pending.messages))

    def _wait(self, seconds: float) -> None:
        """Between tries to store: nothing is read, sessions are kept, the end is noticed."""
        until = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            self._beat()
            for session in self.sessions:
                session.ping(now)
            self._watch.tend(now)
            left = until - now
            if self._stopping.wait(max(0.0, min(left, _TURN_S))):
                raise Stopping
            if left <= _TURN_S:
                return


def _identifiers(messages: Sequence[Message]) -> list[int]:
    """Packet identifiers to acknowledge; QoS 0 has none."""
    return [message.mid for message in messages if message.mid]
