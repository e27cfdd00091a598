"""What a changed rule would have raised, beside what it raises: counted chunk by chunk of time. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappush, heappushpop
from typing import NamedTuple

from services.alarms.domain import Severity
from services.alarms.durations import DAY_MS
from services.alarms.evaluate import Episode
from services.alarms.rules import Rule
from services.alarms.schedule import OFFSET_MS

EXAMPLES = 5  # of a rule, of each kind
_FOREVER = 2**62

Key = tuple[str, str, str]  # rule, kind of subject, subject


class Would(NamedTuple):
    """Something abnormal; `is_raised`: timely data bear it out, so the board would have shown it."""

    episode: Episode
    is_raised: bool


Side = Sequence[Would]


class Seen(NamedTuple):
    """What a chunk of time brought of a key: what ended, what goes on; by each side.

    `is_last`: nothing comes behind it.
    """

    key: Key
    closed: tuple[Side, Side]
    open: tuple[Would | None, Would | None]
    is_last: bool


class Example(NamedTuple):
    """An alarm that would be another; `rule`: the one that says it."""

    rule: Rule
    key: Key
    episode: Episode
    severity: Severity


@dataclass
class Count:
    """What one rule raises."""

    episodes: int = 0
    raised: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)  # of what is raised, the highest of each
    days: Counter[int] = field(default_factory=Counter)  # raised on each local day since 1970-01-01

    def add(self, would: Would, severity: Severity, day: int) -> None:
        """One more."""
        self.episodes += 1
        if would.is_raised:
            self.raised += 1
            self.severities[severity] += 1
            self.days[day] += 1

    @property
    def busiest(self) -> tuple[int, int]:
        """The day on which most is raised, and how much; of several the first."""
        return min(self.days.items(), key=lambda one: (-one[1], one[0]), default=(0, 0))


class _Open(NamedTuple):
    """An episode that went on at the end of a chunk, and whether the other side had one meanwhile."""

    began: int
    has_met: bool


class Tally:
    """Of one rule, before and after: None where it is new or gone. The chunks of a key come in order."""

    def __init__(self, before: Rule | None, after: Rule | None, start: int) -> None:
        self._rules = before, after
        self._start = start  # ms
        self.counts = Count(), Count()
        self.only = [0, 0]  # raised, where the other side has nothing at that time: no longer, and anew
        self.since: int | None = None  # ms: what lies before could not be looked at
        self._open: dict[Key, tuple[_Open | None, _Open | None]] = {}
        self._best: tuple[list[tuple[int, int, Key, Example]], ...] = ([], [])

    def take(self, seen: Seen) -> None:
        """One chunk of a key."""
        every = [
            [*closed, *([going_on] if going_on else [])]
            for closed, going_on in zip(seen.closed, seen.open, strict=True)
        ]
        was = self._open.pop(seen.key, (None, None))
        left: list[_Open | None] = [None, None]
        for side in (0, 1):
            met = _met(every[side], every[1 - side])
            for number, (one, has_met) in enumerate(zip(every[side], met, strict=True)):
                before = was[side]
                if before is not None and before.began == one.episode.began:
                    has_met = has_met or before.has_met
                if number < len(seen.closed[side]) or seen.is_last:
                    self._count(side, seen.key, one, has_met)
                else:
                    left[side] = _Open(one.episode.began, has_met)
        if any(left):
            self._open[seen.key] = left[0], left[1]

    def examples(self, side: int) -> list[Example]:
        """Of what only one side raises the gravest, of these the latest."""
        return [one for *_, one in sorted(self._best[side], key=lambda entry: entry[:3], reverse=True)]

    def _count(self, side: int, key: Key, would: Would, has_met: bool) -> None:
        rule = self._rules[side]
        assert rule is not None
        severity = rule.grading.severities[max(level for _, level in would.episode.levels) - 1]
        began = max(would.episode.began, self._start)
        self.counts[side].add(would, severity, (began + OFFSET_MS) // DAY_MS)
        if would.is_raised and not has_met:
            self.only[side] += 1
            entry = (int(severity), began, key, Example(rule, key, would.episode, severity))
            best = self._best[side]
            if len(best) < EXAMPLES:
                heappush(best, entry)
            else:
                heappushpop(best, entry)


def _met(ones: Side, others: Side) -> list[bool]:
    """Of each whether one of the others goes on at the same time; both in order."""
    found = []
    next_other = 0
    for one in ones:
        while next_other < len(others) and _end(others[next_other]) <= one.episode.began:
            next_other += 1
        found.append(next_other < len(others) and others[next_other].episode.began < _end(one))
    return found


def _end(would: Would) -> int:
    return _FOREVER if would.episode.ended is None else would.episode.ended
