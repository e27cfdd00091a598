"""Batches shrink to what a slow store can take, and grow back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.pace import Pace


def test_a_quick_store_gets_the_largest_batches() -> None:
    pace = Pace(5000, 0.25)
    pace.took(5000, 0.04)
    assert pace.limit == 5000


def test_a_slow_store_gets_what_it_can_do_in_time_and_recovers() -> None:
    pace = Pace(5000, 0.25)
    pace.took(5000, 5000 / 3000)  # 3,000 rows a second
    assert pace.limit == 750
    for _ in range(3):
        pace.took(pace.limit, 0.01)
    assert pace.limit == 5000


@given(st.lists(st.tuples(st.integers(1, 10_000), st.floats(0, 100))))
def test_the_limit_stays_within_bounds(batches: list[tuple[int, float]]) -> None:
    pace = Pace(5000, 0.25)
    for messages, seconds in batches:
        pace.took(messages, seconds)
        assert 100 <= pace.limit <= 5000
