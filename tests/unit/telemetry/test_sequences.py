"""Numbers that never came: late ones close gaps, repeated ones change nothing, a restart begins anew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.domain import Numbered
from services.telemetry.sequences import LARGEST_GAP, Gap, Track, follow, missing

MS = 1_000


def said(*numbers: int, timed: bool = True) -> list[Numbered]:
    """Sent one a second in the order of their numbers, received in this order."""
    return [Numbered("d", n, n * MS if timed else None, 10**9 + i) for i, n in enumerate(numbers)]


def track(*numbers: int, timed: bool = True) -> Track:
    found = follow(None, said(*numbers, timed=timed))
    assert found is not None
    return found


def test_a_gap_is_noticed_and_closed() -> None:
    assert track(1, 2, 5).gaps == (Gap(3, 4, 10**9 + 2),)
    assert track(1, 2, 5, 4).gaps == (Gap(3, 3, 10**9 + 2),)
    assert track(1, 2, 5, 4, 3).gaps == ()


def test_a_number_in_the_middle_of_a_gap_divides_it() -> None:
    assert [(g.first, g.last) for g in track(1, 9, 5).gaps] == [(2, 4), (6, 8)]


def test_a_counter_that_starts_over_begins_a_new_run() -> None:
    before = track(100, 101)
    after = follow(before, [Numbered("d", 0, 200 * MS, 10**9), Numbered("d", 2, 202 * MS, 10**9 + 1)])
    assert after == Track(1, 0, 2, 202 * MS, (Gap(1, 1, 10**9 + 1),))


def test_without_times_repetitions_are_none_and_a_restart_is_seen() -> None:
    assert track(100, 101, 101, 100, 103, 102, timed=False).gaps == ()
    assert track(500, 501, 3, timed=False).run == 1


def test_a_leap_is_another_counter_and_no_loss() -> None:
    found = track(5, 5 + LARGEST_GAP + 1)
    assert (found.run, found.gaps) == (1, ())


@given(st.data())
def test_in_any_order_what_is_missing_is_what_never_came(data: st.DataObject) -> None:
    came = data.draw(st.sets(st.integers(0, 60), min_size=1))
    order = data.draw(st.permutations(sorted(came)))
    repeated = data.draw(st.lists(st.sampled_from(order), max_size=10))
    found = track(*order, *repeated)
    assert found.run == 0
    assert (found.lowest, found.highest) == (min(came), max(came))
    never = set(range(min(came), max(came) + 1)) - came
    assert {n for gap in found.gaps for n in range(gap.first, gap.last + 1)} == never
    assert missing(found.gaps) == len(never)
