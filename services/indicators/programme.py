"""Definitions, compiled: what each dataset is folded into, and what each figure is made of. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from services.indicators import declared, family_sql, limits
from services.indicators.entities import (
    Family,
    Measure,
    Source,
    families,
    presence,
    presence_name,
)
from services.indicators.figures import Indicator, Part, Use, uses_of
from services.indicators.language.formula import operands
from services.indicators.measure_sql import place_of, source_sql
from services.records.datasets import Dataset

USES = "uses"  # what is made of all definitions together


class Definition(NamedTuple):
    """An indicator with its version."""

    indicator: declared.Indicator
    version: int


class Numbered(NamedTuple):
    """A measure with its number; None in place of the definition: whether a source reported."""

    measure: declared.Measure | None
    number: int


class _Ready(NamedTuple):
    measure: Measure
    presence: Measure
    most: Measure | None


class Dropped(NamedTuple):
    """An indicator that cannot be computed, and why."""

    indicator: str
    reason: str


@dataclass(frozen=True)
class Programme:
    """What the engine does. `application`: number of the application that it was compiled from."""

    application: int
    sources: Mapping[str, Source]
    families: Mapping[str, Sequence[Family]]
    indicators: Mapping[str, Indicator]

    @cached_property
    def uses(self) -> Sequence[Use]:
        """Which measures enter which figures, and how."""
        return [use for indicator in self.indicators.values() for use in uses_of(indicator)]

    @cached_property
    def of_map(self) -> frozenset[str]:
        """What is made otherwise, of those with a digest, when the area map is another."""
        return frozenset(
            f"dataset {key}"
            for key, source in self.sources.items()
            if source.is_map or any(one.lasts == "unit" for one in self.measures(key))
        )

    @cached_property
    def datasets(self) -> Mapping[str, Sequence[str]]:
        """The datasets that each indicator is made of."""
        return {name: sorted(one.datasets) for name, one in self.indicators.items()}

    def measures(self, dataset: str) -> list[Measure]:
        """All measures of a dataset."""
        return [one for family in self.families[dataset] for one in family.measures]

    @cached_property
    def digests(self) -> Sequence[tuple[str, str]]:
        """What is made from definitions, with a digest of how: another digest, and it is made anew."""
        return list(self._digests())

    def _digests(self) -> Iterator[tuple[str, str]]:
        yield USES, _digest(self.uses)
        for dataset, source in self.sources.items():
            statements = [
                f"{[one.number for one in family.measures]}{family_sql.sum_of(family, source)}"
                for family in self.families[dataset]
            ]
            yield f"dataset {dataset}", _digest((source.dataset, sorted(source.values.items()), statements))
        for indicator in self.indicators.values():
            told = (indicator.formula, sorted(uses_of(indicator)), indicator.sums_months)
            yield f"indicator {indicator.id}", _digest(told)


def beside(
    measures: Iterable[declared.Measure], datasets: Mapping[str, Dataset]
) -> Iterator[tuple[str, declared.Measure | None]]:
    """The names of the measures that no file declares: whether the sources of these reported, and companions,
    with what they are the most of. Some more than once.
    """
    for one in measures:
        dataset = datasets[one.dataset]
        yield presence_name(one.dataset, *place_of(one, dataset)), None
        if limits.limit_columns(one, dataset):
            yield limits.most_of(one.name), one


def compiled(
    application: int,
    definitions: Mapping[str, Definition],
    measures: Mapping[str, Numbered],
    datasets: Mapping[str, Dataset],
) -> Programme:
    """The definitions, ready to be run. Only measures that an indicator needs are kept.

    Raises:
        KeyError: a measure or dataset is not there; what is applied was checked with them.
    """
    needed = {
        operand.measure for one in definitions.values() for operand in operands(one.indicator.formula.node)
    }
    by_dataset: dict[str, list[declared.Measure]] = {}
    for name in sorted(needed):
        told = measures[name].measure
        assert told is not None
        by_dataset.setdefault(told.dataset, []).append(told)
    sources, grouped = {}, {}
    ready: dict[str, _Ready] = {}
    for key, some in sorted(by_dataset.items()):
        dataset = datasets[key]
        sql = source_sql(some, dataset)
        sources[key] = Source(dataset, sql.columns, sql.values, sql.is_counted_by_clock)
        reported: dict[str, Measure] = {}
        summed: list[Measure] = []
        for one in some:
            made = Measure(
                measures[one.name].number,
                *(one.name, key, one.take, one.fold),
                by=one.by,
                lasts=one.lasts,
                **sql.measures[one.name]._asdict(),
            )
            name = presence_name(key, *made.place)
            reported.setdefault(name, presence(measures[name].number, dataset, *made.place))
            least, most = _within(made, list(limits.limit_columns(one, dataset)), measures)
            summed += [least] if most is None else [least, most]
            ready[one.name] = _Ready(least, reported[name], most)
        grouped[key] = families([*summed, *reported.values()])
    indicators = {name: _indicator(one, ready) for name, one in definitions.items()}
    return Programme(application, sources, grouped, indicators)


def _within(
    made: Measure, columns: Sequence[str], measures: Mapping[str, Numbered]
) -> tuple[Measure, Measure | None]:
    """A measure as the least that it may come to, and the most. What was applied before there were companions
    has none, and counts what is exact.
    """
    name = limits.most_of(made.name)
    if not columns or name not in measures:
        return made, None
    least, most = columns
    return replace(made, of=least), replace(made, number=measures[name].number, name=name, of=most)


def _indicator(definition: Definition, ready: Mapping[str, _Ready]) -> Indicator:
    told = definition.indicator
    return Indicator(
        told.id,
        definition.version,
        told.formula.node,
        tuple(Part(operand, *ready[operand.measure]) for operand in operands(told.formula.node)),
        tuple(told.levels),
        tuple(told.periods),
        told.fresh_for,
        tuple(told.by),
        told.over_time == "sum_of_months",
    )


def _digest(told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()
