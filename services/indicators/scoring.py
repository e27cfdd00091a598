"""Scores of figures, sources, areas and organisations, and who is late: what was counted, put together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import NamedTuple

from services.indicators import store_scores
from services.indicators.figures import Window, next_start
from services.indicators.grounds import Grounds
from services.indicators.lateness import Lateness, league
from services.indicators.owing import Owed, Roster
from services.indicators.published import Figure
from services.indicators.reports import Report, counted, reports, slots
from services.indicators.scores import Counts
from services.indicators.store_scores import Heard, Scope
from services.runtime.db import Connection

SUBJECTS = ("source", "area", "organisation")  # of which scores and league tables are made


class Subject(NamedTuple):
    """What a source, area or organisation comes to. `newest_at`: of a source, when anything last came."""

    code: str
    name_vi: str
    counts: Counts
    newest_at: datetime | None = None


class _Promises(NamedTuple):
    """What is owed in each window by each dataset, beside what came. `known`: the moment of knowledge."""

    roster: Roster
    heard: Mapping[str, Heard]
    owed: Mapping[tuple[str, Window], Sequence[Owed]]
    first_came: Mapping[Owed, datetime]
    known: datetime

    def owed_by(self, dataset: str, window: Window) -> dict[str, list[Report]]:
        """By the organisation that owes its own; "" of the dataset as a whole."""
        by: dict[str, list[Owed]] = {}
        for one in self.owed[dataset, window]:
            by.setdefault(one.organisation, []).append(one)
        return {organisation: self._became(dataset, some) for organisation, some in by.items()}

    def held_against(self, dataset: str, window: Window, subject: str) -> Iterator[tuple[str, list[Report]]]:
        """With the source, area or organisation that owes it or answers for the dataset; "" where none does.

        Each promise alone: of the dataset, or of one organisation in it.
        """
        by: dict[tuple[str, str], list[Owed]] = {}
        for one in self.owed[dataset, window]:
            for owner in self._owners(one, subject):
                by.setdefault((owner, one.organisation), []).append(one)
        for (owner, _), some in by.items():
            yield owner, self._became(dataset, some)

    def _became(self, dataset: str, owed: Sequence[Owed]) -> list[Report]:
        heard = self.heard[dataset]
        came = {one.slot: self.first_came[one] for one in owed if one in self.first_came}
        return reports([one.slot for one in owed], came, heard.answered_at, self.known)

    def _owners(self, one: Owed, subject: str) -> Collection[str]:
        if subject == "source":
            return [one.dataset]
        organisations = self.roster.answering(one) or [""]
        if subject == "organisation":
            return organisations
        return {self.roster.served(organisation) for organisation in organisations}


def counts_of_figures(
    connection: Connection,
    grounds: Grounds,
    datasets: Mapping[str, Sequence[str]],
    figures: Sequence[Figure],
    known: datetime,
) -> list[Counts]:
    """What the scores of each figure are made of: lines about it, the reports that it needs, its inputs.

    Args:
        datasets: of each indicator.
        known: the moment of knowledge.
    """
    if not figures:
        return []
    needed = sorted({key for one in figures for key in datasets[one.indicator] if key in grounds.datasets})
    windows = {_window(one) for one in figures}
    lines = store_scores.lines(
        *(connection, needed, {one.subject_kind for one in figures}, {one.subject for one in figures}),
        *({(window.start, window.finish) for window in windows}, known),
    )
    promises = _promises(connection, grounds, needed, windows, known)
    made: dict[tuple[str, Window], dict[str, Counts]] = {
        (key, window): {who: counted(told) for who, told in promises.owed_by(key, window).items()}
        for key in needed
        for window in windows
    }
    found = []
    for one in figures:
        window, total = _window(one), Counts(expected=one.expected or 0, used=one.used)
        for key in datasets[one.indicator]:
            scope = Scope(key, one.subject_kind, one.subject, window.start, window.finish)
            total = total.plus(lines.get(scope, Counts()))
            owed = made.get((key, window), {})
            total = _together(total, (owed[who] for who in _needed(one, owed, promises.roster)))
        found.append(total)
    return found


def subjects(
    connection: Connection, grounds: Grounds, subject: str, window: Window, known: datetime
) -> list[Subject]:
    """All sources, areas or organisations of which anything is known in a window, by code."""
    keys = sorted(grounds.datasets)
    kind = "province" if subject == "source" else subject
    lines = store_scores.lines(connection, keys, (kind,), None, ((window.start, window.finish),), known)
    promises = _promises(connection, grounds, keys, {window}, known)
    totals: dict[str, Counts] = {}
    for scope, counts in lines.items():
        code = scope.dataset if subject == "source" else scope.subject
        totals[code] = totals.get(code, Counts()).plus(counts)
    for key in keys:
        for code, owed in promises.held_against(key, window, subject):
            totals[code] = totals.get(code, Counts()).plus(counted(owed))
    name = _names(connection, grounds, subject, promises.roster)
    return [
        Subject(code, name(code), counts, promises.heard[code].newest_at if subject == "source" else None)
        for code, counts in sorted(totals.items())
        if code and any(counts)
    ]


def late_reporters(
    connection: Connection, grounds: Grounds, subject: str, window: Window, known: datetime
) -> list[Lateness]:
    """The league table of a window, worst first; "" where nobody answers for what is owed."""
    keys = sorted(grounds.datasets)
    promises = _promises(connection, grounds, keys, {window}, known)
    owed: dict[str, list[Report]] = {}
    for key in keys:
        for code, some in promises.held_against(key, window, subject):
            owed.setdefault(code, []).extend(some)
    return league(owed, _names(connection, grounds, subject, promises.roster), grounds.working, known)


def _promises(
    connection: Connection, grounds: Grounds, keys: Sequence[str], windows: Iterable[Window], known: datetime
) -> _Promises:
    heard = store_scores.heard(connection, keys, known)
    roster = Roster(store_scores.organisations(connection), store_scores.answering(connection))
    owed: dict[tuple[str, Window], list[Owed]] = {}
    for window in windows:
        for key in keys:
            dataset, begun = grounds.datasets[key], heard[key].begun
            some = [] if begun is None else slots(dataset, window, grounds.working.calendar)
            some = [slot for slot in some if begun is not None and begun <= slot.start <= known]
            owed[key, window] = list(roster.owed(key, dataset.promise.each, some))
    every = list(dict.fromkeys(one for some in owed.values() for one in some))
    first = store_scores.first_came(connection, every, known) if every else {}
    return _Promises(roster, heard, owed, first, known)


def _needed(figure: Figure, owed: Mapping[str, Counts], roster: Roster) -> Iterable[str]:
    """Whose reports a figure needs: those of the whole; of what each owes, its own or its organisations'."""
    match figure.subject_kind:
        case "organisation":
            mine: Collection[str] = {"", figure.subject}
        case "area":
            mine = {"", *roster.serving.get(figure.subject, ())}
        case _:
            mine = owed.keys()
    return [who for who in owed if who in mine]


def _names(connection: Connection, grounds: Grounds, subject: str, roster: Roster) -> Callable[[str], str]:
    if subject == "source":
        return lambda code: grounds.datasets[code].title_vi
    if subject == "organisation":
        return roster.name
    areas = store_scores.area_names(connection)
    return lambda code: areas.get(code, code)


def _window(figure: Figure) -> Window:
    return Window(figure.period, figure.period_start, next_start(figure.period, figure.period_start))


def _together(first: Counts, others: Iterable[Counts]) -> Counts:
    return reduce(Counts.plus, others, first)
