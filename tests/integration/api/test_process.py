"""The API as a process: the README's example, the command line, health, TLS, and an orderly end."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import grpc
import psycopg
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from ioc.telemetry.v1 import telemetry_pb2, telemetry_pb2_grpc

from services.local import authority
from services.runtime import outbox
from services.runtime.page_token import seal_position
from tests.fixtures.ports import free_port
from tests.fixtures.processes import CHECKOUT, Processes, Running
from tests.fixtures.servers import Database
from tests.fixtures.waiting import eventually
from tests.integration.api.conftest import bearer
from tests.integration.api.readings import AIR, NOISE, batch, put, put_device, quarantined

Start = Callable[..., Running]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(processes: Processes, database: Database, port: int) -> Start:
    """Starts the API with further settings and waits until it is ready."""

    def make(*contexts: str, **more: str) -> Running:
        settings = {
            **database.environment(),
            "HAIDANG_API_PORT": str(port),
            "HAIDANG_HEALTH_PORT": str(free_port()),
            **more,
        }
        return processes.start("api", "services", "api", *contexts, settings=settings).wait_ready()

    return make


@pytest.fixture
def client(port: int, new_token: Callable[..., str]) -> dict[str, str]:
    """The environment of someone who follows the README."""
    return {"HAIDANG_API_ADDRESS": f"127.0.0.1:{port}", "HAIDANG_TOKEN": new_token()}


def run(
    command: list[str], client: dict[str, str], folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("HAIDANG_")}
    path = {
        "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'protos/gen'}",
        "LANG": "C.UTF-8",
    }
    return subprocess.run(
        [sys.executable, *command],
        env={**inherited, **path, **client},
        cwd=folder or CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def haidang(
    client: dict[str, str], *arguments: str, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return run(["-m", "services.cli", *arguments], client, folder)


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def data(database: Database) -> None:
    put_device(database, "air-001", "pm25", "µg/m³")
    put_device(database, "noise-001", "leq", "dB")
    put(
        database,
        batch("a", [(AIR, 0, 12.3), (AIR, 1, 14.0), (NOISE, 0, 61.0)], [quarantined("time_in_future")]),
        batch("b", [(AIR, 0, 99.0)]),
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


@pytest.mark.usefixtures("data")
def test_the_example_of_a_query_runs_as_it_stands_over_tls(
    start: Start, client: dict[str, str], certificate: tuple[Path, Path]
) -> None:
    chain, key = certificate
    start(HAIDANG_API_CREDENTIALS_CERTIFICATE=str(chain), HAIDANG_API_CREDENTIALS_KEY=str(key))
    client["HAIDANG_API_AUTHORITY"] = str(chain)

    done = run(["docs/examples/query_series.py", "air-001", "pm25", "2026-11-20T02:00+00:00"], client)

    hours = done.stdout.splitlines()
    assert (len(hours), hours[-2:]) == (24, ["20/11 07:00  13.2 µg/m³, at most 14.0", "20/11 08:00  –"]), done


@pytest.mark.usefixtures("data")
def test_every_command_answers(start: Start, client: dict[str, str], tmp_path: Path) -> None:
    start()

    assert [(r["device"], r["value"]) for r in lines(haidang(client, "latest", "--json"))] == [
        ("air-001", 14.0),
        ("noise-001", 61.0),
    ]
    in_range = lines(haidang(client, "range", "air-001", "pm25", "-s", "2026-11-20", "-e", "now", "--json"))
    assert [(r["observed_at"], r["value"]) for r in in_range] == [
        ("2026-11-20T07:00:00+07:00", 12.3),
        ("2026-11-20T07:01:00+07:00", 14.0),
    ]
    (air, _noise) = lines(haidang(client, "ledger", "--json"))
    assert (air["received"], air["stored"], air["conflicting"], air["quarantined"]) == (4, 2, 1, 1)
    assert lines(haidang(client, "quarantine", "--json"))[0]["reason"] == "time_in_future"
    assert lines(haidang(client, "revisions", "--json"))[0]["value"] == 99.0
    assert [r["device"] for r in lines(haidang(client, "devices", "--json"))] == ["air-001", "noise-001"]
    assert lines(haidang(client, "areas", "--json")) == []
    assert "vn_aqi_hour" in {r["indicator"] for r in lines(haidang(client, "indicators", "list", "--json"))}
    assert lines(haidang(client, "indicators", "latest", "--json")) == []
    values = haidang(client, "indicators", "values", "vn_aqi_hour", "air-001", "--json")
    assert lines(values) == []

    (tmp_path / ".local").mkdir()
    written = "".join(f"export {key}='{value}'\n" for key, value in client.items())
    (tmp_path / ".local/client.env").write_text(written, encoding="utf-8")
    table = haidang({}, "--lang", "vi", "latest", "-d", "air-001", folder=tmp_path)
    assert "Thời điểm đo" in table.stdout, table.stderr
    assert "2026-11-20 07:01:00" in table.stdout


def test_commands_fail_with_a_sentence_and_an_exit_code(
    start: Start, client: dict[str, str], new_token: Callable[..., str], port: int
) -> None:
    away = haidang(client, "ledger")
    start()
    no_token = haidang({**client, "HAIDANG_TOKEN": ""}, "ledger")
    forged = haidang({**client, "HAIDANG_TOKEN": "forged"}, "--lang", "vi", "ledger")
    poor = haidang({**client, "HAIDANG_TOKEN": new_token("areas.read")}, "ledger")
    unknown = haidang(client, "range", "ghost", "pm25")
    nonsense = haidang(client, "range", "ghost", "pm25", "--start", "tomorrow")

    assert (away.returncode, f"Cannot reach 127.0.0.1:{port}" in away.stderr) == (5, True)
    assert (no_token.returncode, "Set HAIDANG_TOKEN" in no_token.stderr) == (3, True)
    assert (forged.returncode, "Mã truy cập không được chấp nhận" in forged.stderr) == (3, True)
    assert (poor.returncode, "needs scope 'telemetry.read'" in poor.stderr) == (3, True)
    assert (unknown.returncode, "knows no channel 'pm25'" in unknown.stderr) == (4, True)
    assert (nonsense.returncode, "24h (ago)" in nonsense.stderr) == (2, True)
    assert all("Traceback" not in done.stderr for done in (away, no_token, forged, poor, unknown, nonsense))


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


def test_one_context_may_be_served_alone(start: Start, client: dict[str, str]) -> None:
    start("registry")

    assert haidang(client, "devices").returncode == 0
    alone = haidang(client, "ledger")
    assert alone.returncode != 0


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    chain, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(chain)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    return chain, key


def test_with_a_certificate_it_speaks_tls_only(
    start: Start, client: dict[str, str], certificate: tuple[Path, Path]
) -> None:
    chain, key = certificate
    start(HAIDANG_API_CREDENTIALS_CERTIFICATE=str(chain), HAIDANG_API_CREDENTIALS_KEY=str(key))

    trusted = haidang({**client, "HAIDANG_API_AUTHORITY": str(chain)}, "devices")
    plain = haidang(client, "devices")

    assert trusted.returncode == 0, trusted.stderr
    assert plain.returncode == 5


def test_the_local_authority_signs_for_the_api_which_also_speaks_plain_text(
    start: Start, client: dict[str, str], tmp_path: Path
) -> None:
    ours, others, tls_port = tmp_path / "ours", tmp_path / "others", free_port()
    authority.ensure(ours)
    authority.ensure(others)
    authority.issue(ours, tmp_path / "api")
    before = (tmp_path / "api/server.pem").read_bytes()
    authority.issue(ours, tmp_path / "api")
    assert (tmp_path / "api/server.pem").read_bytes() == before
    start(
        HAIDANG_API_TLS_PORT=str(tls_port),
        HAIDANG_API_CREDENTIALS_CERTIFICATE=str(tmp_path / "api/server.pem"),
        HAIDANG_API_CREDENTIALS_KEY=str(tmp_path / "api/server.key"),
    )
    over_tls = {**client, "HAIDANG_API_ADDRESS": f"127.0.0.1:{tls_port}"}

    assert haidang(client, "whoami").returncode == 0
    assert haidang({**over_tls, "HAIDANG_API_AUTHORITY": str(ours / "ca.pem")}, "whoami").returncode == 0
    assert haidang({**over_tls, "HAIDANG_API_AUTHORITY": str(others / "ca.pem")}, "whoami").returncode == 5
    assert haidang(over_tls, "whoami").returncode == 5

    authority.issue(others, tmp_path / "api")  # of an authority that was made anew
    assert (tmp_path / "api/server.pem").read_bytes() != before


def test_whoami_and_a_new_secret_for_oneself(start: Start, client: dict[str, str]) -> None:
    start()

    (own,) = lines(haidang(client, "whoami", "--json"))
    (new,) = lines(haidang(client, "token", "rotate", "--grace", "60", "--json"))
    again = haidang(client, "token", "rotate")
    (fresh,) = lines(haidang({**client, "HAIDANG_TOKEN": str(new["secret"])}, "whoami", "--json"))
    table = haidang({**client, "HAIDANG_TOKEN": str(new["secret"])}, "--lang", "vi", "whoami")

    assert (own["name"], own["areas"], own["requests_per_s"]) == ("test", None, 1_000)
    assert {**own, "replaced_until": None} == fresh
    assert (again.returncode, "use the new one" in again.stderr) == (3, True)
    assert "Lượt gọi/giây" in table.stdout


def test_a_port_that_is_taken_ends_the_process_with_its_number(
    start: Start, processes: Processes, database: Database, port: int
) -> None:
    start()
    settings = {**database.environment(), "HAIDANG_API_PORT": str(port), "HAIDANG_HEALTH_PORT": "0"}
    second = processes.start("second", "services", "api", settings=settings)

    eventually(lambda: not second.is_alive, timeout_s=20)
    assert second.process.returncode == 1
    assert str(port) in second.logs()
