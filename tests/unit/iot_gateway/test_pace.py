"""Batches shrink to what a slow store can take, and grow back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.pace import FEWEST, Pace


def grown() -> Pace:
    pace = Pace(5000, 0.25)
    for _ in range(4):
        pace.took(pace.limit, 0.04)
    return pace


def test_it_begins_small_and_a_quick_store_gets_the_largest_batches() -> None:
    assert Pace(5000, 0.25).limit == FEWEST
    assert grown().limit == 5000


def test_a_slow_store_gets_what_it_can_do_in_time_and_recovers() -> None:
    pace = grown()
    pace.took(5000, 5000 / 3000)  # 3,000 rows a second
    assert pace.limit == 750
    pace.took(pace.limit, 0.249)
    assert pace.limit == 753, "twice as many would be twice too slow"
    for _ in range(3):
        pace.took(pace.limit, 0.01)
    assert pace.limit == 5000


def test_small_batches_that_are_quick_change_nothing() -> None:
    pace = grown()
    pace.took(1, 0.2)
    assert pace.limit == 5000


def test_no_more_than_what_was_set() -> None:
    assert Pace(20, 0.25).limit == 20


@given(st.lists(st.tuples(st.integers(1, 10_000), st.floats(0, 100))))
def test_the_limit_stays_within_bounds(batches: list[tuple[int, float]]) -> None:
    pace = Pace(5000, 0.25)
    for messages, seconds in batches:
        pace.took(messages, seconds)
        assert FEWEST <= pace.limit <= 5000
