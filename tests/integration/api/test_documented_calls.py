"""The grpcurl calls of the documentation are answered with what the reader expects to see."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import psycopg
import pytest
from google.protobuf.message import Message

from services.alarms import store, store_alarms
from services.alarms.domain import Act, Alarm, Severity, State
from services.alarms.rules import parse_rules
from services.areas import store as areas
from services.runtime.db import connect
from services.simulator.devices import PM25
from services.telemetry.domain import SeriesName
from tests.fixtures import grpcurl
from tests.fixtures.servers import Database
from tests.integration.alarms_world import unit
from tests.integration.api.readings import T0, batch, put, put_device

pytestmark = pytest.mark.one_store("that each store answers a range and a series is tested beside them")

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/api.md"
DEMO = SeriesName("demo-001", PM25.channel)


@pytest.fixture
def value(database: Database) -> float:
    """The value that the demo device sent ten minutes ago, registered as `make run` registers it."""
    put_device(database, *DEMO, PM25.unit)
    with psycopg.connect(database.dsn("registry")) as connection:
        connection.execute(
            "UPDATE channels SET quantity = %s WHERE device = %s", (PM25.quantity, DEMO.device)
        )
    put(database, batch("demo", [(DEMO, (datetime.now(UTC) - T0) // timedelta(minutes=1) - 10, 142.7)]))
    return 142.7


@pytest.fixture
def alarm(database: Database) -> None:
    """The first alarm that was ever raised, in the province of `make run`."""
    rule = "[[rule]]\nid = 'a'\nkind = 'silence'\nvi = 'A'\nen = 'A'\nover = {}\n"
    (parsed,), _ = parse_rules("a.toml", rule + "levels = [{severity = 'warning', above = 5.0}]")
    now = datetime.now(UTC)
    with connect(database.dsn("areas"), "test") as connection:
        areas.put_units(connection, [unit("56", "province", "")])
    with connect(database.dsn("alarms"), "test") as connection:
        store.apply_rules(connection, [parsed], "test", now)
        (number,) = store_alarms.numbers(connection, 1)
        severity = Severity.WARNING
        raised = Alarm(
            *(number, "a/device/b", "a", 1, "device", "b", "b", "56", State.RAISED),
            *(severity, severity, now, now),
        )
        store_alarms.write(connection, [store_alarms.fresh(raised, Act(now))], "t" * 32)


def test_the_calls_of_the_documentation_are_answered(
    channel: grpc.Channel, address: str, new_token: Callable[..., str], value: float, alarm: None
) -> None:
    environment = {"HAIDANG_API_ADDRESS": address, "HAIDANG_TOKEN": new_token(name="reader")}
    calls = grpcurl.documented(DOCUMENT.read_text(encoding="utf-8"), environment)

    answers: dict[str, Message] = {call.method: next(grpcurl.responses(channel, call)) for call in calls}

    assert {call.address for call in calls} == {address}
    expected = {
        "GetLatest": lambda answer: [reading.value for reading in answer.readings] == [value],
        "GetRange": lambda answer: list(answer.readings.value) == [value],
        "WatchReadings": lambda answer: answer.resume_token != "",
        "ListAlarms": lambda answer: [one.alarm for one in answer.alarms] == [1],
        "Acknowledge": lambda answer: answer.alarm.acknowledged_by == "reader",
        "WatchAlarms": lambda answer: answer.resume_token != "",
        "WhoAmI": lambda answer: answer.name == "reader",
        "RotateToken": lambda answer: answer.secret not in ("", environment["HAIDANG_TOKEN"]),
        "QuerySeries": lambda answer: (
            [list(column.value) for series in answer.series for column in series.buckets.columns]
            == [[value], [value]]
        ),
    }
    assert answers.keys() == expected.keys()
    for method, is_right in expected.items():
        assert is_right(answers[method]), answers[method]
