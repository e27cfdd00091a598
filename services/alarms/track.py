"""One rule over one subject: values in, the fold of what is compared with the limits. Pure; times in ms."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from services.alarms.domain import Subject, key_of
from services.alarms.evaluate import Episode, Fold, memory_ms
from services.alarms.rules import Rule
from services.alarms.schedule import Schedule
from services.alarms.usual import Usual, slot_of

Usuals = Mapping[int, Usual | None]  # by the start of the hour; None: too few weeks are known


class Track:
    """Takes values in the order of their times, and is begun anew before whatever comes late."""

    __slots__ = (
        "_recent",
        "board",
        "fold",
        "key",
        "lead",
        "rule",
        "schedule",
        "subject",
        "usuals",
        "written",
    )

    def __init__(self, rule: Rule, subject: Subject, gap_ms: int, schedule: Schedule | None) -> None:
        self.rule, self.subject, self.schedule = rule, subject, schedule
        self.key = key_of(rule.id, subject.kind, subject.name)
        self.board = 0  # the level that the alarm of this key says
        self.usuals: Usuals = {}
        window = rule.window_ms if rule.kind == "rate" else 0
        self.lead = memory_ms(rule.grading, gap_ms, window)
        self.fold = Fold(rule.grading, gap_ms)
        self.written = (0, 0, 0, 0)  # of the stored row of the open episode: began, levels, peak_at, through
        self._recent: deque[tuple[int, float]] = deque()  # of a rate: values within its window

    @property
    def calm(self) -> tuple[float, float]:
        """Between which values (exclusive) nothing changes but the time of the last one."""
        if self.rule.kind != "limit" or not self.fold.is_quiet or self.board:
            return float("inf"), float("-inf")
        limit = self.rule.grading.limits[0]
        return (float("-inf"), limit) if self.rule.grading.direction > 0 else (-limit, float("inf"))

    def begin(self, episode: Episode | None, before: Iterable[tuple[int, float | None]]) -> None:
        """Starts anew, within `episode` where one is under way.

        `before`: the points of `lead` before the first that comes next; they change no level.
        """
        self.fold = Fold(self.rule.grading, self.fold.gap_ms)
        self._recent.clear()
        for at, value in before:
            self.take(at, value)
        self.fold.open = episode
        self.fold.steps.clear()
        self.fold.closed.clear()

    def mark_written(self) -> None:
        """The row of the open episode says what is known of it."""
        if (episode := self.fold.open) is not None:
            self.written = (episode.began, len(episode.levels), episode.peak_at, episode.through)

    def take(self, at: int, value: float | None) -> None:
        """The next value; None: it is missing."""
        if value is None:
            self._recent.clear()
            self.fold.unknown(at)
            return
        x = self._compared(at, value)
        if x is None:
            return
        if self.schedule is not None and not self.schedule.covers(at):
            self.fold.rest(at, x)
        else:
            self.fold.take(at, x)

    def _compared(self, at: int, value: float) -> float | None:
        direction = self.rule.grading.direction
        match self.rule.kind:
            case "rate":
                rate = self._rate(at, value)
                return None if rate is None else direction * rate
            case "usual":
                usual = self.usuals.get(slot_of(at))
                return None if usual is None else direction * usual.departure(value)
        return direction * value

    def _rate(self, at: int, value: float) -> float | None:
        """Change since the oldest value within the window, per `per`; None below half a window."""
        recent, window = self._recent, self.rule.window_ms
        if recent and at - recent[-1][0] > self.fold.gap_ms:
            recent.clear()
        recent.append((at, value))
        while recent[0][0] < at - window:
            recent.popleft()
        since, before = recent[0]
        if 2 * (at - since) < window:
            return None
        return (value - before) * self.rule.per_ms / (at - since)
