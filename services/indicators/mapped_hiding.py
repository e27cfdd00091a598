"""Which restated figures of few persons are hidden: those that are small, and what would give one away.

Two maps beside each other tell more than one: a unit that is made of two, one of which is hidden on its own
map, would tell of it by what it has more than the other. So nothing is shown that is made from what is
hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from services.indicators.hiding import Hiding, Read, place_of, sums_of
from services.indicators.mapping import OnMap
from services.indicators.published import Figure, persons
from services.indicators.suppress import Place, hidden
from services.runtime.db import Connection


class MappedHiding:
    """Answers for one question. `minimums`: the fewest persons that may be shown, by indicator; 0: no
    matter. `read`: figures as they were published at the moment of knowledge."""

    def __init__(self, connection: Connection, minimums: Mapping[str, int], found: OnMap, read: Read) -> None:
        self._minimums = {name: least for name, least in minimums.items() if least}
        self._as_it_was = Hiding(connection, self._minimums, found.wanted.known, read)
        self._found = found
        self._small = self._decide() if self._minimums else {}

    def hides(self, figure: Figure) -> bool:
        """Whether a restated figure counts too few persons, or would give such a one away."""
        if figure.indicator not in self._minimums:
            return False
        if figure.value is None and (figure.low is not None or figure.high is not None):
            return True  # how many they are is not known
        if place_of(figure) in self._small[figure.indicator, figure.period_start]:
            return True
        units = {code for code, _ in self._found.made_from(figure.subject)}
        return any(self._as_it_was.hides(figure._replace(subject=code)) for code in sorted(units))

    def hides_left(self, figure: Figure) -> bool:
        """Whether what stays at a unit does."""
        least = self._minimums.get(figure.indicator)
        return least is not None and (0 < persons(figure) < least or self._as_it_was.hides(figure))

    def _decide(self) -> dict[tuple[str, date], frozenset[Place]]:
        counts: dict[tuple[str, date], dict[Place, int]] = {}
        for figure, _ in self._found.figures(with_breakdowns=True):
            if figure.indicator in self._minimums:
                group = counts.setdefault((figure.indicator, figure.period_start), {})
                group[place_of(figure)] = persons(figure)
        return {
            key: frozenset(hidden(group, sums_of(group), self._minimums[key[0]]))
            for key, group in counts.items()
        }
