"""Silence of a device: the time between two observations, against what it promises. Pure; times in ms."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from services.alarms.evaluate import Episode
from services.alarms.rules import Grading


def thresholds(grading: Grading, interval_ms: int) -> tuple[int, ...]:
    """After how long each level is reached: so many promised intervals, at least the rule's `for`."""
    return tuple(max(round(limit * interval_ms), grading.hold_ms) for limit in grading.limits)


def level_of(elapsed_ms: int, reached_ms: Sequence[int]) -> int:
    """The level of a silence of this length."""
    return sum(elapsed_ms > after for after in reached_ms)


def episode_of(
    last: int, until: int, is_over: bool, interval_ms: int, reached_ms: Sequence[int]
) -> Episode | None:
    """The silence from `last` on, until it was broken or until now; None: within the promise.

    Its peak is its length in promised intervals.
    """
    level = level_of(until - last, reached_ms)
    if not level:
        return None
    levels: list[tuple[int, int]] = []
    for number, after in enumerate(reached_ms[:level], start=1):
        if levels and levels[-1][0] == last + after:
            levels.pop()
        levels.append((last + after, number))
    return Episode(
        began=levels[0][0],
        ended=until if is_over else None,
        levels=levels,
        peak=(until - last) / interval_ms,
        peak_at=until,
        through=until,
        end_why="normal" if is_over else "",
    )


def episodes_of(
    times: Sequence[int], floor: int, interval_ms: int, reached_ms: Sequence[int]
) -> list[Episode]:
    """The silences between observations, in order; nothing before `floor` counts as silence."""
    found = []
    for last, until in pairwise(times):
        if until > floor:
            episode = episode_of(max(last, floor), until, True, interval_ms, reached_ms)
            if episode is not None:
                found.append(episode)
    return found
