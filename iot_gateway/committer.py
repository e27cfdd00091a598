"""Messages → the store: again and again while it is away, by halves where one message is to blame."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from iot_gateway.assembly import Message, assemble, refusal
from iot_gateway.message import spaced
from iot_gateway.metrics import Metrics
from iot_gateway.plausible import Seen, mark
from iot_gateway.rate import Rate, Spent, sift
from iot_gateway.registry_rules import RegistryRules
from iot_gateway.samples import Refused
from iot_gateway.settings import GatewaySettings
from services.runtime.db import Connection, connect, errors, passing_errors
from services.runtime.outcome import Unavailable
from services.runtime.trace import new_trace_id
from services.telemetry import store as telemetry
from services.telemetry.domain import Batch, Refusal, SeriesName

log = structlog.get_logger(__name__)

# A value is to blame, and will be at every try. (Classes 22 and 23; and what our own code raises.)
_BLAMES_A_MESSAGE = (
    errors.DataError,
    errors.IntegrityError,
    ValueError,
    TypeError,
    ArithmeticError,
    LookupError,
)


_MOST_TOPICS = 100_000  # they can be invented without end


class Stopping(Exception):
    """The process is asked to end while the store is away; nothing of the batch was acknowledged."""


class Poison(Exception):
    """This batch will never be stored as a whole."""


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
        self._rules = RegistryRules(settings, metrics)
        self._rate = Rate(settings.rate_per_s, settings.rate_burst)
        self._spent = Spent()
        self._memory: dict[SeriesName, Seen] = {}
        self._receipts: dict[bytes, int] = {}  # by topic: the newest, in ms
        self._conn: Connection | None = None
        self._tend_at = 0.0
        self.problem: str | None = None  # why the last try failed, None after a good one

    def store(self, shard: str, messages: Sequence[Message]) -> None:
        """Return once every message is in the store, as readings or as a refusal."""
        plain = self._rules.current.by_topic.keys()
        passing, excess = sift(messages, plain, self._spent, messages[-1].received_at_ms, self._rate)
        if excess:
            self._store_excess(shard, excess, messages[-1].received_at_ms)
        if len(self._receipts) > _MOST_TOPICS:
            self._receipts.clear()
        parts = [spaced(passing, self._receipts)] if passing else []
        while parts:
            part = parts.pop()
            try:
                self._store_whole(shard, part)
            except Poison as error:
                if len(part) == 1:
                    self._store_refused(shard, part[0], error.__cause__ or error)
                else:
                    middle = len(part) // 2
                    parts += [part[middle:], part[:middle]]  # in order: first come, first stored

    def tend(self, now: float) -> None:
        """Connect and read the registry before the first message, and again after a failure; never raises."""
        if now < self._tend_at:
            return
        self._tend_at = now + self._settings.registry_check_s
        try:
            with passing_errors():
                self._rules.refresh(self._connection(), (), now)
        except Exception as error:
            self._failed(error)
        else:
            self._recovered()

    def close(self) -> None:
        """Give the connection back."""
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def _store_whole(self, shard: str, messages: Sequence[Message]) -> None:
        trace_id = new_trace_id()  # the same at every try: the store tells by it what it has already

        def attempt(conn: Connection) -> None:
            self._rules.refresh(conn, messages, time.monotonic())
            rules = self._rules.current
            batch = assemble(messages, rules, Batch(trace_id, shard, messages[-1].received_at_ms))
            learnt = mark(batch, rules.watched, self._memory)
            self._append(conn, batch)
            self._memory.update(learnt)

        self._until_stored(attempt, trace_id)

    def _store_excess(self, shard: str, excess: Sequence[Refusal], received_at_ms: int) -> None:
        """What was too much of someone: a few messages whole, the rest counted."""
        # Numbered, since each is a message of its own: what shares a number is replayed as one.
        numbered = [replace(each, message=number) for number, each in enumerate(excess)]
        batch = Batch(new_trace_id(), shard, received_at_ms, refusals=numbered)
        self._until_stored(lambda conn: self._append(conn, batch), batch.trace_id, blames=())

    def _store_refused(self, shard: str, message: Message, error: BaseException) -> None:
        """A message that breaks our code or the store's types: its bytes and the traceback."""
        self._metrics.poison.labels(shard).inc()
        batch = Batch(new_trace_id(), shard, message.received_at_ms)
        lines = traceback.format_exception(error)
        log.error("gateway.poison_message", topic=repr(message.topic), error="".join(lines)[-2000:])
        detail = "".join(lines[-1:]).strip()[:1000]
        batch.refusals.append(refusal(message, "", Refused("unexpected_error", detail=detail)))
        self._until_stored(lambda conn: self._append(conn, batch), batch.trace_id, blames=())

    def _append(self, conn: Connection, batch: Batch) -> None:
        if not batch.received:
            return
        started = time.perf_counter()
        receipt = telemetry.append(conn, batch)
        seconds = time.perf_counter() - started
        self._metrics.commit.labels(batch.shard).observe(seconds)
        self._metrics.stored(batch.shard, receipt.counts, batch.refusals)
        log.info("gateway.batch", shard=batch.shard, received=batch.received, seconds=round(seconds, 4))

    def _until_stored(
        self,
        attempt: Callable[[Connection], None],
        trace_id: str,
        blames: tuple[type[Exception], ...] = _BLAMES_A_MESSAGE,
    ) -> None:
        """Try until it works, ever less often. What no message is to blame for is never given up."""
        delay_s = self._settings.retry_first_s
        with structlog.contextvars.bound_contextvars(trace_id=trace_id):
            while True:
                try:
                    with passing_errors():
                        attempt(self._connection())
                except blames as error:
                    raise Poison from error
                except Exception as error:
                    self._failed(error)
                else:
                    self._recovered()
                    return
                self._wait(delay_s)
                delay_s = min(delay_s * 2, self._settings.retry_longest_s)

    def _connection(self) -> Connection:
        if self._conn is None or self._conn.closed:
            self._conn = connect(
                self._settings.telemetry_dsn, f"haidang-{self._settings.gateway_name}", autocommit=True
            )
        return self._conn

    def _failed(self, error: Exception) -> None:
        self._metrics.store_failures.labels(type(error).__name__).inc()
        self.close()
        passing = isinstance(error, Unavailable)
        log.log(30 if passing else 40, "gateway.store_away", error=str(error), exc_info=not passing)
        self.problem = str(error) or type(error).__name__

    def _recovered(self) -> None:
        if self.problem is not None:
            log.info("gateway.store_back")
            self.problem = None
