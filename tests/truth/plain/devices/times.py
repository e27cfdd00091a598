"""Hours, days, months and years of Việt Nam, in milliseconds since 1970."""

from __future__ import annotations

from datetime import date, datetime

from tests.truth.plain.cells import VIETNAM

MINUTE = 60_000
QUARTER = 15 * MINUTE
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def local_day(at_ms: int) -> date:
    """The day on which a moment is."""
    return datetime.fromtimestamp(at_ms / 1_000, VIETNAM).date()


def midnight(day: date) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=VIETNAM).timestamp() * 1_000)


def day_of(at_ms: int) -> int:
    """The midnight before a moment."""
    return midnight(local_day(at_ms))


def month_end(start_ms: int) -> int:
    """The end of the month that begins then."""
    day = local_day(start_ms)
    return midnight(date(day.year + day.month // 12, day.month % 12 + 1, 1))


def year_end(start_ms: int) -> int:
    return midnight(date(local_day(start_ms).year + 1, 1, 1))


def steps(start_ms: int, end_ms: int, length_ms: int) -> range:
    """The starts of equal parts of a span."""
    return range(start_ms, end_ms, length_ms)
