"""What nameko does with a message by itself, and what our host makes of it (each a measured trap)."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from kombu import Connection

from services.runtime.bus import Envelope, FactPublisher
from tests.fixtures.processes import CHECKOUT
from tests.fixtures.servers import Rabbit
from tests.fixtures.waiting import eventually, never

DEAD_LETTERS = "dead-letters"  # part of the wire contract: operators look there

SERVICE = """
import eventlet
eventlet.monkey_patch()
import os, sys
os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"
from services.runtime.outcome import Rejected, Unavailable
from services.runtime.worker_host import fact_handler, make_runner, run_until_signal

class Service:
    name = "probe"

    @fact_handler("telemetry", "stored")
    def on_stored(self, fact):
        print("got", fact["position"], flush=True)
        wish = fact["body"]["wish"]
        if wish == "rejected":
            raise Rejected("not_wanted")
        if wish == "unavailable":
            raise Unavailable("not now")
        if wish == "unexpected":
            raise ValueError("surprise")
        if wish == "slow":
            eventlet.sleep(3)

run_until_signal(make_runner(sys.argv[1], [Service]))
"""


class Worker:
    """A nameko process with one handler that does what the fact's body wishes."""

    def __init__(self, url: str, log: Path) -> None:
        self.log = log
        environment = os.environ | {"PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'protos/gen'}"}
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-c", textwrap.dedent(SERVICE), url],
                stdout=file,
                stderr=subprocess.STDOUT,
                env=environment,
            )

    def times(self, position: int) -> int:
        """How often the handler was called with the fact at `position`."""
        return self.log.read_text().split("\n").count(f"got {position}")


@pytest.fixture
def worker(rabbitmq: Rabbit, tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(rabbitmq.url(), tmp_path / "worker.log")
    eventually(lambda: queued(rabbitmq, "evt-telemetry-stored--probe.on_stored") is not None, timeout_s=20)
    yield worker
    worker.process.kill()
    worker.process.wait()


@pytest.fixture
def send(rabbitmq: Rabbit) -> Iterator[Callable[[int, str], None]]:
    publisher = FactPublisher(rabbitmq.url())

    def publish(position: int, wish: str) -> None:
        body = msgspec.Raw(json.dumps({"wish": wish}).encode())
        publisher.publish([Envelope("e", position, "0" * 32, "telemetry.stored", body)])

    yield publish
    publisher.close()


def queued(rabbitmq: Rabbit, queue: str) -> int | None:
    """Messages ready in a queue; None where there is no such queue."""
    with Connection(rabbitmq.url()) as connection:
        try:
            return int(connection.channel().queue_declare(queue, passive=True).message_count)
        except connection.channel_errors:
            return None


def test_a_rejected_fact_is_kept_with_the_dead_letters_and_the_next_one_is_handled(
    worker: Worker, rabbitmq: Rabbit, send: Callable[[int, str], None]
) -> None:
    send(1, "rejected")
    send(2, "fine")
    eventually(lambda: worker.times(2) == 1)
    eventually(lambda: queued(rabbitmq, DEAD_LETTERS) == 1)
    assert worker.times(1) == 1


def test_an_unexpected_error_is_tried_a_few_times_with_pauses_then_set_aside(
    worker: Worker, rabbitmq: Rabbit, send: Callable[[int, str], None]
) -> None:
    send(1, "unexpected")
    send(2, "fine")
    eventually(lambda: queued(rabbitmq, DEAD_LETTERS) == 1, timeout_s=20)
    assert worker.times(1) == 3
    eventually(lambda: worker.times(2) == 1)
    assert "surprise" in worker.log.read_text()


def test_an_unavailable_fact_comes_back_with_growing_delay_and_is_never_lost(
    worker: Worker, rabbitmq: Rabbit, send: Callable[[int, str], None]
) -> None:
    send(1, "unavailable")
    eventually(lambda: worker.times(1) == 3, timeout_s=20)
    never(lambda: worker.times(1) > 4, during_s=3)
    assert queued(rabbitmq, DEAD_LETTERS) == 0


def test_a_handler_whose_connection_dies_meanwhile_does_not_kill_the_service(
    worker: Worker, rabbitmq: Rabbit, send: Callable[[int, str], None]
) -> None:
    send(1, "slow")
    eventually(lambda: worker.times(1) == 1)
    rabbitmq.kill()
    rabbitmq.start()
    eventually(lambda: worker.times(1) == 2, timeout_s=40, because="unacknowledged, it is delivered again")
    eventually(
        lambda: (
            queued(rabbitmq, "evt-telemetry-stored--probe.on_stored") == 0 and worker.process.poll() is None
        )
    )
