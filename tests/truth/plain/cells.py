"""What a cell says: numbers with a dot for thousands and a comma for decimals, days and times of Việt Nam."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import NamedTuple

VIETNAM = timezone(timedelta(hours=7))
_YES = {"có": True, "không": False}


class Limits(NamedTuple):
    """A number that lies between two, inclusive; None: no limit."""

    low: Fraction | None
    high: Fraction | None


def whole_limits(text: str) -> Limits | None:
    """Between what a whole number lies of which “more than 40” is said; None of what is said exactly."""
    if not text.startswith(">"):
        return None
    more = number(text[1:])
    return None if more is None else Limits(more + 1, None)


def limits(text: str) -> Limits | None:
    """Between what a number with decimals lies, of which “more than 40” may be said."""
    exact = number(text.removeprefix(">"))
    return None if exact is None else Limits(exact, None if text.startswith(">") else exact)


def percent_within(part: Limits | None, whole: Limits | None) -> Limits | None:
    """The share, of what is not negative; None where the whole may be nothing."""
    if part is None or whole is None or not whole.low or part.low is None:
        return None
    return Limits(
        100 * part.low / whole.high if whole.high is not None else Fraction(0),
        100 * part.high / whole.low if part.high is not None else None,
    )


def number(text: str) -> Fraction | None:
    """None of an inequality: “more than 40” is no number."""
    if text.startswith((">", "<", "≥", "≤")):
        return None
    return Fraction(text.replace(".", "").replace(",", "."))


def day(text: str) -> date:
    """`01/07/2025`."""
    return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=VIETNAM).date()


def moment(text: str) -> datetime:
    """`01/07/2025 08:12`; a day is its first moment."""
    form = "%d/%m/%Y %H:%M" if " " in text else "%d/%m/%Y"
    return datetime.strptime(text, form).replace(tzinfo=VIETNAM)


def truth(text: str) -> bool:
    """`có`, `không`."""
    return _YES[text]
