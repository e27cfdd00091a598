"""The API as a process, and whoever calls it from a command line."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest

from services.cli.__main__ import main
from tests.fixtures.ports import free_port
from tests.fixtures.processes import CHECKOUT, Processes, Running
from tests.fixtures.servers import Database
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


def haidang(client: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line from its first word to its exit code, in this process: starting one takes a second."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("HAIDANG_")}
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, {**inherited, "LANG": "C.UTF-8", **client}, clear=True),
        mock.patch.object(sys, "argv", ["haidang", *arguments]),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return subprocess.CompletedProcess(arguments, int(ended.value.code or 0), out.getvalue(), err.getvalue())


def typed(
    client: dict[str, str], *arguments: str, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The same as a process, as it is typed."""
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


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    chain, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(chain)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    return chain, key
