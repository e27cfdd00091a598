"""An unknown device's hour by the broker into quarantine, adopted, replayed: its indicators change."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import psycopg
import pytest
from ioc.telemetry.v1 import telemetry_pb2 as pb
from ioc.telemetry.v1.telemetry_pb2_grpc import TelemetryServiceStub
from typer.testing import CliRunner

from services.cli.__main__ import app
from services.indicators import store as indicators
from services.registry import store as registry
from services.runtime.rpc_settings import RpcSettings
from services.telemetry import store as telemetry
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database, MosquittoServer
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.integration.api.conftest import bearer, new_token
from tests.integration.gateway_world import GatewayWorld
from tests.integration.indicators_world import NORTH, device, unit

__all__ = ["new_token"]

pytestmark = pytest.mark.both_stores

HOUR = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
HOUR_MS = int(HOUR.timestamp() * 1000)
KNOWN, STRANGER = "known-1", "stranger-1"
TOPIC = f"ioc/v1/onboarding/devices/{STRANGER}/telemetry"


def mean(database: Database) -> float | None:
    """PM2.5 of the commune in that hour."""
    with psycopg.connect(database.dsn("indicators")) as conn:
        end = HOUR + timedelta(seconds=1)
        found = indicators.values_between(conn, "pm25_mean_hour", NORTH, HOUR, end)
    return found[-1].value if found else None


def readings(value: float, minutes: int = 60) -> list[bytes]:
    return [
        json.dumps({"ts": HOUR_MS + minute * 60_000, "values": {"pm25": value}, "seq": minute}).encode()
        for minute in range(minutes)
    ]


@pytest.mark.timeout(120)
def test_the_hour_of_an_unknown_device_changes_its_indicators_once_replayed(
    database: Database, mosquitto: MosquittoServer, stack: Stack, new_token: Callable[..., str]
) -> None:
    from services.areas import store as areas

    with psycopg.connect(database.dsn("areas")) as conn:
        areas.put_units(conn, [unit("56", "province", ""), unit(NORTH, "commune", "56")])
    with psycopg.connect(database.dsn("registry")) as conn:
        registry.put_devices(conn, [device(KNOWN)])
    with psycopg.connect(database.dsn("telemetry")) as conn:
        store_known(conn)
    for process in ("relay", "worker"):
        stack.start(process)
    world = GatewayWorld(database, mosquitto, stack, "onboarding")
    world.start()
    eventually(lambda: mean(database) == 20.0, timeout_s=40)

    with world.device("onboarding") as client:
        world.publish(client, TOPIC, readings(40.0))
    eventually(lambda: len(world.quarantine()) == 60, timeout_s=20)
    assert {item.reason for item in world.quarantine()} == {"unknown_device"}
    received = [item.received_at for item in world.quarantine()]

    secret = new_token()
    chosen = pb.QuarantineFilter(device=STRANGER)
    with (
        serving_contexts(database, ["registry", "telemetry"], RpcSettings(port=0, grace_s=1)) as address,
        grpc.insecure_channel(address) as channel,
    ):
        adopted = adopt(address, secret)
        assert adopted[0]["secret"], "it may speak for itself from now on"
        assert (adopted[1]["replayed"], adopted[1]["stored"]) == (60, 60)
        stub, metadata = TelemetryServiceStub(channel), bearer(secret)
        again = stub.ReplayQuarantined(pb.ReplayQuarantinedRequest(filter=chosen), metadata=metadata)
        assert (len(again.outcomes), again.stored) == (0, 0)
        (first, *_) = stub.ListQuarantine(pb.ListQuarantineRequest(state="replayed"), metadata=metadata).items
        assert first.closed_by == "test"
    eventually(lambda: mean(database) == 30.0, timeout_s=40)
    with psycopg.connect(database.dsn("telemetry")) as conn:
        (name,) = telemetry.latest(conn, devices=[STRANGER])
        rows = telemetry.readings_between(
            conn, telemetry.SeriesName(name.device, "pm25"), HOUR, HOUR + timedelta(hours=1)
        )
        assert [row.received_at for row in rows] == received
        now = datetime.now(UTC)
        assert telemetry.imbalance(conn, now - timedelta(hours=3), now + timedelta(minutes=1)) == 0


def adopt(address: str, token: str) -> list[dict[str, Any]]:
    """The one command that makes an unknown device known and replays what it sent."""
    variables = {"HAIDANG_API_ADDRESS": address, "HAIDANG_TOKEN": token}
    words = ["devices", "adopt", STRANGER, "--like", KNOWN, "--name-vi", "Trạm mới"]
    words += ["--longitude", "109.2", "--latitude", "12.25", "--area-code", NORTH, "--json"]
    result = CliRunner().invoke(app, words, env=variables)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def store_known(conn: psycopg.Connection[tuple[object, ...]]) -> None:
    """A known device's hour, as its gateway stored it."""
    from services.telemetry.domain import Batch, Reading, SeriesName

    now_ms = time.time_ns() // 1_000_000
    batch = Batch("known", "s0", now_ms)
    for minute in range(60):
        batch.add(SeriesName(KNOWN, "pm25"), Reading(HOUR_MS + minute * 60_000, 20.0, 0, 0, now_ms))
    telemetry.append(conn, batch)


def test_a_flood_is_counted_and_costs_few_rows(
    database: Database, mosquitto: MosquittoServer, stack: Stack
) -> None:
    world = GatewayWorld(database, mosquitto, stack, "flood")
    world.register("air-001", "air-002")
    world.start(HAIDANG_RATE_PER_S="1", HAIDANG_RATE_BURST="100")
    base = time.time_ns() // 1_000_000 - 3_600_000
    payloads = [b'{"ts": %d, "values": {"pm25": 5}}' % (base + n) for n in range(3_000)]
    world.send("air-001", *payloads)
    world.send("air-002", *payloads[:100])
    eventually(lambda: world.received() == 3_100, timeout_s=30)
    account = world.ledger()
    assert account["air-002"].stored == 100, "nobody else pays"
    assert 100 <= account["air-001"].stored <= 130
    assert account["air-001"].quarantined == 3_000 - account["air-001"].stored
    rows = world.quarantine()
    assert {(row.reason, row.device) for row in rows} == {("rate_exceeded", "air-001")}
    assert len(rows) <= 8, "three whole and one counted, each minute"
    assert sum(row.readings for row in rows) == account["air-001"].quarantined
