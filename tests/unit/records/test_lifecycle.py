"""The state of a subject follows from which events there are, never from when they came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from services.records.cycles import LifeCycle
from services.records.lifecycle import Event, Gap, Run, in_order, live, run_of
from tests.unit.records.declared import dossiers

START = datetime(2025, 10, 1, 1, tzinfo=UTC)


def cycle() -> LifeCycle:
    found = dossiers().life_cycle
    assert found is not None
    return found


def at(hours: int, name: str) -> Event:
    return Event(START + timedelta(hours=hours), name)


def test_a_whole_life_ends_and_lacks_nothing() -> None:
    life = live(cycle(), [at(0, "received"), at(1, "paused"), at(5, "resumed"), at(9, "resolved")])
    assert life is not None
    assert (life.state, life.since, life.ended, life.incomplete) == (
        "resolved",
        START + timedelta(hours=9),
        True,
        False,
    )


def test_of_no_events_nothing_is_said() -> None:
    assert live(cycle(), []) is None
    assert run_of(cycle().clock, []) is None  # type: ignore[arg-type]


def test_an_event_without_the_one_before_it_is_kept_and_listed_until_that_comes() -> None:
    some = [at(0, "received"), at(5, "resumed"), at(9, "resolved")]
    life = live(cycle(), some)
    assert life is not None
    assert life.gaps == (Gap(at(5, "resumed"), "received"),)
    assert life.state == "resolved"
    mended = live(cycle(), [*some, at(1, "paused")])
    assert mended is not None
    assert not mended.incomplete


def test_a_life_that_does_not_begin_as_it_must_is_incomplete() -> None:
    life = live(cycle(), [at(9, "resolved")])
    assert life is not None
    assert life.gaps == (Gap(at(9, "resolved"), None),)


def test_of_events_of_one_moment_the_one_that_may_follow_is_first() -> None:
    events = [at(0, name) for name in ("resumed", "resolved", "paused", "received")]
    for order in permutations(events):
        assert [event.name for event in in_order(cycle(), order)] == [
            "received",
            "paused",
            "resumed",
            "resolved",
        ]


def test_what_may_follow_comes_before_what_is_listed_first() -> None:
    events = [at(2, "paused"), at(2, "resumed"), at(1, "paused"), at(0, "received")]
    assert [event.name for event in in_order(cycle(), events)] == ["received", "paused", "resumed", "paused"]
    life = live(cycle(), events)
    assert life is not None
    assert (life.state, life.incomplete) == ("paused", False)


events_lists = st.lists(st.builds(at, st.integers(0, 6), st.sampled_from(sorted(cycle().then))), max_size=8)


@given(events_lists, st.randoms(use_true_random=False))
def test_order_of_arrival_and_repetition_never_matter(events: list[Event], chance: object) -> None:
    shuffled = [*events, *events[:3]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert live(cycle(), shuffled) == live(cycle(), events)
    clock = cycle().clock
    assert clock is not None
    assert run_of(clock, in_order(cycle(), shuffled)) == run_of(clock, in_order(cycle(), events))


@given(events_lists)
def test_the_order_is_that_of_time_and_loses_nothing(events: list[Event]) -> None:
    ordered = in_order(cycle(), events)
    assert set(ordered) == set(events)
    assert [event.at for event in ordered] == sorted(event.at for event in ordered)


def test_the_clock_runs_from_start_to_stop_with_its_pauses() -> None:
    clock = cycle().clock
    assert clock is not None
    events = [at(0, "received"), at(1, "paused"), at(2, "paused"), at(5, "resumed"), at(7, "paused")]
    assert run_of(clock, events) == Run(START, ((at(1, "").at, at(5, "").at), (at(7, "").at, None)), None)
    assert run_of(clock, [*events, at(9, "withdrawn"), at(10, "resumed")]) == Run(
        START, ((at(1, "").at, at(5, "").at), (at(7, "").at, at(9, "").at)), at(9, "").at
    )
