"""Which small cells may not be shown: themselves, and what else would give them away. Pure.

A count of one to `minimum` − 1 persons is hidden. A hidden cell that is alone in a sum that is shown (the
communes of a province, the values of a breakdown) would follow from the others: so the smallest other cell of
that sum is hidden too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple


class Why(StrEnum):
    """Why a cell is hidden."""

    SMALL = "small"
    COMPLEMENT = "complement"  # it would give a small one away


class Place(NamedTuple):
    """A cell: the subject ('' is the whole) and the breakdown ('' is the total)."""

    subject: str
    breakdown: str


def hidden(persons: Mapping[Place, int], sums: Iterable[Sequence[Place]], minimum: int) -> dict[Place, Why]:
    """The cells that may not be shown.

    Args:
        persons: how many persons each cell counts; cells without any are shown.
        sums: groups of cells whose sum is shown somewhere; a cell may be in several.
        minimum: fewer persons than this are hidden.
    """
    found = {place: Why.SMALL for place, count in persons.items() if 0 < count < minimum}
    groups = [[place for place in group if persons.get(place, 0) > 0] for group in sums]
    while True:
        complements = {
            _complement(group, persons, found)
            for group in groups
            if _gives_away(group, persons, found, minimum)
        }
        complements.discard(None)
        if not complements:
            return found
        found.update((place, Why.COMPLEMENT) for place in complements if place)


def _gives_away(
    group: Sequence[Place], persons: Mapping[Place, int], found: Mapping[Place, Why], minimum: int
) -> bool:
    """Whether what is hidden of a group follows from the sum and the cells that are shown."""
    inside = [place for place in group if place in found]
    return bool(inside) and (len(inside) == 1 or sum(persons[place] for place in inside) < minimum)


def _complement(
    group: Sequence[Place], persons: Mapping[Place, int], found: Mapping[Place, Why]
) -> Place | None:
    """The smallest cell of the group that is still shown; of equals the first by name."""
    shown = [place for place in group if place not in found]
    return min(shown, key=lambda place: (persons[place], place), default=None)
