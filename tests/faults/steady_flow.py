"""Devices that publish at a steady rate through whatever happens, each reading with a number of its own."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import dataclass, field

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.fixtures.servers import PASSWORD
from tests.integration.gateway_world import GatewayWorld

_TICK_S = 0.02


@dataclass
class Flow:
    """Publishes from a thread of its own until stopped; `acknowledged`: the values that the broker took."""

    world: GatewayWorld
    devices: tuple[str, ...]
    per_s: int
    acknowledged: set[float] = field(default_factory=set)
    published: int = 0

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._waiting: dict[tuple[str, int], float] = {}
        self._early: set[tuple[str, int]] = set()
        self._lock = threading.Lock()
        self._clients = {name: self._connect(name) for name in self.devices}
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the flow and wait for the broker's last acknowledgements."""
        self._stopping.set()
        self._thread.join(30)
        deadline = time.monotonic() + 20
        while len(self.acknowledged) < self.published and time.monotonic() < deadline:
            self._stopping.wait(0.001)
            threading.Event().wait(0.05)
        for client in self._clients.values():
            client.disconnect()
            client.loop_stop()

    def _connect(self, name: str) -> mqtt.Client:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"flow-{self.world.shard}-{name}")
        client.username_pw_set(name, PASSWORD)
        client.max_inflight_messages_set(1000)
        client.on_publish = lambda _c, _u, mid, _r, _p: self._acknowledge(name, mid)
        client.connect("127.0.0.1", self.world.broker.port)
        client.loop_start()
        return client

    def _run(self) -> None:
        start = time.monotonic()
        base_ms = int(time.time() * 1000) - 3_600_000
        names = itertools.cycle(self.devices)
        while not self._stopping.wait(_TICK_S):
            due = int((time.monotonic() - start) * self.per_s)
            while self.published < due:
                self._publish(next(names), base_ms + self.published, self.published)

    def _publish(self, name: str, at_ms: int, number: int) -> None:
        payload = b'{"ts": %d, "values": {"temp": %d}}' % (at_ms, number)
        info = self._clients[name].publish(self.world.topic(name), payload, qos=1)
        self.published += 1
        with self._lock:
            if (name, info.mid) in self._early:
                self._early.discard((name, info.mid))
                self.acknowledged.add(float(number))
            else:
                self._waiting[name, info.mid] = float(number)

    def _acknowledge(self, name: str, mid: int) -> None:
        with self._lock:
            number = self._waiting.pop((name, mid), None)
            if number is None:
                self._early.add((name, mid))
            else:
                self.acknowledged.add(number)
