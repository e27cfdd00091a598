"""Which figures there are, each a small function over a scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from tests.truth.plain.cells import Limits
from tests.truth.plain.scope import Scope

Number: TypeAlias = Fraction | int | Limits
Of: TypeAlias = Callable[[Scope], Number]

_KINDS = {"a": "area", "o": "organisation", "p": "province"}
_PERIODS = {"d": "day", "m": "month", "q": "quarter", "y": "year"}


@dataclass(frozen=True)
class Figure:
    """`sums_months`: a year is the sum of its months."""

    id: str
    kinds: tuple[str, ...]
    periods: tuple[str, ...]
    by: tuple[str, ...]
    of: Of
    sums_months: bool = False


FIGURES: dict[str, Figure] = {}


def figure(id: str, kinds: str, periods: str, by: str = "", sums_months: bool = False) -> Callable[[Of], Of]:
    """Names a figure: of whom (a, o, p), over what (d, m, q, y), and its breakdowns, with blanks between."""

    def named(of: Of) -> Of:
        FIGURES[id] = Figure(
            id,
            tuple(_KINDS[one] for one in kinds),
            tuple(_PERIODS[one] for one in periods),
            tuple(by.split()),
            of,
            sums_months,
        )
        return of

    return named
