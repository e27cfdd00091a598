"""What is wrong with a measure, beside the dataset that it is over. Pure."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from services.indicators.declared import Measure
from services.indicators.language.types import TIMES, Kind, Schema, faults_of, key_faults
from services.indicators.language.units import BadUnit, is_counted, value_faults
from services.indicators.measure_sql import place_of
from services.indicators.schemas import schema_of
from services.indicators.takes import LEVELS, SETS, Fold, Take
from services.records.datasets import Dataset

# A key, and what is wrong with it.
KeyFault: TypeAlias = tuple[str, str]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_WANTED: Final[Mapping[str, frozenset[Kind]]] = {
    "when": TIMES, "begins": TIMES, "ends": TIMES, "where": frozenset({Kind.TRUTH}),
}  # fmt: skip


def measure_faults(measure: Measure, datasets: Mapping[str, Dataset]) -> Iterator[KeyFault]:
    """Everything that is wrong with it, by key."""
    if not _NAME.fullmatch(measure.name) or keyword.iskeyword(measure.name):
        yield "name", "lower case, digits, underscores"
    dataset = datasets.get(measure.dataset)
    if dataset is None:
        yield "dataset", f"there is no dataset {measure.dataset!r}"
        return
    schema = schema_of(dataset)
    yield from _take_faults(measure, dataset, schema)
    yield from _key_faults(measure)
    yield from _expression_faults(measure, schema)
    yield from _place_faults(measure, dataset)
    yield from _unit_faults(measure, schema)


def _take_faults(measure: Measure, dataset: Dataset, schema: Schema) -> Iterator[KeyFault]:
    if (measure.take is Take.SUBJECTS) != schema.subjects:
        said = (
            "subjects: it has a life cycle" if schema.subjects else "rows or holdings: it has no life cycle"
        )
        yield "take", f"of {dataset.key} are taken {said}"
    if measure.take is not Take.HOLDINGS:
        if measure.key or measure.lasts != "until_next":
            yield "key" if measure.key else "lasts", "of holdings only"
        return
    if measure.fold not in LEVELS:
        yield "fold", f"holdings are a stock: {' or '.join(sorted(LEVELS))}"
    if measure.ends is not None:
        yield "ends", "holdings end as `lasts` says"
    if dataset.kind == "events" and not measure.key:
        yield "key", "events say of what they are told by a key only"
    yield from (("key", f"there is no field {name!r}") for name in measure.key if name not in schema.fields)
    if measure.lasts == "unit" and not place_of(measure, dataset)[0]:
        yield "lasts", "what has no area holds for no unit"
    if measure.lasts == "period" and not (
        "period_to" in schema.fields and schema.fields["period_to"].kind is Kind.DATE
    ):
        yield "lasts", f"{dataset.key} has no date `period_to`"


def _key_faults(measure: Measure) -> Iterator[KeyFault]:
    """Keys that a fold needs, or has no use for."""
    fold, told = measure.fold, measure.expressions
    if fold is Fold.PRESENCE:
        yield "fold", "no definition declares it"
    if fold is Fold.COUNT and "of" in told:
        yield "of", "entities are counted; where there is a number, sum it"
    if fold not in (Fold.COUNT, Fold.LEVEL) and "of" not in told:
        yield "of", f"{fold} is of {'a key' if fold in SETS else 'a number'}"
    if (fold is Fold.MAX_OF_SUM) != ("moment" in told):
        yield "moment", "the time whose sums are compared: of max_of_sum, and of nothing else"
    if fold in LEVELS and "when" in told:
        yield "when", "a stock has `begins`"
    if fold not in LEVELS:
        yield from ((key, "of level and distinct_level only") for key in ("begins", "ends") if key in told)
    needed = "begins" if fold in LEVELS else "when"
    if measure.take is Take.SUBJECTS and needed not in told:
        yield needed, "of subjects a moment is named, as first('…')"


def _expression_faults(measure: Measure, schema: Schema) -> Iterator[KeyFault]:
    for key, node in measure.expressions.items():
        if key in _WANTED:
            faults = faults_of(node, schema, _WANTED[key])
        elif key == "moment" or measure.fold in SETS:
            faults = key_faults(node, schema)
        else:
            faults = faults_of(node, schema, frozenset({Kind.NUMBER}))
        yield from ((key, str(fault)) for fault in faults)


def _place_faults(measure: Measure, dataset: Dataset) -> Iterator[KeyFault]:
    stored = {field.name: field for field in dataset.stored}
    for kind, name in zip(("area", "organisation"), place_of(measure, dataset), strict=True):
        if name and (name not in stored or stored[name].type != kind):
            yield kind, f"{name!r} is no field of {dataset.key} with an {kind}"
    if len(set(measure.by)) < len(measure.by):
        yield "by", "a field is there twice"
    for name in measure.by:
        if name not in dataset.breakdowns:
            kept = ", ".join(dataset.breakdowns) or "none"
            yield "by", f"{name!r} is no breakdown of {dataset.key}, which has {kept}"


def _unit_faults(measure: Measure, schema: Schema) -> Iterator[KeyFault]:
    try:
        unit = measure.counts_in
    except BadUnit as error:
        yield "unit", str(error)
        return
    of = measure.expressions.get("of")
    if of is None or measure.fold in SETS:
        if not is_counted(unit):
            yield "unit", f"what is counted is named, as dossier; {unit} measures"
        return
    if not faults_of(of, schema, frozenset({Kind.NUMBER})):
        units = {name: field.unit for name, field in schema.fields.items() if field.kind is Kind.NUMBER}
        yield from (("unit", str(fault)) for fault in value_faults(of, units, unit))
