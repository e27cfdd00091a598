"""Runs nameko services: outcomes instead of lost or spinning messages, and connections that come back.

What nameko 2.14 does by itself: an exception acknowledges the event (lost) or requeues it at once (a
poison message comes back thousands of times a second), and an acknowledgement over a connection that
has just died kills the container.
"""

import signal
from collections import OrderedDict
from typing import Any

import eventlet
import msgspec
import structlog
from amqp.exceptions import ConnectionError as AmqpConnectionError
from kombu import Exchange, Queue, serialization
from nameko.events import EventHandler
from nameko.messaging import QueueConsumer
from nameko.runners import ServiceRunner
from prometheus_client import Counter

from services.runtime.db import require_cooperative_wait
from services.runtime.outcome import Rejected, Unavailable

log = structlog.get_logger(__name__)

DEAD_LETTERS = "dead-letters"
# A message only wakes: the log has what it says. So a worker that is away for long fills no broker's disk.
MOST_WAITING = 1_000
_DEAD_LIMITS = {"x-max-length": 10_000, "x-max-length-bytes": 256 * 2**20}
LONGEST_RETRY_S = 30.0
TRIES_OF_THE_UNEXPECTED = 3
_LOST = (AmqpConnectionError, OSError)  # the broker has taken the message back already

HANDLED = Counter("haidang_worker_handled_total", "Facts handled, by outcome.", ["handler", "outcome"])


class LastingQueueConsumer(QueueConsumer):
    """Survives a connection that dies between receipt and acknowledgement, and knows whether it has one."""

    connected = False

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **kwargs: Any) -> None:
        self.connected = True
        super().on_consume_ready(connection, channel, consumers, **kwargs)

    def on_consume_end(self, connection: Any, channel: Any) -> None:
        self.connected = False

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        exchange = Exchange(DEAD_LETTERS, type="fanout", durable=True)
        Queue(DEAD_LETTERS, exchange=exchange, durable=True, queue_arguments=_DEAD_LIMITS).bind(
            channel
        ).declare()
        return super().get_consumers(consumer_cls, channel)

    def settle(self, message: Any, action: str) -> None:
        """`action` is "ack", "requeue" or "reject" (to the dead letters)."""
        if message.channel.connection:
            try:
                getattr(message, action)()
            except _LOST as error:
                log.warning("worker.settle_lost", action=action, error=repr(error))

    def ack_message(self, message: Any) -> None:
        self.settle(message, "ack")

    def requeue_message(self, message: Any) -> None:
        self.settle(message, "requeue")


class FactHandler(EventHandler):
    """An event handler whose exceptions are outcomes.

    Done: acknowledged. `Rejected`: to the dead letters. `Unavailable`: again, after a growing delay.
    Anything else counts as unavailable a few times, then as rejected.
    """

    queue_consumer = LastingQueueConsumer()

    def __init__(self, source_service: str, event_type: str, **kwargs: Any) -> None:
        super().__init__(source_service, event_type, **kwargs)
        self._failures = 0
        self._unexpected: OrderedDict[str, int] = OrderedDict()  # message id: times; the newest 1,000

    def setup(self) -> None:
        super().setup()
        self.queue.queue_arguments = {"x-dead-letter-exchange": DEAD_LETTERS, "x-max-length": MOST_WAITING}

    def handle_message_processed(self, message: Any, result: Any = None, exc_info: Any = None) -> None:
        error = exc_info[1] if exc_info else None
        outcome = "done" if error is None else self._judge(message, error)
        HANDLED.labels(self.method_name, outcome).inc()
        if outcome == "done":
            self._failures = 0
            self.queue_consumer.settle(message, "ack")
        elif outcome == "rejected":
            self.queue_consumer.settle(message, "reject")
        else:
            self._failures += 1
            delay_s = min(LONGEST_RETRY_S, 0.5 * 2 ** min(self._failures, 10))
            eventlet.spawn_after(delay_s, self.queue_consumer.settle, message, "requeue")

    def _judge(self, message: Any, error: BaseException) -> str:
        if isinstance(error, Unavailable):
            log.warning("worker.unavailable", handler=self.method_name, error=str(error))
            return "unavailable"
        if isinstance(error, Rejected):
            log.error("worker.rejected", handler=self.method_name, error=str(error))
            return "rejected"
        key = str(message.properties.get("message_id"))
        tries = self._unexpected[key] = self._unexpected.pop(key, 0) + 1
        while len(self._unexpected) > 1_000:
            self._unexpected.popitem(last=False)
        log.error("worker.unexpected", handler=self.method_name, tries=tries, message=key, exc_info=error)
        return "unavailable" if tries < TRIES_OF_THE_UNEXPECTED else "rejected"


def fact_handler(context: str, event: str) -> Any:
    """Marks a method of a nameko service as handler of the fact `<context>.<event>`."""
    return FactHandler.decorator(context, event)


def make_runner(amqp_url: str, service_classes: list[type]) -> ServiceRunner:
    """A runner of the given nameko services; the caller starts and stops it."""
    require_cooperative_wait()
    serialization.register(
        "json", _encode, msgspec.json.decode, content_type="application/json", content_encoding="utf-8"
    )
    runner = ServiceRunner(config={"AMQP_URI": amqp_url, "HEARTBEAT": 10, "max_workers": 1})
    for service_class in service_classes:
        runner.add_service(service_class)
    return runner


def consumer_problem(runner: ServiceRunner) -> str | None:
    """Readiness: None where every service of `runner` has its connection to the broker."""
    consumers = [
        extension
        for container in runner.containers
        for extension in container.extensions
        if isinstance(extension, LastingQueueConsumer)
    ]
    return None if all(consumer.connected for consumer in consumers) else "not connected to the broker"


def run_until_signal(runner: ServiceRunner) -> None:
    """Runs until SIGTERM, SIGINT or SIGHUP; raises what killed a service."""
    signals = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

    def stop(*_: object) -> None:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)  # nameko's timer cannot be stopped twice
        eventlet.spawn_n(runner.stop)  # a handler runs inside the hub, which may not wait

    for number in signals:
        signal.signal(number, stop)
    runner.start()
    runner.wait()


def _encode(value: object) -> bytes:
    return msgspec.json.encode(value)
