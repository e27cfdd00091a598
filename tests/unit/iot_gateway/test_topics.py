"""Topic ↔ device."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_gateway import topics


@given(
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", fullmatch=True),
)
def test_what_a_device_publishes_is_subscribed_to(shard: str, device: str) -> None:
    topic = topics.telemetry_of(shard, device)
    assert topic.startswith(topics.subscription(shard).removesuffix("#"))


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
