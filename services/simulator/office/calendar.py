"""The office's days: local time, working days and hours, periods. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from random import Random

LOCAL = timezone(timedelta(hours=7))  # Asia/Ho_Chi_Minh, without summer time since 1975
# Of the public holidays those that fall on the same day each year; who works at Tết here is a machine anyway.
HOLIDAYS = {(1, 1), (4, 30), (5, 1), (9, 2)}
OPENS, CLOSES = 7.5, 16.9  # hours of a working day
BACKLOG = timedelta(minutes=30)  # in which a morning does what was left


def is_working(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


def moment(day: date, hour: float) -> datetime:
    """`hour` may be beyond 24; whole minutes, as people write them."""
    return datetime.combine(day, time(), LOCAL) + timedelta(minutes=int(hour * 60))


def in_hours(chance: Random, day: date) -> datetime:
    """Some time while offices are open."""
    return moment(day, chance.uniform(OPENS, CLOSES))


def when_open(at: datetime) -> datetime:
    """A time of work for any time: what lies outside the hours is done first on the next working day.

    What came first stays first, so in the hours all is a little later, most of all in the morning.
    """
    local = at.astimezone(LOCAL)
    day = local.date()
    opens, closes = moment(day, OPENS), moment(day, CLOSES)
    if is_working(day) and opens <= local < closes:
        first = opens + BACKLOG
        return first + (closes - first) * ((local - opens) / (closes - opens))
    before = after = day
    while not is_working(before) or moment(before, CLOSES) > local:
        before -= timedelta(days=1)
    while not is_working(after) or moment(after, OPENS) <= local:
        after += timedelta(days=1)
    closed, opens = moment(before, CLOSES), moment(after, OPENS)
    return opens + BACKLOG * ((local - closed) / (opens - closed))


def working_day_after(day: date, count: int) -> date:
    """The `count`-th working day after a day."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def working_days(first: date, last: date) -> Iterator[date]:
    return (day for day in days(first, last) if is_working(day))


def mondays(first: date, last: date) -> Iterator[date]:
    return (day for day in days(first, last) if day.weekday() == 0)


def months(first: date, last: date) -> Iterator[date]:
    """The first days of months."""
    return (day for day in days(first, last) if day.day == 1)


def quarters(first: date, last: date) -> Iterator[date]:
    return (day for day in months(first, last) if day.month % 3 == 1)


def years(first: date, last: date) -> Iterator[date]:
    return (day for day in months(first, last) if day.month == 1)


def end_of(start: date, length_months: int) -> date:
    """The last day of the period of so many months that begins with `start`."""
    ahead = start.month - 1 + length_months
    return date(start.year + ahead // 12, ahead % 12 + 1, 1) - timedelta(days=1)
