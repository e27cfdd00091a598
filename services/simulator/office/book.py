"""All that the office hands in between two moments, by source. Pure, but for what it remembers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from services.simulator.office import (
    digital,
    economy,
    governance,
    public_services,
    security,
    society,
    utilities,
)
from services.simulator.office.calendar import LOCAL
from services.simulator.office.domain import Line, Office, Source
from services.simulator.office.slips import SLOWEST, with_slips

# In the order in which they are handed in: what is small and seen by many comes first.
SOURCES: tuple[Source, ...] = (
    *economy.SOURCES,
    *security.SOURCES,
    *governance.SOURCES,
    *utilities.SOURCES,
    *digital.SOURCES,
    *society.SOURCES,
    *public_services.SOURCES,
)

# What is sampled is whole for the month under way and the two before.
WHOLE, ONE_IN = timedelta(days=93), 6


class Book:
    """What an office says; days that were worked out are kept while they still say something new."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._told: dict[tuple[str, date], list[Line]] = {}

    def lines(
        self, source: Source, since: datetime, until: datetime, begun: date | None = None
    ) -> list[Line]:
        """What reaches the centre after `since` and not after `until`, in the order in which it does.

        `begun`: the past is told from that day on, of what is sampled only a part; else everything is.
        """
        first = (since - source.takes - SLOWEST).astimezone(LOCAL).date()
        today = until.astimezone(LOCAL).date()
        starts = source.starts(max(first, begun or self.office.since), today)
        if source.sampled and begun is not None:
            starts = (day for day in starts if day > today - WHOLE or day.toordinal() % ONE_IN == 0)
        found = [line for start in starts for line in self._of(source, start) if since < line.at <= until]
        self._forget(source, first)
        return sorted(found, key=lambda line: line.at)

    def _of(self, source: Source, start: date) -> list[Line]:
        key = (source.dataset, start)
        if key not in self._told:
            rows = source.rows(self.office, self.office.chance(*key), start)
            slips = self.office.chance("slips", *key)
            self._told[key] = [line for row in rows for line in with_slips(source, slips, row)]
        return self._told[key]

    def _forget(self, source: Source, first: date) -> None:
        for key in [key for key in self._told if key[0] == source.dataset and key[1] < first]:
            del self._told[key]


def begun_on(source: Source, office: Office, now: datetime) -> date:
    """From when on the past of a source is handed in: the first day of a month, or the office's first."""
    return max((now.astimezone(LOCAL) - source.back).date().replace(day=1), office.since)
