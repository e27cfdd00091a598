"""Questions about indicator values through gRPC."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import grpc
import psycopg
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.indicators.v1 import indicators_pb2 as pb
from ioc.indicators.v1 import indicators_pb2_grpc as pb_grpc

from services.indicators import store, wire
from services.indicators.domain import State, SubjectKind, Value
from services.runtime import outbox
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata

T0 = datetime(2026, 11, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST = Value(
    indicator="vn_aqi_hour",
    subject_kind=SubjectKind.STATION,
    subject="air-001",
    period_start=T0,
    version=1,
    state=State.PROVISIONAL,
    value=87.0,
    numerator=None,
    denominator=None,
    inputs_expected=12,
    inputs_used=11,
    newest_input_at=T0 + HOUR,
    formula_version=1,
    input_position=55,
    known_at=T0 + HOUR,
)


def publish(database: Database, *values: Value) -> None:
    """Writes values and their fact as the worker does, and numbers the fact as the relay does."""
    with psycopg.connect(database.dsn("indicators")) as connection:
        store.write_values(connection, values)
        outbox.append(connection, "indicators", wire.PUBLISHED, wire.published(values), "t" * 32)
        connection.commit()
        outbox.assign_positions(connection, "indicators", 100)


def stamp(time: datetime) -> Timestamp:
    result = Timestamp()
    result.FromDatetime(time)
    return result


def values_request(first: int, last: int, **more: object) -> pb.GetValuesRequest:
    start, end = stamp(T0 + first * HOUR), stamp(T0 + last * HOUR)
    fields: dict[str, object] = {"indicator": "vn_aqi_hour", "subject": "air-001", **more}
    return pb.GetValuesRequest(start=start, end=end, **fields)  # type: ignore[arg-type]


def hours(values: Sequence[pb.Value]) -> list[int]:
    return [(value.period_start.seconds - int(T0.timestamp())) // 3600 for value in values]


@pytest.fixture
def indicators(channel: grpc.Channel) -> pb_grpc.IndicatorsServiceStub:
    return pb_grpc.IndicatorsServiceStub(channel)


def test_definitions(indicators: pb_grpc.IndicatorsServiceStub, metadata: Metadata) -> None:
    found = {
        i.indicator: i
        for i in indicators.ListIndicators(pb.ListIndicatorsRequest(), metadata=metadata).indicators
    }
    assert found["vn_aqi_hour"].period_s == 3600
    assert found["vn_aqi_hour"].catalogue_id == "EN-01"


def test_the_latest_value_says_what_it_was_made_from(
    indicators: pb_grpc.IndicatorsServiceStub, metadata: Metadata, database: Database
) -> None:
    missing = replace(FIRST, subject="air-002", value=None, newest_input_at=None)
    publish(database, FIRST, replace(FIRST, period_start=T0 + HOUR, value=0.0), missing)

    request = pb.GetLatestValuesRequest(indicator="vn_aqi_hour")
    one, two = indicators.GetLatestValues(request, metadata=metadata).values
    named = indicators.GetLatestValues(pb.GetLatestValuesRequest(subjects=["air-002"]), metadata=metadata)

    assert (one.subject, one.value, one.HasField("value")) == ("air-001", 0.0, True)
    assert (one.state, one.inputs_used, one.inputs_expected) == (pb.VALUE_STATE_PROVISIONAL, 11, 12)
    assert one.period_start == stamp(T0 + HOUR)
    assert (two.HasField("value"), two.HasField("newest_input_at")) == (False, False)
    assert [value.subject for value in named.values] == ["air-002"]


def test_values_are_half_open_and_paged(
    indicators: pb_grpc.IndicatorsServiceStub, metadata: Metadata, database: Database
) -> None:
    publish(database, *(replace(FIRST, period_start=T0 + n * HOUR) for n in range(6)))

    first = indicators.GetValues(values_request(1, 5, page_size=3), metadata=metadata)
    second = indicators.GetValues(
        values_request(1, 5, page_size=3, page_token=first.next_page_token), metadata=metadata
    )

    assert (hours(first.values), hours(second.values)) == ([1, 2, 3], [4])
    assert second.next_page_token == ""


def test_unknown_indicators_are_named(indicators: pb_grpc.IndicatorsServiceStub, metadata: Metadata) -> None:
    request = values_request(0, 1, indicator="nonsense")
    with pytest.raises(grpc.RpcError) as refused:
        indicators.GetValues(request, metadata=metadata)

    assert refused.value.code() is grpc.StatusCode.NOT_FOUND
    assert "there are: " in refused.value.details()


def test_values_are_watched_as_they_are_published(
    indicators: pb_grpc.IndicatorsServiceStub, metadata: Metadata, database: Database
) -> None:
    request = pb.WatchValuesRequest(indicators=["pm25_mean_hour"])
    responses = indicators.WatchValues(request, metadata=metadata, timeout=20)
    opening = next(responses)
    mean = replace(FIRST, indicator="pm25_mean_hour", subject_kind=SubjectKind.COMMUNE, subject="22333")
    publish(database, FIRST)
    publish(database, FIRST, replace(mean, value=12.5))

    response = next(responses)
    resumed = next(
        indicators.WatchValues(pb.WatchValuesRequest(resume_token=opening.resume_token), metadata=metadata)
    )

    assert [(value.subject, value.value) for value in response.values] == [("22333", 12.5)]
    assert (response.position, response.trace_id) == (2, "t" * 32)
    assert resumed.position == opening.position == 0
