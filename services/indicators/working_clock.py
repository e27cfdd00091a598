"""Working time as one number that grows: what lies between two moments is a difference. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from services.indicators.periods import LOCAL_OFFSET
from services.records.cycles import LifeCycle
from services.records.lifecycle import Event, Run, in_order, run_of
from services.records.working_time import Allowance, Calendar, OutsideCalendar, Pause

SOON = timedelta(hours=8)  # working time before a deadline from which on it is near: a working day
_NOTHING = timedelta(0)
_VIETNAM = timezone(LOCAL_OFFSET)


class ClockReading(NamedTuple):
    """What the clock of a subject says of it.

    `worked`: None where it has not stopped. `due`: by its allowance where it has one, else as its source
    says; None where neither is known, or a pause leaves it open. `due_soon`: the moment from which on no more
    than SOON is left until then. Each is None where the calendar does not cover a day that it needs.
    """

    worked: timedelta | None
    due: datetime | None
    due_soon: datetime | None


class WorkingClock:
    """All working hours of a calendar, one behind the other."""

    def __init__(self, calendar: Calendar) -> None:
        by_day = calendar.hours_by_day
        hours = [span for one in by_day for span in one]
        self.calendar = calendar
        self._opens = [opens for opens, _ in hours]
        self._lengths = [closes - opens for opens, closes in hours]
        self._before = [_NOTHING]
        for length in self._lengths:
            self._before.append(self._before[-1] + length)
        self._closes = [one[-1][1] for one in by_day if one]  # of each working day
        self._days = [_day_of(closes) for closes in self._closes]

    def at(self, moment: datetime) -> timedelta:
        """Working time from the calendar's first day to a moment.

        Raises:
            OutsideCalendar: the moment's day is not covered.
        """
        self.calendar.works(_day_of(moment))
        return self._so_far(moment)

    def back(self, moment: datetime, working: timedelta) -> datetime:
        """The earliest moment from which on no more than `working` is left until `moment`.

        Raises:
            OutsideCalendar: it lies before the calendar's first working hour, or `moment` is not covered.
        """
        return self._reached(self.at(moment) - working)

    def deadline(
        self, start: datetime, allowance: Allowance, pauses: Sequence[Pause] = ()
    ) -> datetime | None:
        """When an allowance is used up, by the rules of `working_time.deadline`; None while a pause goes on.

        Raises:
            OutsideCalendar: a day is needed that the calendar does not cover.
        """
        self.calendar.works(_day_of(start))
        if allowance.unit == "working_hours":
            return self._hours_on(start, timedelta(hours=allowance.amount), pauses)
        return self._days_on(start, allowance.amount, pauses)

    def worked(self, run: Run) -> timedelta | None:
        """What was worked until the clock stopped; None where it has not, or days are not covered."""
        if run.stopped is None:
            return None
        try:
            paused = sum((self.at(to or run.stopped) - self.at(since) for since, to in run.pauses), _NOTHING)
            return self.at(run.stopped) - self.at(run.started) - paused
        except OutsideCalendar:
            return None

    def read(
        self, life_cycle: LifeCycle, events: Sequence[Event], allowed: int | None, stated: datetime | None
    ) -> ClockReading:
        """The clock that these events move. `allowed`: working time, in the unit of the clock; `stated`: when
        it is due as the source says: of both what was said last."""
        clock = life_cycle.clock
        assert clock is not None
        run = run_of(clock, in_order(life_cycle, events))
        due = stated
        if allowed is not None:
            due = self._due(run, Allowance(allowed, clock.allowance_unit)) if run else None
        return ClockReading(self.worked(run) if run else None, due, self._soon(due))

    def _due(self, run: Run, allowance: Allowance) -> datetime | None:
        try:
            return self.deadline(run.started, allowance, run.pauses)
        except OutsideCalendar:
            return None

    def _soon(self, due: datetime | None) -> datetime | None:
        try:
            return None if due is None else self.back(due, SOON)
        except OutsideCalendar:
            return None

    def _so_far(self, moment: datetime) -> timedelta:
        """Working time to a moment, as far as the calendar knows."""
        index = bisect_right(self._opens, moment) - 1
        if index < 0:
            return _NOTHING
        return self._before[index] + min(moment - self._opens[index], self._lengths[index])

    def _reached(self, working: timedelta) -> datetime:
        """The earliest moment by which so much was worked."""
        if not _NOTHING < working <= self._before[-1]:
            raise OutsideCalendar(f"the calendar of working days covers no moment behind {working}")
        index = bisect_left(self._before, working) - 1
        return self._opens[index] + (working - self._before[index])

    def _hours_on(self, start: datetime, left: timedelta, pauses: Sequence[Pause]) -> datetime | None:
        for since, to in sorted(pauses, key=lambda pause: pause[0]):
            if (worked := self._so_far(since) - self._so_far(start)) >= left:
                break
            if to is None:
                return None
            start, left = to, left - worked
        return self._reached(self._so_far(start) + left)

    def _days_on(self, start: datetime, left: int, pauses: Sequence[Pause]) -> datetime | None:
        first = bisect_right(self._days, _day_of(start))
        for since, to in sorted(pauses, key=lambda pause: pause[0]):
            counted = max(0, bisect_left(self._closes, since) - first)
            if counted >= left:
                break
            if to is None:
                return None
            left -= counted
            first = max(first, bisect_left(self._closes, to))
        if first + left > len(self._closes):
            raise OutsideCalendar(f"the calendar of working days ends on {self.calendar.last}")
        return self._closes[first + left - 1]


def _day_of(moment: datetime) -> date:
    """The day of a moment in Việt Nam, in whatever zone it is told."""
    return moment.astimezone(_VIETNAM).date()
