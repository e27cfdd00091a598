"""Hands commands to the broker and records what devices answer, between two batches of the gateway's loop.

It has a database connection of its own: NOTIFY wakes the loop through it, and a fault here fails no batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from iot_gateway.assembly import Message
from iot_gateway.metrics import Metrics
from iot_gateway.session import Session
from iot_gateway.settings import GatewaySettings
from iot_gateway.topics import ANSWER_ENDING, command_of, parse_answer
from services.runtime.db import Connection, connect, passing_errors
from services.runtime.outcome import Unavailable
from services.telemetry import commands_store as store
from services.telemetry.commands_domain import Answer, message, read_answer

log = structlog.get_logger(__name__)


class CommandDesk:
    """Serves the commands of the shards whose sessions it is given, and of no other.

    `wait(seconds)` is called between tries to record an answer, as for a batch.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        metrics: Metrics,
        sessions: Sequence[Session],
        wait: Callable[[float], None],
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._sessions = {session.shard: session for session in sessions}
        self._wait = wait
        self._conn: Connection | None = None
        self._look_at = 0.0  # monotonic
        self._retry_delay_s = settings.retry_first_s
        self._served: dict[str, int] = {}  # shard → connection for which open commands were made due

    def fileno(self) -> int:
        """What tells of new commands, or -1."""
        return -1 if self._conn is None or self._conn.closed else self._conn.fileno()

    def tend(self, now: float) -> None:
        """Look if it is time or something has happened; never raises."""
        happened = any(
            session.taken or (session.problem is None and self._served.get(shard) != session.generation)
            for shard, session in self._sessions.items()
        )
        if now < self._look_at and (not happened or self._conn is None):
            return
        self._look_at = now + self._settings.command_look_s
        try:
            with passing_errors():
                self._look(self._connection())
            self._retry_delay_s = self._settings.retry_first_s
        except Exception as error:
            self._failed(error)
            self._retry_delay_s = min(self._retry_delay_s * 2, self._settings.retry_longest_s)
            self._look_at = now + self._retry_delay_s

    def hear(self) -> None:
        """The database has something to say: new commands, or that the connection has ended."""
        try:
            with passing_errors():
                self._wake(store.heard(self._connection()))
        except Exception as error:
            self._failed(error)

    def record(self, messages: Sequence[Message]) -> None:
        """Write down what devices answer, before it is acknowledged.

        Waits while the database is away. What fails for another reason is dropped: the command stays open and
        is sent again, and the device answers again.
        """
        answers = self._answers(messages)
        while answers:
            try:
                with passing_errors():
                    changed = store.mark_answered(self._connection(), answers)
                self._metrics.commands.labels("answered").inc(changed)
                self._metrics.idle_answers.labels("unmatched").inc(len(answers) - changed)
                return
            except Unavailable as error:
                self._failed(error)
                self._wait(self._settings.retry_first_s)
            except Exception as error:
                self._failed(error)
                return

    def close(self) -> None:
        """Give the connection back."""
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def _look(self, conn: Connection) -> None:
        self._mark_taken(conn)
        self._metrics.commands.labels("expired").inc(store.expire(conn))
        ready = {shard: session for shard, session in self._sessions.items() if session.problem is None}
        for shard, session in ready.items():
            if self._served.get(shard) != session.generation:
                store.send_again(conn, shard)
                self._served[shard] = session.generation
        settings = self._settings
        due = store.take_due(
            conn, list(ready), settings.command_resend_first_s, settings.command_resend_longest_s
        )
        for one in due:
            if ready[one.shard].publish(command_of(one.shard, one.device), message(one), one.command_id):
                self._metrics.commands.labels("offered").inc()
                log.info("gateway.command_offered", command=one.command_id, device=one.device, name=one.name)
        if len(due) == store.MOST_AT_ONCE:
            self._look_at = 0.0
        self._wake(store.heard(conn))

    def _mark_taken(self, conn: Connection) -> None:
        for session in self._sessions.values():
            if session.taken:
                self._metrics.commands.labels("taken").inc(store.mark_taken(conn, session.taken))
                session.taken.clear()

    def _wake(self, shards: set[str]) -> None:
        if not shards.isdisjoint(self._sessions):
            self._look_at = 0.0

    def _answers(self, messages: Sequence[Message]) -> list[Answer]:
        answers = []
        for one in [one for one in messages if one.topic.endswith(ANSWER_ENDING)]:  # asked of every reading
            address = parse_answer(one.topic)
            answer = read_answer(address.device, one.payload) if address else None
            if answer is None:
                self._metrics.idle_answers.labels("malformed").inc()
            else:
                answers.append(answer)
        return answers

    def _connection(self) -> Connection:
        if self._conn is None or self._conn.closed:
            name = f"haidang-{self._settings.gateway_name}-commands"
            self._conn = connect(self._settings.telemetry_dsn, name, autocommit=True)
            store.listen(self._conn)
        return self._conn

    def _failed(self, error: Exception) -> None:
        self._metrics.command_failures.labels(type(error).__name__).inc()
        self.close()
        passing = isinstance(error, Unavailable)
        log.log(30 if passing else 40, "gateway.commands_away", error=str(error), exc_info=not passing)
