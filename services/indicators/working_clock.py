"""Working time as one number that grows: what lies between two moments is a difference. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.records.cycles import LifeCycle
from services.records.lifecycle import Event, Run, in_order, run_of
from services.records.working_time import Calendar, OutsideCalendar


class WorkingClock:
    """All working hours of a calendar, one behind the other."""

    def __init__(self, calendar: Calendar) -> None:
        days = (calendar.last - calendar.first).days + 1
        hours = [
            span for number in range(days) for span in calendar.hours(calendar.first + timedelta(days=number))
        ]
        self._calendar = calendar
        self._opens = [opens for opens, _ in hours]
        self._lengths = [closes - opens for opens, closes in hours]
        self._before = [timedelta(0)]
        for length in self._lengths:
            self._before.append(self._before[-1] + length)
        self._zone = hours[0][0].tzinfo if hours else None

    def at(self, moment: datetime) -> timedelta:
        """Working time from the calendar's first day to a moment.

        Raises:
            OutsideCalendar: the moment's day is not covered.
        """
        self._calendar.works(moment.astimezone(self._zone).date())
        index = bisect_right(self._opens, moment) - 1
        if index < 0:
            return timedelta(0)
        return self._before[index] + min(moment - self._opens[index], self._lengths[index])

    def worked(self, run: Run) -> timedelta | None:
        """What was worked until the clock stopped; None where it has not, or days are not covered."""
        if run.stopped is None:
            return None
        try:
            paused = sum(
                (self.at(to or run.stopped) - self.at(since) for since, to in run.pauses), timedelta(0)
            )
            return self.at(run.stopped) - self.at(run.started) - paused
        except OutsideCalendar:
            return None

    def seconds(self, life_cycle: LifeCycle, events: Sequence[Event]) -> float | None:
        """The working time of a subject whose clock has stopped, in seconds."""
        run = run_of(life_cycle.clock, in_order(life_cycle, events)) if life_cycle.clock else None
        worked = self.worked(run) if run else None
        return None if worked is None else worked.total_seconds()
