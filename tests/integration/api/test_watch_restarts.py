"""A watching client is killed ten times, the server twice, while readings keep coming: each is there once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fixtures.processes import CHECKOUT
from tests.fixtures.servers import Database, MosquittoServer
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.integration.gateway_world import GatewayWorld

pytestmark = pytest.mark.both_stores

KILLS = 10
PER_S = 200


@pytest.fixture
def world(database: Database, mosquitto: MosquittoServer, stack: Stack) -> GatewayWorld:
    return GatewayWorld(database, mosquitto, stack, "w0")


class Steady:
    """A device that says one value after the other until it is told to stop."""

    def __init__(self, world: GatewayWorld, device: str) -> None:
        self._world, self._device = world, device
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.sent = 0

    def __enter__(self) -> Steady:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        topic, base_ms = self._world.topic(self._device), time.time_ns() // 1_000_000 - 3_600_000
        with self._world.device(self._device) as client:
            while not self._stopping.wait(1 / PER_S):
                said = {"ts": base_ms + self.sent, "values": {"temp": self.sent}}
                client.publish(topic, json.dumps(said), qos=1).wait_for_publish(30)
                self.sent += 1


def test_every_reading_exactly_once(
    world: GatewayWorld, stack: Stack, new_token: Callable[..., str], tmp_path: Path
) -> None:
    world.register("test-001")
    gateway, relay = world.launch(), stack.launch("relay")
    api = stack.start("api")
    gateway.wait_ready()
    relay.wait_ready()
    file = tmp_path / "watched"
    client = {
        "HAIDANG_API_ADDRESS": f"127.0.0.1:{stack.ports.grpc}",
        "HAIDANG_TOKEN": new_token("telemetry.read"),
        "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'protos/gen'}",
    }
    with _watching(file, client):
        eventually(lambda: file.exists())  # its place is written down: from here on nothing may be missed
    with Steady(world, "test-001") as steady:
        for kill in range(KILLS):
            before = len(_watched(file))
            with _watching(file, client):
                eventually(lambda: len(_watched(file)) > before, timeout_s=30)  # noqa: B023
                if kill == 3:
                    api.stop()
                    api = stack.start("api")
                elif kill == 6:
                    api.kill()
                    api = stack.start("api")
            if kill == 8:
                with file.open("ab") as broken_off:
                    broken_off.write(b'{"resume_tok')  # what a kill in the middle of a line leaves
    eventually(lambda: world.stored() == steady.sent, timeout_s=30)
    with _watching(file, client):
        eventually(lambda: len(_watched(file)) >= steady.sent, timeout_s=30)

    assert _watched(file) == [float(n) for n in range(steady.sent)]


@contextmanager
def _watching(file: Path, client: dict[str, str]) -> Iterator[None]:
    """The example of the documentation as it stands; killed at the end."""
    command = [sys.executable, "docs/examples/keep_readings.py", str(file), "test-001"]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=os.environ | client)
    try:
        yield
        assert process.poll() is None
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _watched(file: Path) -> list[float]:
    """Values in the order in which they came; a line that is not whole does not count."""
    lines = [
        line for line in file.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")
    ]
    return [value for line in lines for *_, value in json.loads(line)["readings"]]
