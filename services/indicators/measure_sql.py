"""What measures say of entities, as SQL. Pure.

The SQL speaks of an entity's `at`, `late`, `worked_s`, `due`, `due_soon`, and of columns that are taken out
of its fields `f` and moments `m` once; values stand behind names. See language/sql.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.indicators.declared import Measure
from services.indicators.language.nodes import Call, Name, walk
from services.indicators.language.sql import Values, columns, compiled, key_sql, moment_sql
from services.indicators.language.types import OF_CLOCK, Schema
from services.indicators.limits import limit_columns
from services.indicators.schemas import schema_of
from services.indicators.takes import LEVELS, SETS, Fold
from services.records.datasets import Dataset


class MeasureSql(NamedTuple):
    """A measure, compiled.

    `when`: timestamptz whose local day is the cell's; of levels, the one from which on it is in the stock,
    and `ends` the one from which on it is not. `where`: boolean. `of`: numeric, of sets the key as text.
    `moment`: text, in the order of time. `area`, `organisation`: fields; "": none. `chain`: fields of what
    holds; () as the identity says.
    """

    when: str
    where: str = "true"
    of: str | None = None
    ends: str | None = None
    moment: str | None = None
    area: str = ""
    organisation: str = ""
    chain: tuple[str, ...] = ()


class SourceSql(NamedTuple):
    """All measures of a dataset, by name. `columns`: what they name, with how it is read of `f` and `m`."""

    columns: dict[str, str]
    values: dict[str, object]
    measures: dict[str, MeasureSql]
    is_counted_by_clock: bool  # whether one of them asks for working time or a deadline in it


def source_sql(measures: Sequence[Measure], dataset: Dataset) -> SourceSql:
    """The SQL of measures of one dataset that have no faults."""
    schema, values = schema_of(dataset), Values()
    compiled_all = {one.name: _measure(one, dataset, schema, values) for one in measures}
    nodes = [node for one in measures for node in one.expressions.values()]
    named = {name for one in measures for name in _fields(one, dataset)}
    read = columns([*nodes, *map(Name, sorted(named))], schema)
    limits = {name: sql for one in measures for name, sql in limit_columns(one, dataset).items()}
    asked = any(isinstance(one, Call) and one.function in OF_CLOCK for node in nodes for one in walk(node))
    return SourceSql({**dict(read), **limits}, dict(values.told), compiled_all, asked)


def place_of(measure: Measure, dataset: Dataset) -> tuple[str, str]:
    """The fields of a measure's area and organisation; "" where it has none."""
    area = dataset.area if measure.area is None else measure.area
    organisation = dataset.organisation if measure.organisation is None else measure.organisation
    return area or "", organisation or ""


def _measure(measure: Measure, dataset: Dataset, schema: Schema, values: Values) -> MeasureSql:
    told = measure.expressions
    begun = told.get("begins" if measure.fold in LEVELS else "when")
    as_key = measure.fold in SETS
    return MeasureSql(
        moment_sql(begun, schema, values) if begun else "at",
        compiled(told["where"], schema, values) if "where" in told else "true",
        (key_sql if as_key else compiled)(told["of"], schema, values) if "of" in told else None,
        moment_sql(told["ends"], schema, values) if "ends" in told else None,
        key_sql(told["moment"], schema, values) if measure.fold is Fold.MAX_OF_SUM else None,
        *place_of(measure, dataset),
        measure.key,
    )


def _fields(measure: Measure, dataset: Dataset) -> Iterator[str]:
    yield from filter(None, place_of(measure, dataset))
    yield from measure.by
    if measure.lasts == "period":
        yield "period_to"
