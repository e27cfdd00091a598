"""The facts that are followed, from JSON, as far as they matter here. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import msgspec

STORED = "telemetry.stored"
PUBLISHED = "indicators.published"
FIGURES = "indicators.figures_published"


class _Series(msgspec.Struct, frozen=True):
    device: list[str]
    channel: list[str]


class _Readings(msgspec.Struct, frozen=True):
    series: list[int]
    observed_at_ms: list[int]
    value: list[float]
    quality: list[int]


class Stored(msgspec.Struct, frozen=True):
    """telemetry.stored: element i of each array of `readings` is the same reading."""

    series: _Series
    readings: _Readings


class Value(msgspec.Struct, frozen=True):
    """One of indicators.published."""

    indicator: str
    subject_kind: str
    subject: str
    period_start_ms: int
    value: float | None


class Figure(msgspec.Struct, frozen=True):
    """One of indicators.figures_published."""

    indicator: str
    subject_kind: str
    subject: str
    breakdown: str
    period: str
    period_start: date
    value: Decimal | None
    known_at: datetime


class _Published(msgspec.Struct, frozen=True):
    values: list[Value]


class _Figures(msgspec.Struct, frozen=True):
    figures: list[Figure]


_stored = msgspec.json.Decoder(Stored)
_published = msgspec.json.Decoder(_Published)
_figures = msgspec.json.Decoder(_Figures)


def stored(body: bytes) -> Stored:
    """What telemetry stored.

    Raises:
        ValueError: it is not such a fact (msgspec's errors are ValueErrors).
    """
    fact = _stored.decode(body)
    numbers = fact.readings.series
    if numbers and not 0 <= min(numbers) <= max(numbers) < len(fact.series.device):
        raise ValueError("a reading names no series of its fact")
    return fact


def published(body: bytes) -> list[Value]:
    """Values that were published. Raises ValueError."""
    return _published.decode(body).values


def figures(body: bytes) -> Iterator[Figure]:
    """Figures that were published, of all breakdowns together. Raises ValueError."""
    return (one for one in _figures.decode(body).figures if not one.breakdown)
