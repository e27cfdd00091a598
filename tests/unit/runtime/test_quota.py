"""Calls a second and streams at a time, by token."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import pytest

from services.runtime.quota import MOST_TOKENS, Quota
from services.runtime.rpc_errors import Exhausted


@dataclass(frozen=True)
class Known:
    name: str = "reader"
    scopes: frozenset[str] = frozenset()
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    areas: frozenset[str] = frozenset()
    requests_per_s: int | None = None
    streams: int | None = None


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def calls_left(quota: Quota, token: Known) -> int:
    for count in range(10_000):
        try:
            quota.count_call(token)
        except Exhausted:
            return count
    raise AssertionError


def test_a_second_of_calls_at_once_then_as_the_bucket_fills() -> None:
    clock = Clock()
    quota = Quota(10, 1, clock)

    assert calls_left(quota, Known()) == 10
    clock.now += 0.35
    assert calls_left(quota, Known()) == 3
    clock.now += 3600
    assert calls_left(quota, Known()) == 10


def test_it_says_when_the_next_call_may_be_made() -> None:
    clock = Clock()
    quota = Quota(10, 1, clock)
    calls_left(quota, Known())

    with pytest.raises(Exhausted) as refused:
        quota.count_call(Known())

    assert refused.value.reason == "rate_exceeded"
    assert refused.value.after_s == pytest.approx(0.1)
    clock.now += refused.value.after_s + 0.001
    quota.count_call(Known())


def test_tokens_have_limits_of_their_own_and_do_not_share() -> None:
    quota = Quota(10, 1, Clock())

    assert calls_left(quota, Known("a", requests_per_s=3)) == 3
    assert calls_left(quota, Known("b")) == 10
    assert quota.limits(Known("a", requests_per_s=3, streams=0)) == (3, 0)
    assert quota.limits(Known("b")) == (10, 1)


def test_streams_are_given_back_also_by_an_error() -> None:
    quota = Quota(10, 1, Clock())
    with quota.stream(Known()), quota.stream(Known("other")):
        with pytest.raises(Exhausted) as refused, quota.stream(Known()):
            pass
        assert refused.value.reason == "too_many_streams"
    with suppress(RuntimeError), quota.stream(Known()):
        raise RuntimeError

    with quota.stream(Known()):
        pass


def test_what_is_remembered_is_bounded() -> None:
    quota = Quota(1, 1, Clock())
    quota.count_call(Known("first"))
    for number in range(MOST_TOKENS):
        quota.count_call(Known(str(number)))

    quota.count_call(Known("first"))  # forgotten, so full again
    with pytest.raises(Exhausted):
        quota.count_call(Known(str(MOST_TOKENS - 1)))
