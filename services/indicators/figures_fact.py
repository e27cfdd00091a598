"""The fact that tells of figures, in JSON. Numbers are texts: exact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec

from services.indicators.figures import State
from services.indicators.published import Figure

PUBLISHED = "indicators.figures_published"


class _Figure(msgspec.Struct, frozen=True):
    indicator: str
    subject_kind: str
    subject: str
    breakdown: str
    period: str
    period_start: date
    version: int
    state: State
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    expected: int | None
    used: int
    late: int
    rejected: int
    formula_version: int
    run: int
    known_at: datetime
    position: int


class _Published(msgspec.Struct, frozen=True):
    figures: list[_Figure]


_decoder = msgspec.json.Decoder(_Published)


def published(versions: Iterable[Figure]) -> bytes:
    """The body of the fact."""
    return msgspec.json.encode(_Published([_Figure(*version) for version in versions]))


def published_versions(body: bytes) -> Sequence[Figure]:
    """What a fact tells of.

    Raises:
        ValueError: it is not such a fact.
    """
    return [Figure(*msgspec.structs.astuple(figure)) for figure in _decoder.decode(body).figures]
