"""Who may call: bearer metadata, decisions, and a cache of tokens that forged ones cannot flood."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from services.runtime.access import TokenCache, bearer, hash_of, require_scope, require_valid
from services.runtime.outcome import Unavailable
from services.runtime.rpc_errors import Forbidden, Unauthenticated

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Known:
    name: str = "reader"
    scopes: frozenset[str] = frozenset({"telemetry.read"})
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class Registry:
    """Counts how often it is asked."""

    def __init__(self, *known: bytes) -> None:
        self.known = set(known)
        self.asked: list[bytes] = []
        self.away = False

    async def find(self, sha256: bytes) -> Known | None:
        self.asked.append(sha256)
        await asyncio.sleep(0)
        if self.away:
            raise Unavailable("away")
        return Known() if sha256 in self.known else None


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("value", ["Bearer s", "bearer s", "BEARER  s "])
def test_a_bearer_token_is_read(value: str) -> None:
    assert bearer([("user-agent", "x"), ("authorization", value)]) == "s"


@pytest.mark.parametrize(
    "values", [[], ["s"], ["Basic s"], ["Bearer "], ["Bearer " + "x" * 257], ["Bearer s"] * 2]
)
def test_anything_else_is_not(values: list[str]) -> None:
    with pytest.raises(Unauthenticated):
        bearer([("authorization", value) for value in values])


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (None, "token_unknown"),
        (Known(expires_at=NOW), "token_expired"),
        (Known(revoked_at=NOW), "token_revoked"),
    ],
)
def test_tokens_that_open_nothing(token: Known | None, reason: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        require_valid(token, NOW)
    assert refused.value.reason == reason


def test_tokens_that_are_valid() -> None:
    for token in (Known(), Known(expires_at=NOW + SECOND), Known(revoked_at=NOW + SECOND)):
        assert require_valid(token, NOW) is token


@pytest.mark.parametrize("scope", [None, "", "telemetry.operate", "telemetry", "telemetry.rea"])
def test_without_the_very_scope_a_method_stays_closed(scope: str | None) -> None:
    with pytest.raises(Forbidden):
        require_scope(Known(), "/s/M", scope)


def test_its_scope_opens_a_method() -> None:
    require_scope(Known(), "/s/M", "telemetry.read")


def test_a_token_is_asked_for_once_in_a_while() -> None:
    async def scenario() -> None:
        clock, registry = Clock(), Registry(hash_of("a"))
        cache = TokenCache(registry.find, clock, max_age_s=5)
        found = await asyncio.gather(*(cache.find(hash_of("a")) for _ in range(10)))
        assert all(found)
        clock.now += 4.9
        assert await cache.find(hash_of("a"))
        assert len(registry.asked) == 1
        registry.known.clear()
        clock.now += 0.2
        assert await cache.find(hash_of("a")) is None
        assert await cache.find(hash_of("a")) is None
        assert len(registry.asked) == 2

    asyncio.run(scenario())


def test_forged_tokens_do_not_push_out_real_ones() -> None:
    async def scenario() -> None:
        registry = Registry(hash_of("a"))
        cache = TokenCache(registry.find, Clock(), capacity=10)
        await cache.find(hash_of("a"))
        for number in range(100):
            assert await cache.find(hash_of(f"forged {number}")) is None
        await cache.find(hash_of("a"))
        assert registry.asked.count(hash_of("a")) == 1
        assert len(cache._unknown) == 10

    asyncio.run(scenario())


def test_a_registry_that_is_away_is_not_remembered() -> None:
    async def scenario() -> None:
        registry = Registry(hash_of("a"))
        cache = TokenCache(registry.find, Clock())
        registry.away = True
        with pytest.raises(Unavailable):
            await cache.find(hash_of("a"))
        registry.away = False
        assert await cache.find(hash_of("a"))

    asyncio.run(scenario())


def test_a_caller_who_leaves_does_not_spoil_the_answer_for_others() -> None:
    async def scenario() -> None:
        cache = TokenCache(Registry(hash_of("a")).find, Clock())
        first = asyncio.create_task(cache.find(hash_of("a")))
        second = asyncio.create_task(cache.find(hash_of("a")))
        await asyncio.sleep(0)
        first.cancel()
        assert await second
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(scenario())
