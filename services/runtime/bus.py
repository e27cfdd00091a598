"""Facts on RabbitMQ, in nameko's event format, for processes without nameko."""

import contextlib
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import structlog
from kombu import Connection, Consumer, Exchange, Message, Producer, Queue

log = structlog.get_logger(__name__)

CONNECT_TIMEOUT_S = 2.0
RETRY_S = 1.0


class Envelope(msgspec.Struct, frozen=True):
    """What travels: a fact with its place in the log of its context."""

    epoch: str
    position: int
    trace_id: str
    fact: str  # "<context>.<event>"
    body: msgspec.Raw  # JSON object

    @property
    def context(self) -> str:
        return self.fact.partition(".")[0]


_decoder = msgspec.json.Decoder(Envelope)


def exchange_of(context: str) -> Exchange:
    """The exchange from which nameko's event handlers of `context` are fed."""
    return Exchange(f"{context}.events", type="topic", durable=True, delivery_mode="persistent")


class FactPublisher:
    """Publishes envelopes, each confirmed by the broker before `publish` returns."""

    def __init__(self, amqp_url: str) -> None:
        self._url = amqp_url
        self._connection: Connection | None = None
        self._producer: Producer | None = None
        self._declared: set[str] = set()

    def publish(self, envelopes: Iterable[Envelope]) -> None:
        """Raises an error of `self.errors` where the broker is away; what was confirmed stays so."""
        producer = self._open()
        for envelope in envelopes:
            exchange = exchange_of(envelope.context)
            if envelope.context not in self._declared:
                exchange.bind(producer.channel).declare()
                self._declared.add(envelope.context)
            producer.publish(
                msgspec.json.encode(envelope),
                exchange=exchange,
                routing_key=envelope.fact.partition(".")[2],
                content_type="application/json",
                content_encoding="utf-8",
                message_id=f"{envelope.epoch}:{envelope.position}",
                headers={"nameko.trace_id": envelope.trace_id},
            )

    def close(self) -> None:
        connection, self._connection, self._producer = self._connection, None, None
        self._declared.clear()
        if connection is not None:
            connection.release()

    def _open(self) -> Producer:
        if self._producer is None:
            connection = Connection(
                self._url,
                connect_timeout=CONNECT_TIMEOUT_S,
                transport_options={"confirm_publish": True, "read_timeout": 10, "write_timeout": 10},
            )
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=CONNECT_TIMEOUT_S)
            self._connection, self._producer = connection, Producer(connection.channel())
        return self._producer


class FactConsumer:
    """Hands every fact from now on to `on_fact`, in a thread of its own; comes back by itself.

    The queue is this process's own and goes with it: after `on_connected`, which follows every
    (re)connection, facts may have been missed, and the log or a snapshot must fill the gap.
    """

    def __init__(
        self,
        amqp_url: str,
        facts: Sequence[str],
        on_fact: Callable[[Envelope], None],
        on_connected: Callable[[], None],
    ) -> None:
        self._url = amqp_url
        self._facts = facts
        self._on_fact = on_fact
        self._on_connected = on_connected
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="facts", daemon=True)
        self.connected = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._consume()
            except Exception as error:  # whatever it was, the way back is a new connection
                log.warning("bus.lost", error=repr(error))
            self.connected = False
            self._stopping.wait(RETRY_S)

    def _consume(self) -> None:
        with Connection(self._url, connect_timeout=CONNECT_TIMEOUT_S, heartbeat=10) as connection:
            channel = connection.channel()
            with Consumer(channel, queues=self._queues(channel), on_message=self._receive, no_ack=True):
                self.connected = True
                log.info("bus.connected", facts=list(self._facts))
                self._on_connected()
                while not self._stopping.is_set():
                    with contextlib.suppress(TimeoutError):
                        connection.drain_events(timeout=1)
                    connection.heartbeat_check()

    def _queues(self, channel: Any) -> list[Queue]:
        queues = []
        for fact in self._facts:
            context, _, event = fact.partition(".")
            # A name of our own: kombu keeps a consumer's queues by name, and would lose all unnamed but one.
            name = f"{fact}-{uuid.uuid4().hex}"
            queue = Queue(name, exchange_of(context), routing_key=event, exclusive=True, auto_delete=True)
            queues.append(queue.bind(channel))
        return queues

    def _receive(self, message: Message) -> None:
        body = message.body
        self._on_fact(_decoder.decode(body if isinstance(body, bytes) else bytes(body, "utf-8")))
