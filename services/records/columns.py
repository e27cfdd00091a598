"""One column of a dataset at a time: what its cells say, as members of the row's JSON object. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from services.records.dates import VIETNAM
from services.records.faults import Bad, Fault
from services.records.fields import Field
from services.records.privacy import Pseudonyms
from services.records.values import first_day_reader, quoted, reader
from services.records.words import Cell, Read

_MOST_KNOWN = (
    16_384  # cells that a column remembers; as many as fit all procedures, communes and days of 40 years
)
_LONGEST_KNOWN = 64  # characters of a cell that is remembered
_MOST_DAYS = 400  # for which a column remembers what is called what; a file is mostly of one month
# Texts are nearly all different; what identifies people is not remembered either.
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

    def days(self) -> list[str]:
        """Each value's day, of a column of days or moments; "" where there is none."""
        start = self.start + 1
        return [member[start : start + 10] for member in self.members]

    def words(self) -> list[str | None]:
        """Each value, of a column of text; None where there is none."""
        if "\\" in "".join(self.members):
            start = self.start
            return [_text(member[start:-1]) if member else None for member in self.members]
        start = self.start + 1
        return [member[start:-2] or None for member in self.members]


class Moments(NamedTuple):
    """The column of event times; a cell that cannot be read has a moment before all others."""

    said: Said
    at: list[datetime]


class PlainColumn:
    """A column whose cells mean the same in every row."""

    def __init__(self, dataset: str, field: Field, pseudonyms: Pseudonyms) -> None:
        self.name = field.name
        read = reader(field)
        if field.personal == "pseudonym":
            read = _pseudonymised(read, pseudonyms.of(dataset, field.name))
        self._cells = _Cells(field, read, field.type not in _NOT_REMEMBERED and field.personal is None)

    def read(self, cells: Sequence[Cell], faults: Faults) -> Said:
        """What they say; what is wrong goes to `faults`, by index."""
        return self._cells.read(cells, faults)


class TimeColumn:
    """The column of the dataset's event time. `of_figures`: a month, quarter or year is its first day."""

    def __init__(self, field: Field, of_figures: bool) -> None:
        self.name = field.name
        self._whole_days = field.type == "date"
        read = first_day_reader(field) if of_figures and self._whole_days else reader(field)
        self._cells = _Cells(field, read, remembers=self._whole_days)
        self._midnights: dict[str, datetime] = {}

    def read(self, cells: Sequence[Cell], faults: Faults) -> Moments:
        """What they say; what is wrong goes to `faults`, by index."""
        said = self._cells.read(cells, faults)
        start = said.start + 1
        moment = self._midnight if self._whole_days else datetime.fromisoformat
        return Moments(said, [moment(member[start:-2]) if member else _NO_TIME for member in said.members])

    def _midnight(self, day: str) -> datetime:
        known = self._midnights.get(day)
        if known is None:
            if len(self._midnights) >= _MOST_KNOWN:
                self._midnights.clear()
            known = self._midnights[day] = datetime.combine(date.fromisoformat(day), time(), VIETNAM)
        return known


class NamedColumn:
    """A column of areas or organisations: what is called so on a day."""

    def __init__(self, field: Field, look_up: LookUp) -> None:
        self.name = field.name
        self._type = field.type
        self._of_cell = reader(field)
        self._look_up = look_up
        self._start = f'"{field.name}":'
        self._by_day: dict[str, _Memory] = {}

    def read(self, cells: Sequence[Cell], days: Sequence[str], faults: Faults) -> Said:
        """What they say; what is wrong goes to `faults`, by index. `days`: of each row, ISO 8601 or ""."""
        by_day = self._by_day
        if len(by_day) >= _MOST_DAYS:
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
            said = self._of_cell(cell)
        except Bad as bad:
            return bad
        if not said or not day:  # a row without its day is refused for that
            return ""
        called = _text(said)
        code = self._look_up(called, date.fromisoformat(day))
        if code is None:
            return Bad(
                f"unknown_{self._type}",
                f"Ngày {day} không có {called[:60]!r}",
                f"nothing is called {called[:60]!r} on {day}",
            )
        return f"{self._start}{quoted(code)},"


class _Cells:
    """Cells as members of the row's object, those that were read before from memory."""

    def __init__(self, field: Field, read: Read, remembers: bool) -> None:
        self._name = field.name
        self._start = f'"{field.name}":'
        self._of_cell = read
        self._memory = _Memory(self._member) if remembers else None

    def read(self, cells: Sequence[Cell], faults: Faults) -> Said:
        member, memory = self._member, self._memory
        if memory is None:
            members = [member(cell) for cell in cells]
        else:
            # Only texts are looked up: 1, 1.0 and True would be one key.
            members = [memory[cell] if type(cell) is str else member(cell) for cell in cells]
        return Said(_without_faults(self._name, members, faults), len(self._start))

    def _member(self, cell: Cell) -> str | Bad:
        try:
            said = self._of_cell(cell)
        except Bad as bad:
            return bad
        return f"{self._start}{said}," if said else ""


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


def _pseudonymised(read: Read, of_text: Callable[[str], str]) -> Read:
    def pseudonym(cell: Cell) -> str:
        said = read(cell)
        return f'"{of_text(_text(said))}"' if said else ""

    return pseudonym


def _text(said: str) -> str:
    """The text that JSON writes so."""
    text: str = json.loads(said) if "\\" in said else said[1:-1]
    return text


def _without_faults(name: str, members: list[str | Bad], faults: Faults) -> list[str]:
    if Bad in set(map(type, members)):
        for index, said in enumerate(members):
            if isinstance(said, Bad):
                faults.setdefault(index, []).append(said.of(name))
                members[index] = ""
    return members  # type: ignore[return-value]  # no fault is left
