"""How an office writes what it says: Vietnamese numerals, days and times. Pure."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal


def whole(number: float | Decimal, grouped: bool = False) -> str:
    """A whole number, its thousands apart where that is wished."""
    return f"{round(number):,}".replace(",", ".") if grouped else str(round(number))


def decimal(number: float | Decimal, places: int | None = None) -> str:
    """With a comma; `places`: rounded to so many, else as it is."""
    value = Decimal(str(number)) if places is None else Decimal(str(round(number, places)))
    return f"{value.normalize():f}".replace(".", ",")


def on(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def at(moment: datetime) -> str:
    return f"{moment:%d/%m/%Y %H:%M}"


def yes(is_so: bool) -> str:
    return "có" if is_so else "không"
