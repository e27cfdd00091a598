"""Whose batch is stored next, and how much of what was read goes into it."""

from __future__ import annotations

import pytest

from iot_gateway.message import Message
from iot_gateway.pending import Pending, next_in_turn
from iot_gateway.settings import GatewaySettings

SETTINGS = GatewaySettings(telemetry_dsn="", batch_bytes=100, batch_age_s=0.1)
LIMITS = {"prio": 5, "s0": 5, "s1": 5}


def pending(messages: int, since: float = 0.0, payload: bytes = b"x") -> Pending:
    made = [Message(b"t", payload, mid + 1, 0, len(payload)) for mid in range(messages)]
    return Pending(1, made, len(payload) * messages, since)


@pytest.mark.parametrize(
    ("one", "due"),
    [
        (pending(0), False),
        (pending(4, since=9.95), False),
        (pending(4, since=9.8), True),
        (pending(5, since=10.0), True),
        (pending(1, since=10.0, payload=b"x" * 100), True),
    ],
)
def test_a_batch_is_due_when_it_is_full_or_old(one: Pending, due: bool) -> None:
    assert one.is_due(5, SETTINGS, 10.0) is due


def test_what_does_not_fit_into_a_batch_waits_anew_and_keeps_its_order() -> None:
    one = pending(7)
    assert [message.mid for message in one.take(5, 3.0)] == [1, 2, 3, 4, 5]
    assert [message.mid for message in one.messages] == [6, 7]
    assert (one.bytes, one.since) == (2, 3.0)
    assert not one.is_full(5, SETTINGS)


def test_nobody_is_due() -> None:
    assert next_in_turn({"prio": pending(1, 10.0), "s0": pending(0)}, LIMITS, SETTINGS, 10.0) == set()


def test_prio_goes_with_whoever_is_due_though_it_is_not_itself() -> None:
    waiting = {"prio": pending(1, 10.0), "s0": pending(5, 9.9), "s1": pending(5, 9.8)}
    assert next_in_turn(waiting, LIMITS, SETTINGS, 10.0) == {"prio", "s1"}


def test_without_anything_for_prio_the_one_that_waited_longest_goes_alone() -> None:
    waiting = {"prio": pending(0), "s0": pending(5, 9.7), "s1": pending(5, 9.8)}
    assert next_in_turn(waiting, LIMITS, SETTINGS, 10.0) == {"s0"}


def test_a_shard_with_a_backlog_takes_turns_with_the_others() -> None:
    waiting = {"s0": pending(500, 9.0), "s1": pending(2, 9.5)}
    turns = []
    for now in (10.0, 10.1, 10.2):
        (shard,) = next_in_turn(waiting, LIMITS, SETTINGS, now)
        waiting[shard].take(5, now)
        turns.append(shard)
    assert turns == ["s0", "s1", "s0"]


def test_a_gateway_without_prio_serves_the_others() -> None:
    assert next_in_turn({"s0": pending(5)}, LIMITS, SETTINGS, 10.0) == {"s0"}
