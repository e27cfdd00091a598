"""Single faults, looked at closely: what the broker has acknowledged is stored, once.

What else goes wrong in a server room is in soak_faults.py, and each of those happens once in test_soak.py.
"""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest

from services.runtime import outbox
from services.telemetry import wire
from tests.faults.steady_flow import Flow
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Running
from tests.fixtures.proxy import Proxy
from tests.fixtures.servers import Database, MosquittoServer, Rabbit
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.integration.gateway_world import GatewayWorld

pytestmark = pytest.mark.both_stores

DEVICES = tuple(f"test-{n:03d}" for n in range(1, 11))
FROZEN_S = "3"  # long enough for a gateway that works on a busy machine
_shards = itertools.count(1)


@pytest.fixture
def world(database: Database, mosquitto: MosquittoServer, stack: Stack) -> GatewayWorld:
    made = GatewayWorld(database, mosquitto, stack, f"fault-{next(_shards)}")
    made.register(*DEVICES)
    return made


@pytest.fixture
def flow(world: GatewayWorld) -> Iterator[Callable[[int], Flow]]:
    """Starts a flow of so many messages a second."""
    made: list[Flow] = []

    def start(per_s: int) -> Flow:
        made.append(Flow(world, DEVICES, per_s))
        return made[-1]

    yield start
    for one in made:
        one.stop()


def pause(seconds: float) -> None:
    """Let the world go on for a while: what is measured is what happens meanwhile."""
    threading.Event().wait(seconds)


def assert_nothing_is_lost(world: GatewayWorld, flow: Flow) -> None:
    flow.stop()
    assert len(flow.acknowledged) == flow.published, "the broker has taken everything"
    eventually(lambda: world.stored() == flow.published, 30, "everything published is stored")
    assert set(world.values()) == flow.acknowledged
    for entry in world.ledger().values():
        assert entry.received == entry.stored + entry.duplicate
    assert world.quarantine() == []


def test_database_stopped_for_eight_seconds(world: GatewayWorld, flow: Callable[[int], Flow]) -> None:
    """Acceptance 4 of the first issue: 1,000 messages a second, published = stored after recovery."""
    gateway = world.start()
    flowing = flow(1000)
    pause(1)
    world.database.server.stop()
    pause(8)
    assert gateway.http("/live")[0] == 200, "waiting is not standing still"
    world.database.server.start()
    pause(1)
    assert flowing.published > 8000
    assert_nothing_is_lost(world, flowing)
    assert gateway.is_alive


def test_waiting_for_the_database_keeps_the_session_alive(
    world: GatewayWorld, flow: Callable[[int], Flow]
) -> None:
    """Longer than the broker waits for a sign of life (1.5 keepalives), and nothing is read meanwhile."""
    gateway = world.start(HAIDANG_MQTT_KEEPALIVE_S="2", HAIDANG_BATCH_MESSAGES="200")
    flowing = flow(800)
    world.database.server.stop()
    pause(6)
    world.database.server.start()
    assert_nothing_is_lost(world, flowing)
    _, text = gateway.http("/metrics")
    assert f'haidang_gateway_connects_total{{shard="{world.shard}"}} 1.0' in text


def test_message_bus_stopped_and_relay_killed(
    world: GatewayWorld, flow: Callable[[int], Flow], rabbitmq: Rabbit
) -> None:
    """Neither is on the way of an acknowledgement; afterwards every fact has its position and its confirm."""
    world.start()
    relay = world.stack.start("relay")
    flowing = flow(500)
    pause(1)
    rabbitmq.stop()
    pause(3)
    before = world.stored()
    relay.kill()
    pause(2)
    assert world.stored() > before, "ingest goes on"
    rabbitmq.start()
    world.stack.start("relay")
    assert_nothing_is_lost(world, flowing)
    eventually(lambda: facts_published(world) == flowing.published, 20)


def facts_published(world: GatewayWorld) -> int:
    """Readings in facts that the bus has confirmed; positions are checked for gaps on the way."""
    with psycopg.connect(world.database.dsn("telemetry")) as conn:
        confirmed = outbox.published(conn, "telemetry")
        facts = outbox.facts_after(conn, "telemetry", 0, 100_000)
    assert [fact.position for fact in facts] == list(range(1, len(facts) + 1))
    return sum(len(wire.decode(fact.body).readings.value) for fact in facts if fact.position <= confirmed)


def test_gateway_killed_again_and_again(world: GatewayWorld, flow: Callable[[int], Flow]) -> None:
    gateway = world.start()
    flowing = flow(1000)
    for _ in range(3):
        pause(0.7)
        gateway.kill()
        pause(0.3)
        gateway = world.start()
    assert_nothing_is_lost(world, flowing)


def test_commits_whose_answer_is_lost(
    world: GatewayWorld, flow: Callable[[int], Flow], proxy: Callable[[int], Proxy]
) -> None:
    """The line is cut at random moments: a commit may have happened, and must not be counted twice."""
    line = proxy(world.database.server.port)
    world.start(HAIDANG_TELEMETRY_DSN=dsn_through(line, world), HAIDANG_BATCH_AGE_S="0.01")
    flowing = flow(1000)
    for n in range(20):
        pause(0.1 + n % 7 * 0.01)
        line.cut()
    assert_nothing_is_lost(world, flowing)
    assert sum(entry.duplicate for entry in world.ledger().values()) == 0


def dsn_through(line: Proxy, world: GatewayWorld) -> str:
    """The store's, by way of a line."""
    return world.database.dsn("telemetry").replace(f":{line.target_port}/", f":{line.port}/")


def test_poison_among_good_messages(world: GatewayWorld, flow: Callable[[int], Flow]) -> None:
    """A value that the store itself refuses (the constraint stands for the bug nobody thought of)."""
    with psycopg.connect(world.database.dsn("telemetry"), autocommit=True) as conn:
        conn.execute("ALTER TABLE telemetry.readings ADD CONSTRAINT poison CHECK (value <> -13)")
    world.register("air-001")
    world.start()
    flowing = flow(300)
    with world.device("air-001") as client:
        for _ in range(5):
            world.publish(client, world.topic("air-001"), [b'{"temp": -13}'])
            pause(0.2)
    flowing.stop()
    eventually(lambda: world.received() == flowing.published + 5, 30)
    items = world.quarantine()
    assert [(item.reason, item.payload) for item in items] == [("unexpected_error", b'{"temp": -13}')] * 5
    assert set(world.values()) == flowing.acknowledged


def test_memory_is_bounded_by_what_is_not_stored_yet(
    world: GatewayWorld, flow: Callable[[int], Flow]
) -> None:
    """With the database away, reading stops: the broker keeps the rest."""
    gateway = world.start(HAIDANG_BATCH_MESSAGES="200")
    world.database.server.stop()
    flowing = flow(1500)
    pause(3)
    _, text = gateway.http("/metrics")
    line = next(x for x in text.splitlines() if x.startswith("haidang_gateway_unacknowledged_messages{"))
    # one read of the socket beyond the limit, at most
    assert 0 < float(line.rpartition(" ")[2]) < 200 + 256 * 1024 / 60
    world.database.server.start()
    assert_nothing_is_lost(world, flowing)


def test_a_loop_that_stands_still_ends_the_process(world: GatewayWorld) -> None:
    """SIGSTOP to the process would stop its watchdog as well, so the database is frozen under a statement."""
    gateway = world.start(HAIDANG_STALL_S="3")
    server = world.database.server
    server.pause()
    try:
        world.send(DEVICES[0], b'{"temp": 1}')
        assert gateway.process.wait(20) == 70
    finally:
        server.resume()
    assert "gateway.stalled" in gateway.logs()
    world.start()
    eventually(lambda: world.stored() == 1, 15)


def test_pinned_process_is_replaced_without_loss(world: GatewayWorld, flow: Callable[[int], Flow]) -> None:
    """A gateway that is frozen, and one that takes its client id over: the broker moves the session."""
    frozen = world.start(HAIDANG_FROZEN_S=FROZEN_S)
    flowing = flow(500)
    pause(0.5)
    os.kill(frozen.process.pid, signal.SIGSTOP)
    started = time.monotonic()
    a_replacement(world)
    eventually(lambda: world.stored() > 0 and time.monotonic() - started > 1, 30)
    frozen.kill()
    assert_nothing_is_lost(world, flowing)


def test_gateway_frozen_within_a_statement_is_replaced(
    world: GatewayWorld, proxy: Callable[[int], Proxy]
) -> None:
    """Its readings are written and not committed, and the server waits for the ledger's row."""
    line = proxy(world.database.server.port)
    frozen = world.start(HAIDANG_TELEMETRY_DSN=dsn_through(line, world), HAIDANG_FROZEN_S=FROZEN_S)
    line.stall_after(b"COPY telemetry.ledger")
    world.send(DEVICES[0], b'{"ts": 1700000000000, "values": {"temp": 1}}')
    eventually(lambda: line.is_stalled, 10)
    os.kill(frozen.process.pid, signal.SIGSTOP)
    other = a_replacement(world)
    eventually(lambda: world.stored() == 1, 20, "the replacement waits for the locks, once")
    assert "gateway.frozen_writer_ended" in other.logs()
    line.resume()
    os.kill(frozen.process.pid, signal.SIGCONT)
    eventually(lambda: world.received() == 2, 10, "it wakes, and has the same batch in hand")
    assert world.stored() == 1
    assert len(world.values()) == 1


def a_replacement(world: GatewayWorld) -> Running:
    """Another gateway for the same shard."""
    other = GatewayWorld(world.database, world.broker, _fresh_ports(world.stack), world.shard)
    return other.start(HAIDANG_FROZEN_S=FROZEN_S)


def _fresh_ports(stack: Stack) -> Stack:
    return stack.through(ports=replace(stack.ports, gateway_health=free_port()))
