"""`haidang replay` as it is typed: through broker and gateway, with the account of every line."""

import json
from pathlib import Path

import psycopg
import pytest

from services.registry.tokens import issue
from tests.fixtures.servers import PASSWORD
from tests.fixtures.stack import Stack
from tests.integration.api.process_world import haidang, lines
from tests.integration.test_replay import DEVICE, HEADER, line, running

__all__ = ["running"]

pytestmark = pytest.mark.one_store("the account is made of the ledger, which is an ordinary table")


def test_replay_accounts_for_every_line_and_a_second_one_stores_nothing(
    running: Stack, tmp_path: Path
) -> None:
    with psycopg.connect(running.wiring.dsns["registry"]) as connection:
        token = issue(connection, "replay", ["registry.read", "registry.write", "telemetry.read"], None)
    credentials = tmp_path / "credentials.json"
    credentials.write_text(json.dumps({DEVICE: PASSWORD}), encoding="utf-8")
    client = {
        "HAIDANG_API_ADDRESS": f"127.0.0.1:{running.ports.grpc}",
        "HAIDANG_TOKEN": token,
        "HAIDANG_MQTT_PORT": str(running.ports.mqtt),
        "HAIDANG_SIMULATOR_CREDENTIALS": str(credentials),
    }
    file = tmp_path / "lines.csv"
    body = [
        line("2020-01-01 01:00 AM", "126.0"),
        line("2020-01-01 02:00 AM", "117.0"),
        line("2020-01-01 02:00 AM", "118.0"),
        line("2020-01-01 03:00 AM", "-999", "Missing"),
    ]
    file.write_text(HEADER + "".join(body), encoding="utf-8")
    command = ["--lang", "vi", "replay", str(file), "--mapping", "airnow_pm25", "--device", DEVICE, "--json"]

    first = haidang(client, *command, "--register")
    second = haidang(client, *command)
    wrong = haidang({**client, "HAIDANG_MQTT_PASSWORD": "wrong"}, *command)
    no_mapping = haidang(client, "replay", str(file), "--mapping", "nonsense", "--device", DEVICE)

    (account,) = lines(first)
    assert {key: account[key] for key in ("received", "stored", "conflicting", "skipped")} == {
        "received": 4,
        "stored": 2,
        "conflicting": 1,
        "skipped": 1,
    }
    assert "Khớp: 4 =" in first.stderr
    assert lines(second)[0]["stored"] == 0
    assert (wrong.returncode, "Traceback" in wrong.stderr) == (5, False), wrong.stderr
    assert (no_mapping.returncode, "nonsense" in no_mapping.stderr) == (2, True), no_mapping.stderr
