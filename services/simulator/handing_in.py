"""Owns handing in what the office says, from where the centre left off: nothing twice, nothing left out.

A batch's idempotency key names the span of time whose lines it has, so the centre's own list of batches is
the only memory: after a restart the newest one says where to go on; one whose end never came is sent again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import structlog

from services.simulator import metrics
from services.simulator.office.book import SOURCES, Book, begun_on
from services.simulator.office.calendar import LOCAL, moment
from services.simulator.office.domain import Source
from services.simulator.office_wire import Batch, Span, key_of, span_of

log = structlog.get_logger(__name__)

AUTHOR = "Đỗ Thị Ngọc Ẩn"  # who types figures in


class Counter(Protocol):
    """What is needed of the centre, by who hands in and by who approves."""

    def batches(self, dataset: str) -> list[Batch]: ...
    def approve(self, batch: int) -> None: ...
    def hand_in(
        self, dataset: str, key: str, lines: Sequence[Mapping[str, str]], author: str = "", document: str = ""
    ) -> Batch: ...


class HandingIn:
    """Goes on with each source where it was left."""

    def __init__(
        self, book: Book, clerk: Counter, head: Counter, sources: Sequence[Source] = SOURCES
    ) -> None:
        self._book, self._office, self._sources = book, book.office, sources
        self._clerk, self._head = clerk, head
        self._until: dict[str, datetime] = {}  # by dataset: what was said up to then is handed in

    def turn(self, now: datetime) -> Iterator[int]:
        """Of each source how many lines were handed in that were new of it.

        Raises:
            CentreError: the centre is away or refused; the next turn goes on from there.
        """
        now = now.replace(microsecond=0)
        for source in self._sources:
            yield self._hand_in(source, self._next(source, now))

    def _next(self, source: Source, now: datetime) -> Span:
        """What comes next of a source: its past, a batch whose end never came, or what happened since."""
        if (since := self._until.get(source.dataset)) is not None:
            return Span(since, now)
        for batch in self._clerk.batches(source.dataset):
            if (span := span_of(batch.key, self._office.name)) is None:
                continue
            if not batch.is_whole:
                return span
            if batch.is_pending:
                self._head.approve(batch.number)
            return Span(span.until, now)
        return Span(moment(begun_on(source, self._office, now), 0), now, is_past=True)

    def _hand_in(self, source: Source, span: Span) -> int:
        begun = span.since.astimezone(LOCAL).date() if span.is_past else None
        lines = self._book.lines(source, span.since, span.until, begun)
        if lines:
            typed = (AUTHOR, f"{span.until:%d%m}/BC-{span.until:%Y}") if source.typed else ("", "")
            key = key_of(self._office.name, source.dataset, span)
            batch = self._clerk.hand_in(source.dataset, key, [line.cells for line in lines], *typed)
            if batch.is_pending:
                self._head.approve(batch.number)
            metrics.HANDED_IN.labels(source.dataset).inc(batch.lines)
            log.info("simulator.handed_in", dataset=source.dataset, lines=batch.lines, refused=batch.refused)
        self._until[source.dataset] = span.until
        return len(lines)
