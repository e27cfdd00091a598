"""A shard of a test's own, its devices, and publishers that speak as real devices do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from services.registry import store as registry
from services.registry.domain import Channel, Device
from services.telemetry import store as telemetry
from services.telemetry.views import LedgerEntry, QuarantinedItem
from tests.fixtures.processes import Running
from tests.fixtures.servers import PASSWORD, Database, MosquittoServer
from tests.fixtures.stack import Stack

SINCE = datetime(2020, 1, 1, tzinfo=UTC)


def a_device(name: str, shard: str, state: str = "active") -> Device:
    """One that measures pm25 (0 to 1,000) and temp (no limits)."""
    channels = (Channel("pm25", "pm25", "µg/m³", 0, 1000), Channel("temp", "temperature", "°C"))
    return Device(name, "air", f"Trạm {name}", "", shard, "", 105.8, 21.0, state, SINCE, 60, channels)  # type: ignore[arg-type]


@dataclass
class GatewayWorld:
    """One test's database, broker and shard. The broker is shared by the run, the shard is not."""

    database: Database
    broker: MosquittoServer
    stack: Stack
    shard: str

    def register(self, *names: str, state: str = "active") -> None:
        """Put devices into the registry."""
        with psycopg.connect(self.database.dsn("registry")) as conn:
            registry.put_devices(conn, [a_device(name, self.shard, state) for name in names])

    def launch(self, **settings: str) -> Running:
        """Start a gateway for the shard, without waiting."""
        return self.stack.launch("gateway", HAIDANG_GATEWAY_SHARDS=json.dumps([self.shard]), **settings)

    def start(self, **settings: str) -> Running:
        """Start a gateway for the shard and wait until it is ready."""
        return self.launch(**settings).wait_ready()

    def topic(self, device: str) -> str:
        """Where the device publishes."""
        return f"ioc/v1/{self.shard}/devices/{device}/telemetry"

    @contextmanager
    def device(self, name: str, port: int | None = None) -> Iterator[mqtt.Client]:
        """A connected MQTT client with the device's own credential."""
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"test-{self.shard}-{name}")
        client.username_pw_set(name, PASSWORD)
        client.max_inflight_messages_set(500)
        client.connect("127.0.0.1", port or self.broker.port)
        client.loop_start()
        try:
            yield client
        finally:
            client.disconnect()
            client.loop_stop()

    def send(self, device: str, *payloads: bytes | str) -> None:
        """Publish at QoS 1 and wait for the broker's acknowledgements."""
        with self.device(device) as client:
            self.publish(client, self.topic(device), payloads)

    @staticmethod
    def publish(client: mqtt.Client, topic: str, payloads: Sequence[bytes | str]) -> None:
        """The same on a connection that is there."""
        sent = [client.publish(topic, payload, qos=1) for payload in payloads]
        for one in sent:
            one.wait_for_publish(30)
            assert one.is_published()

    def ledger(self) -> dict[str, LedgerEntry]:
        """By device."""
        with psycopg.connect(self.database.dsn("telemetry")) as conn:
            return {entry.device: entry for entry in telemetry.ledger(conn)}

    def received(self) -> int:
        """Readings accounted for."""
        return sum(entry.received for entry in self.ledger().values())

    def stored(self) -> int:
        """Readings stored."""
        return sum(entry.stored for entry in self.ledger().values())

    def quarantine(self) -> list[QuarantinedItem]:
        """Oldest first."""
        with psycopg.connect(self.database.dsn("telemetry")) as conn:
            return telemetry.quarantine(conn, limit=1000)[::-1]

    def values(self) -> list[float]:
        """Every standing value, by series and time."""
        with psycopg.connect(self.database.dsn("telemetry")) as conn:
            rows = conn.execute(
                "SELECT value FROM telemetry.readings ORDER BY series_id, observed_at"
            ).fetchall()
        return [value for (value,) in rows]
