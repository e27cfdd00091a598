"""Figures of areas on the map of another day, computed for who asks and kept nowhere.

Entities are folded as known at a moment, as an explanation does, and summed by the units that records name;
then the pure parts (mapped_sums.py, mapped.py) say what that is on the map asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from services.indicators import mapped, store_definitions, store_explain, store_mapped
from services.indicators.entities import Measure
from services.indicators.figures import Computed, State
from services.indicators.follow_records import LOG
from services.indicators.grounds import Grounds
from services.indicators.mapped import Mapped
from services.indicators.mapped_sums import Passed, Placed, Remainder, Shares, Span, passed
from services.indicators.periods import local_day
from services.indicators.programme import Definition, Numbered, Programme, compiled
from services.indicators.published import Figure, Slot, Thing
from services.indicators.store_definitions import Standing
from services.runtime.db import Connection


@dataclass(frozen=True, slots=True)
class Wanted:
    """Indicators (their ids) of periods, as known at a moment, on the map of `to`."""

    indicators: Sequence[str]
    period: str
    starts: Sequence[date]
    to: date
    known: datetime


@dataclass(frozen=True, slots=True)
class OnMap:
    """What came out."""

    wanted: Wanted
    programme: Programme
    standing: Mapping[str, Standing]
    measures: Mapping[str, Numbered]
    by_span: Mapping[Span, Passed]
    placed: Sequence[Placed]
    shares: Shares
    days: Sequence[date]  # between which a code means one unit

    def figures(self, *, with_breakdowns: bool) -> Iterator[tuple[Figure, Mapped]]:
        """All figures of units, by indicator, period, code and breakdown."""
        today, open_codes = local_day(self.wanted.known), self.shares.open_codes
        for slot, fields in self._slots(with_breakdowns=with_breakdowns):
            indicator = self.programme.indicators[slot.thing.indicator]
            found = [
                one
                for field in fields
                for one in mapped.figures(indicator, slot, self.by_span, open_codes, today, field)
            ]
            for one in sorted(found, key=lambda one: one.slot.thing):
                yield self._figure(one.slot, one.computed), one

    def left(self, *, with_breakdowns: bool) -> Iterator[tuple[Figure, Remainder]]:
        """What stays on the way."""
        today = local_day(self.wanted.known)
        for slot, fields in self._slots(with_breakdowns=with_breakdowns):
            indicator = self.programme.indicators[slot.thing.indicator]
            for field in fields:
                for one in mapped.left(indicator, slot, self.by_span, today, field):
                    yield self._figure(one.slot, one.computed), one.remainder

    def made_from(self, code: str) -> dict[tuple[str, date], Decimal | None]:
        """Units of which a part is in the one of this code, or may be, with its weight; None: not known."""
        found: dict[tuple[str, date], Decimal | None] = {}
        for key, share in self.shares.of.items():
            if any(code in stay.reaches for stay in share.stays):
                found[key] = None
            elif weight := share.parts.get(code):
                found[key] = weight
        return found

    def _slots(self, *, with_breakdowns: bool) -> Iterator[tuple[Slot, tuple[str, ...]]]:
        for name, indicator in self.programme.indicators.items():
            fields = ("", *indicator.by) if with_breakdowns else ("",)
            for start in self.wanted.starts:
                yield Slot(Thing(name, "area", "", ""), self.wanted.period, start), fields

    def _figure(self, slot: Slot, computed: Computed) -> Figure:
        """Version 0: it is computed for who asks."""
        return Figure(
            *(*slot.thing, slot.period, slot.start),
            version=0,
            state=State.PROVISIONAL,
            **computed.answer._asdict(),
            expected=computed.expected,
            used=computed.used,
            late=computed.late,
            rejected=0,
            formula_version=self.standing[slot.thing.indicator].version,
            run=0,
            known_at=self.wanted.known,
            position=0,
        )


def on_map(connection: Connection, grounds: Grounds, wanted: Wanted) -> OnMap:
    """Sums what the indicators need of all units, and shares it out. Those without figures of areas are left
    out."""
    programme, standing, measures = _programme(connection, grounds, wanted)
    spans: dict[Measure, set[Span]] = {}
    for name, indicator in programme.indicators.items():
        for start in wanted.starts:
            slot = Slot(Thing(name, "area", "", ""), wanted.period, start)
            for span, measure in mapped.spans_of(indicator, [slot]):
                spans.setdefault(measure, set()).add(span)
    days = store_mapped.days_of_change(connection)
    store_explain.prepare(connection)
    unread = store_explain.unread_batches(connection, LOG)
    placed: list[Placed] = []
    for key, source in programme.sources.items():
        store_explain.stand(connection, source, grounds.working, wanted.known, unread)
        for measure, some in spans.items():
            if measure.dataset == key:
                of = sorted(some, key=lambda span: (span.before, span.since or date.min))
                placed += store_mapped.sums(connection, source, measure, of, wanted.known, days)
    shares = store_mapped.shares_on(connection, placed, wanted.to)
    by_number = {measure.number: measure for measure in spans}
    by_span = passed(placed, by_number, shares)
    return OnMap(wanted, programme, standing, measures, by_span, placed, shares, days)


def _programme(
    connection: Connection, grounds: Grounds, wanted: Wanted
) -> tuple[Programme, dict[str, Standing], dict[str, Numbered]]:
    standing: dict[str, Standing] = {}
    measures: dict[str, Numbered] = {}
    for name in wanted.indicators:
        one, measures = store_definitions.held(connection, name, 0, wanted.known)
        if one is not None and "area" in one.indicator.levels and wanted.period in one.indicator.periods:
            standing[name] = one
    definitions = {name: Definition(one.indicator, one.version) for name, one in standing.items()}
    return compiled(0, definitions, measures, grounds.datasets), standing, measures
