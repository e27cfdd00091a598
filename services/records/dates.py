"""Days and moments as Vietnamese offices write them: dd/mm/yyyy, `8h12 ngày 1/7/2025`, ISO 8601. Pure.

What names no zone is Asia/Ho_Chi_Minh, which has been +07:00 without summer time since 1975.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from services.records.faults import Bad

VIETNAM = timezone(timedelta(hours=7))
_EARLIEST, _LATEST = 1900, 2199

_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DAY = re.compile(r"(?:ngày )?(\d{1,2})([/.\-])(\d{1,2})\2(\d{4})")
_WORDED_DAY = re.compile(r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}),? năm (\d{4})")
_CLOCK = r"(\d{1,2})(?: ?(?:h|g|giờ) ?|:)(\d{2})(?: ?phút|:(\d{2}))?"
_CLOCK_FIRST = re.compile(rf"{_CLOCK},? (.+)")
_CLOCK_LAST = re.compile(rf"(.+?),? {_CLOCK}")

_MONTH = re.compile(r"(?:tháng )?(\d{1,2})[/.\-](\d{4})|tháng (\d{1,2}) năm (\d{4})")
_ISO_MONTH = re.compile(r"(\d{4})-(\d\d)")
_QUARTER = re.compile(r"(?:quý |q)(1|2|3|4|iv|iii|ii|i)(?:[/.\-]| năm |, )(\d{4})|(\d{4})-q([1-4])")
_YEAR = re.compile(r"(?:năm )?(\d{4})")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def read_day(text: str) -> date:
    """`01/07/2025`, `1.7.2025`, `2025-07-01`, `ngày 1 tháng 7 năm 2025`, or a moment at midnight.

    Raises:
        Bad: not_a_date; so is `17.8`, which names no year.
    """
    found = _day(text.casefold())
    if found is None and len(text) > 10:
        moment = _iso(text)
        if moment is not None and moment.time() == datetime.min.time():
            found = moment.date()
    if found is None:
        raise Bad(
            "not_a_date", f"Cần ngày/tháng/năm; nhận được {text[:40]!r}", f"dd/mm/yyyy; got {text[:40]!r}"
        )
    return found


def read_first_day(text: str) -> date:
    """The first day of a period: `07/2025`, `tháng 7/2025`, `quý III/2025`, `năm 2025`, or a day.

    Raises:
        Bad: not_a_date.
    """
    lower = text.casefold()
    if found := _MONTH.fullmatch(lower):
        month, year = (found[1], found[2]) if found[1] else (found[3], found[4])
        day = _checked(int(year), int(month), 1)
    elif found := _ISO_MONTH.fullmatch(lower):
        day = _checked(int(found[1]), int(found[2]), 1)
    elif found := _QUARTER.fullmatch(lower):
        quarter = found[1] or found[4]
        day = _checked(int(found[2] or found[3]), 3 * (_ROMAN.get(quarter) or int(quarter)) - 2, 1)
    elif found := _YEAR.fullmatch(lower):
        day = _checked(int(found[1]), 1, 1)
    else:
        day = None
    return day if day is not None else read_day(text)


def read_moment(text: str) -> datetime:
    """A day with its time, at +07:00: ISO 8601, zone or none, `01/07/2025 08:12`, `8h12 ngày 1/7/2025`.

    Raises:
        Bad: not_a_time; so is a day alone.
    """
    moment = _iso(text) or _vietnamese_moment(text.casefold())
    if moment is None or not _EARLIEST <= moment.year <= _LATEST:
        raise Bad(
            "not_a_time",
            f"Cần ngày và giờ; nhận được {text[:40]!r}",
            f"a day with its time; got {text[:40]!r}",
        )
    return moment


def _iso(text: str) -> datetime | None:
    # A day alone would be read as its midnight.
    if len(text) < 16 or text[4] != "-" or text[10] not in "T ":
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment.astimezone(VIETNAM)
    except (ValueError, OverflowError):
        return None


def _vietnamese_moment(text: str) -> datetime | None:
    if found := _CLOCK_FIRST.fullmatch(text):
        hour, minute, second, day_text = found.groups()
    elif found := _CLOCK_LAST.fullmatch(text):
        day_text, hour, minute, second = found.groups()
    else:
        return None
    day = _day(day_text)
    if day is None or int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    return datetime(day.year, day.month, day.day, int(hour), int(minute), int(second or 0), tzinfo=VIETNAM)


def _day(text: str) -> date | None:
    if found := _ISO_DAY.fullmatch(text):
        return _checked(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY.fullmatch(text):
        return _checked(int(found[4]), int(found[3]), int(found[1]))
    if found := _WORDED_DAY.fullmatch(text):
        return _checked(int(found[3]), int(found[2]), int(found[1]))
    return None


def _checked(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _EARLIEST <= year <= _LATEST else None
    except ValueError:
        return None
