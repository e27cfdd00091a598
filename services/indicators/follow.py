"""The transactions of this context: follow telemetry's log, close periods by the clock, make values final.

Each takes the checkpoint's lock first, so whatever runs at once, here or in another process, takes turns.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from services.indicators import store, store_inputs, wire
from services.indicators.air_day import touched_day_cells
from services.indicators.cells import (
    Arrival,
    ChangedHour,
    SeriesHour,
    air_cells,
    on_time_cells,
    series_hours,
)
from services.indicators.closing import (
    PERIODS,
    cells_to_close,
    ends_to_close,
    open_cells,
    recent_cells,
)
from services.indicators.domain import Cell, Value, finalise
from services.indicators.gauge_values import gauge_cells
from services.indicators.measures import compare
from services.indicators.metrics import RECOVERIES, UNREADABLE
from services.indicators.periods import HOUR, floor, last_end
from services.indicators.publishing import Moment, in_turns, publish_cells, publish_facts
from services.indicators.roster import Roster
from services.runtime import outbox
from services.runtime.db import Connection
from services.runtime.outbox import Fact, OutOfRange, Position

log = structlog.get_logger(__name__)

LOG = "telemetry"
SETTLED_A_TURN = 2_000  # values that become final in one transaction


@dataclass(frozen=True, slots=True)
class Followed:
    """How far a transaction came, what it published, and how many facts it left for the next."""

    position: Position
    values: Sequence[Value] = ()
    behind: int = 0
    trace_ids: tuple[str, ...] = ()


def follow(connection: Connection, moment: Moment) -> Followed:
    """Takes the facts after the checkpoint, as many as the settings allow, and publishes what they change."""
    checkpoint = _lock(connection)
    head = outbox.head(connection, LOG)
    try:
        if checkpoint.epoch != head.epoch:
            raise OutOfRange(f"epoch {checkpoint.epoch} ended, {head.epoch} began")
        facts = outbox.facts_after(connection, LOG, checkpoint.position, moment.settings.batch_facts)
    except OutOfRange as gap:
        return recover(connection, moment, head, str(gap))
    if not facts:
        return Followed(checkpoint)
    return _apply(connection, moment, facts, head)


def _apply(connection: Connection, moment: Moment, facts: Sequence[Fact], head: Position) -> Followed:
    taken, arrivals = _take(facts, moment.settings.batch_readings)
    last = taken[-1]
    changed = _refresh_measures(connection, series_hours(arrivals, moment.roster), moment.roster)
    cells = _air_cells(changed, moment) | on_time_cells(arrivals, moment.roster, moment.now)
    cells |= gauge_cells(arrivals, moment.roster, moment.now)
    values = publish_cells(connection, moment, cells, last.position, last.trace_id)
    reached = Position(last.epoch, last.position)
    store.set_checkpoint(connection, LOG, reached)
    return Followed(
        position=reached,
        values=values,
        behind=max(0, head.position - last.position),
        trace_ids=tuple(fact.trace_id for fact in taken),
    )


def recover(connection: Connection, moment: Moment, head: Position, reason: str) -> Followed:
    """Facts were lost: recomputes the last hours from the readings, and follows on from the head of the log.

    The head was read before the readings are, so what comes in between is at worst looked at twice.
    """
    RECOVERIES.inc()
    log.warning("indicators.recovering", reason=reason, hours=moment.settings.recovery_hours)
    span = moment.settings.recovery
    changed: list[ChangedHour] = []
    for hours in in_turns(_recent_series_hours(moment.roster, moment.now, span)):
        changed += _refresh_measures(connection, hours, moment.roster)
    cells = _air_cells(changed, moment)
    cells.update(recent_cells(moment.now, span, moment.roster))
    values = publish_cells(connection, moment, cells, head.position, moment.trace_id)
    store.set_checkpoint(connection, LOG, head)
    return Followed(head, values)


def close_periods(connection: Connection, moment: Moment) -> list[Value]:
    """Evaluates what ended since the last call, and the open 5 minutes as of now; the values that changed."""
    checkpoint = _lock(connection)
    cells = open_cells(moment.now, moment.roster)
    for period in PERIODS:
        since = store.closed_until(connection, period)
        for end in ends_to_close(since, moment.now, period, moment.settings.catch_up):
            cells |= cells_to_close(period, end, moment.roster)
        newest = last_end(moment.now, period)
        store.set_closed_until(connection, period, max(since, newest) if since else newest)
    return publish_cells(connection, moment, cells, checkpoint.position, moment.trace_id)


def settle(connection: Connection, moment: Moment) -> list[Value]:
    """Makes settled provisional values final, at most SETTLED_A_TURN in a call; these values."""
    _lock(connection)
    settled = store.settled_values(connection, moment.now, moment.settings.settle, SETTLED_A_TURN)
    settling = [finalise(value, moment.now, moment.settings.settle) for value in settled]
    final = [value for value in settling if value]
    if final:
        store.write_values(connection, final)
    return publish_facts(connection, moment, final, moment.trace_id)


def _lock(connection: Connection) -> Position:
    """The checkpoint; what others commit before it is given is seen by all that follows."""
    return store.lock_checkpoint(connection, LOG, outbox.head(connection, LOG).epoch)


def _take(facts: Sequence[Fact], most_readings: int) -> tuple[list[Fact], list[Arrival]]:
    """A prefix of the facts with its readings; at least one fact, however large."""
    taken: list[Fact] = []
    arrivals: list[Arrival] = []
    for fact in facts:
        if taken and len(arrivals) >= most_readings:
            break
        taken.append(fact)
        if fact.name == wire.STORED:
            arrivals += _arrivals(fact)
    return taken, arrivals


def _arrivals(fact: Fact) -> list[Arrival]:
    try:
        return wire.arrivals(fact.body)
    except ValueError as error:  # it will never be readable: going on without it beats standing still
        UNREADABLE.inc()
        log.error("indicators.unreadable", position=fact.position, trace_id=fact.trace_id, error=str(error))
        return []


def _air_cells(changes: Sequence[ChangedHour], moment: Moment) -> set[Cell]:
    """Of hours and of days."""
    hours = air_cells(changes, moment.roster, moment.now)
    return hours | touched_day_cells(changes, moment.roster, moment.now)


def _refresh_measures(
    connection: Connection, hours: Iterable[SeriesHour], roster: Roster
) -> list[ChangedHour]:
    changed: list[ChangedHour] = []
    for turn in in_turns(sorted(hours)):
        kept = store_inputs.measures_at(connection, turn)
        recomputed = store_inputs.recompute_measures(connection, turn, roster)
        changes = compare(turn, kept, recomputed, roster)
        if changes.written:
            store_inputs.write_measures(connection, changes.written)
        if changes.removed:
            store_inputs.delete_measures(connection, changes.removed)
        changed += changes.changed
    return changed


def _recent_series_hours(roster: Roster, now: datetime, span: timedelta) -> Iterator[SeriesHour]:
    newest = floor(now, HOUR)
    for series in roster.feeds:
        for age in range(span // HOUR + 1):
            yield SeriesHour(series.device, series.channel, newest - age * HOUR)
