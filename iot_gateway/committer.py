"""Messages → the store: again and again while it is away, by halves where one message is to blame."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from iot_gateway.assembly import Message, assemble, refusal
from iot_gateway.attendance_book import AttendanceBook
from iot_gateway.message import spaced
from iot_gateway.metrics import Metrics
from iot_gateway.plausible import Seen, mark
from iot_gateway.rate import Rate, Spent, sift
from iot_gateway.registry_rules import RegistryRules
from iot_gateway.samples import Refused
from iot_gateway.settings import GatewaySettings
from iot_gateway.store_line import TRIES, NobodysFault, Poison, StoreLine, TooSlow
from services.runtime.db import Connection, passing_errors
from services.runtime.outcome import Unavailable
from services.runtime.trace import new_trace_id
from services.telemetry import store as telemetry
from services.telemetry.domain import Batch, Refusal, SeriesName

log = structlog.get_logger(__name__)

_MOST_TOPICS = 100_000  # they can be invented without end


class Stopping(Exception):
    """The process is asked to end while the store is away; nothing of the batch was acknowledged."""


class Committer:
    """`wait(seconds)` is called between tries: it keeps the sessions alive and raises Stopping at the end."""

    def __init__(
        self,
        settings: GatewaySettings,
        metrics: Metrics,
        wait: Callable[[float], None],
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._wait = wait
        self._line = StoreLine(settings, metrics, wait)
        self._rules = RegistryRules(settings, metrics)
        self._rate = Rate(settings.rate_per_s, settings.rate_burst)
        self._spent = Spent()
        self._memory: dict[SeriesName, Seen] = {}
        self._receipts: dict[bytes, int] = {}  # by topic: the newest, in ms
        self._tend_at = 0.0
        self.attendance = AttendanceBook(metrics)

    @property
    def problem(self) -> str | None:
        """Why the last try failed, None after a good one."""
        return self._line.problem

    def store(self, shard: str, messages: Sequence[Message]) -> None:
        """Return once every message is in the store, as readings or as a refusal."""
        passing = self._sift(shard, messages)
        if len(self._receipts) > _MOST_TOPICS:
            self._receipts.clear()
        parts: list[Sequence[Message]] = [spaced(passing, self._receipts)] if passing else []
        tries = TRIES
        while parts:
            part = parts.pop()
            try:
                self._store_whole(shard, part, tries)
            except TooSlow:
                parts += _halves(part)
            except Poison as error:
                tries = 1  # they have been tried, as parts of the whole
                if len(part) == 1:
                    self._store_refused(shard, part[0], error.__cause__ or error)
                else:
                    parts += _halves(part)
            else:
                continue
            self._wait(0.0)  # many failures take long, and the sessions are to live

    def tend(self, now: float) -> None:
        """Connect and read the registry before the first message, and again after a failure; never raises."""
        if now < self._tend_at:
            return
        self._tend_at = now + self._settings.registry_check_s

        def look(conn: Connection) -> None:
            self._rules.refresh(conn, (), now)
            self.attendance.write_down(conn)

        self._line.once(look)

    def close(self) -> None:
        """Give the connection back."""
        self._line.close()

    def _sift(self, shard: str, messages: Sequence[Message]) -> Sequence[Message]:
        """Those within their senders' rates; the rest is in the store already, as refused."""
        now_ms = messages[-1].received_at_ms
        if self.attendance.knows(shard):
            self.attendance.note(shard, now_ms)
        else:
            self._line.until_done(lambda conn: self.attendance.look_up(conn, shard, now_ms))
        plain, since_ms = self._rules.current.by_topic.keys(), self.attendance.sent_since(shard, now_ms)
        passing, excess = sift(messages, plain, self._spent, now_ms, self._rate, since_ms)
        if excess:
            self._store_excess(shard, excess, now_ms)
        return passing

    def _store_whole(self, shard: str, messages: Sequence[Message], tries: int) -> None:
        trace_id = new_trace_id()  # the same at every try: the store tells by it what it has already

        def attempt(conn: Connection) -> None:
            self._refresh(conn, messages)
            rules = self._rules.current
            batch = assemble(messages, rules, Batch(trace_id, shard, messages[-1].received_at_ms))
            learnt = mark(batch, rules.watched, self._memory)
            self._append(conn, batch)
            self._memory.update(learnt)

        self._line.until_stored(attempt, trace_id, tries)

    def _refresh(self, conn: Connection, messages: Sequence[Message]) -> None:
        try:
            with passing_errors():
                self._rules.refresh(conn, messages, time.monotonic())
        except Unavailable:
            raise
        except Exception as error:
            raise NobodysFault(f"the registry cannot be read: {error}") from error

    def _store_excess(self, shard: str, excess: Sequence[Refusal], received_at_ms: int) -> None:
        """What was too much of someone: a few messages whole, the rest counted."""
        # Numbered, since each is a message of its own: what shares a number is replayed as one.
        numbered = [replace(each, message=number) for number, each in enumerate(excess)]
        batch = Batch(new_trace_id(), shard, received_at_ms, refusals=numbered)
        self._line.until_done(lambda conn: self._append(conn, batch), batch.trace_id)

    def _store_refused(self, shard: str, message: Message, error: BaseException) -> None:
        """A message that breaks our code or the store's types: its bytes and the traceback."""
        self._metrics.poison.labels(shard).inc()
        batch = Batch(new_trace_id(), shard, message.received_at_ms)
        lines = traceback.format_exception(error)
        log.error("gateway.poison_message", topic=repr(message.topic), error="".join(lines)[-2000:])
        detail = f"{lines[-1].strip()[:500]}\n{''.join(lines)[-1500:]}"
        batch.refusals.append(refusal(message, "", Refused("unexpected_error", detail=detail)))
        self._line.until_done(lambda conn: self._append(conn, batch), batch.trace_id)

    def _append(self, conn: Connection, batch: Batch) -> None:
        if not batch.received:
            return
        started = time.perf_counter()
        receipt = telemetry.append(conn, batch)
        seconds = time.perf_counter() - started
        self._metrics.commit.labels(batch.shard).observe(seconds)
        self._metrics.stored(batch.shard, receipt.counts, batch.refusals)
        log.info("gateway.batch", shard=batch.shard, received=batch.received, seconds=round(seconds, 4))


def _halves(part: Sequence[Message]) -> list[Sequence[Message]]:
    """To be taken from the end: first come, first stored."""
    middle = (len(part) + 1) // 2
    return [half for half in (part[middle:], part[:middle]) if half]
