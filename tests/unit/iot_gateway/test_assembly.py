"""A batch holds every reading of its messages exactly once, accepted or with a reason."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.assembly import Message, assemble, judge
from services.telemetry.domain import Batch, Numbered, SeriesName, Verdict
from tests.unit.iot_gateway.rules import COMMISSIONED, HORIZON, KEPT_MS, NOW, message, rules


def batch_of(*messages: Message) -> Batch:
    return assemble(messages, rules(), Batch("trace", "s0", NOW))


def judged(*messages: Message) -> Batch:
    batch = Batch("trace", "s0", NOW)
    for one in messages:
        judge(one, rules(), batch)
    return batch


def test_plain_message() -> None:
    batch = batch_of(message(b'{"ts": %d, "values": {"pm25": 12.3, "temp": 7}}' % NOW))
    assert batch.series == [SeriesName("air-001", "pm25"), SeriesName("air-001", "temp")]
    assert batch.values == [12.3, 7.0]
    assert batch.observed_at_ms == [NOW, NOW]
    assert batch.refusals == []


@pytest.mark.parametrize(
    ("topic", "payload", "reason", "device"),
    [
        (b"ioc/v1/s0/devices/air-009/telemetry", b'{"pm25": 1}', "unknown_device", "air-009"),
        (b"ioc/v1/s0/devices/air-002/telemetry", b'{"pm25": 1}', "device_not_active", "air-002"),
        (b"ioc/v1/s0/devices/air-003/telemetry", b'{"pm25": 1}', "bad_topic", "air-003"),
        (b"ioc/v1/s0/devices/\xff/telemetry", b'{"pm25": 1}', "bad_topic", ""),
        (b"ioc/v1/s0/devices/air-001/other", b'{"pm25": 1}', "bad_topic", ""),
        (b"ioc/v1/s0/devices/air-001/telemetry", b"x" * 201, "payload_too_large", "air-001"),
        (b"ioc/v1/s0/devices/air-001/telemetry", b"{", "malformed_json", "air-001"),
        (b"ioc/v1/s0/devices/air-001/telemetry", b"\xff", "invalid_utf8", "air-001"),
        (b"ioc/v1/s0/devices/air-001/telemetry", b"{}", "no_values", "air-001"),
        (b"ioc/v1/s0/devices/air-001/telemetry", b'{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1}',
         "too_many_readings", "air-001"),
    ],
)  # fmt: skip
def test_a_message_that_is_no_readings_counts_one(
    topic: bytes, payload: bytes, reason: str, device: str
) -> None:
    batch = batch_of(message(payload, topic))
    (refusal,) = batch.refusals
    assert (refusal.reason, refusal.device, refusal.readings) == (reason, device, 1)
    assert refusal.payload == payload
    assert batch.received == 1


def test_refusals_of_one_message_are_folded_by_reason_and_all_counted() -> None:
    payload = (
        b'[{"values": {"odd": 1, "other": 2, "pm25": 3}}, {"values": {"odd": 1}, "qc": {"odd": "Missing"}}]'
    )
    batch = batch_of(message(payload))
    by_reason = {refusal.reason: refusal for refusal in batch.refusals}
    assert by_reason["unknown_channel"].readings == 2
    assert by_reason["unknown_channel"].field == "odd, other"
    assert by_reason["qc_rejected"].verdict is Verdict.SKIPPED
    assert batch.values == [3.0]
    assert batch.received == 4


def test_the_kept_head_of_a_large_message_says_how_large_it_was() -> None:
    batch = batch_of(Message(b"ioc/v1/s0/devices/air-001/telemetry", b"x" * 10, 1, NOW, 5_000_000))
    assert batch.refusals[0].reason == "payload_too_large"
    assert batch.refusals[0].payload_bytes == 5_000_000


def test_our_own_commands_are_not_counted() -> None:
    assert batch_of(message(b"{}", b"ioc/v1/s0/devices/air-001/commands")).received == 0


@pytest.mark.parametrize("number", [b"7", b"7.0"])
def test_a_device_may_number_its_messages(number: bytes) -> None:
    plain = batch_of(message(b'{"ts": %d, "values": {"pm25": 1}, "seq": %s}' % (NOW, number)))
    refused = batch_of(message(b'{"ts": %d, "values": {"odd": 1}, "seq": %s}' % (NOW, number)))
    assert plain.numbers == refused.numbers == [Numbered("air-001", 7, NOW, NOW)], "it has reached us"


def test_a_number_that_is_none_costs_no_reading() -> None:
    batch = batch_of(message(b'{"values": {"pm25": 1}, "seq": "x"}'))
    assert (batch.values, batch.numbers) == ([1.0], [])


topics = st.sampled_from(
    [b"ioc/v1/s0/devices/%s/telemetry" % name for name in (b"air-001", b"air-002", b"air-009", b"\xff")]
)
numbers = (
    st.sampled_from([0, 1000, 1000.1, -0.1])
    | st.floats(-10, 1100)
    | st.integers(-5, 1005)
    | st.none()
    | st.booleans()
    | st.just(float("nan"))
)
values = st.dictionaries(st.sampled_from(["pm25", "temp", "odd", "\x00"]), numbers, max_size=4)
documents = st.fixed_dictionaries(
    {"values": values},
    optional={
        "ts": st.integers(NOW - 2_000_000_000, NOW + 1_000_000),
        "rev": st.integers(-1, 3),
        "seq": st.integers(-1, 3) | st.none() | st.text(max_size=1) | st.floats(0, 9) | st.integers(2**53),
        "qc": st.dictionaries(st.sampled_from(["pm25", "temp"]), st.sampled_from(["Valid", "Missing"])),
    },
)
payloads = (documents | values | st.lists(documents, max_size=3)).map(lambda d: json.dumps(d).encode())


@given(st.lists(st.builds(message, payloads | st.binary(max_size=20), topics), min_size=1, max_size=6))
def test_the_quick_way_and_the_full_rule_agree(messages: list[Message]) -> None:
    assert batch_of(*messages) == judged(*messages)


@pytest.mark.parametrize(
    "ts",
    [
        None,
        NOW,
        NOW + 300_000,
        NOW + 300_001,
        COMMISSIONED,
        COMMISSIONED - 1,
        NOW - KEPT_MS,
        NOW - KEPT_MS - 1,
        HORIZON,
        HORIZON - 1,
        0,
    ],
)
@pytest.mark.parametrize("value", [0, 1000, 1000.1, -0.1, 1e308])
@pytest.mark.parametrize("channel", ["pm25", "temp", "odd"])
def test_they_agree_at_every_edge(ts: int | None, value: float, channel: str) -> None:
    one = message(json.dumps({"ts": ts, "values": {channel: value}}).encode())
    assert batch_of(one) == judged(one)
