"""The grpcurl calls of the documentation are answered with what the reader expects to see."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import psycopg
import pytest
from google.protobuf.message import Message

from services.simulator.devices import PM25
from services.telemetry.domain import SeriesName
from tests.fixtures import grpcurl
from tests.fixtures.servers import Database
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


def test_the_calls_of_the_documentation_are_answered(
    channel: grpc.Channel, address: str, new_token: Callable[..., str], value: float
) -> None:
    environment = {"HAIDANG_API_ADDRESS": address, "HAIDANG_TOKEN": new_token(name="reader")}
    calls = grpcurl.documented(DOCUMENT.read_text(encoding="utf-8"), environment)

    answers: dict[str, Message] = {call.method: next(grpcurl.responses(channel, call)) for call in calls}

    assert {call.address for call in calls} == {address}
    expected = {
        "GetLatest": lambda answer: [reading.value for reading in answer.readings] == [value],
        "GetRange": lambda answer: list(answer.readings.value) == [value],
        "WatchReadings": lambda answer: answer.resume_token != "",
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
