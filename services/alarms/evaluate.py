"""The fold of one key: points in the order of their times → episodes. Pure; times in ms since the epoch.

Live evaluation, late data and back-tests run this same fold. What it remembers beside the episode under way
depends on no more than the last `memory_ms` of its points, so it can be taken up anywhere (docs/adr/0012).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from services.alarms.rules import Grading

NEVER = -(2**62)


class Step(NamedTuple):
    """A change of level (0: normal) at the time of a point; `x` as the point said it."""

    at: int
    level: int
    x: float


@dataclass(slots=True)
class Episode:
    """What was abnormal: [began, ended), None while it goes on. `levels`: from when on which level (1 …).

    `through`: up to which point it is evaluated.
    """

    began: int
    ended: int | None
    levels: list[tuple[int, int]]
    peak: float
    peak_at: int
    through: int
    end_why: str = ""

    @property
    def level(self) -> int:
        """That of its end, or of now."""
        return self.levels[-1][1]


@dataclass(slots=True)
class Fold:
    """State of one key. `take` goes forward only: for something older, the fold is taken up before it."""

    grading: Grading
    gap_ms: int
    open: Episode | None = None
    last: int = NEVER
    x: float = 0.0  # of the last point
    closed: list[Episode] = field(default_factory=list)  # since somebody took them out
    steps: list[Step] = field(default_factory=list)  # likewise
    _up: list[int | None] = field(init=False)  # since when x is above each limit, without a gap
    _down: list[int | None] = field(init=False)  # since when below each hold
    _crossed: list[deque[int]] = field(init=False)  # when each limit was crossed, within repeat_ms

    def __post_init__(self) -> None:
        n = len(self.grading.limits)
        self._up, self._down = [None] * n, [None] * n
        self._crossed = [deque() for _ in range(n)]

    @property
    def level(self) -> int:
        return self.open.level if self.open is not None else 0

    @property
    def is_quiet(self) -> bool:
        """Whether a point below the first limit changes nothing but `last`."""
        return self.open is None and self._up[0] is None

    @property
    def borne_out(self) -> int:
        """The level as far as the last point bears it out: none that it is on the way out of."""
        return next((k for k in range(self.level, 0, -1) if self._down[k - 1] is None), 0)

    def take(self, at: int, x: float) -> None:
        """One point; `x` in the direction of the grading (greater is worse)."""
        self.x = x
        self._runs(at, x)
        target = self._target(at)
        episode = self.open
        if episode is None:
            if target:
                self.open = Episode(at, None, [(at, target)], x, at, at)
                self.steps.append(Step(at, target, x))
            return
        if target == 0:
            self._end(at, x, "normal")
            return
        episode.through = at
        if x > episode.peak:
            episode.peak, episode.peak_at = x, at
        if target != episode.level:
            episode.levels.append((at, target))
            self.steps.append(Step(at, target, x))

    def rest(self, at: int, x: float) -> None:
        """A point at a time at which the rule is not watched."""
        self.last = at
        self._reset()
        for crossed in self._crossed:
            crossed.clear()
        if self.open is not None:
            self._end(at, x, "schedule")

    def unknown(self, at: int) -> None:
        """A point that says nothing: as if there had been a gap before the next."""
        self.last = at
        self._reset()

    def _end(self, at: int, x: float, why: str) -> None:
        episode = self.open
        assert episode is not None
        episode.ended, episode.through, episode.end_why = at, at, why
        self.closed.append(episode)
        self.open = None
        self.steps.append(Step(at, 0, x))

    def _reset(self) -> None:
        n = len(self._up)
        self._up, self._down = [None] * n, [None] * n

    def _runs(self, at: int, x: float) -> None:
        grading = self.grading
        if at - self.last > self.gap_ms:
            self._reset()
        self.last = at
        up, down = self._up, self._down
        for k, limit in enumerate(grading.limits):
            if x >= limit:
                if up[k] is None:
                    up[k] = at
                    if grading.repeat_times:
                        self._cross(k, at)
                down[k] = None
            else:
                up[k] = None
                down[k] = (at if down[k] is None else down[k]) if x < grading.holds[k] else None

    def _target(self, at: int) -> int:
        grading, level = self.grading, self.level
        for k in range(len(grading.limits), level, -1):
            if self._rises(k - 1, at):
                return k
        while level:
            below = self._down[level - 1]
            if below is None or at - below < grading.clear_ms:
                break
            level -= 1
        return level

    def _rises(self, k: int, at: int) -> bool:
        above = self._up[k]
        if above is None:
            return False
        grading = self.grading
        if not grading.repeat_times:
            return at - above >= grading.hold_ms
        return sum(crossing > at - grading.repeat_ms for crossing in self._crossed[k]) >= grading.repeat_times

    def _cross(self, k: int, at: int) -> None:
        crossed = self._crossed[k]
        while crossed and crossed[0] <= at - self.grading.repeat_ms:
            crossed.popleft()
        crossed.append(at)


def memory_ms(grading: Grading, gap_ms: int, window_ms: int = 0) -> int:
    """How far before a point others matter to it: further back is a gap, or makes no difference."""
    return max(grading.hold_ms, grading.clear_ms, grading.repeat_ms) + window_ms + 2 * gap_ms + 1
