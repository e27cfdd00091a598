"""The follower: runs this context's transactions on a pool, reads the clock and remembers the devices."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import structlog

from services.indicators import follow, store_inputs
from services.indicators.basis import Basis
from services.indicators.domain import Value
from services.indicators.follow import Followed
from services.indicators.metrics import BEHIND, FOLLOW_SECONDS, POSITION, PUBLISHED, REFUSED_UNITS
from services.indicators.publishing import Moment
from services.indicators.roster import Roster
from services.indicators.settings import IndicatorsSettings, load_standards
from services.runtime.db import Connection, Pool, transaction
from services.runtime.outbox import Position
from services.runtime.trace import new_trace_id

log = structlog.get_logger(__name__)

MOST_TURNS = 20  # transactions of one call, so that a long backlog does not keep the clock waiting
LONGEST_REST_S = 2.0
ROSTER_AGE_S = 60.0  # areas have no change detector: they are read again after this


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _count(values: Iterable[Value]) -> None:
    """Counts what was published, once it is committed."""
    for value in values:
        PUBLISHED.labels(value.indicator, value.state.value).inc()


class Follower:
    """Everything that a worker may ask for; each method is one or more short transactions.

    All methods raise services.runtime.outcome.Unavailable while the database is away.
    """

    def __init__(
        self, pool: Pool, settings: IndicatorsSettings, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        self._pool = pool
        self._settings = settings
        self._standards = load_standards(settings)
        self._clock = clock
        self._followed: Position | None = None
        self._rest_until = 0.0  # time.monotonic
        self._roster: tuple[str, float, Roster] | None = None  # devices' version, loaded at, the roster

    def hear(self, position: Position) -> None:
        """Follows the log where it grew to `position`, unless that has been followed already.

        Rests in between, so that under load many facts are taken together and ingest keeps half a core.
        """
        if self._has_followed(position):
            return
        time.sleep(max(0.0, self._rest_until - time.monotonic()))
        self.catch_up()

    def catch_up(self) -> bool:
        """Follows telemetry's log until nothing is left (True), or as far as one call should go."""
        return any(not self._follow().behind for _ in range(MOST_TURNS))

    def _has_followed(self, position: Position) -> bool:
        known = self._followed
        return known is not None and known.epoch == position.epoch and position.position <= known.position

    def tick(self) -> None:
        """What time asks for: catch up if a fact got lost, close what ended, make final what settled."""
        if not self.catch_up():
            return  # what lies unread may fill a period that would be closed as missing
        with transaction(self._pool) as connection:
            closed = follow.close_periods(connection, self._moment(connection))
        _count(closed)
        for _ in range(MOST_TURNS):
            with transaction(self._pool) as connection:
                settled = follow.settle(connection, self._moment(connection))
            _count(settled)
            if len(settled) < follow.SETTLED_A_TURN:
                break

    def _follow(self) -> Followed:
        began = time.monotonic()
        with FOLLOW_SECONDS.time(), transaction(self._pool) as connection:
            followed = follow.follow(connection, self._moment(connection))
        self._followed = followed.position
        ended = time.monotonic()
        self._rest_until = ended + min(LONGEST_REST_S, max(self._settings.rest_s, ended - began))
        POSITION.set(followed.position.position)
        BEHIND.set(followed.behind)
        _count(followed.values)
        if followed.trace_ids:
            log.info(
                "indicators.followed",
                trace_id=followed.trace_ids[-1],
                trace_ids=followed.trace_ids,
                position=followed.position.position,
                values=len(followed.values),
            )
        return followed

    def _moment(self, connection: Connection) -> Moment:
        roster = self._current_roster(connection)
        return Moment(Basis(roster, self._standards, self._clock()), self._settings, new_trace_id())

    def _current_roster(self, connection: Connection) -> Roster:
        version = store_inputs.devices_version(connection)
        if self._roster is not None:
            known, loaded_at, roster = self._roster
            if known == version and time.monotonic() - loaded_at < ROSTER_AGE_S:
                return roster
        roster = store_inputs.load_roster(connection)
        self._roster = (version, time.monotonic(), roster)
        REFUSED_UNITS.set(len(roster.refused))
        for series, refusal in roster.refused.items():
            log.warning(
                "indicators.unit_refused", channel=f"{series.device}/{series.channel}", unit=refusal.unit
            )
        return roster
