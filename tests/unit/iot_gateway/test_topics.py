"""Topic ↔ device."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_gateway import topics
from iot_gateway.samples import Refused


def test_a_telemetry_topic() -> None:
    assert topics.parse_telemetry(b"ioc/v1/s0/devices/air-001/telemetry") == ("s0", "air-001")


@pytest.mark.parametrize(
    "topic",
    [
        b"",
        b"ioc/v1/s0/devices//telemetry",
        b"ioc/v1/s0/devices/air-001/telemetry/more",
        b"ioc/v1/s0/devices/air-001/Telemetry",
        b"ioc/v1/S0/devices/air-001/telemetry",
        b"ioc/v1/s0/devices/a b/telemetry",
        b"ioc/v1/s0/devices/air-001/telemetry\n",
        "ioc/v1/s0/devices/trạm/telemetry".encode(),
        b"ioc/v1/s0/devices/" + b"x" * 64 + b"/telemetry",
        b"ioc/v1/s0/devices/\xff/telemetry",
        b"ioc/v1/s0/devices/a\x00/telemetry",
    ],
)
def test_odd_topics_have_a_reason(topic: bytes) -> None:
    parsed = topics.parse_telemetry(topic)
    assert isinstance(parsed, Refused)
    assert parsed.reason == "bad_topic"


@given(
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", fullmatch=True),
)
def test_there_and_back(shard: str, device: str) -> None:
    topic = topics.telemetry_of(shard, device)
    assert topics.parse_telemetry(topic.encode()) == (shard, device)
    assert topic.startswith(topics.subscription(shard).removesuffix("#"))


@given(st.binary())
def test_any_bytes_have_an_answer(topic: bytes) -> None:
    topics.parse_telemetry(topic)


def test_our_own_commands_are_no_telemetry() -> None:
    assert topics.is_command(b"ioc/v1/s0/devices/air-001/commands")
    assert not topics.is_command(b"ioc/v1/s0/devices/air-001/telemetry")


@pytest.mark.parametrize(
    ("topic", "address"),
    [
        (b"ioc/v1/s0/devices/air-001/commands/ack", ("s0", "air-001")),
        (b"ioc/v1/s0/devices/air-001/x/commands/ack", None),
        (b"ioc/v1/S0/devices/air-001/commands/ack", None),
        (b"ioc/v1/s0/devices/\xff/commands/ack", None),
        (b"ioc/v1/s0/devices/air-001/commands/ack\n", None),
    ],
)
def test_who_answers_a_command(topic: bytes, address: tuple[str, str] | None) -> None:
    assert topics.parse_answer(topic) == address
    assert topics.is_command(topic) == topic.endswith(b"/ack")


def test_a_device_hears_its_commands_below_its_own_name() -> None:
    topic = topics.command_of("s0", "air-001")
    assert topic == "ioc/v1/s0/devices/air-001/commands"
    assert topics.is_command(topic.encode())
