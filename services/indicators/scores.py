"""Right, complete, clean, live (đúng, đủ, sạch, sống): four scores from counts, and the worst of them. Pure.

Each is a share of 0 to 1, or None where nothing says so: an unknown score is not a good one. Those of
sources, areas and organisations are made from summed counts, never from other scores.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """The four, in the order in which staff read them."""

    RIGHT = "right"
    COMPLETE = "complete"
    CLEAN = "clean"
    LIVE = "live"


class Counts(NamedTuple):
    """What came of lines, reports and sources; sums of these are meaningful.

    Lines: `refused` of all that were `received`; `duplicate` and `conflicting` of those that were not; `late`
    of those that were new. Reports: of those that fell `due`, those that `came`, of them `on_time`.
    Promises, of a dataset or of an organisation in one: of those that are `promised`, those that are `alive`:
    what fell due last has come.
    Inputs of a figure: of those `expected`, those `used`.
    """

    received: int = 0
    refused: int = 0
    duplicate: int = 0
    conflicting: int = 0
    late: int = 0
    due: int = 0
    came: int = 0
    on_time: int = 0
    promised: int = 0
    alive: int = 0
    expected: int = 0
    used: int = 0

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(*(one + two for one, two in zip(self, other, strict=True)))


class Scores(NamedTuple):
    """The four; None where there is nothing to judge by."""

    right: Decimal | None
    complete: Decimal | None
    clean: Decimal | None
    live: Decimal | None

    def worst(self) -> tuple[Kind, Decimal] | None:
        """The lowest that is known; of equals the first. None where none is."""
        known = [(kind, score) for kind, score in zip(Kind, self, strict=True) if score is not None]
        return min(known, key=lambda pair: pair[1], default=None)


def scores(counts: Counts) -> Scores:
    """The four scores; one that is made of several shares is the lowest of those that are known.

    right: lines that were not refused. complete: reports that came, of those due; inputs used, of those
    expected. clean: lines that are neither duplicates nor conflicting, of those not refused. live: new lines
    that were not late; reports that came on time, of those that came; promises that are alive.
    """
    accepted = counts.received - counts.refused
    return Scores(
        right=_share(accepted, counts.received),
        complete=_lowest(_share(counts.came, counts.due), _share(counts.used, counts.expected)),
        clean=_share(accepted - counts.duplicate - counts.conflicting, accepted),
        live=_lowest(
            _share(accepted - counts.duplicate - counts.late, accepted - counts.duplicate),
            _share(counts.on_time, counts.came),
            _share(counts.alive, counts.promised),
        ),
    )


def _share(part: int, of: int) -> Decimal | None:
    return Decimal(part) / Decimal(of) if of else None


def _lowest(*shares: Decimal | None) -> Decimal | None:
    return min((share for share in shares if share is not None), default=None)
