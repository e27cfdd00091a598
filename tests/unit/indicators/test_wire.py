"""Facts and protobuf messages."""

import json
from datetime import UTC, datetime

import pytest

from services.indicators import wire
from services.indicators.cells import Arrival
from services.indicators.definitions import DEFINITIONS, QCVN05_MONTH, VN_AQI_HOUR
from services.indicators.domain import State, SubjectKind, Value

START = datetime(2026, 3, 2, 5, tzinfo=UTC)
VALUE = Value(
    indicator=VN_AQI_HOUR,
    subject_kind=SubjectKind.STATION,
    subject="air-001",
    period_start=START,
    version=2,
    state=State.RESTATED,
    value=None,
    numerator=None,
    denominator=None,
    inputs_expected=12,
    inputs_used=1,
    newest_input_at=None,
    formula_version=1,
    input_position=55,
    known_at=START.replace(microsecond=5_000),
)


def test_stored_readings_become_arrivals() -> None:
    body = {
        "series": {"device": ["a", "b"], "channel": ["pm25", "pm10"]},
        "readings": {
            "series": [1, 0],
            "observed_at_ms": [1_000, 2_000],
            "value": [1.5, 2],
            "quality": [0, 1],
            "revision": [0, 0],
            "received_at_ms": [1_100, 2_200],
        },
        "added_later": True,
    }
    expected = [Arrival("b", "pm10", 1_000, 1_100), Arrival("a", "pm25", 2_000, 2_200)]
    assert wire.arrivals(json.dumps(body).encode()) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"\xff",
        b'{"series":{"device":["a"],"channel":[]},"readings":{"series":[],"observed_at_ms":[],"received_at_ms":[]}}',
        b'{"series":{"device":["a"],"channel":["c"]},"readings":{"series":[1],"observed_at_ms":[1],"received_at_ms":[1]}}',
        b'{"series":{"device":["a"],"channel":["c"]},"readings":{"series":[0],"observed_at_ms":[],"received_at_ms":[1]}}',
    ],
)
def test_what_cannot_be_read_says_so(body: bytes) -> None:
    with pytest.raises(ValueError):
        wire.arrivals(body)


def test_published_values_come_back_as_they_were() -> None:
    assert wire.published_values(wire.published([VALUE])) == [VALUE]


def test_the_published_fact_has_the_agreed_fields() -> None:
    (value,) = json.loads(wire.published([VALUE]))["values"]
    assert (
        value.items()
        >= {
            "indicator": "vn_aqi_hour",
            "subject_kind": "station",
            "subject": "air-001",
            "period_start_ms": 1_772_427_600_000,
            "value": None,
            "state": "restated",
            "version": 2,
            "known_at_ms": 1_772_427_600_005,
            "newest_input_at_ms": None,
            "inputs_expected": 12,
            "inputs_used": 1,
            "formula_version": 1,
            "input_position": 55,
        }.items()
    )


def test_protobuf_keeps_missing_apart_from_zero() -> None:
    message = wire.to_pb_value(VALUE)
    assert not message.HasField("value")
    assert not message.HasField("newest_input_at")
    assert message.state == 3
    assert message.period_start.ToDatetime(UTC) == START


def test_definitions_in_protobuf() -> None:
    message = wire.to_pb_indicator(DEFINITIONS[VN_AQI_HOUR])
    assert (message.catalogue_id, message.period_s, message.unit) == ("EN-01", 3_600, "")
    assert message.period == "PT1H"
    month = wire.to_pb_indicator(DEFINITIONS[QCVN05_MONTH])
    assert (month.period_s, month.period) == (0, "P1M")
