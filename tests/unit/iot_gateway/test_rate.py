"""A sender may say so much; the rest is kept whole in part, and counted wholly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.message import Message
from iot_gateway.rate import KEPT_A_MINUTE, NETWORK_SHARE, Rate, Spent, device_of, sender_of, sift, spend
from tests.unit.iot_gateway.rules import NOW

RATE = Rate(per_s=10, burst=50)
PLAIN = {b"ioc/v1/s0/devices/air-%d/telemetry" % n for n in range(3)}
AIR = b"ioc/v1/s0/devices/air-0/telemetry"


def messages(topic: bytes, count: int) -> list[Message]:
    return [Message(topic, b"%d" % n, n + 1, NOW, 9) for n in range(count)]


def test_a_burst_passes_whole_and_what_is_beyond_it_does_not() -> None:
    spent = Spent()
    passing, excess = sift(messages(AIR, 60), PLAIN, spent, NOW, RATE)
    assert [m.payload for m in passing] == [b"%d" % n for n in range(50)]
    assert [r.payload for r in excess] == [b"50", b"51", b"52", b""]
    assert sum(r.readings for r in excess) == 10
    assert {(r.reason, r.device) for r in excess} == {("rate_exceeded", "air-0")}


def test_the_bucket_fills_again() -> None:
    spent = Spent()
    sift(messages(AIR, 60), PLAIN, spent, NOW, RATE)
    passing, _ = sift(messages(AIR, 60), PLAIN, spent, NOW + 1000, RATE)
    assert len(passing) == 10


def test_one_senders_flood_costs_nobody_else_anything() -> None:
    other = messages(b"ioc/v1/s0/devices/air-1/telemetry", 50)
    passing, _ = sift([*messages(AIR, 500), *other], PLAIN, Spent(), NOW, RATE)
    assert passing[50:] == other


def test_a_million_messages_cost_few_rows() -> None:
    spent, rows, refused = Spent(), set(), 0
    flood = messages(AIR, 10_000)
    for second in range(100):
        now = NOW + second * 1000
        _, excess = sift(flood, PLAIN, spent, now, RATE)
        refused += sum(refusal.readings for refusal in excess)
        # what the store folds by sender and minute is one row
        rows |= {(r.fold, now // 60_000) if r.fold else (r.payload, now) for r in excess}
    assert refused == 1_000_000 - 50 - 990
    assert len(rows) <= (KEPT_A_MINUTE + 1) * 3


def test_odd_topics_of_one_device_share_a_bucket() -> None:
    odd = [Message(b"ioc/v1/s0/devices/air-9/%d" % n, b"", 1, NOW, 0) for n in range(500)]
    passing, excess = sift(odd, PLAIN, Spent(), NOW, RATE)
    assert len(passing) == 50
    assert {refusal.device for refusal in excess} == {"air-9"}


def test_all_strangers_share_a_bucket() -> None:
    strange = [Message(b"ioc/v1/onboarding/devices/x%d/telemetry" % n, b"", 1, NOW, 0) for n in range(500)]
    passing, excess = sift(strange, PLAIN, Spent(), NOW, RATE)
    assert len(passing) == 50
    assert {refusal.device for refusal in excess} == {""}


def test_a_network_server_may_say_more() -> None:
    topic = b"ioc/v1/s0/networks/cs/application/1/device/2/event/up"
    passing, _ = sift(messages(topic, 5000), PLAIN, Spent(), NOW, RATE)
    assert len(passing) == 50 * NETWORK_SHARE
    assert device_of(sender_of(topic)) == ""


def test_what_is_forgotten_is_only_who_has_a_full_bucket(monkeypatch: object) -> None:
    spent = Spent({b"%d" % n: float(NOW - 1) for n in range(100_001)} | {AIR: NOW + 4000.0})
    sift(messages(b"ioc/v1/s0/devices/air-1/telemetry", 1), PLAIN, spent, NOW, RATE)
    assert len(spent.full_at_ms) == 2


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 200)), max_size=40))
def test_never_more_than_the_burst_and_the_rate_allow(arrivals: list[tuple[int, int]]) -> None:
    """Whatever the arrivals: in any stretch of time, granted ≤ burst + rate × stretch."""
    state: dict[bytes, float] = {}
    now, granted = NOW, []
    for pause_ms, wanted in arrivals:
        now += pause_ms
        granted.append((now, spend(state, {b"a": wanted}, now, RATE).get(b"a", wanted)))
    for first in range(len(granted)):
        for last in range(first, len(granted)):
            stretch_s = (granted[last][0] - granted[first][0]) / 1000
            assert sum(n for _, n in granted[first : last + 1]) <= 50 + 10 * stretch_s + 1e-6


def test_what_waited_an_hour_may_be_an_hour_of_messages() -> None:
    since, spent = NOW - 3_600_000, Spent()
    passing, _ = sift(messages(AIR, 40_000), PLAIN, spent, NOW, RATE, since)
    assert len(passing) == 36_000 + 50
    passing, _ = sift(messages(AIR, 100), PLAIN, spent, NOW + 1000, RATE, since)
    assert len(passing) == 10, "the hour is spent"


def test_who_was_silent_all_the_while_gains_nothing_once_it_is_over() -> None:
    spent = Spent()
    sift(messages(AIR, 1), PLAIN, spent, NOW, RATE, NOW - 3_600_000)
    passing, _ = sift(messages(AIR, 5_000), PLAIN, spent, NOW + 1, RATE)
    assert len(passing) == 50


@given(st.integers(0, 5000), st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 200)), max_size=40))
def test_an_absence_is_filled_once(absence_ms: int, arrivals: list[tuple[int, int]]) -> None:
    """Granted since the absence began ≤ burst + rate × the time since then."""
    state: dict[bytes, float] = {}
    now, granted = NOW, 0
    for pause_ms, wanted in arrivals:
        now += pause_ms
        short = spend(state, {b"a": wanted}, now, RATE, NOW - absence_ms)
        granted += short.get(b"a", wanted)
        assert granted <= 50 + 10 * (now - NOW + absence_ms) / 1000 + 1e-6


def test_a_clock_that_is_set_back_makes_nobody_a_flood() -> None:
    """Else what everyone says would be counted only, without its bytes, until the clock has caught up."""
    spent = Spent()
    sift(messages(AIR, 50), PLAIN, spent, NOW + 3_600_000, RATE)
    passing, excess = sift(messages(AIR, 50), PLAIN, spent, NOW, RATE)
    assert (len(passing), excess) == (50, [])
