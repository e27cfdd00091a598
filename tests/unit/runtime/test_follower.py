"""Following a log: gapless whoever joins when, bounded whoever stalls."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from typing import Any

import pytest

from services.runtime import outbox
from services.runtime.follower import PAGE, LogFollower
from services.runtime.mailbox import Entry, Limits, Mailbox, Pace
from services.runtime.outbox import Fact, OutOfRange, Position
from services.runtime.outcome import Unavailable
from services.runtime.page_token import seal_position
from services.runtime.rpc_errors import Exhausted

EPOCH = "e1"


class Log:
    """A database that knows one log, with the answers of runtime.outbox."""

    def __init__(self, length: int = 0) -> None:
        self.length = length
        self.first = 1
        self.epoch = EPOCH
        self.away = False
        self.reads = 0

    async def run(self, work: Callable[..., Any], schema: str, *arguments: int) -> Any:
        await asyncio.sleep(0)
        if self.away:
            raise Unavailable("away")
        if work is outbox.head:
            return Position(self.epoch, self.length)
        assert work is outbox.facts_after
        self.reads += 1
        after, limit = arguments
        if after + 1 < self.first or after > self.length:
            raise OutOfRange("pruned")
        last = min(self.length, after + limit)
        return [Fact(self.epoch, n, "f", "t", str(n).encode()) for n in range(after + 1, last + 1)]


def follower(log: Any, **limits: int) -> LogFollower[int]:
    return LogFollower(log, "s", lambda fact: int(fact.body), Limits(**limits), poll_s=0.001)


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 10))


async def take(entries: AsyncIterator[Entry[int]], count: int) -> list[int]:
    """The next positions."""
    return [(await anext(entries)).position.position for _ in range(count)]


def test_from_now_on() -> None:
    async def scenario() -> None:
        log = Log(5)
        entries = follower(log).watch("")
        opening = await anext(entries)
        assert (opening.position, opening.body) == (Position(EPOCH, 5), None)
        log.length = 7
        assert await take(entries, 2) == [6, 7]
        await entries.aclose()

    run(scenario)


@pytest.mark.parametrize("length", [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE])
@pytest.mark.parametrize("busy", [False, True])
def test_from_a_token_and_then_live(length: int, busy: bool) -> None:
    async def scenario() -> None:
        log = Log(length)
        shared = follower(log, mailbox_facts=20)  # what was missed does not go through the mailbox
        other = shared.watch("")
        if busy:
            await anext(other)
            ahead = asyncio.create_task(take(other, 10))
        entries = shared.watch(seal_position(EPOCH, 0))
        assert await take(entries, 1 + length) == list(range(length + 1))
        for _ in range(5):
            log.length += 2
            await asyncio.sleep(0.003)
        assert await take(entries, 10) == list(range(length + 1, length + 11))
        if busy:
            assert await ahead == list(range(length + 1, length + 11))
        await entries.aclose()
        await other.aclose()

    run(scenario)


def test_a_watcher_that_begins_ahead_of_the_reader_sees_nothing_older() -> None:
    async def scenario() -> None:
        log = Log()
        shared: LogFollower[int] = LogFollower(log, "s", lambda fact: int(fact.body), Limits(), poll_s=0.05)  # type: ignore[arg-type]
        first, second = shared.watch(""), shared.watch("")
        await anext(first)
        waiting = asyncio.create_task(take(first, 4))
        await asyncio.sleep(0.01)  # the reader has found nothing and sleeps
        log.length = 3
        assert await take(second, 1) == [3]
        log.length = 4
        assert await take(second, 1) == [4]
        assert await waiting == [1, 2, 3, 4]
        await first.aclose()
        await second.aclose()

    run(scenario)


def test_one_reader_serves_all_and_rests_when_nobody_listens() -> None:
    async def scenario() -> None:
        log = Log()
        shared = follower(log)
        watches = [shared.watch("") for _ in range(20)]
        for entries in watches:
            await anext(entries)
        waiting = [asyncio.create_task(take(entries, 1)) for entries in watches]
        await asyncio.sleep(0.01)
        before = log.reads
        log.length = 1
        assert await asyncio.gather(*waiting) == [[1]] * 20
        assert log.reads - before < 20
        for entries in watches:
            await entries.aclose()
        before = log.reads
        await asyncio.sleep(0.02)
        assert log.reads == before

    run(scenario)


def test_a_stalled_watcher_ends_alone() -> None:
    async def scenario() -> None:
        log = Log()
        shared = follower(log, mailbox_facts=10)
        slow, fast = shared.watch(""), shared.watch("")
        await anext(slow)
        await anext(fast)
        log.length = 1
        assert await take(slow, 1) == await take(fast, 1) == [1]
        for length in range(2, 40):
            log.length = length
            assert await take(fast, 1) == [length]
        with pytest.raises(Exhausted):
            await take(slow, 100)
        log.length = 40
        assert await take(fast, 1) == [40]
        await fast.aclose()

    run(scenario)


@pytest.mark.parametrize("token", [seal_position(EPOCH, 3), seal_position("e0", 5), seal_position(EPOCH, 6)])
def test_tokens_that_the_log_cannot_serve(token: str) -> None:
    async def scenario() -> None:
        log = Log(5)
        log.first = 5
        async with aclosing(follower(log).watch(token)) as entries:
            with pytest.raises(OutOfRange):
                await take(entries, 2)

    run(scenario)


def test_a_new_epoch_ends_every_watch() -> None:
    async def scenario() -> None:
        log = Log()
        entries = follower(log).watch("")
        await anext(entries)
        log.epoch, log.length = "e2", 1
        with pytest.raises(OutOfRange):
            await anext(entries)

    run(scenario)


def test_a_database_that_goes_away_delays_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.runtime.follower.RETRY_S", 0.001)

    async def scenario() -> None:
        log = Log()
        entries = follower(log).watch("")
        await anext(entries)
        waiting = asyncio.create_task(take(entries, 2))
        await asyncio.sleep(0.005)
        log.away = True
        await asyncio.sleep(0.01)
        log.away, log.length = False, 2
        assert await waiting == [1, 2]
        await entries.aclose()

    run(scenario)


def test_closing_ends_watches_so_that_clients_resume() -> None:
    async def scenario() -> None:
        shared = follower(Log())
        entries = shared.watch("")
        await anext(entries)
        waiting = asyncio.create_task(take(entries, 1))
        await asyncio.sleep(0.005)
        await shared.close()
        for watch in (waiting, take(shared.watch(""), 1)):
            with pytest.raises(Unavailable):
                await watch

    run(scenario)


def test_places_are_limited_and_given_back() -> None:
    async def scenario() -> None:
        shared = follower(Log(), watchers=1)
        first, second = shared.watch(""), shared.watch("")
        await anext(first)
        with pytest.raises(Exhausted):
            await anext(second)
        await first.aclose()
        third = shared.watch("")
        await anext(third)
        await third.aclose()

    run(scenario)


def entry(position: int, weight: int = 1) -> Entry[int]:
    return Entry(Position(EPOCH, position), "t", position, weight)


def test_a_mailbox_is_bounded_in_bytes_but_takes_one_large_entry() -> None:
    async def scenario() -> None:
        mailbox: Mailbox[int] = Mailbox(Limits(mailbox_bytes=100))
        assert mailbox.put(entry(1, 500))
        assert not mailbox.put(entry(2, 1))
        assert mailbox.put(entry(3, 1))  # it has ended: nothing more is counted
        with pytest.raises(Exhausted):
            await mailbox.take()

    run(scenario)


def test_a_mailbox_gives_room_back() -> None:
    async def scenario() -> None:
        mailbox: Mailbox[int] = Mailbox(Limits(mailbox_facts=2, mailbox_bytes=100))
        for position in range(10):
            assert mailbox.put(entry(position, 60))
            assert (await mailbox.take()).position.position == position

    run(scenario)


def test_the_pace_lets_content_pass_and_silence_once_in_a_while() -> None:
    pace = Pace(quiet_s=1000)
    assert [pace.due(has_content) for has_content in (False, False, True, False)] == [
        True,
        False,
        True,
        False,
    ]
    assert Pace(quiet_s=0).due(False)
