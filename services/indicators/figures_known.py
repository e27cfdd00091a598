"""Figures as they stood at a moment of knowledge.

Final and restated versions are kept, so are provisional ones that nothing has replaced since. What was
replaced is computed again, from the records as they were known then and by the definitions that held then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cached_property

from services.indicators import store_definitions, store_explain, store_past, store_published, store_sums
from services.indicators.explain import window_of
from services.indicators.figures import State, Written, compute, next_start
from services.indicators.follow_records import LOG
from services.indicators.grounds import Grounds
from services.indicators.language.formula import operands
from services.indicators.periods import local_day
from services.indicators.programme import Definition, Numbered, Programme, compiled
from services.indicators.published import Figure, Slot, Thing
from services.indicators.store_published import Asked
from services.runtime.db import Connection
from services.runtime.rpc_errors import InvalidRequest

MOST_ENTITIES = 1_000_000  # of the datasets that one call folds again: some 20 s of work
_EVER = (date.min, date.max)


class Known:
    """What one call reads of figures. `known_at`: None for what stands now."""

    def __init__(
        self, connection: Connection, grounds: Grounds, indicators: Iterable[str], known_at: datetime | None
    ) -> None:
        self._connection = connection
        self._grounds = grounds
        self._indicators = tuple(indicators)
        self._known_at = known_at
        self._filled: set[str] = set()
        self._entities = 0

    def figures(self, asked: Asked, after: Thing | None, limit: int) -> list[Figure]:
        """At most `limit` figures that stood, of what comes behind a thing; as store_published.figures."""
        now = asked._replace(known_at=None)
        if self._known_at is None:
            return store_published.figures(self._connection, now, after, limit)
        found: list[Figure] = []
        while len(found) < limit:
            page = store_published.figures(self._connection, now, after, limit)
            found += self._newest(page, asked.start, self._known_at)
            if len(page) < limit:
                break
            after = page[-1].thing
        return found[:limit]

    def series(self, thing: Thing, period: str, start: date, end: date, limit: int) -> list[Figure]:
        """The figures of one thing that stood, with period starts in [start, end), oldest first."""
        if self._known_at is None:
            return store_published.series(self._connection, thing, period, start, end, None, limit)
        found = self._stood([thing], period, start, end, self._known_at)
        return sorted(found, key=lambda one: one.period_start)[:limit]

    def _newest(self, page: Sequence[Figure], start: date | None, known_at: datetime) -> list[Figure]:
        """Of each thing of a page of figures that stand now, what stood of its newest period, or of one."""
        if not page:
            return []
        begin, end = (start, next_start(page[0].period, start)) if start else _EVER
        things = [one.thing for one in page]
        stood = self._stood(things, page[0].period, begin, end, known_at, only_newest=True)
        by_thing = {one.thing: one for one in stood}
        return [by_thing[thing] for thing in things if thing in by_thing]

    def _stood(
        self,
        things: Sequence[Thing],
        period: str,
        start: date,
        end: date,
        known_at: datetime,
        *,
        only_newest: bool = False,
    ) -> list[Figure]:
        """What stood of these things, with period starts in [start, end)."""
        asked = (self._connection, things, period, start, end, known_at)
        kept, settled_later = store_past.kept(*asked)
        slots = [*(one.slot for one in kept), *store_past.replaced(*asked)]
        wanted = {slot.thing: slot for slot in sorted(slots)}.values() if only_newest else slots
        chosen = set(wanted)
        there = {one.slot: one for one in kept if one.slot in chosen}
        found = [
            one._replace(state=State.PROVISIONAL) if slot in settled_later else one
            for slot, one in there.items()
        ]
        return found + self._again([slot for slot in wanted if slot not in there], known_at)

    def _again(self, slots: Sequence[Slot], known_at: datetime) -> list[Figure]:
        """Figures that were provisional and have been replaced, computed again."""
        slots = [slot for slot in slots if slot.thing.indicator in self._programme.indicators]
        if not slots:
            return []
        for one in dict.fromkeys(slot.thing.indicator for slot in slots):
            for dataset in sorted(self._programme.indicators[one].datasets - self._filled):
                self._fill(dataset, known_at)
        store_past.make_due(self._connection, slots)
        sums = store_sums.sums(self._connection, 0, store_past.SCHEMA)
        today = local_day(known_at)
        found = []
        for number, slot in enumerate(slots):
            indicator = self._programme.indicators[slot.thing.indicator]
            computed = compute(indicator, window_of(slot), sums.get(number, {}), today)
            written = Written(1, State.PROVISIONAL, computed)
            found.append(figure_of(slot, written, indicator.version, known_at))
        return found

    def _fill(self, dataset: str, known_at: datetime) -> None:
        self._entities += store_past.entities(self._connection, dataset)
        if self._entities > MOST_ENTITIES:
            detail = (
                "some of these figures were replaced since, and would be computed again of more than"
                f" {MOST_ENTITIES} records: name fewer indicators, or ask ExplainFigure for one"
            )
            raise InvalidRequest([("known_at", "too_much_to_compute", detail)])
        source, working = self._programme.sources[dataset], self._grounds.working
        store_explain.stand(self._connection, source, working, known_at, self._unread)
        store_past.fill(self._connection, source, self._programme.families[dataset], known_at)
        self._filled.add(dataset)

    @cached_property
    def _unread(self) -> list[int]:
        return store_explain.unread_batches(self._connection, LOG)

    @cached_property
    def _programme(self) -> Programme:
        """The definitions that held then; without those whose datasets this server no longer knows."""
        assert self._known_at is not None
        definitions, measures = store_definitions.held_of(self._connection, self._indicators, self._known_at)
        there = {name: one for name, one in definitions.items() if self._is_there(one, measures)}
        programme = compiled(0, there, measures, self._grounds.datasets)
        store_past.prepare(self._connection, programme.uses)
        return programme

    def _is_there(self, one: Definition, measures: dict[str, Numbered]) -> bool:
        told = (measures[operand.measure].measure for operand in operands(one.indicator.formula.node))
        return all(measure is not None and measure.dataset in self._grounds.datasets for measure in told)


def figure_of(slot: Slot, written: Written, formula_version: int, known_at: datetime) -> Figure:
    """A figure that is computed and not published: it points to no run."""
    computed = written.computed
    return Figure(
        *(*slot.thing, slot.period, slot.start),
        version=written.version,
        state=written.state,
        **computed.answer._asdict(),
        expected=computed.expected,
        used=computed.used,
        late=computed.late,
        rejected=0,
        formula_version=formula_version,
        run=0,
        known_at=known_at,
        position=0,
    )
