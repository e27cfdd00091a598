"""What is called what on a day: areas and organisations by code or name. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Span(NamedTuple):
    """A code and a name, in [valid_from, valid_to)."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Names:
    """The directory of both kinds; a name that two bear on a day is nobody's."""

    def __init__(self, areas: Iterable[Span], organisations: Iterable[Span]) -> None:
        self._areas = _Called(areas)
        self._organisations = _Called(organisations)

    def area(self, called: str, day: date) -> str | None:
        """The unit that has this code or name on that day."""
        return self._areas.code(called, day)

    def organisation(self, called: str, day: date) -> str | None:
        """The organisation that has this code or name on that day."""
        return self._organisations.code(called, day)


class _Called:
    def __init__(self, spans: Iterable[Span]) -> None:
        self._by_code: dict[str, list[Span]] = {}
        self._by_name: dict[str, list[Span]] = {}
        for span in spans:
            self._by_code.setdefault(span.code, []).append(span)
            self._by_name.setdefault(span.name.casefold(), []).append(span)

    def code(self, called: str, day: date) -> str | None:
        if any(span.holds_on(day) for span in self._by_code.get(called, ())):
            return called
        named = {span.code for span in self._by_name.get(called.casefold(), ()) if span.holds_on(day)}
        return named.pop() if len(named) == 1 else None
