"""One column of a dataset at a time: what its cells say, as members of the row's JSON object. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from services.records.datasets import Field
from services.records.dates import VIETNAM
from services.records.faults import Bad, Fault
from services.records.privacy import Pseudonyms
from services.records.values import Cell, Read, first_day_reader, quoted, reader

_MOST_KNOWN = 16_384  # cells that a column remembers; as many as fit all procedures, communes and days of 40 years
_LONGEST_KNOWN = 64  # characters of a cell that is remembered
# Texts are nearly all different, and what identifies people is not to be remembered.
_NOT_REMEMBERED = frozenset({"text", "instant"})
_NO_TIME = datetime(1900, 1, 1, tzinfo=VIETNAM)

Faults = dict[int, list[Fault]]
LookUp = Callable[[str, date], str | None]


@dataclass(frozen=True, slots=True)
class Said:
    """A column: `"name":value,` of each cell, "" where there is no value or a fault."""

    members: list[str]
    start: int  # where the value begins

    def texts(self) -> list[str]:
        """Each value as JSON writes it; `null` where there is none."""
        start = self.start
        return [member[start:-1] if member else "null" for member in self.members]

    def words(self) -> list[str | None]:
        """Each value, of a column of text; None where there is none."""
        start = self.start + 1
        return [
            None if not member else member[start:-2] if "\\" not in member else json.loads(member[start - 1 : -1])
            for member in self.members
        ]


@dataclass(frozen=True, slots=True)
class Moments:
    """The column of event times. `days`: ISO 8601, "" where the time cannot be read."""

    said: Said
    at: list[datetime]
    days: list[str]


class Column(Protocol):
    """Reads the cells of one field."""

    name: str

    def read(self, cells: Sequence[Cell], days: Sequence[str], faults: Faults) -> Said:
        """What they say; what is wrong goes to `faults`, by index. `days`: of each row's event."""


def plain_column(dataset: str, field: Field, pseudonyms: Pseudonyms) -> Column:
    """A column whose cells mean the same in every row."""
    read = reader(field)
    if field.personal == "pseudonym":
        return _Plain(field, _pseudonymised(dataset, field.name, read, pseudonyms), remembers=False)
    return _Plain(field, read, remembers=field.type not in _NOT_REMEMBERED)


def area_column(field: Field, look_up: LookUp) -> Column:
    """A column of areas or organisations: what is called so on the day of the row's event."""
    return _Dated(field, look_up)


def time_column(field: Field, of_figures: bool) -> _Times:
    """The column of the dataset's event time."""
    return _Times(field, first_day_reader(field) if of_figures and field.type == "date" else reader(field))


def _pseudonymised(dataset: str, name: str, read: Read, pseudonyms: Pseudonyms) -> Read:
    def pseudonym(cell: Cell) -> str:
        said = read(cell)
        return quoted(pseudonyms.of(dataset, name, json.loads(said))) if said else ""

    return pseudonym


class _Memory(dict[str, "str | Bad"]):
    """What cells say, of those that were read before."""

    def __init__(self, read: Callable[[str], str | Bad]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> str | Bad:
        said = self._read(cell)
        if len(cell) <= _LONGEST_KNOWN:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[cell] = said
        return said


class _Plain:
    def __init__(self, field: Field, read: Read, remembers: bool) -> None:
        self.name = field.name
        self._start = f'"{field.name}":'
        self._of_cell = read
        self._memory = _Memory(self._member) if remembers else None

    def read(self, cells: Sequence[Cell], days: Sequence[str], faults: Faults) -> Said:
        member, memory = self._member, self._memory
        if memory is None:
            members = [member(cell) for cell in cells]
        else:
            # Only texts are looked up: 1, 1.0 and True would be one key.
            members = [memory[cell] if type(cell) is str else member(cell) for cell in cells]
        return Said(_without_faults(self.name, members, faults), len(self._start))

    def _member(self, cell: Cell) -> str | Bad:
        try:
            said = self._of_cell(cell)
        except Bad as bad:
            return bad
        return f"{self._start}{said}," if said else ""


class _Dated:
    def __init__(self, field: Field, look_up: LookUp) -> None:
        self.name = field.name
        self._type = field.type
        self._read = reader(field)
        self._look_up = look_up
        self._start = f'"{field.name}":'
        self._by_day: dict[str, _Memory] = {}

    def read(self, cells: Sequence[Cell], days: Sequence[str], faults: Faults) -> Said:
        by_day = self._by_day
        if len(by_day) * 64 > _MOST_KNOWN:
            by_day.clear()
        for day in set(days) - by_day.keys():
            by_day[day] = _Memory(self._member_on(day))
        members = [
            by_day[day][cell] if type(cell) is str else self._member(cell, day)
            for cell, day in zip(cells, days, strict=True)
        ]
        return Said(_without_faults(self.name, members, faults), len(self._start))

    def _member_on(self, day: str) -> Callable[[str], str | Bad]:
        return lambda cell: self._member(cell, day)

    def _member(self, cell: Cell, day: str) -> str | Bad:
        try:
            said = self._read(cell)
        except Bad as bad:
            return bad
        if not said or not day:  # a row without a time is refused for that
            return ""
        called: str = json.loads(said)
        code = self._look_up(called, date.fromisoformat(day))
        if code is None:
            return Bad(
                f"unknown_{self._type}",
                f"Ngày {day} không có {called[:60]!r}",
                f"nothing is called {called[:60]!r} on {day}",
            )
        return f'{self._start}"{code}",'


class _Times:
    def __init__(self, field: Field, read: Read) -> None:
        self.name = field.name
        self._plain = _Plain(field, read, remembers=field.type == "date")
        self._days: dict[str, datetime] = {}
        self._whole_days = field.type == "date"

    def read(self, cells: Sequence[Cell], faults: Faults) -> Moments:
        """What they say; of a cell that cannot be read, a moment before all others."""
        said = self._plain.read(cells, (), faults)
        texts = [member[said.start + 1 : -2] for member in said.members]
        at = [self._midnight(text) if self._whole_days else _moment(text) for text in texts]
        return Moments(said, at, [text[:10] for text in texts])

    def _midnight(self, text: str) -> datetime:
        known = self._days.get(text)
        if known is None:
            known = datetime.combine(date.fromisoformat(text), time(), VIETNAM) if text else _NO_TIME
            if len(self._days) >= _MOST_KNOWN:
                self._days.clear()
            self._days[text] = known
        return known


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text) if text else _NO_TIME


def _without_faults(name: str, members: list[str | Bad], faults: Faults) -> list[str]:
    if Bad in set(map(type, members)):
        for index, said in enumerate(members):
            if isinstance(said, Bad):
                faults.setdefault(index, []).append(said.of(name))
                members[index] = ""
    return members  # type: ignore[return-value]  # no fault is left
