"""The relay as a process: what is committed reaches RabbitMQ, in order, whatever is away meanwhile."""

from collections.abc import Iterator

import pytest

from services.runtime import outbox
from services.runtime.bus import Envelope, FactConsumer
from services.runtime.db import Connection, connect
from tests.fixtures.servers import Database, Rabbit
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually


class Listener:
    """Everything that arrives, and how often the connection was made."""

    def __init__(self, url: str) -> None:
        self.envelopes: list[Envelope] = []
        self.connections = 0
        self.consumer = FactConsumer(url, ["telemetry.stored"], self.envelopes.append, self._connected)
        self.consumer.start()
        eventually(lambda: self.connections)

    def _connected(self) -> None:
        self.connections += 1

    @property
    def positions(self) -> list[int]:
        return [envelope.position for envelope in self.envelopes]


@pytest.fixture
def listener(rabbitmq: Rabbit) -> Iterator[Listener]:
    listener = Listener(rabbitmq.url())
    yield listener
    listener.consumer.stop()


@pytest.fixture
def connection(database: Database) -> Connection:
    return connect(database.dsn("telemetry"), "test", autocommit=True)


def add(connection: Connection, number: int) -> None:
    with connection.transaction():
        outbox.append(connection, "telemetry", "telemetry.stored", b'{"n":%d}' % number, f"{number:032x}")


def test_facts_arrive_with_position_epoch_and_trace(
    stack: Stack, listener: Listener, connection: Connection
) -> None:
    stack.start("relay")
    for number in range(1, 6):
        add(connection, number)
    eventually(lambda: len(listener.envelopes) == 5)
    assert listener.positions == [1, 2, 3, 4, 5]
    first = listener.envelopes[0]
    assert (first.fact, first.trace_id, bytes(first.body)) == ("telemetry.stored", f"{1:032x}", b'{"n":1}')
    assert first.epoch == outbox.head(connection, "telemetry").epoch


def test_a_second_relay_stands_by_and_takes_over(
    stack: Stack, listener: Listener, connection: Connection
) -> None:
    first = stack.start("relay")
    second = stack.through().launch("relay", HAIDANG_HEALTH_PORT="0")
    add(connection, 1)
    eventually(lambda: listener.positions == [1])
    first.kill()
    add(connection, 2)
    eventually(lambda: listener.positions[-1:] == [2], because="the second relay works on")
    assert second.is_alive


def test_while_the_broker_is_away_positions_go_on_and_facts_follow_later(
    stack: Stack, rabbitmq: Rabbit, listener: Listener, connection: Connection
) -> None:
    relay = stack.start("relay")
    add(connection, 1)
    eventually(lambda: listener.positions == [1])
    rabbitmq.stop()
    for number in range(2, 6):
        add(connection, number)
    eventually(lambda: outbox.head(connection, "telemetry").position == 5, timeout_s=20)
    eventually(lambda: relay.http("/ready")[0] == 503, timeout_s=20)
    assert "broker" in relay.http("/ready")[1]
    rabbitmq.start()
    eventually(lambda: outbox.published(connection, "telemetry") == 5, timeout_s=30)
    eventually(lambda: relay.http("/ready")[0] == 200)
    assert relay.is_alive


def test_a_relay_survives_its_connection_to_the_database(
    stack: Stack, database: Database, listener: Listener, connection: Connection
) -> None:
    stack.start("relay")
    add(connection, 1)
    eventually(lambda: listener.positions == [1])
    admin = connect(database.admin_dsn, "test", autocommit=True)
    admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s",
        ("relay-telemetry",),
    )
    add(connection, 2)
    eventually(lambda: listener.positions[-1:] == [2])
