"""Who owes the reports of a promise: organisations, each its own, or who answers for a dataset. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from services.indicators.reports import Slot
from services.records.dates import VIETNAM


class Organisation(NamedTuple):
    """A state of an organisation, [since, until). `kind`: "commune" of the authority of one.

    `serves`: code of an area; "" none.
    """

    code: str
    name_vi: str
    kind: str
    serves: str
    since: date
    until: date | None


class Answering(NamedTuple):
    """An organisation that answers for a dataset, [since, until)."""

    dataset: str
    organisation: str
    since: date
    until: date | None


class Owed(NamedTuple):
    """A slot of a dataset. `organisation`: that owes its own; "" of the dataset as a whole."""

    dataset: str
    organisation: str
    slot: Slot


class Roster:
    """Organisations and who answers for what, through time."""

    def __init__(self, organisations: Iterable[Organisation], answering: Iterable[Answering]) -> None:
        self._states: dict[str, list[Organisation]] = {}
        for one in organisations:
            self._states.setdefault(one.code, []).append(one)
        self._answering: dict[str, list[Answering]] = {}
        for who in answering:
            self._answering.setdefault(who.dataset, []).append(who)
        self._standing: dict[tuple[date, tuple[str, ...]], list[str]] = {}

    def owed(self, dataset: str, each: tuple[str, ...], slots: Sequence[Slot]) -> Iterator[Owed]:
        """Each slot once, or once for each organisation of the kinds `each` that was there all the time."""
        for slot in slots:
            if not each:
                yield Owed(dataset, "", slot)
                continue
            still = set(self._on(_day(slot.due_at), each))
            for code in self._on(_day(slot.start), each):
                if code in still:
                    yield Owed(dataset, code, slot)

    def answering(self, one: Owed) -> list[str]:
        """Whom a report is held against: who owes it, or answers for its dataset when it falls due."""
        if one.organisation:
            return [one.organisation]
        day = _day(one.slot.due_at)
        found = self._answering.get(one.dataset, ())
        return sorted({who.organisation for who in found if who.since <= day and _goes_on(who.until, day)})

    def served(self, organisation: str) -> str:
        """The area that an organisation serves, or did at last; "" none."""
        states = self._states.get(organisation)
        return states[-1].serves if states else ""

    @cached_property
    def serving(self) -> Mapping[str, frozenset[str]]:
        """By area, the organisations that serve it."""
        found: dict[str, set[str]] = {}
        for code in self._states:
            if area := self.served(code):
                found.setdefault(area, set()).add(code)
        return {area: frozenset(codes) for area, codes in found.items()}

    def name(self, organisation: str) -> str:
        """What it is called, or was at last; of an unknown one its code."""
        states = self._states.get(organisation)
        return states[-1].name_vi if states else organisation

    def _on(self, day: date, kinds: tuple[str, ...]) -> list[str]:
        known = self._standing.get((day, kinds))
        if known is None:
            known = self._standing[day, kinds] = [
                code
                for code, states in self._states.items()
                if any(one.kind in kinds and one.since <= day and _goes_on(one.until, day) for one in states)
            ]
        return known


def _day(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()


def _goes_on(until: date | None, day: date) -> bool:
    return until is None or until > day
