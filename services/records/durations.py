"""Durations as cells say them, in whole seconds. Pure."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from services.records import numerals
from services.records.faults import Bad
from services.records.fields import Field
from services.records.periods import parse_period
from services.records.words import Cell, Read, safe

_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
_LONGEST_S = 100 * 366 * 86_400
_CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d))?")
_WORDED = re.compile(
    r"(?:(\d{1,5}) ?ngày)? ?(?:(\d{1,6}) ?giờ)? ?(?:(\d{1,7}) ?phút)? ?(?:(\d{1,9}) ?giây)?", re.IGNORECASE
)


def duration_reader(field: Field) -> Read:
    """Reads `PT1H30M`, `1:30:00`, `2 ngày 3 giờ`; numbers where the field says their unit."""
    seconds_a_unit = _SECONDS.get(field.unit)

    def read(cell: Cell) -> str:
        if cell is None or cell == "":
            return ""
        if isinstance(cell, str):
            text = safe(cell)
            if not text:
                return ""
            seconds = _seconds(text)
        else:
            text, seconds = str(cell), None
        if seconds is None and seconds_a_unit is not None and not isinstance(cell, bool):
            number = numerals.read_decimal(text) if isinstance(cell, str) else numerals.of_cell(cell)
            seconds = number * seconds_a_unit
        if seconds is None or seconds != int(seconds) or not 0 <= seconds <= _LONGEST_S:
            raise Bad(
                "not_a_duration", f"{text[:40]!r} không phải thời lượng", f"{text[:40]!r} is no duration"
            )
        return str(int(seconds))

    return read


def _seconds(text: str) -> Decimal | None:
    """`PT1H30M`, `1:30`, `1:30:00`, `2 ngày 3 giờ`; None where it is none of them."""
    if found := _CLOCK.fullmatch(text):
        return Decimal(3600 * int(found[1]) + 60 * int(found[2]) + int(found[3] or 0))
    if (found := _WORDED.fullmatch(text)) and any(found.groups()):
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return Decimal(86_400 * days + 3600 * hours + 60 * minutes + seconds)
    try:
        period = parse_period(text)
    except ValueError:
        return None
    return None if period.months else Decimal(period.exact // timedelta(seconds=1))
