"""Devices that number their messages: which numbers never came. Pure.

A gap is noticed when a higher number arrives, and closes when the missing ones arrive late. A counter that
starts over begins a new run; the gaps of the old one stay.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from services.telemetry.domain import Numbered

LARGEST_GAP = 100_000  # a jump beyond it is another counter, not a loss of so many messages
MOST_OPEN = 500  # gaps that late messages can still close; older ones stay counted
_REPEATED_WITHIN = 64  # a number of a message without a time, so little below the highest, is a repetition


class Gap(NamedTuple):
    """Numbers that have not come, both ends included."""

    first: int
    last: int
    noticed_at_ms: int  # receipt of the message that showed it


@dataclass(frozen=True, slots=True)
class Track:
    """One run of one device's numbers; gaps ascending, all between lowest and highest."""

    run: int
    lowest: int
    highest: int
    highest_at_ms: int  # when it was sent, as the device says, else when it was received
    gaps: tuple[Gap, ...] = ()


def follow(track: Track | None, messages: Iterable[Numbered]) -> Track | None:
    """The track after these messages of one device, in the order of their receipt."""
    for message in messages:
        track = _step(track, message)
    return track


def missing(gaps: Iterable[Gap]) -> int:
    """How many numbers the gaps hold."""
    return sum(gap.last - gap.first + 1 for gap in gaps)


def _step(track: Track | None, message: Numbered) -> Track:
    number = message.number
    said_ms = message.received_at_ms if message.observed_at_ms is None else message.observed_at_ms
    at_ms = max(0, min(said_ms, message.received_at_ms))  # a clock ahead of ours proves nothing
    if track is None:
        return Track(0, number, number, at_ms)
    if number > track.highest:
        if number - track.highest > LARGEST_GAP:
            return Track(track.run + 1, number, number, at_ms)
        gaps = _with_gap(track.gaps, track.highest + 1, number - 1, message.received_at_ms)
        return replace(track, highest=number, highest_at_ms=max(at_ms, track.highest_at_ms), gaps=gaps)
    if _starts_over(track, message, at_ms):
        return Track(track.run + 1, number, number, at_ms)
    if number < track.lowest:
        if track.lowest - number > LARGEST_GAP:
            return track
        gaps = _with_gap(track.gaps, number + 1, track.lowest - 1, message.received_at_ms)
        return replace(track, lowest=number, gaps=gaps)
    return replace(track, gaps=_without(track.gaps, number))


def _starts_over(track: Track, message: Numbered, at_ms: int) -> bool:
    """True if a number that is not above the highest belongs to a new run, and is no late or repeated one."""
    if message.number == track.highest or at_ms <= track.highest_at_ms:
        return False
    if message.observed_at_ms is not None:
        return True
    near = track.highest - message.number < _REPEATED_WITHIN and message.number >= track.lowest
    return not near and _holding(track.gaps, message.number) is None


def _with_gap(gaps: tuple[Gap, ...], first: int, last: int, noticed_at_ms: int) -> tuple[Gap, ...]:
    return gaps if first > last else tuple(sorted((*gaps, Gap(first, last, noticed_at_ms))))


def _holding(gaps: tuple[Gap, ...], number: int) -> int | None:
    """Index of the gap that holds a number."""
    index = bisect_right(gaps, number, key=lambda gap: gap.first) - 1
    return index if index >= 0 and number <= gaps[index].last else None


def _without(gaps: tuple[Gap, ...], number: int) -> tuple[Gap, ...]:
    index = _holding(gaps, number)
    if index is None:
        return gaps
    gap = gaps[index]
    left = (gap._replace(last=number - 1),) if gap.first < number else ()
    right = (gap._replace(first=number + 1),) if number < gap.last else ()
    return (*gaps[:index], *left, *right, *gaps[index + 1 :])
