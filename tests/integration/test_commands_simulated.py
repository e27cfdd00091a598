"""From `haidang command send` to a simulated device and back, every process and server real."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from services.local.mosquitto import GATEWAY_USER, MosquittoServer
from services.registry import store as registry
from services.registry.tokens import issue
from services.telemetry import store as telemetry
from tests.fixtures.processes import Processes
from tests.fixtures.servers import Database
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.integration.api.process_world import haidang, lines
from tests.integration.gateway_world import a_device
from tests.integration.test_simulator import broker, start_simulator

__all__ = ["broker"]

pytestmark = pytest.mark.one_store("commands and their answers are in ordinary tables")


@pytest.fixture
def client(
    stack: Stack, database: Database, broker: MosquittoServer, processes: Processes, tmp_path: Path
) -> dict[str, str]:
    """Settings of a command line whose centre has a gateway and the simulated province."""
    with psycopg.connect(database.dsn("registry")) as conn:
        registry.put_devices(conn, [a_device("air-001", "s0"), a_device("power-001", "s0")])
        token = issue(conn, "duty desk", ["telemetry.command", "telemetry.read"], None)
    credentials = {GATEWAY_USER: broker.credentials[GATEWAY_USER]}
    centre = stack.through(ports=replace(stack.ports, mqtt=broker.port), mqtt_credentials=credentials)
    centre.launch("gateway", HAIDANG_COMMAND_RESEND_FIRST_S="1", HAIDANG_COMMAND_RESEND_LONGEST_S="1")
    centre.start("api")
    quiet = {"HAIDANG_SIMULATOR_HISTORY_HOURS": "0", "HAIDANG_SIMULATOR_INTERVAL_SCALE": "100"}
    start_simulator(processes, broker, tmp_path, **quiet).wait_ready()
    return {"HAIDANG_API_ADDRESS": f"127.0.0.1:{stack.ports.grpc}", "HAIDANG_TOKEN": token}


def test_a_simulated_device_is_told_to_speak_more_often(client: dict[str, str], database: Database) -> None:
    def received() -> int:
        with psycopg.connect(database.dsn("telemetry")) as conn:
            return sum(entry.received for entry in telemetry.ledger(conn, "air-001"))

    send = ["command", "send", "air-001", "set_interval", "-p", "seconds=1", "--wait", "--json"]
    done = haidang(client, *send)
    assert done.returncode == 0, done.stderr
    states = [row["state"] for row in lines(done)]
    assert states[-1] == "acknowledged"
    assert "expired" not in states
    before = received()
    eventually(lambda: received() >= before + 4)  # by its old interval it would speak in 25 minutes


def test_what_the_command_line_shows(client: dict[str, str]) -> None:
    refused = haidang(client, "--lang", "en", "command", "send", "power-001", "dance", "--wait")
    assert refused.returncode == 1
    assert "the device did not say that it did it" in refused.stderr.lower()
    (listed,) = lines(haidang(client, "command", "list", "--device", "power-001", "--json"))
    assert (listed["state"], listed["detail"]) == ("failed", "unknown command dance")
    assert listed["issued_by"] == "duty desk"
    assert lines(haidang(client, "command", "show", str(listed["id"]), "--json")) == [listed]
    assert lines(haidang(client, "command", "watch", str(listed["id"]), "--json")) == [listed]
    shown = haidang(client, "--lang", "vi", "command", "show", str(listed["id"]))
    assert "thiết bị từ chối" in shown.stdout
    key = ["command", "send", "power-001", "identify", "--key", "k", "--json"]
    first, again = (lines(haidang(client, *key))[0]["id"] for _ in range(2))
    assert first == again
    for wrong in (["-p", "x"], ["--expires", "soon"], ["--parameters", "[]"]):
        assert haidang(client, "command", "send", "power-001", "identify", *wrong).returncode == 2
    assert haidang(client, "command", "show", "nonsense").returncode == 4
    assert json.loads(str(listed["parameters"])) == {}
