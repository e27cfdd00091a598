"""Parts of the centre fail; the wall says which, goes on, and catches up."""

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Devices, WallPage
from tests.fixtures.servers import Rabbit
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually, never

pytestmark = pytest.mark.one_store("a page shows what the hub sends, whatever kept it")

RABBIT_AWAY_S = 8


def test_a_killed_worker_is_named_and_ingest_goes_on(
    centre: Stack, devices: Devices, open_wall: Callable[..., WallPage]
) -> None:
    for process in ("gateway", "relay", "hub"):
        centre.start(process)
    worker = centre.start("worker")
    wall = open_wall()
    eventually(lambda: "cổng gRPC" in wall.strip() and "bộ tính chỉ số" not in wall.strip())

    worker.kill()

    eventually(lambda: "bộ tính chỉ số (từ " in wall.strip())
    devices.publish("noise-001", laeq=71.5)
    wall.shows("noise-max", "71,5")
    centre.start("worker")
    eventually(lambda: "bộ tính chỉ số" not in wall.strip())


def test_the_wall_catches_up_after_rabbitmq_was_away(
    centre: Stack, devices: Devices, rabbitmq: Rabbit, open_wall: Callable[..., WallPage]
) -> None:
    for process in ("gateway", "relay", "hub"):
        centre.start(process)
    wall = open_wall()
    devices.publish("noise-001", laeq=61.2)
    wall.shows("noise-max", "61,2")

    rabbitmq.stop()
    eventually(lambda: "kênh tin RabbitMQ" in wall.strip())
    devices.publish("noise-001", laeq=71.5)
    never(lambda: wall.line() != "live", RABBIT_AWAY_S)
    devices.publish("noise-002", laeq=84.6)
    rabbitmq.start()

    wall.shows("noise-max", "84,6", 30)
    eventually(lambda: "kênh tin RabbitMQ" not in wall.strip(), 30)
