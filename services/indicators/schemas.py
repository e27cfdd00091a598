"""What expressions over a dataset's entities may speak of. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.indicators.language.types import FieldType, Kind, Schema, Words
from services.records.datasets import Dataset
from services.records.fields import Field

_KINDS: Final[Mapping[str, Kind]] = {
    "integer": Kind.NUMBER, "decimal": Kind.NUMBER, "money": Kind.NUMBER, "duration": Kind.NUMBER,
    "boolean": Kind.TRUTH, "date": Kind.DATE, "instant": Kind.MOMENT,
}  # fmt: skip
_UNITS: Final[Mapping[str, str]] = {"money": "VND", "duration": "s"}  # as they are stored, however written


def schema_of(dataset: Dataset) -> Schema:
    """The stored fields, and the events where a dataset has a life cycle: then its entities are subjects."""
    life, time = dataset.life_cycle, dataset.by_name[dataset.event_time]
    events = dataset.by_name[life.event].choices if life else ()
    return Schema(
        dataset.key,
        Words(dataset.title_vi, dataset.title_en),
        {field.name: _type_of(field) for field in dataset.stored},
        subjects=life is not None,
        events={event.code: Words(event.vi, event.en) for event in events},
        clock=life is not None and life.clock is not None,
        at=Words(time.title_vi, time.title_en),
    )


def _type_of(field: Field) -> FieldType:
    return FieldType(
        _KINDS.get(field.type, Kind.TEXT),
        Words(field.title_vi, field.title_en),
        _UNITS.get(field.type, field.unit),
        {choice.code: Words(choice.vi, choice.en) for choice in field.choices},
        field.inequality,
    )
