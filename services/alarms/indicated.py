"""Indicators that are made from readings, as rules know them: unit, and how often they are told. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from services.indicators.definitions import DEFINITIONS
from services.indicators.periods import DayPart

Cadence = Literal["hour", "day", "month", ""]


def told_by(indicator: str) -> Cadence:
    """hour: or more often; month: or a year; '': it is not made from readings."""
    definition = DEFINITIONS.get(indicator)
    match definition.period if definition else None:
        case None:
            return ""
        case timedelta():
            return "hour"
        case DayPart():
            return "day"
    return "month"


def unit(indicator: str) -> str:
    """That of its values; '' of an index."""
    definition = DEFINITIONS.get(indicator)
    return definition.unit if definition else ""
