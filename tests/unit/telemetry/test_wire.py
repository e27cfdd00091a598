"""The fact telemetry.stored, as others read it."""

from __future__ import annotations

import json

import msgspec
import pytest

from services.telemetry import wire
from services.telemetry.domain import Batch, Reading, SeriesName


def a_batch() -> Batch:
    batch = Batch("trace", "s0", 5)
    batch.add(SeriesName("air-001", "pm25"), Reading(1000, 12.5, 0, 0, 2000))
    batch.add(SeriesName("air-002", "pm25"), Reading(1000, 7.0, 1, 2, 2000))
    batch.add(SeriesName("air-001", "pm25"), Reading(3000, 13.5, 0, 0, 3500))
    return batch


def test_shape_of_the_fact() -> None:
    body = wire.encode(wire.stored_fact(a_batch(), range(3)))
    assert json.loads(body) == {
        "series": {"device": ["air-001", "air-002"], "channel": ["pm25", "pm25"]},
        "readings": {
            "series": [0, 1, 0],
            "observed_at_ms": [1000, 1000, 3000],
            "value": [12.5, 7.0, 13.5],
            "quality": [0, 1, 0],
            "revision": [0, 2, 0],
            "received_at_ms": [2000, 2000, 3500],
        },
    }


def test_only_what_changed_is_in_the_fact() -> None:
    fact = wire.stored_fact(a_batch(), [1])
    assert fact.series == wire.SeriesColumns(["air-002"], ["pm25"])
    assert fact.readings.value == [7.0]


def test_round_trip() -> None:
    fact = wire.stored_fact(a_batch(), [0, 2])
    assert wire.decode(wire.encode(fact)) == fact


def test_later_fields_are_ignored() -> None:
    body = json.loads(wire.encode(wire.stored_fact(a_batch(), [0])))
    assert wire.decode(json.dumps({**body, "later": 1}).encode()).readings.value == [12.5]


def test_anything_else_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        wire.decode(b'{"series": {}}')
