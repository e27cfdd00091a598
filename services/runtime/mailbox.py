"""What one subscriber of a log has yet to take, and how much of it may wait."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.runtime.outbox import Position
from services.runtime.page_token import seal_position
from services.runtime.rpc_errors import Exhausted

QUIET_S = 5.0  # longest time a subscriber's resume token may lag behind what it has been shown

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of what watching may cost this process."""

    watchers: int = 200
    mailbox_facts: int = 1_000
    mailbox_bytes: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One fact, decoded; `body` is None for the opening entry and for facts that are not for watchers."""

    position: Position
    trace_id: str
    body: T | None
    weight: int  # bytes as stored

    @property
    def resume_token(self) -> str:
        return seal_position(self.position.epoch, self.position.position)


class Mailbox(Generic[T]):
    """What one subscriber has yet to take. Filled and emptied in one event loop."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._entries: deque[Entry[T]] = deque()
        self._bytes = 0
        self._error: Exception | None = None
        self._changed = asyncio.Event()

    def put(self, entry: Entry[T]) -> bool:
        """Adds an entry; False where the mailbox is full: it then ends with RESOURCE_EXHAUSTED."""
        if self._error is not None:
            return True
        full = len(self._entries) >= self._limits.mailbox_facts
        if full or (self._entries and self._bytes + entry.weight > self._limits.mailbox_bytes):
            self.fail(Exhausted("slow_client", "the client reads too slowly; resume from the last token"))
            return False
        self._entries.append(entry)
        self._bytes += entry.weight
        self._changed.set()
        return True

    def fail(self, error: Exception) -> None:
        """Ends the mailbox: what it held can be read again from the log."""
        self._error = error
        self._entries.clear()
        self._bytes = 0
        self._changed.set()

    async def take(self) -> Entry[T]:
        """The oldest entry, as soon as there is one. Raises what `fail` was given."""
        while True:
            if self._error is not None:
                raise self._error
            if self._entries:
                entry = self._entries.popleft()
                self._bytes -= entry.weight
                return entry
            self._changed.clear()
            await self._changed.wait()


class Pace:
    """Decides when an answer without content is worth sending, for the resume token that it carries."""

    def __init__(self, quiet_s: float = QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._sent_at = float("-inf")

    def due(self, has_content: bool) -> bool:
        """True where the answer is to be sent now: always with content, else after `quiet_s` of silence."""
        now = time.monotonic()
        if has_content or now - self._sent_at >= self._quiet_s:
            self._sent_at = now
            return True
        return False
