"""What was read and is not stored yet, and whose turn it is. Pure; `now` is an argument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from iot_gateway.message import Message
from iot_gateway.settings import GatewaySettings

PRIO = "prio"  # the shard that waits for no other


@dataclass(slots=True)
class Pending:
    """What one session has handed over and nobody has stored yet; bounded by messages and bytes."""

    generation: int = 0
    messages: list[Message] = field(default_factory=list)
    bytes: int = 0
    since: float = 0.0  # monotonic

    def is_full(self, most: int, settings: GatewaySettings) -> bool:
        """True if nothing more is to be read before some of it is stored."""
        return len(self.messages) >= most or self.bytes >= settings.batch_bytes

    def is_due(self, most: int, settings: GatewaySettings, now: float) -> bool:
        """True if it is time to store: full, or old enough."""
        old = bool(self.messages) and now - self.since >= settings.batch_age_s
        return old or self.is_full(most, settings)

    def take(self, most: int, now: float) -> list[Message]:
        """The first `most` messages; what stays waits anew, behind other shards."""
        taken, self.messages = self.messages[:most], self.messages[most:]
        self.bytes, self.since = payload_bytes(self.messages), now
        return taken


def next_in_turn(
    waiting: Mapping[str, Pending], limits: Mapping[str, int], settings: GatewaySettings, now: float
) -> set[str]:
    """The shard that is due and has waited longest, and with it `prio`, which would have to wait for it.

    One at a time: in between, what has come for `prio` is read.
    """
    due = [shard for shard, one in waiting.items() if one.is_due(limits[shard], settings, now)]
    if not due:
        return set()
    longest = min(due, key=lambda shard: waiting[shard].since)
    first = {PRIO} if PRIO in waiting and waiting[PRIO].messages else set()
    return {*first, longest}


def payload_bytes(messages: Sequence[Message]) -> int:
    """As far as payloads are kept."""
    return sum([len(message.payload) for message in messages])
