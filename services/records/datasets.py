"""What a dataset is: its TOML file as types, looked over for what contradicts itself. Pure.

README.md documents every key of the file.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import msgspec

from services.records.fields import TEXTS, TIMES, Field, field_faults
from services.records.periods import Period, parse_period

_KEY = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


class BadDataset(ValueError):
    """The file cannot be a dataset; the text names the key and what is wrong with it."""


class Promise(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True):
    """How often rows are expected, from which age one is late, and whom to call when none come."""

    every: str
    duty_vi: str
    late_after: str = ""

    @cached_property
    def interval(self) -> Period:
        """`every`, parsed."""
        return parse_period(self.every)

    @cached_property
    def grace(self) -> Period | None:
        """`late_after`, parsed; None: nothing is late."""
        return parse_period(self.late_after) if self.late_after else None


class Break(
    msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True, rename={"since": "from"}
):
    """A day from which on the series does not mean what it meant."""

    since: date
    note_vi: str
    note_en: str


class Clock(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True):
    """Events that move the clock of a deadline in working time."""

    starts: tuple[str, ...]
    stops: tuple[str, ...]
    pauses: tuple[str, ...] = ()
    continues: tuple[str, ...] = ()


class LifeCycle(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True):
    """Which event may follow which, in the life of one subject. `then`: of each event, those allowed next."""

    subject: str
    event: str
    first: tuple[str, ...]
    then: dict[str, tuple[str, ...]]
    clock: Clock | None = None


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

    @property
    def stored(self) -> tuple[Field, ...]:
        """The fields that are kept; the others end at the door."""
        return tuple(field for field in self.fields if field.personal != "drop")

    @property
    def may_lie_ahead(self) -> bool:
        """Whether a row's time may be in the future: what holds from a day on, or a plan."""
        return self.future or self.kind == "register"


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
    for field in dataset.fields:
        yield from (f"fields.{field.name}.{fault}" for fault in field_faults(field))
    yield from _role_faults(dataset)
    for key, period in (("every", dataset.promise.every), ("late_after", dataset.promise.late_after)):
        try:
            if period or key == "every":
                parse_period(period)
        except ValueError as error:
            yield f"promise.{key}: {error}"
    days = [one.since for one in dataset.breaks]
    if days != sorted(set(days)):
        yield "breaks: in the order of their days, each day once"
    if dataset.life_cycle is not None:
        yield from (f"life_cycle.{fault}" for fault in _life_cycle_faults(dataset, dataset.life_cycle))


def _role_faults(dataset: Dataset) -> Iterator[str]:
    """Fields that the dataset names must be there, and be what they are named for."""
    fields = dataset.by_name
    if not dataset.identity or len(set(dataset.identity)) < len(dataset.identity):
        yield "identity: at least one field, each once"
    roles: list[tuple[str, str, frozenset[str]]] = [
        *(("identity", name, frozenset()) for name in dataset.identity),
        *(("breakdowns", name, frozenset({"choice", *TEXTS})) for name in dataset.breakdowns),
        ("event_time", dataset.event_time, TIMES),
    ]
    if dataset.looked_up_on is not None:
        roles.append(("looked_up_on", dataset.looked_up_on, TIMES))
    if dataset.area is not None:
        roles.append(("area", dataset.area, frozenset({"area"})))
    if dataset.organisation is not None:
        roles.append(("organisation", dataset.organisation, frozenset({"organisation"})))
    for role, name, types in roles:
        field = fields.get(name)
        if field is None:
            yield f"{role}: there is no field {name!r}"
        elif types and field.type not in types:
            yield f"{role}: {name} is of type {field.type}, not {' or '.join(sorted(types))}"
        elif field.personal == "drop":
            yield f"{role}: {name} is never stored"
        elif role in ("identity", "event_time", "looked_up_on") and not field.required:
            yield f"{role}: {name} must be required"


def _life_cycle_faults(dataset: Dataset, life: LifeCycle) -> Iterator[str]:
    if dataset.kind != "events":
        yield "only events have one"
    subject, event = dataset.by_name.get(life.subject), dataset.by_name.get(life.event)
    if subject is None or subject.type not in TEXTS or not subject.required or subject.personal == "drop":
        yield f"subject: {life.subject!r} is no required text or code that is stored"
    if event is None or event.type != "choice" or not event.required:
        yield f"event: {life.event!r} is no required choice"
        return
    codes = {choice.code for choice in event.choices}
    clock = life.clock or Clock(starts=(), stops=())
    told = {"first": life.first, "then": tuple(life.then), **{f"then.{k}": v for k, v in life.then.items()}}
    told |= {f"clock.{key}": getattr(clock, key) for key in ("starts", "pauses", "continues", "stops")}
    for key, events in told.items():
        yield from (f"{key}: {name!r} is not one of {life.event}" for name in events if name not in codes)
    if not life.first:
        yield "first: at least one event"
    reached = {*life.first, *(name for names in life.then.values() for name in names)}
    yield from (f"then: no event leads to {name!r}" for name in sorted(codes - reached))
    yield from (
        f"then: {name!r} is missing; [] where nothing follows" for name in sorted(codes - set(life.then))
    )
    if life.clock is not None and not (clock.starts and clock.stops):
        yield "clock: starts and stops must both be there"
