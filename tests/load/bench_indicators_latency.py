"""How soon a record is on the bus: rows by the shipped definitions, a relay, RabbitMQ, a worker."""

from __future__ import annotations

import statistics
import threading
import time
from datetime import UTC, datetime

from services.indicators.figures_fact import PUBLISHED, published_versions
from services.runtime.bus import Envelope, FactConsumer
from tests.fixtures.servers import Database
from tests.integration.figures_office import Office
from tests.integration.figures_world import Engine, shipped_datasets
from tests.load.bench_ingest_world import World, new_world, wait_until

DATASET = "traffic.crashes"
PER_S = 200
ROWS_A_COMMIT = 20
WARM_UP_S = 5
LONGEST_WAIT_S = 60
MODES = ("road", "rail", "waterway", "sea")


class Bus:
    """When the last fact of each transaction of the engine came, by the position that it had reached."""

    def __init__(self, amqp_url: str) -> None:
        self.came: dict[int, float] = {}
        self._lock = threading.Lock()
        self.consumer = FactConsumer(amqp_url, [PUBLISHED], self._take, lambda: None)

    def _take(self, envelope: Envelope) -> None:
        now = time.monotonic()
        positions = {one.position for one in published_versions(bytes(envelope.body))}
        with self._lock:
            self.came.update(dict.fromkeys(positions, now))

    def reached(self) -> list[tuple[int, float]]:
        with self._lock:
            return sorted(self.came.items())


def latency(store: str, communes: int, seconds: int) -> dict[str, object]:
    """Seconds from before the commit of a record to the last figure of the transaction that took it in."""
    world = new_world(store)
    try:
        world.devices = 1
        world.start()
        world.stop_process("hub")
        return _measured(world, communes, seconds)
    finally:
        world.stop()


def _measured(world: World, communes: int, seconds: int) -> dict[str, object]:
    dsns = world.dsns("haidang")
    database = Database(world.postgres, "haidang", world.postgres.dsn("haidang"), dsns)
    world.launch("worker")
    world.wait_http("worker", "/ready")
    bus = Bus(world.rabbit.url())
    bus.consumer.start()
    wait_until(lambda: bus.consumer.connected, 10, "a consumer at RabbitMQ")
    engine = Engine(database, datetime.now(UTC))
    try:
        office = Office(database, engine, shipped_datasets())
        appended = _appended(office, communes, seconds)
        last = max(appended)
        wait_until(
            lambda: bool(bus.reached()) and bus.reached()[-1][0] >= last, LONGEST_WAIT_S, "all on the bus"
        )
        took = sorted(_latencies(appended, bus.reached()))
    finally:
        engine.close()
        bus.consumer.stop()
    return {
        "latency_p50_s": round(statistics.median(took), 2),
        "latency_p95_s": round(took[int(len(took) * 0.95)], 2),
    }


def _appended(office: Office, communes: int, seconds: int) -> dict[int, float]:
    """Position of each commit in the log, with the moment before it; those that warm up left out."""
    batch, begun, told = office.open(DATASET), time.monotonic(), []
    for number in range((seconds + WARM_UP_S) * PER_S // ROWS_A_COMMIT):
        due = begun + number * ROWS_A_COMMIT / PER_S
        time.sleep(max(0.0, due - time.monotonic()))
        told.append(time.monotonic())
        office.append(
            batch, [_a_crash(number * ROWS_A_COMMIT + row, communes) for row in range(ROWS_A_COMMIT)]
        )
    warm = WARM_UP_S * PER_S // ROWS_A_COMMIT
    # Positions are given in the order of commits; nobody else appends.
    return {number + 1: moment for number, moment in enumerate(told) if number >= warm}


def _latencies(appended: dict[int, float], reached: list[tuple[int, float]]) -> list[float]:
    return [
        next(came for position, came in reached if position >= wanted) - began
        for wanted, began in appended.items()
    ]


def _a_crash(number: int, communes: int) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "crash": f"TN-{number:07d}",
        "occurred_at": f"{number % 28 + 1:02d}/10/{now.year - 1} {number % 24:02d}:00",
        "commune": str(20_000 + number % communes),
        "mode": MODES[number % len(MODES)],
        "severity": "collision",
        "deaths": str(number % 2),
        "injured": str(number % 5),
    }
