"""The worker process end to end: readings → their log → RabbitMQ → alarms → the bus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from services.alarms import alarms_fact
from services.runtime.bus import Envelope, FactConsumer
from tests.fixtures.servers import Database
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.integration.alarms_world import World, device

pytestmark = pytest.mark.one_store("the way from a fact to an alarm on the bus is the same for both")


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    one = World(database)
    one.provision(device("a"), device("b"))
    yield one
    one.close()


def test_a_reading_becomes_an_alarm_on_the_bus_and_a_kill_loses_none(world: World, stack: Stack) -> None:
    received: list[Envelope] = []
    consumer = FactConsumer(stack.wiring.amqp_url, [alarms_fact.CHANGED], received.append, lambda: None)
    consumer.start()
    stack.start("relay")
    worker = stack.start("worker")
    eventually(lambda: consumer.connected)

    def heard() -> list[tuple[str, str]]:
        told = [one for e in received for one in alarms_fact.changes(bytes(e.body))]
        return [(str(one.event), one.alarm.device) for one in told if one.alarm.rule == "pm25_high"]

    def say(name: str, value: float) -> None:
        world.now = datetime.now(UTC)
        world.store([(name, world.now - timedelta(milliseconds=50), value)])

    say("a", 150.0)
    eventually(lambda: heard() == [("raise", "a")], timeout_s=30)
    worker.kill()
    say("b", 150.0)
    say("a", 20.0)
    worker = stack.start("worker")
    eventually(lambda: sorted(heard()) == [("clear", "a"), ("raise", "a"), ("raise", "b")], timeout_s=30)
    assert 'haidang_alarms_changes_total{event="raise"} 1.0' in worker.http("/metrics")[1]
    assert worker.stop() == 0
    consumer.stop()
