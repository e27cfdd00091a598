"""What a dataset is: its TOML file as types, looked over for what contradicts itself. Pure.

`fields.py`, `promised.py` and `cycles.py` have its parts.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Literal

import msgspec

from services.records.cycles import LifeCycle, life_cycle_faults
from services.records.fields import TEXTS, TIMES, Field, field_faults
from services.records.promised import Promise, promise_faults

_KEY = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")

# The source's own number of a row's version, which any dataset may come with. The limit is that of whole
# numbers in workbooks and JSON.
REVISION = Field(
    name="revision",
    title_vi="Phiên bản của nguồn",
    title_en="Revision by the source",
    type="integer",
    unit="1",
    min=Decimal(0),
    max=Decimal(2**53 - 1),
)


class BadDataset(ValueError):
    """The file cannot be a dataset; the text names the key and what is wrong with it."""


class Break(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, rename={"since": "from"}):
    """A day from which on the series does not mean what it meant."""

    since: date
    note_vi: str
    note_en: str


class Dataset(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True):
    """One dataset, as declared."""

    key: str
    title_vi: str
    title_en: str
    system_vi: str
    kind: Literal["events", "register", "figures"]
    identity: tuple[str, ...]
    event_time: str
    promise: Promise
    fields: tuple[Field, ...]
    note_vi: str = ""
    note_en: str = ""
    area: str | None = None
    organisation: str | None = None
    looked_up_on: str | None = None  # the day whose areas and organisations a row names; absent: event_time
    breakdowns: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    approval: bool = False
    future: bool = False  # figures of plans and targets: a period may lie ahead
    breaks: tuple[Break, ...] = ()
    life_cycle: LifeCycle | None = None

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by their names."""
        return {field.name: field for field in self.fields}

    @cached_property
    def columns(self) -> Mapping[str, Field]:
        """The fields by their names, and what any dataset may come with beside them."""
        return {**self.by_name, REVISION.name: REVISION}

    @property
    def stored(self) -> tuple[Field, ...]:
        """The fields that are kept; the others end at the door."""
        return tuple(field for field in self.fields if field.personal != "drop")

    @property
    def may_lie_ahead(self) -> bool:
        """Whether a row's time may be in the future: what holds from a day on, or a plan."""
        return self.future or self.kind == "register"

    def due_by_period(self, begins: datetime) -> datetime | None:
        """When figures of the period that begins then are due; None: they are not due by their periods."""
        grace, interval = self.promise.grace, self.promise.interval
        if self.kind != "figures" or self.may_lie_ahead or grace is None:
            return None
        due = grace.after(begins)
        return due if due <= interval.after(interval.after(begins)) else None


@lru_cache(maxsize=1_024)  # several services of a process read the same hundred files
def parse_dataset(text: str) -> Dataset:
    """The dataset that a file declares.

    Raises:
        BadDataset: no TOML, an unknown or missing key, or keys that contradict each other; all of them named.
    """
    try:
        told: dict[str, Any] = tomllib.loads(text, parse_float=Decimal)
        dataset = msgspec.convert(told, Dataset)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadDataset(str(error)) from error
    faults = list(_faults(dataset, text))
    if faults:
        raise BadDataset(f"{dataset.key}: " + "; ".join(faults))
    return dataset


def _faults(dataset: Dataset, text: str) -> Iterator[str]:
    if not unicodedata.is_normalized("NFC", text):
        yield "the file is not Unicode NFC"
    if not _KEY.fullmatch(dataset.key):
        yield "key: <family>.<plural>, lower case"
    names = [field.name for field in dataset.fields]
    if len(set(names)) < len(names):
        yield "fields: a name is there twice"
    if REVISION.name in names:
        yield f"fields: {REVISION.name} is the source's own revision, which any dataset may come with"
    for field in dataset.fields:
        yield from (f"fields.{field.name}.{fault}" for fault in field_faults(field))
    yield from _role_faults(dataset)
    by_organisation = dataset.kind == "figures" and dataset.organisation is not None
    yield from (f"promise.{fault}" for fault in promise_faults(dataset.promise, by_organisation))
    days = [one.since for one in dataset.breaks]
    if days != sorted(set(days)):
        yield "breaks: in the order of their days, each day once"
    if dataset.life_cycle is not None:
        if dataset.kind != "events":
            yield "life_cycle: only events have one"
        yield from (f"life_cycle.{fault}" for fault in life_cycle_faults(dataset.life_cycle, dataset.by_name))


def _role_faults(dataset: Dataset) -> Iterator[str]:
    """Fields that the dataset names must be there, and be what they are named for."""
    if not dataset.identity or len(set(dataset.identity)) < len(dataset.identity):
        yield "identity: at least one field, each once"
    for role, name, types in _roles(dataset):
        field = dataset.by_name.get(name)
        if field is None:
            yield f"{role}: there is no field {name!r}"
        elif types and field.type not in types:
            yield f"{role}: {name} is of type {field.type}, not {' or '.join(sorted(types))}"
        elif field.personal == "drop":
            yield f"{role}: {name} is never stored"
        elif role == "breakdowns" and field.personal:
            yield f"{role}: {name} identifies people"
        elif role in ("identity", "event_time", "looked_up_on") and not field.required:
            yield f"{role}: {name} must be required"


def _roles(dataset: Dataset) -> list[tuple[str, str, frozenset[str]]]:
    """Role, the field that has it, and the types that it may be of; none: of any."""
    alone = (
        ("event_time", dataset.event_time, TIMES),
        ("looked_up_on", dataset.looked_up_on, TIMES),
        ("area", dataset.area, frozenset({"area"})),
        ("organisation", dataset.organisation, frozenset({"organisation"})),
    )
    return [
        *(("identity", name, frozenset[str]()) for name in dataset.identity),
        *(("breakdowns", name, frozenset({"choice", *TEXTS})) for name in dataset.breakdowns),
        *((role, name, types) for role, name, types in alone if name is not None),
    ]
