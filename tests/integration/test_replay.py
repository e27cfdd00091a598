"""A year of hourly values replayed through broker, gateway and database, and accounted for line by line."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace as changed
from pathlib import Path
from threading import Timer

import psycopg
import pytest

from services.local.mosquitto import GATEWAY_USER, MosquittoServer
from services.registry.tokens import issue
from services.simulator.accounts import Account
from services.simulator.lines import read_lines
from services.simulator.mapping import load_mapping
from services.simulator.replay import ReplayError, ReplayOptions, ReplayResult, replay
from services.simulator.replay_sender import SendError
from tests.fixtures.processes import CHECKOUT, Processes
from tests.fixtures.servers import PASSWORD
from tests.fixtures.stack import Stack

pytestmark = pytest.mark.one_store("the account is made of the ledger, which is an ordinary table")

DEVICE = "hanoi-001"
HANOI = CHECKOUT.parent / "shared/data/air/hanoi_pm25_2020.csv"
AIRNOW = CHECKOUT / "services/simulator/mappings/airnow_pm25.json"
HEADER = (
    "Site,Parameter,Date (LT),Year,Month,Day,Hour,NowCast Conc.,AQI,AQI Category,"
    "Raw Conc.,Conc. Unit,Duration,QC Name\n"
)


def line(when: str, value: str, flag: str = "Valid") -> str:
    return f"Hanoi,PM2.5 - Principal,{when},2020,01,01,01,1,1,Good,{value},UG/M3,1 Hr,{flag}\n"


@pytest.fixture
def running(stack: Stack, new_mosquitto: Callable[[], MosquittoServer]) -> Iterator[Stack]:
    """A broker of the test's own: what another test left in a session would be counted here."""
    broker = new_mosquitto()
    broker.set_credentials({GATEWAY_USER: PASSWORD, DEVICE: PASSWORD})
    broker.stop()
    broker.start()
    own = stack.through(ports=changed(stack.ports, mqtt=broker.port), mqtt_credentials=broker.credentials)
    own.start("api")
    own.start("gateway")
    yield own
    broker.stop()


@pytest.fixture
def options(running: Stack, tmp_path: Path) -> ReplayOptions:
    with psycopg.connect(running.wiring.dsns["registry"]) as connection:
        scopes = ("registry.read", "registry.write", "telemetry.read")
        token = issue(connection, "replay", scopes, None)
    return ReplayOptions(
        file=tmp_path / "lines.csv",
        mapping=AIRNOW,
        device=DEVICE,
        mqtt_host="127.0.0.1",
        mqtt_port=running.ports.mqtt,
        mqtt_username=DEVICE,
        mqtt_password=PASSWORD,
        api_address=f"127.0.0.1:{running.ports.grpc}",
        token=token,
        register=True,
        account_timeout_s=20,
    )


def quarantined(running: Stack) -> list[tuple[str, str, bytes]]:
    """(verdict, reason, payload) in the order of receipt."""
    with psycopg.connect(running.wiring.dsns["telemetry"]) as connection:
        rows = connection.execute(
            "SELECT verdict, reason, payload FROM telemetry.quarantine ORDER BY quarantine_id"
        )
        return [(verdict, reason, bytes(payload)) for verdict, reason, payload in rows]


def counts(result: ReplayResult) -> tuple[int, ...]:
    account: Account = result.account
    return (
        account.stored,
        account.duplicate,
        account.corrected,
        account.conflicting,
        account.quarantined,
        account.skipped,
    )


def test_every_kind_of_line_ends_in_exactly_one_of_the_six(running: Stack, options: ReplayOptions) -> None:
    bad_date = line("2020-13-01 01:00 AM", "9")
    short = "Hanoi,PM2.5\n"
    options.file.write_bytes(
        (
            HEADER
            + line("2020-01-01 01:00 AM", "126.0")
            + line("2020-01-01 01:00 AM", "126.0")  # duplicate
            + line("2020-01-01 01:00 AM", "99.0")  # conflicting
            + line("2020-01-01 02:00 AM", "-999.0", "Missing")  # skipped
            + line("2020-01-01 03:00 AM", "-999.0")  # a sentinel that passed as valid: skipped too
            + line("2020-01-01 04:00 AM", "4000")  # out of range
            + bad_date
            + short
        ).encode()
        + b"\xff\xfe\n"
        + b"\n"  # no line at all
    )

    result = replay(options)

    assert result.adds_up
    assert counts(result) == (1, 1, 0, 1, 4, 2)
    assert [number for number, _ in result.survey.problems] == [8, 9, 10]
    listed = quarantined(running)
    assert [(verdict, reason) for verdict, reason, _ in listed] == [
        ("skipped", "qc_rejected"),
        ("skipped", "qc_rejected"),
        ("quarantined", "out_of_range"),
        ("quarantined", "malformed_json"),
        ("quarantined", "malformed_json"),
        ("quarantined", "invalid_utf8"),
    ]
    assert [payload for _, _, payload in listed[3:]] == [
        bad_date.rstrip("\n").encode(),
        short.rstrip("\n").encode(),
        b"\xff\xfe",
    ]
    assert json.loads(listed[0][2]) == {
        "ts": 1577815200000,  # 02:00 in Hà Nội ends the hour that starts at 18:00 UTC
        "values": {"pm25": -999.0},
        "qc": {"pm25": "Missing"},
    }


@pytest.mark.skipif(not HANOI.exists(), reason=f"{HANOI} is not there")
def test_a_published_year_adds_up_and_a_second_replay_stores_nothing(
    running: Stack, options: ReplayOptions
) -> None:
    hanoi = changed(options, file=HANOI)
    lines = list(read_lines(HANOI, load_mapping(AIRNOW)))

    first = replay(hanoi)
    second = replay(hanoi)

    flagged = sum(line.flagged for line in lines)
    assert len(lines) == 5_088
    assert first.adds_up
    assert second.adds_up
    assert first.account.received == len(lines)
    # 2020-03-08 03:00 has two lines that differ: the first stands
    assert counts(first) == (len(lines) - flagged - 1, 0, 0, 1, 0, flagged)
    assert counts(second) == (0, len(lines) - flagged, 0, 0, 0, flagged)


def test_an_unknown_device_is_not_sent_without_being_asked_for(options: ReplayOptions) -> None:
    options.file.write_text(HEADER + line("2020-01-01 01:00 AM", "126.0"))

    with pytest.raises(ReplayError, match="--register makes it known"):
        replay(changed(options, register=False))


def test_a_refused_credential_ends_the_replay(options: ReplayOptions) -> None:
    options.file.write_text(HEADER + line("2020-01-01 01:00 AM", "126.0"))

    with pytest.raises(SendError, match=f"refused '{DEVICE}': Not authorized"):
        replay(changed(options, mqtt_password="wrong", credential_timeout_s=0))


def test_a_device_that_is_registered_now_gets_its_credential_a_moment_later(
    running: Stack, options: ReplayOptions, tmp_path: Path
) -> None:
    options.file.write_text(HEADER + line("2020-01-01 01:00 AM", "126.0"))
    credentials = tmp_path / "devices.json"
    credentials.write_text("{}")
    late = Timer(4.0, lambda: credentials.write_text(json.dumps({DEVICE: PASSWORD})))
    late.start()

    result = replay(changed(options, mqtt_password="", credentials_file=credentials))

    assert result.account.stored == 1
    with pytest.raises(ReplayError, match=f"no MQTT password for '{DEVICE}'"):
        replay(changed(options, mqtt_password="", credentials_file=None))


def test_one_command_registers_and_replays(options: ReplayOptions, processes: Processes) -> None:
    options.file.write_text(HEADER + line("2020-01-01 01:00 AM", "126.0") + "?\n")
    settings = {
        "HAIDANG_API_ADDRESS": options.api_address,
        "HAIDANG_TOKEN": options.token,
        "HAIDANG_MQTT_PORT": str(options.mqtt_port),
        "HAIDANG_MQTT_PASSWORD": PASSWORD,
    }
    words = (
        "replay",
        str(options.file),
        "--mapping",
        "airnow_pm25",
        "--device",
        DEVICE,
        "--register",
        "--json",
    )

    running = processes.start("replay", "services.cli", *words, settings=settings)

    assert running.process.wait(30) == 0, running.logs()
    printed = next(text for text in running.logs().splitlines() if text.startswith(("[", "{")))
    found = json.loads(printed)
    account = found[0] if isinstance(found, list) else found
    assert (account["received"], account["stored"], account["quarantined"]) == (2, 1, 1)
    assert "3: 1 columns, the header has 14" in running.logs()
