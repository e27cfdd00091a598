"""Working time, minute by minute: Monday to Friday, 07:30 to 11:30 and 13:30 to 17:30, but for holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache

_HOLIDAYS = {date(2025, 9, 1), date(2025, 9, 2)}
_HOURS = ((450, 690), (810, 1050))  # minutes of the day


def works(moment: datetime) -> bool:
    """Whether the minute that begins then is worked."""
    if moment.isoweekday() > 5 or moment.date() in _HOLIDAYS:
        return False
    minute = moment.hour * 60 + moment.minute
    return any(opens <= minute < closes for opens, closes in _HOURS)


@cache
def hours(start: datetime, until: datetime, pauses: tuple[tuple[datetime, datetime], ...]) -> Fraction:
    """Hours worked from one moment to another, both full minutes, pauses out."""
    minutes = 0
    while start < until:
        minutes += works(start) and not any(since <= start < to for since, to in pauses)
        start += timedelta(minutes=1)
    return Fraction(minutes, 60)
