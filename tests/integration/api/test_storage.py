"""What is stored, by gRPC and on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import grpc
import pytest
from ioc.telemetry.v1 import storage_pb2 as pb
from ioc.telemetry.v1.storage_pb2_grpc import StorageServiceStub
from typer.testing import CliRunner

from services.cli.__main__ import app
from services.runtime.db import connect
from services.telemetry import store
from services.telemetry.domain import Batch, Reading, SeriesName
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer

pytestmark = pytest.mark.both_stores


def test_what_readings_take(
    database: Database, address: str, metadata: Metadata, new_token: Callable[..., str]
) -> None:
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    batch = Batch("trace", "s0", now_ms)
    for n in range(500):
        batch.add(SeriesName("air-001", "pm25"), Reading(now_ms - n * 1000, float(n), 0, 0, now_ms))
    with connect(database.dsn("telemetry"), "test", autocommit=True) as connection:
        store.append(connection, batch)
        connection.execute("ANALYZE")
    with grpc.insecure_channel(address) as channel:
        answer = StorageServiceStub(channel).GetStorage(pb.GetStorageRequest(), metadata=metadata)
    assert [tier.tier for tier in answer.tiers] == ["raw", "1m", "15m", "1h", "1d"]
    assert answer.tiers[0].rows >= 500
    assert 50 < answer.tiers[0].bytes_per_reading < 500
    assert not answer.tiers[4].HasField("bytes_per_reading")  # no day is over

    variables = {"HAIDANG_API_ADDRESS": address, "HAIDANG_TOKEN": new_token("telemetry.read")}
    result = CliRunner().invoke(app, ["storage", "--json"], env=variables)
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    assert [row["tier"] for row in rows] == ["raw", "1m", "15m", "1h", "1d"]
    assert rows[0]["bytes_per_reading"] == pytest.approx(answer.tiers[0].bytes_per_reading, abs=0.1)


def test_not_without_the_scope(address: str, new_token: Callable[..., str]) -> None:
    with grpc.insecure_channel(address) as channel, pytest.raises(grpc.RpcError) as refused:
        StorageServiceStub(channel).GetStorage(
            pb.GetStorageRequest(), metadata=bearer(new_token("areas.read"))
        )
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
