"""Devices of the shard `prio`, and a wall that watches them: how long a value takes from one to the other."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from websockets.asyncio.client import connect

from services.registry.domain import Channel, Device
from tests.fixtures.walls import hello, pair
from tests.load.bench_ingest_world import PASSWORD, PUBLISHER, World

SHARD = "prio"
DEVICES = 5
CHANNEL = "laeq"
EACH_S = 0.2  # one value in so many seconds, of one device after the other
BOARD = "tong-quan"


def devices() -> list[Device]:
    """Noise meters, which the board shows. Their values count up, so that a later one is a larger one."""
    since = datetime(2020, 1, 1, tzinfo=UTC)
    channels = (Channel(CHANNEL, "count", "dBA"),)
    return [
        Device(name, "noise", f"Ồn {name}", "", SHARD, "", 105.8, 21.0, "active", since, 1, channels)
        for name in names()
    ]


def names() -> list[str]:
    return [f"prio-{number}" for number in range(DEVICES)]


class Prio:
    """Publishes and watches, in threads of its own."""

    def __init__(self, world: World) -> None:
        self.sent = 0
        self.acknowledged = 0
        self._world = world
        self._waiting: dict[str, deque[tuple[int, float]]] = {name: deque() for name in names()}
        self._seen: list[tuple[float, float]] = []  # when published, seconds until the wall had it
        self._silent, self._over = threading.Event(), threading.Event()
        self._client = self._connect()
        self._publishing = threading.Thread(target=self._publish, daemon=True)
        self._watching = threading.Thread(target=lambda: asyncio.run(self._watch()), daemon=True)
        for thread in (self._watching, self._publishing):
            thread.start()

    def fall_silent(self) -> None:
        """Publish no more."""
        self._silent.set()
        self._publishing.join()

    def close(self) -> None:
        """Watch no more; within 2 s, since a heartbeat comes that often."""
        self._over.set()
        self._watching.join(5)
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def unseen(self) -> int:
        """Values that the wall does not have yet, nor a later one of the same device."""
        return sum(map(len, self._waiting.values()))

    def latencies_s(self, since: float, until: float) -> list[float]:
        """Of what was published in this time, from publishing to the wall, ascending.

        What has not come counts until now: leaving it out would flatter.
        """
        now = time.time()
        waiting = [(at, now - at) for values in self._waiting.values() for _, at in list(values)]
        return sorted(seconds for at, seconds in [*self._seen, *waiting] if since <= at < until)

    def _connect(self) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="haidang-bench-prio")
        client.username_pw_set(PUBLISHER, PASSWORD)
        client.on_publish = self._on_publish
        client.connect("127.0.0.1", self._world.broker.port)
        client.loop_start()
        return client

    def _on_publish(self, *_: object) -> None:
        self.acknowledged += 1

    def _publish(self) -> None:
        while not self._silent.wait(EACH_S):
            self.sent += 1
            name = names()[self.sent % DEVICES]
            payload = json.dumps({"ts": time.time_ns() // 1_000_000, "values": {CHANNEL: self.sent}})
            self._waiting[name].append((self.sent, time.time()))
            self._client.publish(f"ioc/v1/{SHARD}/devices/{name}/telemetry", payload, qos=1)

    async def _watch(self) -> None:
        address = f"ws://127.0.0.1:{self._world.wall_port}/ws"
        async with connect(address, compression=None, max_size=None) as line:
            await line.send(self._hello())
            while not self._over.is_set():
                frame = json.loads(await line.recv())
                self._take(frame.get("values", {}), time.time())

    def _hello(self) -> str:
        return hello(self._world.wall_port, pair(self._world.dsns()["display"], BOARD))

    def _take(self, values: Mapping[str, Mapping[str, float]], now: float) -> None:
        for name, waiting in self._waiting.items():
            shown = values.get(f"r/{name}/{CHANNEL}")
            while shown is not None and waiting and waiting[0][0] <= shown["v"]:
                _, at = waiting.popleft()
                self._seen.append((at, now - at))
