"""Measures and inputs of an explanation in protobuf."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec
from ioc.indicators.v1 import figures_pb2 as pb

from services.indicators.declared import Measure
from services.indicators.explain import Place
from services.indicators.figures import Cells, Part
from services.indicators.figures_wire import text
from services.indicators.language.nodes import Call, Name, walk
from services.indicators.language.numbers import Interval
from services.indicators.language.unit_words import unit_said
from services.indicators.limits import told as limit
from services.indicators.measure_sql import place_of
from services.indicators.measure_words import predicate_said
from services.indicators.store_explain import Input
from services.indicators.takes import SETS, SUMS
from services.records.datasets import Dataset

_ENDS = ((0, "first"), (1, "last"))  # of the moments that an entity keeps of an event
_OF_CLOCK = {"worked_hours": "worked_s", "due": "due", "due_soon": "due_soon"}  # how an entity keeps it


class Declared(NamedTuple):
    """A measure as it is written, with the dataset that it looks at."""

    measure: Measure
    dataset: Dataset

    @property
    def fields(self) -> list[str]:
        """The fields that it looks at and that tell of no person."""
        nodes = [one for node in self.measure.expressions.values() for one in walk(node)]
        named = {one.name for one in nodes if isinstance(one, Name)}
        named |= {*place_of(*self), *self.measure.by, *self.measure.key}
        return sorted(name for name in named & self.dataset.by_name.keys() if not self.is_personal(name))

    @property
    def of_clock(self) -> list[str]:
        """What it asks of the subject's clock."""
        nodes = [one for node in self.measure.expressions.values() for one in walk(node)]
        called = {one.function for one in nodes if isinstance(one, Call)}
        return [kept for function, kept in _OF_CLOCK.items() if function in called]

    def is_personal(self, name: str) -> bool:
        """Whether a field tells of a person."""
        return self.dataset.by_name[name].personal is not None

    @property
    def counts_persons(self) -> bool:
        """Whether the members of a set are persons."""
        named = (
            [one.name for one in walk(self.measure.of.node) if isinstance(one, Name)]
            if self.measure.of
            else []
        )
        return any(self.is_personal(name) for name in named if name in self.dataset.by_name)


def to_pb_measure(
    place: Place, part: Part, declared: Declared, cells: Cells | None, has_reported: bool
) -> pb.MeasureState:
    """What a measure came to."""
    measure, dataset = declared
    number = cells.number if cells else None
    low, high = number if isinstance(number, Interval) else (None, None)
    return pb.MeasureState(
        measure=measure.name,
        fold=measure.fold.value,
        dataset=dataset.key,
        predicate_vi=predicate_said(measure, dataset, "vi"),
        predicate_en=predicate_said(measure, dataset, "en"),
        where=str(measure.where) if measure.where else "",
        value=text(number) if isinstance(number, Decimal) else None,
        low=text(low) if low is not None and low.is_finite() else None,
        high=text(high) if high is not None and high.is_finite() else None,
        unit=measure.unit,
        unit_vi=unit_said(measure.unit),
        inputs=cells.n if cells else 0,
        years_back=int(part.operand.year_ago),
        month=place.month,
        reported=has_reported,
    )


def to_pb_input(one: Input, part: Part, declared: Declared, records: Sequence[tuple[int, int]]) -> pb.Input:
    """An input with the fields that its measure looks at."""
    fold, life = part.measure.fold, declared.dataset.life_cycle
    is_exact = one.most is None or one.most == one.amount
    is_shown = life is not None and not declared.is_personal(life.subject)
    return pb.Input(
        measure=part.measure.name,
        years_back=int(part.operand.year_ago),
        month=one.place.month,
        amount=text(one.amount) if fold not in SETS and one.n and is_exact else None,
        low=None if is_exact else text(limit(one.amount)),
        high=None if is_exact else text(limit(one.most)),
        count=one.n,
        member="" if fold in SUMS else _digest(one.member) if declared.counts_persons else one.member,
        records=[f"{batch}:{line}" for batch, line in records],
        life=one.key.decode() if is_shown else "",
        area=one.area,
        organisation=one.organisation,
        day=one.day.isoformat(),
        fields=[pb.InputField(name=name, text=said) for name, said in _told(one, declared).items()],
        late=one.late,
    )


def _told(one: Input, declared: Declared) -> Mapping[str, str]:
    told = {name: one.fields[name] for name in declared.fields if one.fields.get(name) is not None}
    told |= {f"clock.{name}": one.clock[name] for name in declared.of_clock if name in one.clock}
    told |= {f"{event}.{end}": moments[at] for event, moments in one.moments.items() for at, end in _ENDS}
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in told.items()
    }


def _digest(member: str) -> str:
    return hashlib.sha256(member.encode()).hexdigest()[:16]
