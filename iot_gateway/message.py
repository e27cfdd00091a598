"""A message as it was received, and what is kept of one that is refused. Pure."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import NamedTuple

from iot_gateway.samples import Refused
from services.telemetry.domain import Refusal, Verdict

# A topic's newest receipt is ahead of the clock by its backlog, a millisecond a message. Further ahead, the
# clock was set back. Larger than the whole burst of a network server.
_MOST_AHEAD_MS = 30 * 60_000


class Message(NamedTuple):
    """One PUBLISH as received. `mid` 0: QoS 0, nothing to acknowledge."""

    topic: bytes
    payload: bytes
    mid: int
    received_at_ms: int
    payload_bytes: int  # of the whole message, of which `payload` may be the head


def spaced(messages: Iterable[Message], last_ms: MutableMapping[bytes, int]) -> list[Message]:
    """The same messages, each of one topic with a millisecond of its own; `last_ms`: the newest by topic.

    A backlog is read at one moment, and a message without a time of its own takes that of its receipt:
    they would all claim the same one, and all but the first would be conflicts.
    """
    apart = []
    last = last_ms.get
    for message in messages:
        topic, payload, mid, at_ms, payload_bytes = message
        newest_ms = last(topic, 0)
        if at_ms <= newest_ms <= at_ms + _MOST_AHEAD_MS:
            at_ms = newest_ms + 1
            # What _replace does, at a fifth of its cost: of a backlog nearly every message comes here.
            message = tuple.__new__(Message, (topic, payload, mid, at_ms, payload_bytes))
        apart.append(message)
        last_ms[topic] = at_ms
    return apart


def refusal(
    message: Message,
    device: str,
    refused: Refused,
    verdict: Verdict = Verdict.QUARANTINED,
    readings: int = 1,
    accepted: int = 0,
    fold: str = "",
) -> Refusal:
    """What is kept of something refused: the bytes, where they came from, and why."""
    return Refusal(
        verdict=verdict,
        reason=refused.reason,
        topic=message.topic.decode("utf-8", "backslashreplace"),
        payload=message.payload,
        received_at_ms=message.received_at_ms,
        device=device,
        field=refused.field,
        detail=refused.detail,
        readings=readings,
        payload_bytes=message.payload_bytes,
        accepted=accepted,
        fold=fold,
    )
