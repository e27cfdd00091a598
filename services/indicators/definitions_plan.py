"""What changed definitions would do: what becomes of each, and how far figures would be others. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import heappush, heappushpop
from itertools import groupby
from typing import NamedTuple

from services.indicators.catalogue import Catalogue
from services.indicators.declared import Indicator
from services.indicators.figures import Standing as StandingFigure
from services.indicators.figures import Written
from services.indicators.language.formula import operands
from services.indicators.limits import most_of
from services.indicators.programme import Definition, Numbered
from services.indicators.published import Slot
from services.indicators.store_definitions import Differences, Standing

EXAMPLES = 20  # figures of an indicator that a plan shows
_NOTHING = (None, None, None)  # value, low, high
INDICATORS_A_SLICE = 20  # that are tried together, so that what they share is summed once


@dataclass(frozen=True)
class Plan:
    """What is to be tried. `kinds`: what becomes of each definition; `kept`: numbers of the measures whose
    cells are kept; `is_kept_by_clock`: of the datasets whose entities are, whether with working time.
    """

    catalogue: Catalogue
    found: Differences
    known: Mapping[str, Standing]
    kinds: Mapping[str, str]
    kept: frozenset[int]
    is_kept_by_clock: Mapping[str, bool]
    sha256: str

    @property
    def slices(self) -> list[list[str]]:
        """The indicators whose figures may be others, those of the same datasets together."""

        def datasets(one: str) -> list[str]:
            measures = self.catalogue.measures
            named = operands(self.catalogue.indicators[one].formula.node)
            return sorted({measures[operand.measure].dataset for operand in named})

        some = sorted((datasets(one), one) for one, kind in self.kinds.items() if kind in ("new", "changed"))
        alike = [[one for _, one in group] for _, group in groupby(some, key=lambda told: told[0])]
        size = INDICATORS_A_SLICE
        return [group[first : first + size] for group in alike for first in range(0, len(group), size)]

    def definitions(self, indicators: Sequence[str]) -> dict[str, Definition]:
        """These indicators as they would be, with the versions that they would have."""
        return {
            one: Definition(
                self.catalogue.indicators[one],
                self.found.indicators[one] if one in self.found.indicators else self.known[one].version,
            )
            for one in indicators
        }

    def measures(self, standing: Mapping[str, Numbered]) -> dict[str, Numbered]:
        """All measures as they would be; those that are not applied have numbers below 0."""
        names = [*self.catalogue.measures, *(one for one in standing if one.startswith("@"))]
        names += [one for one in self.found.measures if one.startswith("@")]
        return {
            name: Numbered(
                self.catalogue.measures.get(name),
                -1 - number if _is_new(name, self.found) else standing[name].number,
            )
            for number, name in enumerate(dict.fromkeys(names))
        }


class Effect(NamedTuple):
    """A figure that would be another. `before`: what is published; None: there is none."""

    slot: Slot
    before: StandingFigure | None
    after: Written

    @property
    def difference(self) -> Decimal | None:
        """After less before; None where one of them has no value."""
        before = self.before.computed.answer.value if self.before else None
        after = self.after.computed.answer.value
        return None if before is None or after is None else after - before

    @property
    def kind(self) -> str:
        """changed, missing, begun, or "": the value is the same."""
        before = self.before.computed.answer[:3] if self.before else _NOTHING
        after = self.after.computed.answer[:3]
        if before == after:
            return ""
        return "missing" if after == _NOTHING else "begun" if before == _NOTHING else "changed"


@dataclass
class Effects:
    """What becomes of the figures of an indicator: how many of each kind, and the largest."""

    counts: dict[str, int] = field(default_factory=dict)
    _largest: list[tuple[tuple[bool, Decimal], int, Effect]] = field(default_factory=list)

    def add(self, one: Effect) -> None:
        """Counts it, and keeps it where it is among the largest."""
        if not one.kind:
            return
        self.counts[one.kind] = self.counts.get(one.kind, 0) + 1
        # What has no difference, since it begins or ends, is behind all that has one.
        size = (one.difference is not None, abs(one.difference or Decimal(0)))
        entry = (size, -sum(self.counts.values()), one)
        if len(self._largest) < EXAMPLES:
            heappush(self._largest, entry)
        else:
            heappushpop(self._largest, entry)

    @property
    def largest(self) -> list[Effect]:
        """The largest differences, the largest first."""
        return [one for *_, one in sorted(self._largest, reverse=True)]


def digest(files: Sequence[tuple[str, str]], application: int) -> str:
    """Of files, and of the application that they were compared with."""
    told = repr((application, sorted(files)))
    return hashlib.sha256(told.encode()).hexdigest()


def kinds_of(found: Differences, known: Mapping[str, Standing], catalogue: Catalogue) -> dict[str, str]:
    """What becomes of each definition: new, changed (figures may be others), words (none is) or withdrawn."""
    kinds = {
        one.id: "changed"
        for one in catalogue.indicators.values()
        if one.id in known and any(_is_new(operand.measure, found) for operand in operands(one.formula.node))
    }
    for one in found.indicators:
        if one not in known:
            kinds[one] = "new"
        elif one not in kinds:
            is_same = _makes(catalogue.indicators[one]) == _makes(known[one].indicator)
            kinds[one] = "words" if is_same else "changed"
    return kinds | dict.fromkeys(found.retired_indicators, "withdrawn")


def _is_new(measure: str, found: Differences) -> bool:
    """Whether what is summed of a measure is otherwise, be it for a companion that it did not have."""
    return measure in found.measures or most_of(measure) in found.measures


def _makes(one: Indicator) -> tuple[object, ...]:
    """What decides on its figures."""
    return one.formula, one.levels, one.periods, one.by, one.over_time == "sum_of_months"
