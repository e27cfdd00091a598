"""When a rule is watched: in working time, or in hours of the week. Pure. Hours are those of Việt Nam."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

from services.alarms.durations import DAY_MS, HOUR_MS, MINUTE_MS
from services.records.working_time import Calendar

OFFSET_MS = 7 * HOUR_MS  # Asia/Ho_Chi_Minh has no other
_THURSDAY = 3  # 1970-01-01, Monday being 0
_DAY_MINUTES = 24 * 60


class WorkingTime:
    """The hours that are worked, by the calendar; all, where it does not reach: rather once too often."""

    def __init__(self, calendar: Calendar) -> None:
        spans = [span for day in calendar.hours_by_day for span in day]
        self._starts = [_ms(start) for start, _ in spans]
        self._ends = [_ms(end) for _, end in spans]

    def reaches(self, at_ms: int) -> bool:
        """Whether the calendar says anything of a moment."""
        return bool(self._starts) and self._starts[0] <= at_ms < self._ends[-1]

    def covers(self, at_ms: int) -> bool:
        """Whether it is worked at a moment."""
        if not self.reaches(at_ms):
            return True
        index = bisect_right(self._starts, at_ms) - 1
        return at_ms < self._ends[index]


class Hours:
    """[from, to) of days, 1 Monday … 7 Sunday; a span over midnight belongs to the day it begins on."""

    def __init__(self, spans: Sequence[tuple[int, int]], days: Sequence[int]) -> None:
        self._spans = tuple(spans)  # minutes of the day
        self._days = frozenset(days)

    def covers(self, at_ms: int) -> bool:
        """Whether a moment is in one of the spans."""
        local = at_ms + OFFSET_MS
        minute = local % DAY_MS // MINUTE_MS
        day = (local // DAY_MS + _THURSDAY) % 7 + 1
        before = (day - 2) % 7 + 1
        for start, end in self._spans:
            if start < end:
                if start <= minute < end and day in self._days:
                    return True
            elif (minute >= start and day in self._days) or (minute < end and before in self._days):
                return True
        return False


Schedule = WorkingTime | Hours


def parse_span(text: str) -> tuple[int, int]:
    """Minutes of the day of a span such as 21:00-06:00.

    Raises:
        ValueError: it is none.
    """
    try:
        start, end = (_minutes(part) for part in text.split("-"))
    except ValueError:
        raise ValueError(f"a span of hours is like 07:30-11:30; got {text!r}") from None
    if start == end:
        raise ValueError(f"a span of hours has a length; got {text!r}")
    return start, end


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    total = int(hours) * 60 + int(minutes)
    if len(text) != len("00:00") or int(minutes) > 59 or not 0 <= total <= _DAY_MINUTES:
        raise ValueError(text)
    return total


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)
