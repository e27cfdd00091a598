"""Topic ↔ device. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

# As the registry allows them: shard 1–31 characters, device 1–63.
ANSWER_ENDING = b"/commands/ack"  # of the topic on which a device answers; no other topic ends so
_ANSWERS = re.compile(
    rb"ioc/v1/([a-z0-9][a-z0-9-]{0,30})/devices/([A-Za-z0-9][A-Za-z0-9._-]{0,62})/commands/ack"
)


class Address(NamedTuple):
    """Where a message came from."""

    shard: str
    device: str


def telemetry_of(shard: str, device: str) -> str:
    """The topic that a device publishes on."""
    return f"ioc/v1/{shard}/devices/{device}/telemetry"


def subscription(shard: str) -> str:
    """What the session of a shard subscribes to: everything below devices, odd topics included.

    Those are quarantined with `bad_topic` instead of vanishing at the broker.
    """
    return f"ioc/v1/{shard}/devices/#"


def subscriptions(shard: str) -> tuple[str, str]:
    """The same for what network servers say for their devices."""
    return subscription(shard), f"ioc/v1/{shard}/networks/#"


def is_command(topic: bytes) -> bool:
    """True for what we say to devices, which the subscription above brings back, and for what they answer:
    neither is telemetry."""
    return topic.endswith((b"/commands", ANSWER_ENDING))


def command_of(shard: str, device: str) -> str:
    """The topic on which a device hears its commands; only it may read there."""
    return f"ioc/v1/{shard}/devices/{device}/commands"


def parse_answer(topic: bytes) -> Address | None:
    """The shard and device that answers, None for anything else."""
    match = _ANSWERS.fullmatch(topic)
    return Address(match[1].decode(), match[2].decode()) if match else None
