"""A broker whose door is kept: the doorkeeper as a process, MQTT clients, the registry over gRPC."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import grpc
import paho.mqtt.client as paho
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.registry.v1 import registry_pb2 as pb
from ioc.registry.v1 import registry_pb2_grpc as pb_grpc
from typer.testing import CliRunner

from services.cli.__main__ import app
from services.local.mosquitto import MosquittoServer
from tests.fixtures.processes import Running
from tests.fixtures.stack import Stack

Metadata = tuple[tuple[str, str], ...]
QUIET_S = 1.0  # what has not arrived by then does not


class Client:
    """One MQTT client; it remembers what it got."""

    def __init__(self, broker: MosquittoServer, user: str, secret: str, name: str = "") -> None:
        self.received: list[str] = []
        self.refused = 0
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=name or f"client-{user}")
        self.client.reconnect_delay_set(1, 1)
        if user:
            self.client.username_pw_set(user, secret)
        self.client.on_message = lambda _client, _data, message: self.received.append(message.topic)
        self.client.on_connect = self._on_connect
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()

    def _on_connect(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self.refused += reason.is_failure

    @property
    def is_in(self) -> bool:
        return bool(self.client.is_connected())

    def send(self, topic: str) -> None:
        self.client.publish(topic, b"{}", qos=1).wait_for_publish(5)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def stamp(seconds: float) -> Timestamp:
    result = Timestamp()
    result.FromDatetime(datetime.fromtimestamp(seconds, UTC))
    return result


def device(name: str, **changes: object) -> pb.Device:
    """A device that may be registered."""
    fields: dict[str, object] = {
        "kind": "air",
        "name_vi": f"Trạm {name}",
        "shard": "s0",
        "longitude": 109.2,
        "latitude": 12.25,
        "state": pb.DEVICE_STATE_ACTIVE,
        "commissioned_at": stamp(1_735_689_600),
        "reporting_interval_s": 60,
        "channels": [pb.Channel(channel="pm25", quantity="pm25_mass_concentration", unit="µg/m³")],
    }
    return pb.Device(device=name, **{**fields, **changes})  # type: ignore[arg-type]


class Door:
    """The broker, its doorkeeper, and an operator's hands."""

    def __init__(
        self, broker: MosquittoServer, stack: Stack, channel: grpc.Channel, token: Metadata, address: str
    ) -> None:
        ports = replace(stack.ports, mqtt=broker.port)
        self.stack = stack.through(ports=ports, broker_folder=broker.folder)
        self.broker = broker
        self.token = token
        self.address = address
        self.stub: Any = pb_grpc.RegistryServiceStub(channel)
        self.clients: list[Client] = []
        self.doorkeeper: Running = self.start_doorkeeper()

    def start_doorkeeper(self, **settings: str) -> Running:
        self.doorkeeper = self.stack.start("doorkeeper", **settings)
        return self.doorkeeper

    def ask(self, method: str, **fields: object) -> Any:
        """The answer of a method of the registry."""
        request = getattr(pb, f"{method}Request")(**fields)
        return getattr(self.stub, method)(request, metadata=self.token)

    def haidang(self, *words: str) -> list[dict[str, Any]]:
        """What the command line shows an operator."""
        secret = self.token[0][1].removeprefix("Bearer ")
        variables = {"HAIDANG_API_ADDRESS": self.address, "HAIDANG_TOKEN": secret}
        result = CliRunner().invoke(app, [*words, "--json"], env=variables)
        assert result.exit_code == 0, (result.output, result.exception)
        # the server logs to the same stream here, being in the same process
        return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]

    def register(self, *names: str) -> None:
        self.ask("PutDevices", devices=[device(name) for name in names])

    def issue(self, username: str, kind: int = pb.CREDENTIAL_KIND_DEVICE) -> str:
        return str(self.ask("IssueCredential", username=username, kind=kind).secret)

    def client(self, user: str, secret: str, name: str = "") -> Client:
        made = Client(self.broker, user, secret, name)
        self.clients.append(made)
        return made

    def events(self, kind: str, **fields: object) -> list[Any]:
        """Access events of the last and the next hour."""
        now = time.time()
        asked = {"start": stamp(now - 3600), "end": stamp(now + 3600), "kind": kind, **fields}
        return list(self.ask("ListAccessEvents", **asked).events)

    def close(self) -> None:
        for client in self.clients:
            client.close()
