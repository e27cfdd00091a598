"""Working time: deadlines in working days and hours, with holidays, swapped days and pauses. Pure.

Days are those of Asia/Ho_Chi_Minh. The calendar is data (calendar.toml); outside the days that it covers
nothing is answered, since holidays are decided year by year.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any, Literal

import msgspec

from services.records.dates import VIETNAM

_DAY = timedelta(days=1)
_NEVER = datetime(9000, 1, 1, tzinfo=VIETNAM)
Pause = tuple[datetime, datetime | None]  # to None: it goes on
AllowanceUnit = Literal["working_days", "working_hours"]


class OutsideCalendar(ValueError):
    """A day for which nobody has said yet whether it is worked on."""


class Week(
    msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True, rename={"since": "from"}
):
    """From a day on: which days of the week are worked on (1 Monday … 7 Sunday), and in which hours."""

    since: date
    days: tuple[int, ...]
    hours: tuple[tuple[str, str], ...]
    source: str

    @cached_property
    def spans(self) -> tuple[tuple[time, time], ...]:
        """The hours, as times."""
        return tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in self.hours)


class Special(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A day that is not what its place in the week says."""

    day: date
    works: bool
    vi: str
    en: str
    source: str


class Calendar(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True):
    """Which days are worked on, from the first to the last that it covers."""

    first: date
    last: date
    weeks: tuple[Week, ...]
    days: tuple[Special, ...]

    @cached_property
    def special(self) -> dict[date, Special]:
        """The days that are not what their place in the week says."""
        return {one.day: one for one in self.days}

    def works(self, day: date) -> bool:
        """Whether a day is worked on.

        Raises:
            OutsideCalendar: before the first or behind the last day.
        """
        if not self.first <= day <= self.last:
            raise OutsideCalendar(
                f"the calendar of working days covers {self.first} to {self.last}, not {day}"
            )
        special = self.special.get(day)
        return special.works if special is not None else day.isoweekday() in self._week(day).days

    def hours(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The hours that are worked on a day, in order; none where it is free.

        Raises:
            OutsideCalendar: as `works`.
        """
        if not self.works(day):
            return ()
        return tuple((_at(day, start), _at(day, end)) for start, end in self._week(day).spans)

    @cached_property
    def hours_by_day(self) -> tuple[tuple[tuple[datetime, datetime], ...], ...]:
        """The hours of every day that it covers, from the first to the last."""
        days = (self.last - self.first).days + 1
        return tuple(self.hours(self.first + timedelta(days=number)) for number in range(days))

    def _week(self, day: date) -> Week:
        return next(week for week in reversed(self.weeks) if week.since <= day)


class Allowance(msgspec.Struct, frozen=True):
    """How long something may take."""

    amount: int
    unit: AllowanceUnit


@lru_cache(maxsize=16)  # several services of a process read the same file
def parse_calendar(text: str) -> Calendar:
    """The calendar that a TOML file tells.

    Raises:
        ValueError: names what is wrong.
    """
    told: dict[str, Any] = tomllib.loads(text)
    calendar = msgspec.convert(told, Calendar)
    since = [week.since for week in calendar.weeks]
    if not since or since != sorted(set(since)) or since[0] > calendar.first:
        raise ValueError("weeks: in the order of their days, the first not after `first`")
    days = [one.day for one in calendar.days]
    if days != sorted(set(days)) or any(not calendar.first <= day <= calendar.last for day in days):
        raise ValueError("days: in order, each once, from `first` to `last`")
    for week in calendar.weeks:
        ends = [moment for span in week.spans for moment in span]
        if not ends or ends != sorted(set(ends)) or not set(week.days) <= set(range(1, 8)) or not week.days:
            raise ValueError(f"weeks, from {week.since}: days 1 to 7, hours in order without overlap")
    return calendar


def deadline(
    calendar: Calendar, start: datetime, allowance: Allowance, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """When an allowance is used up, UTC+7; None while a pause goes on.

    Working days: the day of the start does not count (Civil Code 91/2015/QH13, art. 147), another counts if
    the clock runs at its end of work, and the end of the last is the deadline. Working hours: from the
    moment on, pauses out.

    Raises:
        OutsideCalendar: a day is needed that the calendar does not cover.
        ValueError: an allowance below one.
    """
    if allowance.amount < 1:
        raise ValueError("an allowance is at least one")
    if allowance.unit == "working_hours":
        return _hours_on(calendar, start, timedelta(hours=allowance.amount), pauses)
    return _days_on(calendar, start, allowance.amount, pauses)


def worked(calendar: Calendar, start: datetime, until: datetime, pauses: Sequence[Pause] = ()) -> timedelta:
    """The working time from one moment to another, pauses out.

    Raises:
        OutsideCalendar: a day between them that the calendar does not cover.
    """
    total = timedelta(0)
    for day in _days(start, until):
        for since, to in _running(calendar, day, start, pauses):
            total += max(min(to, until) - since, timedelta(0))
    return total


def _hours_on(
    calendar: Calendar, start: datetime, left: timedelta, pauses: Sequence[Pause]
) -> datetime | None:
    for day in _days(start, _open_since(pauses)):
        for since, to in _running(calendar, day, start, pauses):
            if to - since >= left:
                return since + left
            left -= to - since
    return None


def _days_on(calendar: Calendar, start: datetime, left: int, pauses: Sequence[Pause]) -> datetime | None:
    for day in _days(start + _DAY, _open_since(pauses)):
        hours = calendar.hours(day)
        if hours and not any(since <= hours[-1][1] < (to or _NEVER) for since, to in pauses):
            left -= 1
            if left == 0:
                return hours[-1][1]
    return None


def _running(
    calendar: Calendar, day: date, start: datetime, pauses: Sequence[Pause]
) -> Iterator[tuple[datetime, datetime]]:
    """The spans of a day in which work is done and the clock runs."""
    for opens, closes in calendar.hours(day):
        since = max(opens, start)
        for pause_from, pause_to in sorted(pauses, key=lambda pause: pause[0]):
            if pause_from < closes and (pause_to or _NEVER) > since:
                if pause_from > since:
                    yield since, pause_from
                since = max(since, pause_to or _NEVER)
        if since < closes:
            yield since, closes


def _days(start: datetime, until: datetime) -> Iterator[date]:
    """The days in Việt Nam from that of one moment to that of another."""
    day, last = start.astimezone(VIETNAM).date(), until.astimezone(VIETNAM).date()
    while day <= last:
        yield day
        day += _DAY


def _open_since(pauses: Sequence[Pause]) -> datetime:
    """When the pause began that goes on; without one, never."""
    return min((since for since, to in pauses if to is None), default=_NEVER)


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, VIETNAM)
