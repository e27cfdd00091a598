"""Which published figures of few persons are hidden, decided over all figures of a period together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import TypeAlias

from services.indicators import store_published
from services.indicators.published import KINDS, Figure, Thing, persons
from services.indicators.store_published import Asked
from services.indicators.suppress import Place, hidden
from services.runtime.db import Connection

# Figures as they stood: asked for, behind a thing, at most so many.
Read: TypeAlias = Callable[[Asked, Thing | None, int], list[Figure]]

_ALL = 1_000_000  # more than one period of one indicator has


class Hiding:
    """Answers for one request. `minimums`: the fewest persons that may be shown, of indicators that say
    so. `read`: where figures come from; None: as they are kept.
    """

    def __init__(
        self,
        connection: Connection,
        minimums: Mapping[str, int],
        known_at: datetime | None = None,
        read: Read | None = None,
    ) -> None:
        self._minimums = minimums
        self._known_at = known_at
        self._read = read or partial(store_published.figures, connection)
        self._found: dict[tuple[object, ...], frozenset[Place]] = {}

    def hides(self, figure: Figure) -> bool:
        """Whether it counts too few persons, or would give such a one away."""
        minimum = self._minimums.get(figure.indicator)
        if minimum is None:
            return False
        group = (figure.indicator, figure.period, figure.period_start)
        if group not in self._found:
            self._found[group] = self._decide(figure, minimum)
        return place_of(figure) in self._found[group]

    def _decide(self, figure: Figure, minimum: int) -> frozenset[Place]:
        known_at = self._known_at
        asked = Asked((figure.indicator,), KINDS, (), figure.period, figure.period_start, True, known_at)
        beside = self._read(asked, None, _ALL)
        counts = {place_of(one): persons(one) for one in beside}
        return frozenset(hidden(counts, sums_of(counts), minimum))


def place_of(figure: Figure) -> Place:
    """Where it stands among the figures of its period."""
    return Place(f"{figure.subject_kind}/{figure.subject}", figure.breakdown)


def sums_of(places: Iterable[Place]) -> Iterator[list[Place]]:
    """What adds up to a figure that is shown: the areas, the organisations, the values of a breakdown."""
    groups: dict[tuple[str, str, str], list[Place]] = {}
    for place in places:
        kind, _, subject = place.subject.partition("/")
        if subject:
            groups.setdefault((kind, "", place.breakdown), []).append(place)
        if place.breakdown:
            field = place.breakdown.partition("=")[0]
            groups.setdefault((kind, subject, field), []).append(place)
    yield from groups.values()
