"""The worker process end to end: records → their log → RabbitMQ → figures → the bus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from services.indicators.figures_fact import PUBLISHED, published_versions
from services.runtime.bus import Envelope, FactConsumer
from tests.fixtures.servers import Database
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.integration.figures_office import Office
from tests.integration.figures_world import Engine, shipped_datasets

CRASHES = ("TR-01", "province", "", "", "month", date(2025, 10, 1))
KEY = "traffic.crashes"


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    engine = Engine(database, datetime.now(UTC))
    yield Office(database, engine, shipped_datasets())
    engine.close()


def crash(number: int) -> dict[str, str]:
    return {
        "crash": f"TN-{number:04d}",
        "occurred_at": f"{number % 28 + 1:02d}/10/2025 08:00",
        "commune": "22366",
        "mode": "road",
        "severity": "collision",
        "deaths": "0",
        "injured": "1",
    }


def test_a_record_becomes_a_figure_on_the_bus_and_kills_lose_nothing(office: Office, stack: Stack) -> None:
    received: list[Envelope] = []
    consumer = FactConsumer(stack.wiring.amqp_url, [PUBLISHED], received.append, lambda: None)
    consumer.start()
    stack.start("relay")
    worker = stack.start("worker")
    eventually(lambda: consumer.connected)

    def known() -> tuple[object, ...]:
        return office.engine.figures("value").get(CRASHES, (None,))

    batch = office.open(KEY)
    office.append(batch, [crash(1), crash(2)])
    eventually(lambda: known() == (2,), timeout_s=30)
    eventually(
        lambda: any(
            one[:6] == CRASHES and one.value == 2
            for e in received
            for one in published_versions(bytes(e.body))
        ),
        timeout_s=10,
    )
    for number in range(3, 9):
        office.append(batch, [crash(number)])
        if number == 5:
            worker.kill()
    worker = stack.start("worker")
    eventually(lambda: known() == (8,), timeout_s=30)
    assert worker.stop() == 0
    consumer.stop()
