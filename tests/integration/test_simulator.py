"""The simulated province against a real broker, and against a real API."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from services.local.mosquitto import GATEWAY_USER, MosquittoServer
from services.registry.tokens import issue
from services.simulator.centre import Centre
from services.simulator.devices import DEMO_DEVICE
from services.simulator.domain import Device
from services.simulator.office.agencies import make_office
from services.simulator.province import build_province
from services.simulator.settings import SEED
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, Running
from tests.fixtures.servers import PASSWORD
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually

pytestmark = pytest.mark.one_store("it is about what the simulator sends")

PROVINCE = build_province(SEED, datetime(2026, 1, 1, tzinfo=UTC))
DEVICES = [device for device in PROVINCE.devices if device.device != DEMO_DEVICE]
Seen = list[tuple[str, Any]]


@pytest.fixture
def broker(new_mosquitto: Callable[[], MosquittoServer]) -> Iterator[MosquittoServer]:
    """A broker that knows every device of the province, each with a password of its own."""
    made = new_mosquitto()
    devices = {device.device: f"{PASSWORD}-{device.device}" for device in PROVINCE.devices}
    made.set_credentials({GATEWAY_USER: PASSWORD, **devices})
    made.stop()  # started anew, it has certainly read them
    made.start()
    yield made
    made.stop()


def start_simulator(processes: Processes, broker: MosquittoServer, folder: Path, **more: str) -> Running:
    credentials = folder / "credentials.json"
    credentials.write_text(json.dumps(broker.credentials), encoding="utf-8")
    settings = {
        "HAIDANG_MQTT_PORT": str(broker.port),
        "HAIDANG_HEALTH_PORT": str(free_port()),
        "HAIDANG_SIMULATOR_CREDENTIALS": str(credentials),
        "HAIDANG_SIMULATOR_INTERVAL_SCALE": "0.1",
        "HAIDANG_SIMULATOR_TROUBLES": "false",  # they come by the clock, and this test at any hour
    }
    return processes.start("simulator", "services", "simulator", "run", settings=settings | more)


def buffered(running: Running) -> float:
    lines = running.http("/metrics")[1].splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("haidang_simulator_buffered "))


@pytest.fixture
def seen(broker: MosquittoServer) -> Iterator[Seen]:
    """(topic, decoded payload) of everything published, through a session that outlives the broker."""
    received: Seen = []

    def keep(_client: Client, _data: object, message: MQTTMessage) -> None:
        received.append((message.topic, json.loads(message.payload)))

    client = Client(CallbackAPIVersion.VERSION2, client_id="watcher", clean_session=False)
    client.username_pw_set(GATEWAY_USER, PASSWORD)
    client.reconnect_delay_set(1, 1)
    client.on_message = keep
    client.on_connect = lambda made, *_: made.subscribe("ioc/v1/#", qos=1)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    eventually(client.is_connected)
    yield received
    client.loop_stop()


def test_every_device_speaks_on_its_own_topic_and_remembers_the_past(
    broker: MosquittoServer, seen: Seen, processes: Processes, tmp_path: Path
) -> None:
    more = {"HAIDANG_SIMULATOR_HISTORY_HOURS": "3", "HAIDANG_SIMULATOR_BACKLOG_RATE": "200"}
    running = start_simulator(processes, broker, tmp_path, **more).wait_ready()
    topics = {f"ioc/v1/{device.shard}/devices/{device.device}/telemetry" for device in DEVICES}

    eventually(lambda: {topic for topic, body in seen if isinstance(body, list)} == topics, 20)
    eventually(lambda: {topic for topic, body in seen if isinstance(body, dict)} == topics, 20)

    remembered = [
        body for topic, body in seen if topic.endswith("/air-001/telemetry") and isinstance(body, list)
    ]
    moments = [reading["ts"] for body in remembered for reading in body if reading["ts"] % 300_000 == 0]
    assert len(moments) == 36  # three hours, one every five minutes
    assert moments == sorted(moments)
    assert set(remembered[0][0]["values"]) == {
        *("pm25", "pm10", "temperature", "humidity"),
        *("no2", "o3", "so2", "co"),
    }
    status, metrics = running.http("/metrics")
    assert status == 200
    assert "haidang_simulator_connected 72.0" in metrics
    assert running.stop() == 0
    assert "simulator.stopped" in running.logs()


def test_what_was_observed_while_the_broker_was_away_arrives_afterwards(
    broker: MosquittoServer, seen: Seen, processes: Processes, tmp_path: Path
) -> None:
    running = start_simulator(processes, broker, tmp_path, HAIDANG_SIMULATOR_HISTORY_HOURS="0").wait_ready()
    noise = "ioc/v1/s0/devices/noise-001/telemetry"  # one observation a second

    def moments() -> list[int]:
        bodies = [body for topic, body in list(seen) if topic == noise]
        return sorted({r["ts"] for body in bodies for r in (body if isinstance(body, list) else [body])})

    eventually(lambda: len(moments()) >= 2)
    broker.stop()
    eventually(lambda: running.http("/ready")[0] == 503, because="a process without its broker is not ready")
    assert "not connected" in running.http("/ready")[1]
    eventually(lambda: buffered(running) >= 150, because="72 devices go on observing")
    before = len(moments())
    broker.start()
    running.wait_ready()
    eventually(lambda: len(moments()) >= before + 6, 20)

    gaps_ms = [later - earlier for earlier, later in zip(moments(), moments()[1:], strict=False)]
    assert max(gaps_ms) < 1_500, "an observation is missing"
    assert any(topic == noise and isinstance(body, list) for topic, body in seen), "sent as one burst"


def test_a_wrong_password_is_said_and_keeps_the_process_from_being_ready(
    broker: MosquittoServer, processes: Processes, tmp_path: Path
) -> None:
    broker.set_credentials({**broker.credentials, "air-003": "changed"})
    broker.stop()
    broker.start()
    right = {device: f"{PASSWORD}-{device}" for device in broker.credentials}
    credentials = tmp_path / "old.json"
    credentials.write_text(json.dumps(right), encoding="utf-8")
    running = start_simulator(processes, broker, tmp_path, HAIDANG_SIMULATOR_CREDENTIALS=str(credentials))

    eventually(lambda: "1 of 72 devices not connected; air-003: refused" in running.http("/ready")[1], 20)


def test_a_device_without_a_credential_stops_the_start_with_a_clear_message(
    broker: MosquittoServer, processes: Processes, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text("{}", encoding="utf-8")
    running = start_simulator(processes, broker, tmp_path, HAIDANG_SIMULATOR_CREDENTIALS=str(empty))

    assert running.process.wait(20) == 1
    assert running.logs().strip() == "simulator: no credential for air-001: each device signs in as itself"


def token_for(stack: Stack) -> str:
    scopes = ("registry.read", "registry.write", "areas.write", "telemetry.read")
    with psycopg.connect(stack.wiring.dsns["registry"]) as connection:
        return issue(connection, "test", scopes, None)


def provision(stack: Stack, processes: Processes, token: str) -> None:
    settings = stack.settings("simulator", HAIDANG_TOKEN=token)
    running = processes.start("provision", "services", "simulator", "provision", settings=settings)
    assert running.process.wait(30) == 0, running.logs()


def test_provisioning_twice_is_provisioning_once(stack: Stack, processes: Processes) -> None:
    token = token_for(stack)
    stack.start("api")
    with Centre(f"127.0.0.1:{stack.ports.grpc}", token) as centre:
        provision(stack, processes, token)
        first = centre.devices()
        provision(stack, processes, token)
        second = centre.devices()

    assert sorted(first) == sorted(device.device for device in PROVINCE.devices)
    assert second == first, "commissioned_at must not move"
    with psycopg.connect(stack.wiring.dsns["areas"]) as connection:
        counted = connection.execute(
            "SELECT count(*), count(boundary), sum(population) FILTER (WHERE level = 'commune') FROM units"
            " WHERE valid_to IS NULL"
        ).fetchone()
        agencies = connection.execute("SELECT count(*) FROM organisations").fetchone()
    assert counted == (28, 28, PROVINCE.areas[0].population)
    assert agencies == (len(make_office(PROVINCE, SEED).agencies),)


def remembers(centre: Centre, device: Device) -> bool:
    """Whether a day of the device's memory, one reading every five minutes, has been stored."""
    least = 0.8 * 24 * 12 * len(device.channels)  # gappy devices miss some
    return centre.account(device.device).stored > least


def test_the_centre_stores_everything_and_refuses_nothing(
    stack: Stack, broker: MosquittoServer, processes: Processes, tmp_path: Path
) -> None:
    own = stack.through(ports=replace(stack.ports, mqtt=broker.port), mqtt_credentials=broker.credentials)
    token = token_for(own)
    own.start("api")
    provision(own, processes, token)
    own.start("gateway")
    more = {"HAIDANG_SIMULATOR_HISTORY_HOURS": "24", "HAIDANG_SIMULATOR_BACKLOG_RATE": "400"}
    start_simulator(processes, broker, tmp_path, **more).wait_ready()

    with Centre(f"127.0.0.1:{own.ports.grpc}", token) as centre:
        for device in DEVICES:
            eventually(partial(remembers, centre, device), 30)
        accounts = {device.device: centre.account(device.device) for device in DEVICES}

    assert all(account.accounted == account.stored for account in accounts.values()), accounts
