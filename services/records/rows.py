"""Mapped cells of a dataset → rows that can be stored, or what is wrong with them. Pure.

A checker is compiled once a dataset and works column by column: what a cell says is looked up where it was
said before, which in columns of choices, codes, areas and days is nearly always.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import repeat
from typing import Any, NamedTuple, Protocol

from services.records.columns import NamedColumn, PlainColumn, Said, TimeColumn
from services.records.datasets import REVISION, Dataset
from services.records.faults import Fault
from services.records.privacy import Pseudonyms
from services.records.values import quoted
from services.records.words import Cell

_NOTHING_IS_LATE = datetime(1, 1, 2, tzinfo=UTC)
FUTURE_TOLERANCE = timedelta(minutes=5)  # clocks of two offices


class Directory(Protocol):
    """Areas and organisations through time. Both answer the code, or None where nothing is called that."""

    def area(self, called: str, day: date) -> str | None:
        """The unit that has this code or name on that day."""

    def organisation(self, called: str, day: date) -> str | None:
        """The organisation that has this code, name or alias on that day."""


class Row(NamedTuple):
    """A row that can be stored.

    `identity`: JSON array of the dataset's identity. `at`: event time, UTC+7; of a day its midnight there.
    `payload`: JSON object of what is kept, in the order of the fields; equal exactly where the content is.
    `breakdown`: one for each of the dataset's, None where absent. `subject`, `event`: of its life cycle.
    `revision`: the source's own, 0 where it gives none; no part of the payload.
    """

    line: int
    identity: str
    at: datetime
    late: bool
    payload: str
    area: str | None
    organisation: str | None
    breakdown: tuple[str | None, ...]
    subject: str | None
    event: str | None
    revision: int

    @property
    def values(self) -> dict[str, Any]:
        """The payload as Python has it; decimals exact."""
        kept: dict[str, Any] = json.loads(self.payload, parse_float=Decimal)
        return kept


class Told(NamedTuple):
    """What a row that cannot be stored tells of where it belongs: its local day, area and organisation.

    None: it names none, or none that can be read.
    """

    day: date | None = None
    area: str | None = None
    organisation: str | None = None


class Rejected(NamedTuple):
    """A row that cannot be stored, with everything that is wrong with it."""

    line: int
    faults: tuple[Fault, ...]
    told: Told = Told()


def member(name: str, value: str) -> str:
    """What a payload contains exactly where a field of text has this value; '': has any.

    Within a value quotes are escaped, so that this stands nowhere else.
    """
    return f'"{name}":{quoted(value) if value else ""}'


class Checker:
    """Checks the rows of one dataset. Not for two threads at once: it remembers what cells say."""

    def __init__(self, dataset: Dataset, directory: Directory, pseudonyms: Pseudonyms) -> None:
        self._dataset = dataset
        self._time = TimeColumn(dataset.by_name[dataset.event_time], dataset.kind == "figures")
        look_up = {"area": directory.area, "organisation": directory.organisation}
        self._revision = PlainColumn(dataset.key, REVISION, pseudonyms)
        kept = [field for field in dataset.stored if field.name != dataset.event_time]
        self._plain = [
            PlainColumn(dataset.key, field, pseudonyms) for field in kept if field.type not in look_up
        ]
        self._named = [NamedColumn(field, look_up[field.type]) for field in kept if field.type in look_up]

    def header_faults(self, names: Sequence[str]) -> list[Fault]:
        """What is wrong with the columns of a file or of a submission as a whole."""
        columns, there = self._dataset.columns, set(names)
        faults = [
            Fault(field.name, "missing_column", f"Thiếu cột “{field.title_vi}”", f"no column {field.name}")
            for field in self._dataset.stored
            if field.required and field.name not in there
        ]
        faults += [_unknown(name) for name in names if name not in columns]
        repeated = sorted({name for name in names if names.count(name) > 1})
        faults += [
            Fault(name, "repeated", "Cột có hai lần", "the column is there twice") for name in repeated
        ]
        return faults

    def check_row(self, cells: Mapping[str, Cell], line: int, received_at: datetime) -> Row | Rejected:
        """One row; cells that are absent say nothing. `received_at` is aware, and now."""
        unknown = tuple(_unknown(name) for name in cells if name not in self._dataset.columns)
        if unknown:
            return Rejected(line, unknown)
        columns = {name: (cell,) for name, cell in cells.items()}
        return self.check_columns(columns, [line], received_at)[0]

    def check_columns(
        self, columns: Mapping[str, Sequence[Cell]], lines: Sequence[int], received_at: datetime
    ) -> list[Row | Rejected]:
        """Each row in order, of at least one. `columns`: without `header_faults`, each with a cell a line."""
        faults: dict[int, list[Fault]] = {}
        absent: Sequence[Cell] = (None,) * len(lines)
        moments = self._time.read(columns.get(self._time.name, absent), faults)
        said: dict[str, Said] = {self._time.name: moments.said}
        for column in (*self._plain, self._revision):
            said[column.name] = column.read(columns.get(column.name, absent), faults)
        days = said[self._dataset.looked_up_on or self._time.name].days()
        for named in self._named:
            said[named.name] = named.read(columns.get(named.name, absent), days, faults)
        if not self._dataset.may_lie_ahead:
            _refuse_future(self._time.name, moments.at, received_at + FUTURE_TOLERANCE, faults)
        read = list(self._rows(lines, moments.at, said, received_at))
        rows: list[Row | Rejected] = [*read]
        for index, wrong in faults.items():
            rows[index] = Rejected(lines[index], tuple(wrong), self._told(read[index], wrong))
        return rows

    def _told(self, row: Row, wrong: Iterable[Fault]) -> Told:
        tells_day = all(fault.field != self._time.name for fault in wrong)
        return Told(row.at.date() if tells_day else None, row.area, row.organisation)

    def _rows(
        self, lines: Sequence[int], at: Sequence[datetime], said: Mapping[str, Said], received_at: datetime
    ) -> Iterable[Row]:
        dataset, life = self._dataset, self._dataset.life_cycle
        grace = dataset.promise.grace
        cutoff = grace.before(received_at) if grace else _NOTHING_IS_LATE
        identities = zip(*(said[name].texts() for name in dataset.identity), strict=True)
        parts = zip(*(said[field.name].members for field in dataset.stored), strict=True)
        breakdowns = zip(*(said[name].words() for name in dataset.breakdowns), strict=True)
        return map(
            Row,
            lines,
            [f"[{','.join(texts)}]" for texts in identities],
            at,
            [moment < cutoff for moment in at],
            [f"{{{''.join(members)[:-1]}}}" for members in parts],
            _words(said, dataset.area),
            _words(said, dataset.organisation),
            breakdowns if dataset.breakdowns else repeat(()),
            _words(said, life.subject if life else None),
            _words(said, life.event if life else None),
            [0 if text == "null" else int(text) for text in said[REVISION.name].texts()],
        )


def _words(said: Mapping[str, Said], name: str | None) -> Iterable[str | None]:
    return said[name].words() if name else repeat(None)


def _refuse_future(
    name: str, at: Sequence[datetime], latest: datetime, faults: dict[int, list[Fault]]
) -> None:
    if max(at) <= latest:
        return
    for index, moment in enumerate(at):
        if moment > latest:
            detail = moment.isoformat()
            said = Fault(name, "future_time", f"{detail} ở tương lai", f"{detail} lies in the future")
            faults.setdefault(index, []).append(said)


def _unknown(name: str) -> Fault:
    return Fault(name, "unknown_column", "Bộ dữ liệu không có cột này", "the dataset has no such column")
