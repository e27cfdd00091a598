"""What is wrong with an indicator, beside the measures that it is made of. Pure.

`over_time` and `over_space` say how a figure of a longer period or a wider area comes about. It is computed
anew from measures in any case; they are statements, held against the formula and the folds of its measures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from services.indicators.declared import Indicator, Measure
from services.indicators.language.formula import divides, faults_of, is_additive, operands
from services.indicators.language.nodes import Flaw, Node
from services.indicators.language.units import BadUnit, formula_faults
from services.indicators.measure_sql import place_of
from services.indicators.takes import EXTREMES, FLOWS, LEVELS, SETS, Fold
from services.records.datasets import Dataset
from services.records.periods import Period, parse_period

# A key, and what is wrong with it.
KeyFault: TypeAlias = tuple[str, str]

_ID = re.compile(r"[A-Z]{2}-\d{2}(\.[a-z0-9_]+)*")
_SUMS: Final = frozenset({*FLOWS, Fold.LEVEL})
_OF_MONTHS: Final = frozenset({"month", "quarter", "year"})
_MOST_DECIMALS: Final = 10


class _Rule(NamedTuple):
    """What a statement asks of a formula. `folds`: of its measures; `one_of`: at least one has such."""

    folds: frozenset[Fold]
    is_ratio: bool | None = None  # whether measures are divided by measures; None: either
    is_additive: bool = False  # whether only multiples of measures may be added
    one_of: frozenset[Fold] = frozenset()


_ANY: Final = _Rule(frozenset(Fold))
_LASTS: Final = frozenset({*LEVELS, Fold.LAST})
_OVER_TIME: Final[Mapping[str, _Rule]] = {
    "sum": _Rule(FLOWS, is_additive=True),
    "ratio_of_sums": _Rule(frozenset({*FLOWS, *LEVELS}), is_ratio=True, one_of=FLOWS),
    "last": _Rule(_LASTS, is_ratio=False),
    "ratio_of_lasts": _Rule(_LASTS, is_ratio=True),
    "max": _Rule(EXTREMES, is_ratio=False),
    "distinct": _Rule(frozenset({Fold.DISTINCT}), is_ratio=False),
    "pool": _Rule(frozenset({Fold.POOL})),
    "recompute": _ANY,
    "sum_of_months": _Rule(frozenset({*FLOWS, *LEVELS}), is_ratio=True, one_of=LEVELS),
    "publish": _Rule(frozenset({Fold.LAST}), is_ratio=False),
}
_OVER_SPACE: Final[Mapping[str, _Rule]] = {
    "sum": _Rule(_SUMS, is_additive=True),
    "ratio_of_sums": _Rule(frozenset({*_SUMS, *SETS}), is_ratio=True),
    "distinct": _Rule(SETS, is_ratio=False),
    "pool": _Rule(frozenset({Fold.POOL})),
    "max": _Rule(frozenset({Fold.MAX, Fold.MIN}), is_ratio=False),
    "max_of_sum": _Rule(frozenset({Fold.MAX_OF_SUM}), is_ratio=False),
    "province": _ANY,
    "none": _ANY,
}


def indicator_faults(
    indicator: Indicator, measures: Mapping[str, Measure], datasets: Mapping[str, Dataset]
) -> Iterator[KeyFault]:
    """Everything that is wrong with it, by key."""
    yield from _own_faults(indicator)
    yield from _list_faults(indicator)
    formula = indicator.formula.node
    used = {one.measure: measures[one.measure] for one in operands(formula) if one.measure in measures}
    faults = faults_of(formula, {name: one.fold for name, one in used.items()})
    if not used:
        faults.append(Flaw(formula.at, "a figure is made of measures"))
    yield from (("formula", str(fault)) for fault in faults)
    if not faults:
        yield from _unit_faults(indicator, used)
        yield from _aggregation_faults(indicator, formula, used)
        yield from _subject_faults(indicator, used, datasets)


def _own_faults(indicator: Indicator) -> Iterator[KeyFault]:
    if not _ID.fullmatch(indicator.id):
        yield "id", "as PS-06 or PS-06.solved"
    for key in ("name_vi", "name_en", "owner_vi", "basis_vi"):
        if not getattr(indicator, key).strip():
            yield key, "must not be empty"
    if bool(indicator.gaming_vi) != bool(indicator.gaming_en):
        yield "gaming_en", "gaming_vi and gaming_en: both or neither"
    if not 0 <= indicator.decimals <= _MOST_DECIMALS:
        yield "decimals", f"from 0 to {_MOST_DECIMALS}"
    if indicator.minimum_persons < 0:
        yield "minimum_persons", "must not be negative"
    for key in ("cadence", "fresh"):
        try:
            period: Period = parse_period(getattr(indicator, key))
        except ValueError as error:
            yield key, str(error)
        else:
            if key == "fresh" and period.months:
                yield key, "in days or hours: months have no one length"


def _list_faults(indicator: Indicator) -> Iterator[KeyFault]:
    for key in ("levels", "periods"):
        if not getattr(indicator, key):
            yield key, "at least one"
    for key in ("levels", "periods", "by"):
        told = getattr(indicator, key)
        if len(set(told)) < len(told):
            yield key, "one is there twice"
    if any(one.since >= other.since for one, other in pairwise(indicator.breaks)):
        yield "breaks", "in the order of their days, each day once"
    for op in sorted({one.op for one in indicator.targets}):
        alike = sorted((one for one in indicator.targets if one.op == op), key=lambda one: one.since)
        if any(
            one.since == other.since or (one.to and one.to >= other.since) for one, other in pairwise(alike)
        ):
            yield "targets", f"two of {op!r} hold on one day"
    for one in indicator.targets:
        if one.to is not None and one.to < one.since:
            yield "targets", f"the one from {one.since} ends before it begins"
        if not one.value.is_finite():
            yield "targets", f"{one.value} is no value"


def _unit_faults(indicator: Indicator, used: Mapping[str, Measure]) -> Iterator[KeyFault]:
    try:
        units = {name: one.counts_in for name, one in used.items()}
    except BadUnit:
        return  # it is named where the measure is
    try:
        faults = formula_faults(indicator.formula.node, units, indicator.counts_in)
    except BadUnit as error:
        yield "unit", str(error)
    else:
        yield from (("unit", str(fault)) for fault in faults)


def _aggregation_faults(
    indicator: Indicator, formula: Node, used: Mapping[str, Measure]
) -> Iterator[KeyFault]:
    told = (("over_time", indicator.over_time, _OVER_TIME), ("over_space", indicator.over_space, _OVER_SPACE))
    for key, word, rules in told:
        rule = rules[word]
        for name, measure in used.items():
            if measure.fold not in rule.folds:
                yield key, f"{word} does not go with {name}, a {measure.fold}"
        if rule.one_of and not any(one.fold in rule.one_of for one in used.values()):
            yield key, f"{word} is of at least one {' or '.join(sorted(rule.one_of))}"
        if rule.is_additive and not is_additive(formula):
            yield key, f"{word} is of measures that are added only"
        if rule.is_ratio is not None and rule.is_ratio != divides(formula):
            yield key, f"{word} is of {'a quotient' if rule.is_ratio else 'no quotient'} of measures"
    if indicator.over_time == "publish" and len(indicator.periods) != 1:
        yield "periods", "what is published has the period of its publication only"
    if indicator.over_time == "sum_of_months" and not {"month"} < set(indicator.periods) <= _OF_MONTHS:
        yield "periods", "sums of months are of months, quarters and years"


def _subject_faults(
    indicator: Indicator, used: Mapping[str, Measure], datasets: Mapping[str, Dataset]
) -> Iterator[KeyFault]:
    if indicator.over_space == "province" and indicator.levels != ("province",):
        yield "levels", 'over_space = "province": figures of the province only'
    if indicator.over_space == "none" and "province" in indicator.levels:
        yield "levels", 'over_space = "none": there is no figure of the province'
    for name, measure in used.items():
        if measure.dataset in datasets:
            area, organisation = place_of(measure, datasets[measure.dataset])
            for level, field in (("area", area), ("organisation", organisation)):
                if level in indicator.levels and not field:
                    yield "levels", f"{name} has no {level}"
        yield from (
            ("by", f"{name} is not kept by {field}") for field in indicator.by if field not in measure.by
        )
