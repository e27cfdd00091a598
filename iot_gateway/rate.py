"""How much one sender may say: a token bucket each, and what is kept of a flood. Pure; state is passed in.

A bucket is one number, the time at which it is full again: a bucket of `burst` messages refilled at `per_s`.
(The generic cell rate algorithm, ITU-T I.371, says the same.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from iot_gateway.message import Message, refusal
from iot_gateway.samples import Refused
from services.telemetry.domain import Refusal

ONBOARDING_SHARD = "onboarding"
KEPT_A_MINUTE = 3  # messages of a flood whose bytes are kept, each minute and sender
NETWORK_SHARE = 50  # a network server speaks for many devices, and may say as much as so many
_MOST_SENDERS = 100_000
_ONBOARDING = f"ioc/v1/{ONBOARDING_SHARD}/".encode()
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Rate:
    """Messages a second in the long run, and how many at once after a silence."""

    per_s: float
    burst: int


@dataclass(slots=True)
class Spent:
    """What is remembered: when the bucket of each sender is full again, and what was kept this minute."""

    full_at_ms: dict[bytes, float] = field(default_factory=dict)
    minute: int = 0
    kept: Counter[bytes] = field(default_factory=Counter)


class Sifted(NamedTuple):
    """What goes on to be read, and what was too much."""

    messages: Sequence[Message]
    excess: list[Refusal]


def spend(
    full_at_ms: MutableMapping[bytes, float],
    counts: Mapping[bytes, int],
    now_ms: int,
    rate: Rate,
    since_ms: int | None = None,
) -> dict[bytes, int]:
    """Take messages out of buckets; returns how many were there, of those senders that wanted more.

    `since_ms`: they may have been sent since then, and a bucket that was full then has been filled beyond its
    brim. None: they were sent at `now_ms`.
    """
    interval_ms, deepest_ms = 1000 / rate.per_s, rate.burst * 1000 / rate.per_s
    since = now_ms if since_ms is None else since_ms
    short: dict[bytes, int] = {}
    for sender, wanted in counts.items():
        full_at = full_at_ms.get(sender, 0.0)
        if not since <= full_at <= now_ms + deepest_ms:  # full since then; or the clock was set back
            full_at = since
        after = full_at + wanted * interval_ms
        if after - now_ms > deepest_ms:
            short[sender] = granted = max(0, int((deepest_ms - (full_at - now_ms)) / interval_ms))
            after = full_at + granted * interval_ms
        full_at_ms[sender] = after
    return short


def sender_of(topic: bytes) -> bytes:
    """Whose bucket pays for a topic that is no device's plain one.

    All strangers share one: on their shard a name is nobody's, and there are as many as someone likes.
    """
    if topic.startswith(_ONBOARDING):
        return _ONBOARDING
    return b"/".join(topic.split(b"/", 5)[:5])


def sift(
    messages: Sequence[Message],
    plain: AbstractSet[bytes],
    spent: Spent,
    now_ms: int,
    rate: Rate,
    since_ms: int | None = None,
) -> Sifted:
    """Divide messages into those within their senders' rates and the rest; `spent` is brought up to date.

    `plain`: topics that belong to one device each. `since_ms`: since when they may have been sent, None: now.
    Nearly always nothing is over, and nothing is copied.
    """
    topics = Counter([message[0] for message in messages])
    if topics.keys() <= plain:
        senders: Mapping[bytes, bytes] = {}
        short = spend(spent.full_at_ms, topics, now_ms, rate, since_ms)
    else:
        senders = {topic: sender_of(topic) for topic in topics if topic not in plain}
        short = _spend_mixed(topics, senders, spent, now_ms, rate, since_ms)
    if len(spent.full_at_ms) > _MOST_SENDERS:
        full_by = now_ms if since_ms is None else since_ms
        spent.full_at_ms = {key: at for key, at in spent.full_at_ms.items() if at > full_by}
    return _divide(messages, senders, short, spent, now_ms) if short else Sifted(messages, [])


def _spend_mixed(
    topics: Mapping[bytes, int],
    senders: Mapping[bytes, bytes],
    spent: Spent,
    now_ms: int,
    rate: Rate,
    since_ms: int | None,
) -> dict[bytes, int]:
    devices: Counter[bytes] = Counter()
    networks: Counter[bytes] = Counter()
    for topic, count in topics.items():
        sender = senders.get(topic, topic)
        (networks if b"/networks/" in sender else devices)[sender] += count
    larger = Rate(rate.per_s * NETWORK_SHARE, rate.burst * NETWORK_SHARE)
    return {
        **spend(spent.full_at_ms, devices, now_ms, rate, since_ms),
        **spend(spent.full_at_ms, networks, now_ms, larger, since_ms),
    }


def _divide(
    messages: Sequence[Message],
    senders: Mapping[bytes, bytes],
    granted: dict[bytes, int],
    spent: Spent,
    now_ms: int,
) -> Sifted:
    """The first of a sender's messages pass, as many as were granted."""
    if spent.minute != now_ms // _MINUTE_MS:
        spent.minute, spent.kept = now_ms // _MINUTE_MS, Counter()
    passing: list[Message] = []
    excess: list[Refusal] = []
    folded: dict[bytes, tuple[Message, int]] = {}
    for message in messages:
        sender = senders.get(message.topic, message.topic)
        left = granted.get(sender)
        if left is None or left > 0:
            if left is not None:
                granted[sender] = left - 1
            passing.append(message)
        elif spent.kept[sender] < KEPT_A_MINUTE:
            spent.kept[sender] += 1
            excess.append(refusal(message, device_of(sender), _too_many("kept whole")))
        else:
            first, count = folded.get(sender, (message, 0))
            folded[sender] = first, count + 1
    excess += [_fold(sender, first, count) for sender, (first, count) in folded.items()]
    return Sifted(passing, excess)


def _fold(sender: bytes, first: Message, count: int) -> Refusal:
    """One refusal for many messages, without their bytes."""
    bare = first._replace(payload=b"")
    word = sender.decode("utf-8", "backslashreplace")
    return refusal(bare, device_of(sender), _too_many("counted only"), readings=count, fold=word)


def _too_many(detail: str) -> Refused:
    return Refused("rate_exceeded", detail=f"more messages than this sender may send; {detail}")


def device_of(sender: bytes) -> str:
    """The device of a sender, empty where it is more than one."""
    levels = sender.split(b"/")
    return levels[4].decode("utf-8", "backslashreplace") if levels[3:4] == [b"devices"] and levels[4:] else ""
