"""Since when what is read may have waited: after an absence, for as long again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.attendance import SHORTEST_MS, Attendance, attend, sent_since

NOON = 1_763_000_000_000
HOUR = 3_600_000


def test_who_is_there_all_the_time_has_nothing_waiting() -> None:
    known = Attendance(NOON)
    for now in range(NOON, NOON + 10_000, SHORTEST_MS - 1):
        known = attend(known, now)
        assert sent_since(known, now) == now


def test_after_an_absence_it_is_caught_up_for_as_long_again() -> None:
    known = attend(Attendance(NOON), NOON + HOUR)
    assert sent_since(known, NOON + HOUR) == NOON
    known = attend(known, NOON + HOUR + 1000)
    assert sent_since(known, NOON + 2 * HOUR - 1) == NOON
    assert sent_since(known, NOON + 2 * HOUR) == NOON + 2 * HOUR


def test_another_absence_before_it_was_caught_up_is_part_of_the_same() -> None:
    known = attend(Attendance(NOON), NOON + HOUR)
    known = attend(known, NOON + HOUR + HOUR // 2)
    assert sent_since(known, NOON + 3 * HOUR - 1) == NOON
    assert sent_since(known, NOON + 3 * HOUR) == NOON + 3 * HOUR


def test_a_later_absence_stands_alone() -> None:
    caught_up = Attendance(NOON + 9 * HOUR, unread_since=NOON, catching_up_until=NOON + 2 * HOUR)
    known = attend(caught_up, NOON + 10 * HOUR)
    assert sent_since(known, NOON + 10 * HOUR) == NOON + 9 * HOUR


def test_a_clock_that_was_set_back_has_been_nowhere() -> None:
    known = attend(Attendance(NOON), NOON - HOUR)
    assert sent_since(known, NOON - HOUR) == NOON - HOUR
    ahead = attend(Attendance(NOON), NOON + 1000 * HOUR)  # and one that was ahead for a moment
    back = attend(ahead, NOON + 1000)
    assert sent_since(back, NOON + 1000) == NOON


@given(st.lists(st.integers(0, 100_000), max_size=30))
def test_never_since_later_than_now_nor_before_the_first_look(pauses: list[int]) -> None:
    known, now = Attendance(NOON), NOON
    for pause in pauses:
        now += pause
        known = attend(known, now)
        assert NOON <= sent_since(known, now) <= now
