"""The worker process end to end: readings → telemetry's log → RabbitMQ → values → the log of indicators."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from services.indicators.wire import published_values
from services.runtime.bus import Envelope, FactConsumer
from tests.fixtures.servers import Database
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.integration.indicators_world import NORTH, PROVINCE, World, device

pytestmark = pytest.mark.both_stores

HOUR = timedelta(hours=1)


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    made = World(database, now=datetime.now(UTC))
    made.provision(device("air-001", NORTH))
    yield made
    made.close()


def _rows(now: datetime) -> list[tuple[str, str, datetime, float]]:
    return [("air-001", "pm25", now - age * HOUR, 25.0) for age in range(3)]


def test_a_stored_reading_becomes_a_published_value(world: World, stack: Stack) -> None:
    received: list[Envelope] = []
    consumer = FactConsumer(stack.wiring.amqp_url, ["indicators.published"], received.append, lambda: None)
    consumer.start()
    stack.start("relay")
    worker = stack.start("worker")
    eventually(lambda: consumer.connected)
    trace_id = world.store(_rows(world.now))

    def traced() -> dict[tuple[str, str], float | None]:
        values = [v for e in received if e.trace_id == trace_id for v in published_values(bytes(e.body))]
        return {(v.indicator, v.subject): v.value for v in sorted(values, key=lambda v: v.period_start)}

    found = eventually(traced, timeout_s=20)
    assert found["vn_aqi_hour", "air-001"] == 50
    assert found["pm25_mean_hour", PROVINCE] == 25
    followed = [e for e in worker.events() if e.get("event") == "indicators.followed"]
    assert followed[-1]["trace_id"] == trace_id
    consumer.stop()
    assert worker.stop() == 0


def test_the_clock_alone_values_silent_devices(world: World, stack: Stack) -> None:
    stack.start("worker")
    latest = eventually(lambda: [v for v in world.published() if v.subject == PROVINCE], timeout_s=15)
    told = {(one.indicator, one.value, one.inputs_expected) for one in latest}
    assert told == {("devices_on_time_5min", 0, 1), ("devices_on_time_environment_5min", 0, 1)}


def test_facts_of_a_stopped_worker_are_followed_at_its_return(world: World, stack: Stack) -> None:
    stack.start("relay")
    worker = stack.start("worker")
    worker.kill()
    world.store(_rows(world.now))
    stack.start("worker")
    eventually(lambda: any(v.indicator == "vn_aqi_hour" for v in world.published()), timeout_s=15)


def test_a_database_that_goes_and_comes_back(world: World, stack: Stack, database: Database) -> None:
    stack.start("relay")
    worker = stack.start("worker")
    world.store(_rows(world.now))
    eventually(lambda: any(v.indicator == "vn_aqi_hour" for v in world.published()))
    database.server.stop()
    eventually(lambda: worker.http("/ready")[0] == 503, timeout_s=15)
    database.server.start()
    eventually(lambda: worker.http("/ready")[0] == 200, timeout_s=30)
    before = len(world.published())
    world.store([("air-001", "pm25", world.now - timedelta(minutes=1), 99.0)])
    eventually(lambda: len(world.published()) > before, timeout_s=30)
