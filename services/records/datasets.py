"""What a dataset is: its TOML file as types, looked over for what contradicts itself. Pure.

README.md documents every key of the file.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import msgspec

from services.records.cycles import LifeCycle, life_cycle_faults
from services.records.fields import TEXTS, TIMES, Field, field_faults
from services.records.periods import Period, parse_period
from services.records.working_time import Allowance

_KEY = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_WORKING: tuple[tuple[timedelta, Literal["working_days", "working_hours"]], ...] = (
    (timedelta(days=1), "working_days"),
    (timedelta(hours=1), "working_hours"),
)

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


class Promise(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True):
    """How often rows are expected and of whom, from which age one is late, and whom to call when none come.

    `working_time`: `every` is so many working days or hours. `each`: organisations of these kinds hand in,
    each its own, "commune" being the authority of one; empty: the dataset comes as a whole.
    """

    every: str
    duty_vi: str
    late_after: str = ""
    working_time: bool = False
    each: tuple[Literal["department", "agency", "commune"], ...] = ()

    @cached_property
    def interval(self) -> Period:
        """`every`, parsed."""
        return parse_period(self.every)

    @cached_property
    def grace(self) -> Period | None:
        """`late_after`, parsed; None: nothing is late."""
        return parse_period(self.late_after) if self.late_after else None

    @cached_property
    def allowance(self) -> Allowance | None:
        """`every` in working time; None: it is in plain time.

        Raises:
            ValueError: neither whole days nor whole hours.
        """
        if not self.working_time:
            return None
        for length, unit in _WORKING:
            amount, rest = divmod(self.interval.exact, length)
            if amount and not rest and not self.interval.months:
                return Allowance(amount, unit)
        raise ValueError("working_time: `every` is whole days or whole hours")


class Break(
    msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True, rename={"since": "from"}
):
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
    yield from (f"promise.{fault}" for fault in _promise_faults(dataset))
    days = [one.since for one in dataset.breaks]
    if days != sorted(set(days)):
        yield "breaks: in the order of their days, each day once"
    if dataset.life_cycle is not None:
        if dataset.kind != "events":
            yield "life_cycle: only events have one"
        yield from (f"life_cycle.{fault}" for fault in life_cycle_faults(dataset.life_cycle, dataset.by_name))


def _promise_faults(dataset: Dataset) -> Iterator[str]:
    promise = dataset.promise
    for key, period in (("every", promise.every), ("late_after", promise.late_after)):
        try:
            if period or key == "every":
                parse_period(period)
        except ValueError as error:
            yield f"{key}: {error}"
            return
    try:
        promise.allowance  # noqa: B018
    except ValueError as error:
        yield str(error)
    if promise.each and (dataset.kind != "figures" or dataset.organisation is None):
        yield "each: only of figures, and there must be an organisation"


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
        elif role == "breakdowns" and field.personal:
            yield f"{role}: {name} identifies people"
        elif role in ("identity", "event_time", "looked_up_on") and not field.required:
            yield f"{role}: {name} must be required"
