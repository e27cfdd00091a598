"""Shards move between gateways, by hand or because one dies, while devices go on sending: nothing is lost."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services.telemetry.commands_domain import State
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Running
from tests.fixtures.servers import Database, MosquittoServer
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.integration.commands_world import QUICK, CommandWorld
from tests.integration.gateway_world import GatewayWorld

pytestmark = pytest.mark.one_store(
    "who has a shard is in an ordinary table; what a gateway leaves is told on both by test_ingest_faults"
)

_shards = itertools.count(1)


class Centre:
    """Two shards with a device each, and gateways by name."""

    def __init__(self, database: Database, broker: MosquittoServer, stack: Stack) -> None:
        number = next(_shards)
        self.shards = {
            device: GatewayWorld(database, broker, stack, f"move-{number}-{part}")
            for device, part in (("air-001", "a"), ("air-002", "b"))
        }
        for device, world in self.shards.items():
            world.register(device)
        self.a, self.b = (world.shard for world in self.shards.values())
        self.stack = stack
        self.world = self.shards["air-001"]
        self.sent = dict.fromkeys(self.shards, 0)

    def launch(self, name: str, shards: dict[str, list[str]]) -> Running:
        return self.stack.launch(
            "gateway",
            HAIDANG_GATEWAY_NAME=name,
            HAIDANG_GATEWAY_SHARDS_BY_NAME=json.dumps(shards),
            HAIDANG_HEALTH_PORT=str(free_port()),
            **QUICK,
        )

    def start(self, name: str, shards: dict[str, list[str]]) -> Running:
        return self.launch(name, shards).wait_ready()

    @contextmanager
    def flow(self) -> Iterator[None]:
        """Both devices send a hundred readings a second, each with a value of its own, until the end."""
        stopping = threading.Event()
        threads = [threading.Thread(target=self._send, args=(name, stopping)) for name in self.shards]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stopping.set()
            for thread in threads:
                thread.join()

    def _send(self, name: str, stopping: threading.Event) -> None:
        world = self.shards[name]
        start_ms = time.time_ns() // 1_000_000 - 3_600_000
        with world.device(name) as client:
            while not stopping.is_set():
                first = self.sent[name]
                bodies = [
                    json.dumps({"ts": start_ms + n, "values": {"temp": n}}) for n in range(first, first + 5)
                ]
                world.publish(client, world.topic(name), bodies)
                self.sent[name] += len(bodies)
                stopping.wait(0.05)

    def sends_on(self, count: int) -> None:
        """Wait until each device has sent so many more."""
        goal = {name: sent + count for name, sent in self.sent.items()}
        eventually(lambda: all(self.sent[name] >= goal[name] for name in goal), 20)

    def has_everything(self) -> None:
        """Every reading that the broker took is stored, once."""
        wanted = sorted(float(n) for sent in self.sent.values() for n in range(sent))
        eventually(lambda: sorted(self.world.values()) == wanted, 30)


@pytest.fixture
def centre(database: Database, mosquitto: MosquittoServer, stack: Stack) -> Centre:
    made = Centre(database, mosquitto, stack)
    # The sessions must exist before anybody sends: the broker keeps nothing for a client that it never met.
    first = made.start("first", {"first": [made.a, made.b]})
    first.stop()
    return made


def test_a_shard_moves_by_hand(centre: Centre) -> None:
    whole = centre.start("gateway-0", {"gateway-0": [centre.a, centre.b]})
    with centre.flow():
        centre.sends_on(100)
        assert whole.stop() == 0
        divided = {"gateway-0": [centre.a], "gateway-1": [centre.b]}
        gateways = [centre.start(name, divided) for name in divided]
        centre.sends_on(100)
        for gateway in gateways:
            gateway.stop()
        centre.start("gateway-0", {"gateway-0": [centre.a, centre.b]})
        centre.sends_on(100)
    centre.has_everything()


def test_another_gateway_takes_over_from_one_that_died(centre: Centre) -> None:
    divided = {"gateway-0": [centre.a], "gateway-1": [centre.b]}
    centre.start("gateway-0", divided)
    dying = centre.start("gateway-1", divided)
    world = CommandWorld(centre.shards["air-002"])
    with centre.flow():
        centre.sends_on(100)
        dying.kill()
        sent = world.send("air-002")
        centre.sends_on(100)
        centre.start("gateway-2", {"gateway-2": [centre.b]})
        world.reaches(sent, State.SENT)
        centre.sends_on(100)
    centre.has_everything()


def test_two_that_want_the_same_shard_lose_nothing_and_do_not_rage(centre: Centre) -> None:
    """As while a new division rolls out: one has heard of it, the other has not yet."""
    old = centre.start("gateway-0", {"gateway-0": [centre.a, centre.b]})
    with centre.flow():
        new = centre.launch("gateway-1", {"gateway-0": [centre.a], "gateway-1": [centre.b]})
        centre.sends_on(200)
        eventually(lambda: old.logs().count("gateway.mqtt_away") >= 3, 20)
        begun = time.monotonic()
        connects = new.logs().count("gateway.mqtt_connected")
        centre.sends_on(150)
        rate = (new.logs().count("gateway.mqtt_connected") - connects) / (time.monotonic() - begun)
        assert rate < 2, "reconnects a second"
        old.stop()
        centre.start("gateway-0", {"gateway-0": [centre.a]})
        centre.sends_on(50)
    centre.has_everything()


@pytest.mark.parametrize(
    ("shards", "problem"),
    [
        ({"gateway-0": ["a"], "gateway-1": ["b", "a"]}, "shards of more than one gateway: a"),
        ({"gateway-1": ["a"]}, "gives gateway-0 no shards"),
        ({"gateway-0": [], "gateway-1": ["a"]}, "gives gateway-0 no shards"),
    ],
)
def test_a_division_that_cannot_work_is_refused_at_the_start(
    centre: Centre, shards: dict[str, list[str]], problem: str
) -> None:
    refused = centre.launch("gateway-0", shards)
    eventually(lambda: not refused.is_alive)
    assert refused.process.returncode == 1
    assert problem in refused.logs()
