"""Lengths of time as ISO 8601 writes them: calendar months beside days and seconds. Pure."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_FORM = re.compile(
    r"P(?=[0-9T])(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?"
)


@dataclass(frozen=True, slots=True)
class Period:
    """So many calendar months, and an exact length beside them."""

    months: int = 0
    exact: timedelta = timedelta(0)

    def before(self, moment: datetime) -> datetime:
        """The moment this long before another; a day that its month lacks is the month's last."""
        return _months_on(moment, -self.months) - self.exact

    def after(self, moment: datetime) -> datetime:
        """The moment this long after another; a day that its month lacks is the month's last."""
        return _months_on(moment, self.months) + self.exact


def parse_period(text: str) -> Period:
    """`P1M`, `P1DT12H`, `PT15M` …

    Raises:
        ValueError: no duration of ISO 8601, or one of no length.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no ISO 8601 duration; for example PT15M, PT1H, P1D, P1M, P1Y")
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    exact = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    period = Period(12 * years + months, exact)
    if period == Period():
        raise ValueError(f"{text!r} has no length")
    return period


def _months_on(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
