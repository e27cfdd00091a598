"""Lengths of time as rules write them: 90s, 10m, 2h, 1d. Milliseconds inside."""

import re
from typing import Final

SECOND_MS: Final = 1_000
MINUTE_MS: Final = 60 * SECOND_MS
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
WEEK_MS: Final = 7 * DAY_MS
_UNITS: Final = {"s": SECOND_MS, "m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS}
_FORM = re.compile(r"([0-9]{1,5})([smhd])")


def parse_ms(text: str) -> int:
    """Milliseconds.

    Raises:
        ValueError: it is none.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"a length of time is like 90s, 10m, 2h or 1d; got {text!r}")
    return int(match[1]) * _UNITS[match[2]]


def words(milliseconds: int) -> tuple[str, str]:
    """In Vietnamese and English, in the largest unit that is whole."""
    for size, vi, en in ((DAY_MS, "ngày", "d"), (HOUR_MS, "giờ", "h"), (MINUTE_MS, "phút", "min")):
        if milliseconds >= size and milliseconds % size == 0:
            return f"{milliseconds // size} {vi}", f"{milliseconds // size} {en}"
    seconds = f"{milliseconds / SECOND_MS:g}"
    return f"{seconds} giây", f"{seconds} s"


_SPOKEN: Final = (
    (30 * DAY_MS, "tháng", "months"),  # of long times nobody counts the days of each month
    (DAY_MS, "ngày", "d"),
    (HOUR_MS, "giờ", "h"),
    (MINUTE_MS, "phút", "min"),
)


def spoken(milliseconds: float) -> tuple[str, str]:
    """In Vietnamese and English as people say it, rounded down: 5 giờ 22 phút, 7 tháng 13 ngày."""
    for number, (size, vi, en) in enumerate(_SPOKEN):
        whole = int(milliseconds // size)
        if whole < (2 if en == "months" else 1):
            continue
        said_vi, said_en = f"{whole} {vi}", f"{whole} {en}"
        for smaller, rest_vi, rest_en in _SPOKEN[number + 1 : number + 2]:
            if rest := int(milliseconds % size // smaller):
                said_vi, said_en = f"{said_vi} {rest} {rest_vi}", f"{said_en} {rest} {rest_en}"
        return said_vi, said_en
    return "chưa đến 1 phút", "less than 1 min"
