"""The API as a process: the documentation's examples, health, a restart, and an orderly end."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import grpc
import psycopg
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from ioc.telemetry.v1 import telemetry_pb2, telemetry_pb2_grpc

from services.runtime import outbox
from services.runtime.page_token import seal_position
from tests.fixtures.processes import CHECKOUT, Processes
from tests.fixtures.servers import Database
from tests.fixtures.waiting import eventually
from tests.integration.api.conftest import bearer
from tests.integration.api.process_world import Start, client, data, port, run, start
from tests.integration.api.readings import AIR, batch, put

__all__ = ["client", "data", "port", "start"]

pytestmark = pytest.mark.one_store(
    "how series and positions are read on each store, test_series and test_watch see"
)


@pytest.mark.usefixtures("data")
def test_the_examples_of_the_documentation_run_as_they_stand(
    start: Start, client: dict[str, str], database: Database, tmp_path: Path
) -> None:
    start()

    def example(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run([f"docs/examples/{name}.py", *arguments], client)

    done, nothing = example("latest_reading", "air-001"), example("latest_reading", "ghost")
    assert done.stdout == "pm25: 14 µg/m³ at 07:01:00 on 20/11/2026\n", done.stderr
    assert (nothing.returncode, nothing.stderr) == (1, "ghost has no reading yet\n")

    days = f"{(datetime.now(UTC) - datetime(2026, 11, 19, tzinfo=UTC)).days + 1}"
    ranged = example("range_pages", "air-001", "pm25", days)
    assert ranged.stdout == "2 good readings, from 12.3 to 14 µg/m³\n", ranged.stderr

    token = tmp_path / "token"
    token.write_text(seal_position(epoch(database), 0))
    assert example("watch_readings", str(token), "1").stdout == (
        "air-001 pm25 12.3\nair-001 pm25 14\nnoise-001 leq 61\n"
    )
    put(database, batch("c", [(AIR, 2, 15.0)]))
    assert example("watch_readings", str(token), "1").stdout == "air-001 pm25 15\n"
    put(database, batch("d", [(AIR, 3, 16.0)]))
    old = token.read_text()
    with token.open() as opened:
        assert example("watch_readings", str(token), "1").stdout == "air-001 pm25 16\n"
        assert opened.read() == old != token.read_text()  # it stayed whole until the new one took its place
    assert [file.name for file in tmp_path.glob("token*")] == ["token"]

    rotated = example("rotate_token")
    assert "areas: everywhere" in rotated.stderr
    client["HAIDANG_TOKEN"] = rotated.stdout.strip()
    assert example("latest_reading", "air-001").returncode == 0
    assert {file.stem for file in (CHECKOUT / "docs/examples").glob("*.py")} == {
        *("latest_reading", "range_pages", "watch_readings", "rotate_token"),
        *("query_series", "keep_readings"),  # below, and in test_watch_restarts
    }


def epoch(database: Database) -> str:
    with psycopg.connect(database.dsn("telemetry")) as connection:
        return outbox.head(connection, "telemetry").epoch


def test_a_watch_goes_on_over_a_restart_of_the_api(
    start: Start, client: dict[str, str], database: Database, tmp_path: Path
) -> None:
    first = start()
    output = tmp_path / "watched"
    path = {"PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'protos/gen'}"}
    with output.open("wb") as file:
        watching = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "watch", "--json"],
            env={**os.environ, **path, **client},
            cwd=CHECKOUT,
            stdout=file,
            stderr=subprocess.PIPE,
        )

    def watched() -> list[float]:
        return [json.loads(line)["value"] for line in output.read_text(encoding="utf-8").splitlines()]

    try:
        eventually(lambda: 'haidang_watchers{log="telemetry"} 1.0' in first.http("/metrics")[1])
        put(database, batch("a", [(AIR, 0, 0.0)]))
        eventually(lambda: watched() == [0.0])
        assert first.stop() == 0
        put(database, batch("b", [(AIR, 1, 1.0)]))
        start()
        put(database, batch("c", [(AIR, 2, 2.0)]))
        eventually(lambda: watched() == [0.0, 1.0, 2.0], timeout_s=20)
    finally:
        watching.kill()
        watching.wait()


def test_health_and_metrics_tell_the_truth(start: Start, client: dict[str, str], database: Database) -> None:
    api = start()
    telemetry = "ioc.telemetry.v1.TelemetryService"
    with grpc.insecure_channel(client["HAIDANG_API_ADDRESS"]) as channel:
        health = health_pb2_grpc.HealthStub(channel)

        def serving(name: str) -> bool:
            status = health.Check(health_pb2.HealthCheckRequest(service=name), timeout=5).status
            return bool(status == health_pb2.HealthCheckResponse.SERVING)

        def status_of_a_call() -> grpc.StatusCode:
            stub = telemetry_pb2_grpc.TelemetryServiceStub(channel)
            with pytest.raises(grpc.RpcError) as failed:
                stub.GetLedger(
                    telemetry_pb2.GetLedgerRequest(), metadata=bearer(client["HAIDANG_TOKEN"]), timeout=20
                )
            code: grpc.StatusCode = failed.value.code()
            return code

        assert serving("")
        assert serving(telemetry)
        database.server.stop()
        assert status_of_a_call() is grpc.StatusCode.UNAVAILABLE
        eventually(lambda: not serving(telemetry), timeout_s=20)
        assert api.http("/live")[0] == 200
        code, body = api.http("/ready")
        assert (code, telemetry in body) == (503, True)
        database.server.start()
        eventually(lambda: serving(telemetry), timeout_s=20)
        assert run(["-m", "services.cli", "ledger"], client).returncode == 0

    metrics = api.http("/metrics")[1]
    method = f'method="/{telemetry}/GetLedger"'
    assert f'haidang_rpc_requests_total{{{method},status="OK"}} 1.0' in metrics
    assert f'haidang_rpc_requests_total{{{method},status="UNAVAILABLE"}} 1.0' in metrics


def test_a_port_that_is_taken_ends_the_process_with_its_number(
    start: Start, processes: Processes, database: Database, port: int
) -> None:
    start()
    settings = {**database.environment(), "HAIDANG_API_PORT": str(port), "HAIDANG_HEALTH_PORT": "0"}
    second = processes.start("second", "services", "api", settings=settings)

    eventually(lambda: not second.is_alive, timeout_s=20)
    assert second.process.returncode == 1
    assert str(port) in second.logs()
