"""A gateway that cannot do its work any more notices, says so, and comes back."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.deaf_broker import DeafBroker
from tests.fixtures.processes import Processes
from tests.fixtures.proxy import Proxy
from tests.fixtures.servers import Database, MosquittoServer
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually, never
from tests.integration.commands_world import CommandWorld
from tests.integration.gateway_world import GatewayWorld

pytestmark = pytest.mark.one_store("it is about the line to the broker and what paho calls")

_shards = itertools.count(1)
KEEPALIVE_S = 2

# paho calls these; with the tap, messages do not pass through it.
CALLBACKS = [
    *(
        (name, "true")
        for name in ("_on_socket_open", "_on_connect", "_on_subscribe", "_on_disconnect", "_on_publish")
    ),
    *((name, "false") for name in ("_on_connect", "_on_disconnect", "_on_publish", "_on_message")),
]


@pytest.fixture
def world(database: Database, mosquitto: MosquittoServer, stack: Stack) -> GatewayWorld:
    made = GatewayWorld(database, mosquitto, stack, f"zombie-{next(_shards)}")
    made.register("air-001")
    return made


@pytest.mark.parametrize(("callback", "tap"), CALLBACKS)
def test_an_exception_in_a_callback_ends_the_process_and_the_next_one_goes_on(
    world: GatewayWorld, processes: Processes, proxy: Callable[[int], Proxy], callback: str, tap: str
) -> None:
    """Ours has no thread of paho's that could die alone: the exception passes through the loop."""
    line = proxy(world.broker.port)
    through = GatewayWorld(
        world.database,
        world.broker,
        world.stack.through(ports=replace(world.stack.ports, mqtt=line.port)),
        world.shard,
    )
    first = through.start(HAIDANG_MQTT_TAP=tap)  # the broker keeps messages from its subscription on
    assert first.stop() == 0
    settings = through.stack.settings(
        "gateway", HAIDANG_GATEWAY_SHARDS=f'["{world.shard}"]', HAIDANG_MQTT_TAP=tap
    )
    broken = processes.start("gateway", "tests.faults.broken_gateway", callback, settings=settings)
    if callback in ("_on_disconnect", "_on_publish"):
        broken.wait_ready()
    if callback == "_on_disconnect":
        line.cut()
    if callback == "_on_publish":
        CommandWorld(world).send("air-001")
    world.send("air-001", b'{"ts": %d, "values": {"temp": 1}}' % (time.time_ns() // 1_000_000))

    assert broken.process.wait(60) == 1, "the supervisor is asked for another"
    assert "gateway.broken" in broken.logs()
    assert f"{callback} is broken" in broken.logs()
    through.start(HAIDANG_MQTT_TAP=tap)
    eventually(lambda: world.stored() == 1)


@pytest.mark.parametrize("tap", ["true", "false"])
def test_acknowledgements_that_never_leave(world: GatewayWorld, tap: str) -> None:
    """The peer talks on, so there is no silence to notice; it takes nothing, so no PUBACK leaves."""
    start_ms = time.time_ns() // 1_000_000 - 3_600_000
    messages = 20_000
    broker = DeafBroker(
        world.topic("air-001"), lambda n: b'{"ts": %d, "values": {"temp": %d}}' % (start_ms + n, n), messages
    )
    try:
        ports = replace(world.stack.ports, mqtt=broker.port)
        deaf = GatewayWorld(world.database, world.broker, world.stack.through(ports=ports), world.shard)
        offered = 2 * messages  # on each connection; they are no flood
        settings = {"HAIDANG_MQTT_KEEPALIVE_S": str(KEEPALIVE_S), "HAIDANG_RATE_BURST": str(offered)}
        gateway = deaf.start(HAIDANG_MQTT_TAP=tap, **settings)
        eventually(lambda: broker.connections >= 2, 20 + KEEPALIVE_S * 3, "it hangs up, and connects anew")
        eventually(lambda: len(broker.acknowledged) == messages, 30)
        assert world.stored() == messages
        assert set(world.values()) == {float(n) for n in range(messages)}
        assert "gateway.mqtt_away" in gateway.logs()
        assert gateway.is_alive
        eventually(lambda: gateway.http("/ready")[0] == 200)
    finally:
        broker.close()


@pytest.mark.parametrize("tap", ["true", "false"])
def test_a_line_that_passes_nothing(world: GatewayWorld, proxy: Callable[[int], Proxy], tap: str) -> None:
    """As a dead router: nothing comes, nothing leaves, and nobody closes the connection."""
    line = proxy(world.broker.port)
    ports = replace(world.stack.ports, mqtt=line.port)
    through = GatewayWorld(world.database, world.broker, world.stack.through(ports=ports), world.shard)
    gateway = through.start(HAIDANG_MQTT_TAP=tap, HAIDANG_MQTT_KEEPALIVE_S=str(KEEPALIVE_S))
    line.stall()
    world.send("air-001", b'{"ts": %d, "values": {"temp": 1}}' % (time.time_ns() // 1_000_000))
    eventually(lambda: gateway.http("/ready")[0] == 503, 30, "it notices")
    assert "gateway.mqtt_away" in gateway.logs()
    line.resume()
    eventually(lambda: world.stored() == 1, 30)
    never(lambda: world.received() > 1, 0.5)
