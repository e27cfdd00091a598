"""Watching the log of a context: one reader a process, a bounded mailbox a subscriber.

The reader polls only while somebody listens. A subscriber that is behind reads the log by itself, at its
own pace, then joins the reader; from there on an overflowing mailbox ends the watch, which can be resumed.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Generic, TypeVar

import structlog

from services.runtime import outbox
from services.runtime.mailbox import Entry, Limits, Mailbox
from services.runtime.outbox import Fact, OutOfRange, Position
from services.runtime.outcome import Unavailable
from services.runtime.page_token import unseal_position
from services.runtime.rpc_database import Database
from services.runtime.rpc_errors import Exhausted
from services.runtime.rpc_metrics import SLOW_WATCHERS, WATCHERS

log = structlog.get_logger(__name__)

POLL_S = 0.1
RETRY_S = 1.0  # while the database is away
PAGE = 100  # facts a read

T = TypeVar("T")


class LogFollower(Generic[T]):
    """The facts of one context's log, for any number of subscribers."""

    def __init__(
        self,
        database: Database,
        schema: str,
        decode: Callable[[Fact], T | None],
        limits: Limits,
        poll_s: float = POLL_S,
    ) -> None:
        self._database = database
        self._schema = schema
        self._decode = decode
        self._limits = limits
        self._poll_s = poll_s
        self._mailboxes: set[Mailbox[T]] = set()
        self._watching = 0
        self._at: Position | None = None  # how far the reader has read; None while it rests
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    async def watch(self, resume_token: str) -> AsyncGenerator[Entry[T], None]:
        """An opening entry (where the watch begins), then every fact after it, gapless, without end.

        Raises:
            InvalidRequest: the token is damaged.
            OutOfRange: the log no longer holds what follows the token, or belongs to another epoch.
            Exhausted: there are too many watchers, or this one reads too slowly.
            Unavailable: the process is shutting down, or the database is away at the start.
        """
        self._enter()
        mailbox: Mailbox[T] | None = None
        try:
            cursor, caught_up = await self._begin(resume_token)
            yield Entry(cursor, "", None, 0)
            while not (caught_up and self._may_join(cursor)):
                facts = await self._read(cursor)
                for fact in facts:
                    entry = self._entry(fact)
                    cursor = entry.position
                    yield entry
                caught_up = len(facts) < PAGE
            mailbox = self._join(cursor)
            while True:
                entry = await mailbox.take()
                if entry.position.position > cursor.position:
                    cursor = entry.position
                    yield entry
        finally:
            self._leave(mailbox)

    async def close(self) -> None:
        """Ends every subscription so that clients resume elsewhere."""
        self._closed = True
        self._fail_all(Unavailable("shutting down"))
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def _enter(self) -> None:
        if self._closed:
            raise Unavailable("shutting down")
        if self._watching >= self._limits.watchers:
            raise Exhausted("too_many_watchers", f"{self._limits.watchers} watches are open; try later")
        self._watching += 1

    async def _begin(self, resume_token: str) -> tuple[Position, bool]:
        head = await self._database.run(outbox.head, self._schema)
        if not resume_token:
            return head, True
        epoch, position = unseal_position(resume_token)
        if epoch != head.epoch or position > head.position:
            raise OutOfRange(f"{self._schema}: the log has begun anew since this resume token")
        return Position(epoch, position), False

    async def _read(self, after: Position) -> list[Fact]:
        facts = await self._database.run(outbox.facts_after, self._schema, after.position, PAGE)
        if facts and facts[0].epoch != after.epoch:
            raise OutOfRange(f"{self._schema}: the log has begun anew")
        return facts

    def _entry(self, fact: Fact) -> Entry[T]:
        return Entry(Position(fact.epoch, fact.position), fact.trace_id, self._decode(fact), len(fact.body))

    def _may_join(self, cursor: Position) -> bool:
        return self._at is None or (self._at.epoch == cursor.epoch and cursor.position >= self._at.position)

    def _join(self, cursor: Position) -> Mailbox[T]:
        if self._closed:
            raise Unavailable("shutting down")
        mailbox: Mailbox[T] = Mailbox(self._limits)
        self._mailboxes.add(mailbox)
        WATCHERS.labels(self._schema).set(len(self._mailboxes))
        if self._at is None:
            self._at = cursor
            self._task = asyncio.create_task(self._follow(), name=f"follow-{self._schema}")
        return mailbox

    def _leave(self, mailbox: Mailbox[T] | None) -> None:
        self._watching -= 1
        if mailbox is None:
            return
        self._mailboxes.discard(mailbox)
        WATCHERS.labels(self._schema).set(len(self._mailboxes))
        if not self._mailboxes:
            self._rest()

    def _rest(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = self._at = None

    async def _follow(self) -> None:
        try:
            while True:
                if await self._step():
                    await asyncio.sleep(self._poll_s)
        except Exception as error:
            if not isinstance(error, OutOfRange):
                log.error("follower.failed", log=self._schema, exc_info=error)
            self._at = self._task = None
            self._fail_all(error)

    async def _step(self) -> bool:
        """Reads and delivers one page; True where the log has nothing more for now."""
        assert self._at is not None
        try:
            facts = await self._read(self._at)
        except Unavailable as error:
            log.warning("follower.database_away", log=self._schema, error=str(error))
            await asyncio.sleep(RETRY_S)
            return True
        for entry in map(self._entry, facts):
            self._at = entry.position
            self._deliver(entry)
        return len(facts) < PAGE

    def _deliver(self, entry: Entry[T]) -> None:
        for mailbox in self._mailboxes:
            if not mailbox.put(entry):
                SLOW_WATCHERS.labels(self._schema).inc()

    def _fail_all(self, error: Exception) -> None:
        for mailbox in self._mailboxes:
            mailbox.fail(error)
