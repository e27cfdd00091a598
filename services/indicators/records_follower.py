"""The follower of records: runs the transactions of figures, reads the clock, remembers the definitions."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog

from services.indicators import follow_records, store_definitions
from services.indicators.catalogue import SHIPPED, load_catalogue
from services.indicators.follow_records import Followed, Moment
from services.indicators.grounds import Grounds
from services.indicators.metrics import FIGURES, RECORDS_BEHIND, RECORDS_POSITION, RECORDS_SECONDS
from services.indicators.programme import Programme, compiled
from services.indicators.settings import IndicatorsSettings
from services.runtime.db import Connection, Pool, transaction
from services.runtime.outbox import Position
from services.runtime.trace import new_trace_id

log = structlog.get_logger(__name__)

MOST_TURNS = 20  # transactions of one call, so that a long backlog does not keep the clock waiting
# A row waits for the transaction under way, the rest and its own: a third of the time is left to others.
REST = 0.5  # of what the last transaction took
LONGEST_REST_S = 1.0
FIRST = "start"  # who applied the catalogue that the product brings, where nothing was applied before


def _utc_now() -> datetime:
    return datetime.now(UTC)


class RecordsFollower:
    """Everything that a worker may ask for; each method is one or more short transactions.

    All methods raise services.runtime.outcome.Unavailable while the database is away.
    """

    def __init__(
        self,
        pool: Pool,
        grounds: Grounds,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._pool = pool
        self._settings = grounds.settings
        self._datasets = grounds.datasets
        self._working = grounds.working
        self._clock = clock
        self._followed: Position | None = None
        self._rest_until = 0.0  # time.monotonic
        self._programme: Programme | None = None
        self._is_made = False  # all that the programme defines

    def hear(self, position: Position) -> None:
        """Follows the log where it grew to `position`, unless that has been followed already.

        Rests in between, so that under load many facts are taken together.
        """
        known = self._followed
        if known is not None and known.epoch == position.epoch and position.position <= known.position:
            return
        time.sleep(max(0.0, self._rest_until - time.monotonic()))
        self.catch_up()

    def catch_up(self) -> bool:
        """Follows the log until nothing is left (True), or as far as one call should go.

        What is defined otherwise than it was made is made first, and anew where facts were lost.
        """
        for _ in range(MOST_TURNS):
            if not self._is_made and not self._make():
                return False
            followed = self._follow()
            if followed.has_lost:
                self._is_made = False
            elif self._is_made and not followed.behind:
                return True
        return False

    def tick(self) -> None:
        """What time asks for: catch up if a fact got lost, move what has come, make final what settled."""
        self._is_made = False  # another worker may have lost facts, or ended amid its work
        if not self.catch_up():
            return  # what lies unread may change a figure that would be made final
        with transaction(self._pool) as connection:
            FIGURES.inc(follow_records.tick(connection, self._moment(connection)))
        for _ in range(MOST_TURNS):
            with transaction(self._pool) as connection:
                settled = follow_records.settle(connection, self._moment(connection))
            if settled < follow_records.SETTLED_A_TURN:
                break

    def _make(self) -> bool:
        """Whether everything is made as it is defined."""
        for _ in range(MOST_TURNS):
            with transaction(self._pool) as connection:
                if not follow_records.make(connection, self._moment(connection)):
                    self._is_made = True
                    return True
        return False

    def _follow(self) -> Followed:
        began = time.monotonic()
        with RECORDS_SECONDS.time(), transaction(self._pool) as connection:
            followed = follow_records.follow(connection, self._moment(connection))
        self._followed = followed.position
        ended = time.monotonic()
        self._rest_until = ended + min(LONGEST_REST_S, max(self._settings.rest_s, REST * (ended - began)))
        RECORDS_POSITION.set(followed.position.position)
        RECORDS_BEHIND.set(followed.behind)
        FIGURES.inc(followed.figures)
        if followed.trace_ids:
            log.info(
                "figures.followed",
                trace_id=followed.trace_ids[-1],
                trace_ids=followed.trace_ids,
                position=followed.position.position,
                figures=followed.figures,
            )
        return followed

    def _moment(self, connection: Connection) -> Moment:
        now = self._clock()
        programme = self._current_programme(connection, now)
        return Moment(programme, self._working, self._settings, now, new_trace_id())

    def _current_programme(self, connection: Connection, now: datetime) -> Programme:
        application = store_definitions.application(connection)
        if not application:
            catalogue = load_catalogue(self._datasets, *catalogue_folders(self._settings))
            store_definitions.apply(connection, catalogue, self._datasets, FIRST, now)
            application = store_definitions.application(connection)
        if self._programme is None or self._programme.application != application:
            self._programme = compiled(
                application,
                store_definitions.definitions(connection),
                store_definitions.measures(connection),
                self._datasets,
            )
            self._is_made = False
            log.info("figures.defined", application=application, indicators=len(self._programme.indicators))
        return self._programme


def catalogue_folders(settings: IndicatorsSettings) -> list[Path]:
    """Where definitions are: the product's own, and the province's."""
    return [SHIPPED, *([settings.catalogue] if settings.catalogue else [])]
