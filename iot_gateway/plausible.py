"""Values that are possible and yet unlikely: stuck, or jumping. They are stored, marked suspect. Pure.

What was seen of each series is passed in and comes back; nothing is kept here.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import NamedTuple

from services.telemetry.domain import Batch, Quality, SeriesName

_MINUTE_MS = 60_000
_LONGEST_STEP_MS = 10 * _MINUTE_MS  # beyond it, the last value says little about this one
_STUCK = int(Quality.SUSPECT | Quality.STUCK)
_JUMP = int(Quality.SUSPECT | Quality.JUMP)


@dataclass(frozen=True, slots=True)
class Plausible:
    """What the values of a channel are likely to do, in its unit; None where there is no limit."""

    step: float | None = None  # largest change within a minute; twice as much within two, and so on
    stuck_ms: int | None = None  # the same value at every reading for so long is suspect…
    stuck_count: int = 30  # …if there were as many of them
    stuck_except: tuple[float, ...] = ()  # values that may stand still: no rain


class Seen(NamedTuple):
    """What is remembered of a series."""

    value: float  # the last one that was likely
    at_ms: int  # of the newest reading
    since_ms: int  # since when the value is the same
    times: int  # readings with this same value
    other: float | None = None  # the newest value, where it was a jump


Memory = MutableMapping[SeriesName, Seen]


def look(rule: Plausible, seen: Seen | None, at_ms: int, value: float) -> tuple[int, Seen]:
    """Quality bits of a value, and what is remembered from now on. Late readings teach nothing.

    One value far away is a jump; a second one beside it is where the series is now.
    """
    if seen is None:
        return 0, Seen(value, at_ms, at_ms, 1)
    elapsed_ms = at_ms - seen.at_ms
    if elapsed_ms <= 0:
        return 0, seen
    if value == seen.value:
        seen = Seen(value, at_ms, seen.since_ms, seen.times + 1)
        return (_STUCK if _is_stuck(rule, seen) else 0), seen
    if rule.step is not None and elapsed_ms <= _LONGEST_STEP_MS:
        limit = rule.step * max(1.0, elapsed_ms / _MINUTE_MS)
        settled = seen.other is not None and abs(value - seen.other) <= limit
        if abs(value - seen.value) > limit and not settled:
            return _JUMP, Seen(seen.value, at_ms, seen.since_ms, seen.times, value)
    return 0, Seen(value, at_ms, at_ms, 1)


def _is_stuck(rule: Plausible, seen: Seen) -> bool:
    return (
        rule.stuck_ms is not None
        and seen.times >= rule.stuck_count
        and seen.at_ms - seen.since_ms >= rule.stuck_ms
        and seen.value not in rule.stuck_except
    )


def mark(batch: Batch, watched: Mapping[SeriesName, Plausible], memory: Mapping[SeriesName, Seen]) -> Memory:
    """Set the quality of a batch's readings; returns what to remember once the batch is stored."""
    learnt: dict[SeriesName, Seen] = {}
    if not watched:
        return learnt
    known, before, make = watched.get, memory.get, tuple.__new__
    rows = zip(batch.series, batch.observed_at_ms, batch.values, strict=True)
    for index, (series, at_ms, value) in enumerate(rows):
        rule = known(series)
        if rule is None:
            continue
        seen = learnt.get(series) or before(series)
        if seen is not None and rule.step is not None and at_ms > seen[1] and seen[4] is None:
            last = seen[0]
            if value != last and -rule.step <= value - last <= rule.step:
                # Nearly all: it moved, and not far. `look` would say the same at three times the cost.
                learnt[series] = make(Seen, (value, at_ms, at_ms, 1, None))
                continue
        quality, learnt[series] = look(rule, seen, at_ms, value)
        if quality:
            batch.quality[index] = quality
    return learnt
