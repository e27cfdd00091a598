"""What a measure takes and counts, and what a formula says, as sentences in Vietnamese or English. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from services.indicators.declared import Indicator, Measure
from services.indicators.language.nodes import Key, Name, Node, Number
from services.indicators.language.tongues import TONGUES, Tongue, inside, quoted, say
from services.indicators.language.types import Schema
from services.indicators.language.words import condition_said, formula_said, said
from services.indicators.measure_sql import place_of
from services.indicators.schemas import schema_of
from services.indicators.takes import LEVELS, Fold, Take
from services.records.datasets import Dataset

_AS = {Fold.LEVEL: Fold.SUM, Fold.DISTINCT_LEVEL: Fold.DISTINCT}  # how a stock is spoken of


def predicate_said(measure: Measure, dataset: Dataset, tongue: Tongue) -> str:
    """What is counted, of what, under which condition, by which moment, in which area and organisation."""
    return "; ".join([measure_said(measure, dataset, tongue), *_place(measure, dataset, tongue)])


def measure_said(measure: Measure, dataset: Dataset, tongue: Tongue) -> str:
    """The same without the place: what a measure is called in a formula."""
    schema = schema_of(dataset)
    told = [_counted(measure, schema, tongue)]
    if measure.where is not None:
        told.append(condition_said(measure.where.node, schema, tongue))
    return "; ".join([*told, *_times(measure, schema, tongue)])


class Told(NamedTuple):
    """What a measure is called, in both languages."""

    vi: str
    en: str


def told_of(measures: Iterable[Measure], datasets: Mapping[str, Dataset]) -> dict[str, Told]:
    """What measures are called, by name."""
    return {
        one.name: Told(*(measure_said(one, datasets[one.dataset], tongue) for tongue in TONGUES))
        for one in measures
    }


def indicator_said(indicator: Indicator, measures: Mapping[str, Told]) -> Told:
    """The formula of an indicator, each measure by what it is called."""
    node = indicator.formula.node
    return Told(
        formula_said(node, {name: one.vi for name, one in measures.items()}, "vi"),
        formula_said(node, {name: one.en for name, one in measures.items()}, "en"),
    )


def _counted(measure: Measure, schema: Schema, tongue: Tongue) -> str:
    title = inside(schema.title.vi if tongue == "vi" else schema.title.en)
    if measure.of is None or isinstance(measure.of.node, Number):
        return say(tongue, "of_count", title)
    key = _AS.get(measure.fold, measure.fold)
    told = [said(measure.of.node, schema, tongue), title]
    if measure.moment is not None:
        told.append(said(measure.moment.node, schema, tongue))
    return say(tongue, f"of_{key}", *told)


def _times(measure: Measure, schema: Schema, tongue: Tongue) -> Iterator[str]:
    """By which moment it counts; of a stock, from when to when it is in it."""
    if measure.fold not in LEVELS:
        when = measure.when.node if measure.when else Name("at")
        key = "by_field" if isinstance(when, Name) else "by_day"
        yield say(tongue, key, _moment(when, schema, tongue))
        return
    yield say(tongue, "at_end")
    span = [
        say(tongue, "from", _moment(measure.begins.node if measure.begins else Name("at"), schema, tongue))
    ]
    if measure.take is Take.HOLDINGS:
        span.append(say(tongue, "until_next" if measure.lasts == "until_next" else f"until_{measure.lasts}"))
    elif measure.ends is not None:
        span.append(say(tongue, "until", _moment(measure.ends.node, schema, tongue)))
    yield " ".join(span)
    if measure.key:
        yield say(tongue, "same_kind", said(Key(tuple(map(Name, measure.key))), schema, tongue))


def _moment(node: Node, schema: Schema, tongue: Tongue) -> str:
    """A moment; where a field gives it, in quotes, since many are called after a day."""
    told = said(node, schema, tongue)
    return quoted(told) if isinstance(node, Name) else told


def _place(measure: Measure, dataset: Dataset, tongue: Tongue) -> Iterator[str]:
    kinds, usual = ("area", "organisation"), (dataset.area, dataset.organisation)
    for kind, field, by_itself in zip(kinds, place_of(measure, dataset), usual, strict=True):
        if field:
            yield say(tongue, kind, said(Name(field), schema_of(dataset), tongue))
        elif by_itself:
            yield say(tongue, f"no_{kind}")
