"""The fold of a key: hysteresis, duration, repetition, gaps, and that it can be taken up at any place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alarms.domain import Severity
from services.alarms.evaluate import Episode, Fold, memory_ms
from services.alarms.rules import Grading

MINUTE = 60_000
GAP = 5 * MINUTE


def grading(
    limits: tuple[float, ...] = (10.0,),
    hysteresis: float = 2.0,
    hold: int = 0,
    clear: int = 0,
    times: int = 0,
    within: int = 0,
) -> Grading:
    return Grading(
        direction=1,
        limits=limits,
        holds=tuple(limit - hysteresis for limit in limits),
        severities=tuple(Severity(k + 1) for k in range(len(limits))),
        hold_ms=hold * MINUTE,
        clear_ms=clear * MINUTE,
        repeat_times=times,
        repeat_ms=within * MINUTE,
    )


def folded(
    one: Grading, points: list[tuple[int, float]]
) -> list[tuple[int, int | None, list[tuple[int, int]]]]:
    """Began, ended and levels of each episode, in minutes."""
    fold = Fold(one, GAP)
    for minute, x in points:
        fold.take(minute * MINUTE, x)
    episodes = [*fold.closed, *([fold.open] if fold.open else [])]
    return [
        (
            e.began // MINUTE,
            None if e.ended is None else e.ended // MINUTE,
            [(at // MINUTE, level) for at, level in e.levels],
        )
        for e in episodes
    ]


def test_between_limit_and_hold_it_stays_what_it_is() -> None:
    points = [(0, 9.0), (1, 10.0), (2, 9.0), (3, 8.0), (4, 7.9), (5, 9.9)]
    assert folded(grading(), points) == [(1, 4, [(1, 1)])]


def test_a_duration_is_reached_only_without_a_break() -> None:
    points = [(0, 11.0), (1, 11.0), (2, 5.0), (3, 11.0), (4, 11.0), (5, 11.0), (6, 11.0)]
    assert folded(grading(hold=3), points) == [(6, None, [(6, 1)])]


def test_a_gap_is_neither_alarm_nor_all_clear() -> None:
    assert folded(grading(hold=3), [(0, 11.0), (6, 11.0), (8, 11.0), (9, 11.0)]) == [(9, None, [(9, 1)])]
    assert folded(grading(clear=3), [(0, 11.0), (1, 5.0), (7, 5.0), (9, 5.0)]) == [(0, None, [(0, 1)])]
    assert folded(grading(clear=3), [(0, 11.0), (7, 5.0), (9, 5.0), (10, 5.0)]) == [(0, 10, [(0, 1)])]


def test_severity_rises_and_falls_within_an_episode() -> None:
    points = [(0, 12.0), (1, 25.0), (2, 19.0), (3, 12.0), (4, 1.0)]
    assert folded(grading((10.0, 20.0)), points) == [(0, 4, [(0, 1), (1, 2), (3, 1)])]


def test_repetition_counts_crossings_within_a_time() -> None:
    points = [(minute, 11.0 if minute % 2 else 1.0) for minute in range(7)]
    assert folded(grading(times=3, within=10), points)[0][0] == 5
    assert folded(grading(times=3, within=4), points) == []


def test_the_peak_is_the_first_of_the_largest() -> None:
    fold = Fold(grading(), GAP)
    for minute, x in ((0, 11.0), (1, 15.0), (2, 15.0), (3, 12.0)):
        fold.take(minute * MINUTE, x)
    assert fold.open is not None
    assert (fold.open.peak, fold.open.peak_at) == (15.0, MINUTE)


gradings = st.builds(
    grading,
    st.sampled_from([(10.0,), (10.0, 20.0), (10.0, 20.0, 30.0)]),
    st.sampled_from([0.0, 2.0, 15.0]),
    st.sampled_from([0, 0, 1, 4]),
    st.sampled_from([0, 0, 2, 6]),
) | st.builds(
    grading,
    st.sampled_from([(10.0,), (10.0, 20.0)]),
    clear=st.sampled_from([0, 3]),
    times=st.integers(2, 3),
    within=st.sampled_from([3, 8]),
)
series = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from([0.0, 7.0, 9.0, 10.0, 11.0, 19.0, 21.0, 31.0])),
    min_size=1,
    max_size=60,
    unique_by=lambda point: point[0],
).map(sorted)


@given(gradings, series, st.integers(0, 90))
def test_taken_up_at_any_place_it_comes_to_the_same(
    one: Grading, points: list[tuple[int, float]], minute: int
) -> None:
    """From the episodes before a moment and the points of the memory, as late data take it up."""
    times = [(at * MINUTE, x) for at, x in points]
    whole = Fold(one, GAP)
    for at, x in times:
        whole.take(at, x)
    everything = [*whole.closed, *([whole.open] if whole.open else [])]

    start = minute * MINUTE
    within = next((e for e in everything if e.began < start and (e.ended is None or e.ended >= start)), None)
    if within is not None:
        start = within.began
    anew = Fold(one, GAP)
    lead = memory_ms(one, GAP)
    for at, x in times:
        if start - lead <= at < start:
            anew.take(at, x)
    anew.open = None
    anew.closed.clear()
    for at, x in times:
        if at >= start:
            anew.take(at, x)
    kept = [e for e in everything if e.began < start]
    assert [*kept, *anew.closed, *([anew.open] if anew.open else [])] == everything


@pytest.mark.parametrize("level", [1, 2])
def test_an_episode_says_its_level(level: int) -> None:
    assert Episode(0, None, [(0, level)], 1.0, 0, 0).level == level
