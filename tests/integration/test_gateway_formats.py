"""Every payload format through a real broker, the gateway as a process, and the store."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path

import cbor2
import psycopg
import pytest

from services.local.mosquitto import broker_rights
from tests.fixtures.servers import PASSWORD, Database, MosquittoServer
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually, never
from tests.integration.gateway_world import GatewayWorld

pytestmark = pytest.mark.one_store("what a payload means is settled before anything is stored")

_shards = itertools.count(1)
GOLDEN = Path(__file__).parents[1] / "unit/iot_gateway/codecs/golden"
UPLINK_MS = 1_792_996_390_482  # 2026-10-26T06:33:10.482Z, as the golden payloads say
NETWORK_RIGHT = "pattern write ioc/v1/+/networks/%u/#"

ROUTES = """
[[route]]
name = "json"
topic = "ioc/v1/{shard}/devices/{device}/telemetry"
format = "json"

[[route]]
name = "senml-json"
topic = "ioc/v1/{shard}/devices/{device}/senml"
format = "senml-json"
fields = { dust = "pm25" }

[[route]]
name = "senml-cbor"
topic = "ioc/v1/{shard}/devices/{device}/senml-cbor"
format = "senml-cbor"

[[route]]
name = "chirpstack"
topic = "ioc/v1/{shard}/networks/{network}/application/+/device/+/event/up"
format = "chirpstack"
ignore = ["battery", "air.humidity"]

[route.fields]
pm2_5 = { channel = "pm25", unit = "mg/m³" }
"air.temperature" = { channel = "temp", unit = "°F" }

[[route]]
name = "thethings"
topic = "ioc/v1/{shard}/networks/{network}/v3/+/devices/+/up"
format = "thethings"
ignore = ["probe.*"]

[[without_readings]]
topic = "ioc/v1/{shard}/networks/{network}/application/+/device/+/event/+"
"""


@pytest.fixture
def world(
    database: Database, mosquitto: MosquittoServer, stack: Stack, tmp_path: Path
) -> Iterator[GatewayWorld]:
    before, rights = dict(mosquitto.credentials), broker_rights()
    if NETWORK_RIGHT not in rights:
        mosquitto.account.write(mosquitto.folder / "rights", f"{rights}\n{NETWORK_RIGHT}\n")
    mosquitto.set_credentials(before | {"cs-1": PASSWORD, "tts-1": PASSWORD, "air-001": PASSWORD})
    made = GatewayWorld(database, mosquitto, stack, f"fmt-{next(_shards)}")
    made.register("air-001", "cs-1.24e124710c1f08a2", "tts-1.do-man-03")
    (tmp_path / "routes.toml").write_text(ROUTES, "utf-8")
    tmp_path.chmod(0o755)
    made.start(HAIDANG_GATEWAY_ROUTES=str(tmp_path / "routes.toml"))
    yield made
    mosquitto.set_credentials(before)


def rows(world: GatewayWorld) -> list[tuple[str, str, int, float]]:
    """Device, channel, milliseconds and value of everything that stands."""
    with psycopg.connect(world.database.dsn("telemetry")) as conn:
        return conn.execute(
            "SELECT device, channel, round(extract(epoch FROM observed_at) * 1000)::bigint, value"
            " FROM telemetry.readings JOIN telemetry.series USING (series_id) ORDER BY 1, 2, 3"
        ).fetchall()


def say(world: GatewayWorld, who: str, topic: str, payload: bytes) -> None:
    with world.device(who) as client:
        world.publish(client, f"ioc/v1/{world.shard}/{topic}", [payload])


def test_the_three_forms_of_a_thingsboard_device(world: GatewayWorld) -> None:
    """As its MQTT Device API documents them: key and value, with a time of its own, and an array of those."""
    at_ms = int(time.time() * 1000) - 600_000
    before_ms = int(time.time() * 1000)
    for payload in (
        {"temp": 25.5},
        {"ts": at_ms, "values": {"temp": 42.2, "pm25": 70}},
        [{"ts": at_ms + 1000, "values": {"temp": 42.3}}, {"ts": at_ms + 2000, "values": {"pm25": 72}}],
    ):
        say(world, "air-001", "devices/air-001/telemetry", json.dumps(payload).encode())
    eventually(lambda: world.stored() == 5)
    *_, (_, _, received_ms, bare) = (row for row in rows(world) if row[1] == "temp")
    assert bare == 25.5
    assert before_ms <= received_ms <= int(time.time() * 1000), "without a time, that of receipt"
    assert [row for row in rows(world) if row[2] != received_ms] == [
        ("air-001", "pm25", at_ms, 70.0),
        ("air-001", "pm25", at_ms + 2000, 72.0),
        ("air-001", "temp", at_ms, 42.2),
        ("air-001", "temp", at_ms + 1000, 42.3),
    ]


def test_senml_in_json_and_cbor(world: GatewayWorld) -> None:
    at = int(time.time()) - 600
    pack = [{"bn": "urn:dev:mac:70b3d5fffe8a21c4:", "bt": at, "n": "temp", "u": "K", "v": 300}]
    pack.append({"n": "dust", "t": -60, "u": "ug/m3", "v": 18.5})
    say(world, "air-001", "devices/air-001/senml", json.dumps(pack).encode())
    say(
        world,
        "air-001",
        "devices/air-001/senml-cbor",
        cbor2.dumps([{-3: at + 60, 0: "temp", 1: "Cel", 2: 27.25}]),
    )
    eventually(lambda: world.stored() == 3)
    assert rows(world) == [
        ("air-001", "pm25", (at - 60) * 1000, 18.5),
        ("air-001", "temp", at * 1000, 26.85),
        ("air-001", "temp", (at + 60) * 1000, 27.25),
    ]


def test_an_uplink_of_chirpstack_delivered_twice_is_stored_once(world: GatewayWorld) -> None:
    topic = "networks/cs-1/application/17/device/24e124710c1f08a2/event"
    event = json.loads((GOLDEN / "chirpstack/uplink.json").read_bytes())
    event["object"] = {"air": {"temperature": 77.0, "humidity": 62}, "pm2_5": 0.035, "battery": 91}
    again = event | {"rxInfo": [{"gatewayId": "24e124fffef60000", "rssi": -120}]}
    say(world, "cs-1", f"{topic}/join", b"{}")
    say(world, "cs-1", f"{topic}/up", json.dumps(event).encode())
    say(world, "cs-1", f"{topic}/up", json.dumps(again).encode())
    eventually(lambda: world.received() == 4)
    device = "cs-1.24e124710c1f08a2"
    assert (world.ledger()[device].stored, world.ledger()[device].duplicate) == (2, 2)
    assert rows(world) == [(device, "pm25", UPLINK_MS, 35.0), (device, "temp", UPLINK_MS, 25.0)]


def test_an_uplink_of_the_things_stack(world: GatewayWorld) -> None:
    payload = (GOLDEN / "thethings/decoded.json").read_bytes()
    say(world, "tts-1", "networks/tts-1/v3/song-cam@ttn/devices/do-man-03/up", payload)
    eventually(lambda: world.received() == 1)
    assert rows(world) == [("tts-1.do-man-03", "temp", UPLINK_MS, 26.9)]


def test_a_network_server_speaks_below_its_own_prefix_only(world: GatewayWorld) -> None:
    payload = (GOLDEN / "thethings/decoded.json").read_bytes()
    say(world, "cs-1", "networks/tts-1/v3/song-cam@ttn/devices/do-man-03/up", payload)
    say(world, "cs-1", "devices/air-001/telemetry", b'{"temp": 1}')
    never(lambda: world.received() > 0, 1.0)
    # Under its own prefix, the same name is another device, which nobody has registered.
    say(world, "cs-1", "networks/cs-1/v3/song-cam@ttn/devices/do-man-03/up", payload)
    eventually(lambda: world.received() > 0)
    assert [(item.reason, item.device) for item in world.quarantine()] == [
        ("unknown_device", "cs-1.do-man-03")
    ]
