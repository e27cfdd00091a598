"""Periods of values: fixed lengths, parts of the local day, and months. Pure.

A period is [start, end). Days, months and years are those of Asia/Ho_Chi_Minh; instants are UTC.
VN_AQI's day from 01:00 to 00:00 counts hours by their ends (QĐ 1459/QĐ-TCMT, 2.2.2), so it is the local day.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

# Asia/Ho_Chi_Minh has had no daylight saving time since long before any reading.
LOCAL_OFFSET: Final = timedelta(hours=7)

RESOLUTION: Final = timedelta(microseconds=1)  # of instants in PostgreSQL
_A_DAY: Final = timedelta(days=1)
_HOURS_A_DAY: Final = 24
_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class DayPart:
    """`hours` hours of each local day from `first_hour` o'clock on; they may reach into the next day."""

    first_hour: int
    hours: int


@dataclass(frozen=True, slots=True)
class Months:
    """Calendar months, `months` of them at a time: 1 or 12."""

    months: int


Period = timedelta | DayPart | Months  # a timedelta is aligned to the epoch

HOUR: Final = timedelta(hours=1)
QUARTER: Final = timedelta(minutes=15)
FIVE_MINUTES: Final = timedelta(minutes=5)
DAY: Final = DayPart(0, 24)
DAYTIME: Final = DayPart(6, 15)  # of noise: 06–21 h
NIGHT: Final = DayPart(21, 9)  # 21–06 h
MONTH: Final = Months(1)
YEAR: Final = Months(12)


def local_day(instant: datetime) -> date:
    """The day of an instant (UTC) in Asia/Ho_Chi_Minh."""
    return (instant + LOCAL_OFFSET).date()


def midnight(day: date) -> datetime:
    """The instant (UTC) at which a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - LOCAL_OFFSET


def floor(instant: datetime, period: Period) -> datetime:
    """The start of the period that contains `instant`; between two parts of days, of the one before."""
    match period:
        case timedelta():
            length_s = int(period.total_seconds())
            return datetime.fromtimestamp(instant.timestamp() // length_s * length_s, UTC)
        case DayPart():
            begins = timedelta(hours=period.first_hour)
            return midnight(local_day(instant - begins)) + begins
        case Months():
            day = local_day(instant)
            first = (day.month - 1) // period.months * period.months + 1
            return midnight(day.replace(month=first, day=1))


def end_of(start: datetime, period: Period) -> datetime:
    """The end, exclusive, of the period that begins at `start`."""
    match period:
        case timedelta():
            return start + period
        case DayPart():
            return start + timedelta(hours=period.hours)
        case Months():
            day = local_day(start)
            years, month = divmod(day.month - 1 + period.months, 12)
            return midnight(date(day.year + years, month + 1, 1))


def last_end(now: datetime, period: Period) -> datetime:
    """The newest end of a period that is not after `now`."""
    start = floor(now, period)
    end = end_of(start, period)
    while end > now:
        start = floor(start - RESOLUTION, period)
        end = end_of(start, period)
    return end


def next_end(instant: datetime, period: Period) -> datetime:
    """The first end of a period after `instant`."""
    end = end_of(floor(instant, period), period)
    return end if end > instant else end + _A_DAY  # between two parts of days


def start_before(end: datetime, period: Period) -> datetime:
    """The start of the period that ends at `end`."""
    return floor(end - RESOLUTION, period)


def ends_within(period: Period, start: datetime, end: datetime) -> int:
    """How many periods of fixed length, or days, that began at or after `start` are over by `end`."""
    length = period if isinstance(period, timedelta) else _A_DAY
    return max(0, (end - start) // length)


def seconds_of(period: Period) -> int:
    """Its length; 0 of months and years, which differ."""
    match period:
        case timedelta():
            return int(period.total_seconds())
        case DayPart():
            return period.hours * 3_600
        case Months():
            return 0


def iso_duration(period: Period) -> str:
    """Its length as ISO 8601 says it, in local time: PT5M, PT1H, P1D, PT15H, P1M, P1Y."""
    match period:
        case Months():
            return "P1Y" if period.months == _A_YEAR else f"P{period.months}M"
        case DayPart():
            return "P1D" if period.hours == _HOURS_A_DAY else f"PT{period.hours}H"
        case timedelta():
            minutes = seconds_of(period) // 60
            return f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"
