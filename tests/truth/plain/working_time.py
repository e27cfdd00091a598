"""Working time, minute by minute: Monday to Friday, 07:30 to 11:30 and 13:30 to 17:30, but for holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache

Pause = tuple[datetime, datetime | None]  # None: it goes on

_HOLIDAYS = {date(2025, 9, 1), date(2025, 9, 2)}
_HOURS = ((450, 690), (810, 1050))  # minutes of the day
_CLOSES = (17, 30)
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


def works(moment: datetime) -> bool:
    """Whether the minute that begins then is worked."""
    if moment.isoweekday() > 5 or moment.date() in _HOLIDAYS:
        return False
    minute = moment.hour * 60 + moment.minute
    return any(opens <= minute < closes for opens, closes in _HOURS)


@cache
def hours(start: datetime, until: datetime, pauses: tuple[Pause, ...]) -> Fraction:
    """Hours worked from one moment to another, both full minutes, pauses out."""
    minutes = 0
    while start < until:
        minutes += works(start) and not any(_is_in(start, pause) for pause in pauses)
        start += _MINUTE
    return Fraction(minutes, 60)


def days_on(start: datetime, days: int, pauses: tuple[Pause, ...]) -> datetime | None:
    """The end of the last of so many working days; None while a pause goes on that leaves it open.

    The day of the start does not count, nor does one whose end of work lies in a pause.
    """
    closes = start.replace(hour=_CLOSES[0], minute=_CLOSES[1])
    while days:
        closes += _DAY
        if any(to is None and closes >= since for since, to in pauses):
            return None
        if works(closes - _MINUTE) and not any(_is_in(closes, pause) for pause in pauses):
            days -= 1
    return closes


def hours_before(until: datetime, hours: int) -> datetime:
    """The earliest moment from which on no more than so many hours are worked until a full minute."""
    minutes = hours * 60
    while minutes or not works(until - _MINUTE):
        until -= _MINUTE
        minutes -= works(until)
    return until


def _is_in(moment: datetime, pause: Pause) -> bool:
    since, to = pause
    return since <= moment and (to is None or moment < to)
