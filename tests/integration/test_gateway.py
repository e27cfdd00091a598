"""The gateway as a process, between a real broker and a real database."""

from __future__ import annotations

import itertools
import json
import time
from datetime import UTC, datetime

import psycopg
import pytest

from tests.fixtures.ports import free_port
from tests.fixtures.servers import Database, MosquittoServer
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually, never
from tests.integration.gateway_world import GatewayWorld

pytestmark = pytest.mark.both_stores

_shards = itertools.count(1)

# Both ways of reading the broker: our own frames, and paho's public calls.
BOTH_WAYS = pytest.mark.parametrize("tap", ["true", "false"])


@pytest.fixture
def world(database: Database, mosquitto: MosquittoServer, stack: Stack) -> GatewayWorld:
    made = GatewayWorld(database, mosquitto, stack, f"it-{next(_shards)}")
    made.register("air-001", "air-002")
    made.register("air-003", state="retired")
    return made


def now_ms() -> int:
    return int(time.time() * 1000)


def reading(value: float, at_ms: int | None = None) -> str:
    return json.dumps({"ts": now_ms() if at_ms is None else at_ms, "values": {"pm25": value}})


@BOTH_WAYS
def test_a_reading_is_stored_with_its_account(world: GatewayWorld, tap: str) -> None:
    world.start(HAIDANG_MQTT_TAP=tap)
    world.send("air-001", reading(12.5), json.dumps({"temp": 30, "pm25": 13.5}))
    eventually(lambda: world.stored() == 3)
    assert sorted(world.values()) == [12.5, 13.5, 30.0]
    assert world.ledger()["air-001"].received == 3


@BOTH_WAYS
def test_what_was_sent_while_the_gateway_was_away_is_stored(world: GatewayWorld, tap: str) -> None:
    assert world.start(HAIDANG_MQTT_TAP=tap).stop() == 0
    start = now_ms() - 10_000_000
    world.send("air-001", *(reading(n, start + n * 1000) for n in range(700)))
    world.start(HAIDANG_MQTT_TAP=tap)
    eventually(lambda: world.received() >= 700)
    assert world.values() == [float(n) for n in range(700)]
    assert world.stored() == world.received() == 700, "nothing came twice"


def test_acknowledged_means_not_sent_again(world: GatewayWorld) -> None:
    gateway = world.start()
    world.send("air-001", *(reading(n, now_ms() - n * 1000) for n in range(20)))
    eventually(lambda: world.stored() == 20)
    gateway.stop()
    again = world.start()
    never(lambda: world.received() > 20, 1.0)
    assert 'session_present": true' in again.logs()


def test_a_malformed_flood_is_listed_with_reasons_and_the_rest_flows_on(world: GatewayWorld) -> None:
    """Acceptance 7 of the first issue."""
    world.start()
    future = int(datetime(2036, 1, 1, tzinfo=UTC).timestamp() * 1000)
    bad: list[tuple[bytes | str, str]] = [
        (b"{", "malformed_json"),
        (b"", "malformed_json"),
        (b"[" * 50_000, "malformed_json"),
        (b'{"values": 5}', "wrong_type"),
        (b'{"ts": "yesterday", "values": {"pm25": 1}}', "wrong_type"),
        (b'{"pm25": "high"}', "wrong_type"),
        (b'{"pm25": NaN}', "not_finite"),
        (b'{"pm25": 1e999}', "not_finite"),
        (b'{"pm25": 1000.5}', "out_of_range"),
        (b'{"ts": %d, "values": {"pm25": 1}}' % future, "time_in_future"),
        (b'{"ts": 12345, "values": {"pm25": 1}}', "time_before_commissioning"),
        (b'{"ts": 1e300, "values": {"pm25": 1}}', "time_in_future"),
        (b'{"values": {}}', "no_values"),
        (b'{"pm25": 1, "x": "\xff\xfe"}', "invalid_utf8"),
        (b'{"\\u0000": 1}', "unknown_channel"),
        (b'{"\\ud800": 1}', "unknown_channel"),
        (b'{"pm25": null, "values": {"pm25": null}, "qc": {"pm25": "Missing"}}', "qc_rejected"),
        (json.dumps([{"pm25": 1}] * 1001), "too_many_readings"),
        (b"x" * 1_000_000, "payload_too_large"),
    ]
    good = now_ms() - 1_000_000
    with world.device("air-001") as client:
        for n, (payload, _) in enumerate(bad):
            world.publish(client, world.topic("air-001"), [payload, reading(n, good + n * 1000)])
    for odd in ("trạm", "a b", "air-001/more", "$x", "%s'"):
        topic = f"ioc/v1/{world.shard}/devices/air-002/{odd}"
        with world.device("air-002") as client:
            world.publish(client, topic, [reading(1)])
    world.send("air-003", reading(1))
    world.send("test-001", reading(1))  # has a credential, is not registered

    eventually(lambda: world.received() == 2 * len(bad) + 7)
    assert world.values() == [float(n) for n in range(len(bad))]
    listed = [(item.reason, item.payload_bytes) for item in world.quarantine()]
    expected = [(reason, len(payload)) for payload, reason in bad]
    assert [pair for pair in listed if pair in expected] == expected
    reasons = [reason for reason, _ in listed]
    assert reasons.count("bad_topic") == 5
    assert reasons.count("device_not_active") == 1
    assert reasons.count("unknown_device") == 1
    entries = world.ledger()
    for entry in entries.values():
        six = (
            entry.stored,
            entry.duplicate,
            entry.corrected,
            entry.conflicting,
            entry.quarantined,
            entry.skipped,
        )
        assert entry.received == sum(six)
    assert sum(item.readings for item in world.quarantine()) == sum(
        entry.quarantined + entry.skipped for entry in entries.values()
    )


def test_a_device_that_is_registered_meanwhile_is_let_in(world: GatewayWorld) -> None:
    world.start()
    world.send("test-001", reading(1))
    eventually(lambda: world.received() == 1)
    world.register("test-001")

    def let_in() -> bool:
        world.send("test-001", reading(2))
        return world.stored() > 0

    eventually(let_in, 20)


def test_another_shards_name_is_no_proof(world: GatewayWorld) -> None:
    other = GatewayWorld(world.database, world.broker, world.stack, "elsewhere")
    other.register("air-001")
    world.start()
    world.send("air-001", reading(1))
    eventually(lambda: world.received() == 1)
    assert [item.reason for item in world.quarantine()] == ["bad_topic"]


def test_ready_says_what_is_missing(world: GatewayWorld) -> None:
    gateway = world.start()
    world.broker.stop()
    try:
        eventually(lambda: gateway.http("/ready")[0] == 503)
        assert f"mqtt:{world.shard}" in gateway.http("/ready")[1]
        assert gateway.http("/live")[0] == 200
    finally:
        world.broker.start()
    eventually(lambda: gateway.http("/ready")[0] == 200, 15)
    world.send("air-001", reading(3))
    eventually(lambda: world.stored() == 1)


def test_metrics_account_for_everything(world: GatewayWorld) -> None:
    gateway = world.start()
    world.send("air-001", reading(1), b"{")
    eventually(lambda: world.received() == 2)
    _, text = gateway.http("/metrics")
    shard = f'shard="{world.shard}"'
    assert f"haidang_gateway_messages_total{{{shard}}} 2.0" in text
    assert f'haidang_gateway_readings_total{{{shard},verdict="stored"}} 1.0' in text
    assert f'haidang_gateway_refused_readings_total{{reason="malformed_json",{shard}}} 1.0' in text


def test_a_gateway_ends_in_order_while_the_database_is_away(world: GatewayWorld) -> None:
    gateway = world.start()
    world.database.server.stop()
    world.send("air-001", reading(1))
    eventually(lambda: gateway.http("/ready")[0] == 503)
    assert gateway.stop() == 0
    world.database.server.start()
    world.start()
    eventually(lambda: world.stored() == 1)


def test_it_starts_before_the_database_and_the_broker(world: GatewayWorld) -> None:
    world.broker.stop()
    world.database.server.stop()
    gateway = world.launch()
    eventually(lambda: gateway.http("/live")[0] == 200)
    assert gateway.http("/ready")[0] == 503
    world.broker.start()
    world.database.server.start()
    gateway.wait_ready()
    world.send("air-001", reading(1))
    eventually(lambda: world.stored() == 1)


def test_it_tells_what_waits_at_the_broker(world: GatewayWorld) -> None:
    """Of another shard, whose session nobody serves; the broker says so every 5 s."""
    gateway = world.start()
    asleep = GatewayWorld(world.database, world.broker, world.stack, f"asleep-{world.shard}")
    other_port = str(free_port())
    assert asleep.start(HAIDANG_HEALTH_PORT=other_port).stop() == 0
    asleep.send("air-001", *(reading(n) for n in range(300)))

    def queued() -> float:
        lines = gateway.http("/metrics")[1].splitlines()
        shown = dict(line.split() for line in lines if line.startswith("haidang_gateway_broker_"))
        assert float(shown["haidang_gateway_broker_dropped_messages"]) == 0
        return float(shown["haidang_gateway_broker_queued_messages"])

    eventually(lambda: queued() >= 300, 15)
    asleep.start(HAIDANG_HEALTH_PORT=other_port)
    eventually(lambda: queued() < 300, 15)


def rates(per_s: int, burst: int) -> dict[str, str]:
    return {"HAIDANG_RATE_PER_S": str(per_s), "HAIDANG_RATE_BURST": str(burst)}


def test_a_backlog_that_waited_for_a_new_gateway_is_no_flood(world: GatewayWorld) -> None:
    """Sixteen minutes of one a second, gathered while no gateway was there; what is beyond it is a flood."""
    start = now_ms() - 10_000_000
    before = world.start(**rates(1, 50))
    with psycopg.connect(world.database.dsn("telemetry"), autocommit=True) as conn:
        eventually(lambda: conn.execute("SELECT shard FROM shards").fetchall() == [(world.shard,)])
        before.stop()
        conn.execute("UPDATE shards SET read_at = read_at - interval '1000 s'")
    world.send("air-001", *(reading(n, start + n) for n in range(950)))
    world.send("air-002", *(reading(n % 1000, start + n) for n in range(2_000)))
    gateway = world.start(**rates(1, 50))
    eventually(lambda: world.received() == 2_950, 20)
    ledger = world.ledger()
    assert ledger["air-001"].stored == 950
    assert 1_050 <= ledger["air-002"].stored <= 1_150
    assert {item.device for item in world.quarantine()} == {"air-002"}
    assert "gateway.shard_was_unread" in gateway.logs()


def test_a_backlog_that_waited_for_the_database_is_no_flood(world: GatewayWorld) -> None:
    gateway = world.start(**rates(200, 20))
    world.database.server.stop()
    world.send("air-002", reading(1))
    eventually(lambda: gateway.http("/ready")[0] == 503)
    start = now_ms() - 10_000_000
    world.send("air-001", *(reading(n, start + n) for n in range(600)))
    never(lambda: not gateway.is_alive, 3.5)  # 700 at that rate
    world.database.server.start()
    eventually(lambda: world.received() == 601, 20)
    assert world.ledger()["air-001"].stored == 600
    assert world.quarantine() == []
