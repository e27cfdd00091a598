"""Commands on a gateway's world: a sender's own connection, and devices that answer or do not."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from paho.mqtt import client as mqtt

from services.simulator.obedience import Memory, obey
from services.telemetry import commands_store as store
from services.telemetry.commands_domain import Order, State, read_order
from services.telemetry.commands_store import Command
from tests.fixtures.waiting import eventually
from tests.integration.gateway_world import GatewayWorld

_keys = itertools.count(1)

# A gateway that looks and resends often; NOTIFY has a test of its own.
QUICK = {
    "HAIDANG_COMMAND_LOOK_S": "0.2",
    "HAIDANG_COMMAND_RESEND_FIRST_S": "0.4",
    "HAIDANG_COMMAND_RESEND_LONGEST_S": "1",
}


def order(device: str, name: str = "identify", parameters: str = "{}", expires_in_s: int = 60) -> Order:
    made = read_order(device, name, parameters, expires_in_s, f"key-{next(_keys)}")
    assert isinstance(made, Order)
    return made


@dataclass
class Heard:
    """What one device has heard, and what it does about it."""

    commands: list[dict[str, Any]] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)


@dataclass
class CommandWorld:
    """Sends as the API does; reads what is shown."""

    gateway: GatewayWorld

    def send(
        self, device: str, name: str = "identify", parameters: str = "{}", expires_in_s: int = 60
    ) -> str:
        """Queue a command; its id."""
        with psycopg.connect(self.gateway.database.dsn("telemetry")) as conn:
            return _queue(conn, order(device, name, parameters, expires_in_s))

    def flood(self, device: str, count: int) -> list[str]:
        """Queue so many, each for itself; their ids."""
        with psycopg.connect(self.gateway.database.dsn("telemetry"), autocommit=True) as conn:
            sent = []
            for _ in range(count):
                with conn.transaction():
                    sent.append(_queue(conn, order(device, "identify", "{}", 60)))
            return sent

    def shown(self, command_id: str) -> Command:
        """As the API would show it."""
        with psycopg.connect(self.gateway.database.dsn("telemetry")) as conn:
            found = store.command(conn, command_id)
        assert found is not None
        return found

    def reaches(self, command_id: str, state: State, timeout_s: float = 15.0) -> Command:
        """Wait until the command is in that state."""
        eventually(lambda: self.shown(command_id).state is state, timeout_s, f"in state {state}")
        return self.shown(command_id)

    @contextmanager
    def device(
        self, name: str, answer: Callable[[bytes, Memory], bytes | None] | None = None
    ) -> Iterator[Heard]:
        """A device that is on: it hears its commands and answers as a simulated one does, or as told."""
        heard = Heard()
        topic = f"ioc/v1/{self.gateway.shard}/devices/{name}/commands"

        def on_message(client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
            heard.commands.append(json.loads(message.payload))
            said = (answer or _obedient)(message.payload, heard.memory)
            if said is not None:
                client.publish(f"{topic}/ack", said, qos=1)

        with self.gateway.device(name) as client:
            client.on_message = on_message
            client.on_connect = lambda made, *_: made.subscribe(topic, qos=1)
            subscribed: list[int] = []
            client.on_subscribe = lambda *_: subscribed.append(1)
            eventually(client.is_connected)
            client.subscribe(topic, qos=1)
            eventually(lambda: subscribed)
            yield heard


def _queue(conn: psycopg.Connection[Any], wanted: Order) -> str:
    found = store.device_state(conn, wanted.device)
    assert found is not None
    return store.queue(conn, wanted, "test", found[1]).command_id


def _obedient(payload: bytes, memory: Memory) -> bytes | None:
    answer = obey(payload, "test", memory, 0)
    return answer.payload() if answer else None


def silent(_payload: bytes, _memory: Memory) -> None:
    """A device that hears and says nothing."""
