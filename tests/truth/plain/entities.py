"""What the offices said, put together: rows that stand, and subjects with all that happened to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from tests.truth.plain import cells as said
from tests.truth.plain.datasets import KINDS, Kind


class Commune(NamedTuple):
    """A commune with its first moment, and the first without it."""

    code: str
    since: datetime
    until: datetime | None


class Entity:
    """A row, or a subject with the last that was said of each field. `happened`: moments by event."""

    def __init__(self, kind: Kind, cells: Mapping[str, str], happened: Mapping[str, list[datetime]]) -> None:
        self.kind = kind
        self.cells = cells
        self._happened = happened
        self.at = said.moment(cells[kind.at])

    def text(self, name: str) -> str | None:
        return self.cells.get(name)

    def number(self, name: str) -> Fraction | None:
        text = self.cells.get(name)
        found = None if text is None else said.number(text)
        return None if found is None else found * self.kind.scale.get(name, 1)

    def yes(self, name: str) -> bool | None:
        text = self.cells.get(name)
        return None if text is None else said.truth(text)

    def moment(self, name: str) -> datetime | None:
        text = self.cells.get(name)
        return None if text is None else said.moment(text)

    def first(self, *events: str) -> datetime | None:
        return min((self._happened[one][0] for one in events if one in self._happened), default=None)

    def last(self, *events: str) -> datetime | None:
        return max((self._happened[one][-1] for one in events if one in self._happened), default=None)

    def never(self, *events: str) -> bool:
        return not any(one in self._happened for one in events)

    @property
    def events(self) -> list[tuple[datetime, str]]:
        return sorted((at, event) for event, moments in self._happened.items() for at in moments)

    @property
    def days(self) -> set[date]:
        """On which something was heard of it: of each event the first and the last time."""
        if not self._happened:
            return {self.at.date()}
        return {at.date() for moments in self._happened.values() for at in (moments[0], moments[-1])}


def read(folder: Path) -> dict[str, list[Entity]]:
    """All entities, by dataset."""
    return {dataset: read_dataset(folder, dataset) for dataset in KINDS}


def read_dataset(folder: Path, dataset: str) -> list[Entity]:
    """Those of one dataset."""
    kind = KINDS[dataset]
    return list(_entities(kind, _standing(kind, _lines(folder / f"{dataset}.jsonl"))))


def read_communes(folder: Path) -> list[Commune]:
    """The communes that there ever were."""
    lines = (folder / "communes.jsonl").read_text("utf-8").splitlines()
    return [
        Commune(one["code"], said.moment(one["since"]), said.moment(one["until"]) if one["until"] else None)
        for one in map(json.loads, lines)
    ]


def _lines(file: Path) -> list[dict[str, Any]]:
    """What was sent and could be read, in the order of batches and lines."""
    if not file.exists():
        return []
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return sorted((one for one in lines if not one["broken"]), key=lambda one: (one["batch"], one["line"]))


def _standing(kind: Kind, lines: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Of each identity the content of the highest revision, then of the line that came last and still counts.

    A content that is said again is not said later: it counts from the first line that says it and counts.
    """
    contents: dict[tuple[str, ...], dict[str, tuple[int, int, int, dict[str, str]]]] = {}
    for one in lines:
        if not one["counts"]:
            continue
        told = {name: text for name, text in one["cells"].items() if text}
        revision = int(told.pop("revision", "0"))
        identity = tuple(told.get(name, "") for name in kind.identity.split())
        content = json.dumps([revision, sorted(told.items())])
        contents.setdefault(identity, {}).setdefault(content, (revision, one["batch"], one["line"], told))
    return [max(versions.values(), key=lambda one: one[:3])[3] for versions in contents.values()]


def _entities(kind: Kind, rows: Iterable[dict[str, str]]) -> Iterator[Entity]:
    if not kind.subject:
        for row in rows:
            yield Entity(kind, row, {})
        return
    lives: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        lives.setdefault(row[kind.subject], []).append(row)
    for events in lives.values():
        events.sort(key=lambda row: said.moment(row[kind.at]))
        folded: dict[str, str] = {}
        happened: dict[str, list[datetime]] = {}
        for row in events:
            folded |= row
            happened.setdefault(row[kind.event], []).append(said.moment(row[kind.at]))
        yield Entity(kind, folded, happened)
