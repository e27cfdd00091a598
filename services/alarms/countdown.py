"""Hours past a promise or before a deadline, against the limits of a rule. Pure; times in ms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from services.alarms.durations import HOUR_MS
from services.alarms.evaluate import Episode
from services.alarms.rules import Rule
from services.alarms.silence import episode_of, thresholds


class Due(NamedTuple):
    """How a promise stands from a moment on; `due_at` None: nothing is due. `heard_at`: when it came last."""

    since: int
    due_at: int | None
    heard_at: int | None


def counted_from(rule: Rule, due_at: int) -> tuple[int, tuple[int, ...]]:
    """From when on the hours count, and after how long (ms) each level is reached."""
    if rule.kind == "late":
        return due_at, thresholds(rule.grading, HOUR_MS)
    # Limits of a deadline are hours before it, turned around: the first is furthest away.
    limits = rule.grading.limits
    reached = tuple(round((limit - limits[0]) * HOUR_MS) for limit in limits)
    return due_at + round(limits[0] * HOUR_MS), reached


def episodes_of(rule: Rule, dues: Sequence[Due], end: int) -> list[Episode]:
    """What is late, or near, of one promise: as it stood from each moment on, up to `end`."""
    found: list[Episode] = []
    for number, one in enumerate(dues):
        until = dues[number + 1].since if number + 1 < len(dues) else end
        before = found[-1] if found and found[-1].ended is None else None
        episode = _episode(rule, one, until)
        if before is not None and (episode is None or episode.began != before.began):
            before.ended, before.end_why = max(before.began, _ended(rule, one)), "normal"
        if episode is not None:
            while found and found[-1].began >= episode.began:  # what was promised is owed after all
                found.pop()
            found.append(episode)
    return found


def _episode(rule: Rule, one: Due, until: int) -> Episode | None:
    if one.due_at is None:
        return None
    base, reached = counted_from(rule, one.due_at)
    if rule.kind == "late":
        return episode_of(base, until, False, HOUR_MS, reached)
    is_over = one.due_at <= until
    return (
        None
        if one.due_at <= one.since
        else episode_of(base, min(until, one.due_at), is_over, HOUR_MS, reached)
    )


def _ended(rule: Rule, one: Due) -> int:
    """When what was late or near is no longer, now that a promise stands so."""
    is_met = one.due_at is not None and one.due_at >= one.since
    if rule.kind == "late" and is_met and one.heard_at is not None:
        return min(one.heard_at, one.since)
    return one.since
