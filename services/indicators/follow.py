"""The transactions of this context: follow telemetry's log, close periods by the clock, make values final.

Each takes the checkpoint's lock first, so whatever runs at once, here or in another process, takes turns.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

import structlog

from services.indicators import store, store_inputs, wire
from services.indicators.cells import (
    Arrival,
    ChangedHour,
    SeriesHour,
    air_cells,
    floor,
    on_time_cells,
    series_hours,
)
from services.indicators.closing import (
    PERIODS,
    cells_to_close,
    ends_to_close,
    open_cells,
    recent_on_time_cells,
)
from services.indicators.definitions import HOUR
from services.indicators.domain import Cell, Knowledge, Value, advance, finalise
from services.indicators.evaluate import evaluate
from services.indicators.measures import compare
from services.indicators.metrics import RECOVERIES, UNREADABLE
from services.indicators.roster import Roster
from services.indicators.settings import IndicatorsSettings
from services.runtime import outbox
from services.runtime.db import Connection
from services.runtime.outbox import Fact, OutOfRange, Position

log = structlog.get_logger(__name__)
_T = TypeVar("_T")

LOG = "telemetry"
SCHEMA = "indicators"
CELLS_A_TURN = 5_000  # cells or series hours of one statement
SETTLED_A_TURN = 2_000  # values that become final in one transaction


@dataclass(frozen=True, slots=True)
class Moment:
    """What a transaction works with: the devices, the limits, the clock and the trace."""

    roster: Roster
    settings: IndicatorsSettings
    now: datetime
    trace_id: str  # of what has no fact to take it from


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
    cells = air_cells(changed, moment.roster, moment.now) | on_time_cells(arrivals, moment.roster, moment.now)
    values = _publish_cells(connection, moment, cells, last.position, last.trace_id)
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
    for hours in _turns(_recent_series_hours(moment.roster, moment.now, span)):
        changed += _refresh_measures(connection, hours, moment.roster)
    cells = air_cells(changed, moment.roster, moment.now)
    cells.update(recent_on_time_cells(moment.now, span, moment.roster))
    values = _publish_cells(connection, moment, cells, head.position, moment.trace_id)
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
        newest = floor(moment.now, period)
        store.set_closed_until(connection, period, max(since, newest) if since else newest)
    return _publish_cells(connection, moment, cells, checkpoint.position, moment.trace_id)


def settle(connection: Connection, moment: Moment) -> list[Value]:
    """Makes settled provisional values final, at most SETTLED_A_TURN in a call; these values."""
    _lock(connection)
    settled = store.settled_values(connection, moment.now, moment.settings.settle, SETTLED_A_TURN)
    final = [finalise(value, moment.now, moment.settings.settle) for value in settled]
    return _publish(connection, moment, [value for value in final if value], moment.trace_id)


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


def _refresh_measures(
    connection: Connection, hours: Iterable[SeriesHour], roster: Roster
) -> list[ChangedHour]:
    changed: list[ChangedHour] = []
    for turn in _turns(sorted(hours)):
        kept = store_inputs.measures_at(connection, turn)
        recomputed = store_inputs.recompute_measures(connection, turn, roster)
        changes = compare(turn, kept, recomputed, roster)
        if changes.written:
            store_inputs.write_measures(connection, changes.written)
        if changes.removed:
            store_inputs.delete_measures(connection, changes.removed)
        changed += changes.changed
    return changed


def _publish_cells(
    connection: Connection, moment: Moment, cells: Iterable[Cell], position: int, trace_id: str
) -> list[Value]:
    knowledge = Knowledge(moment.now, position)
    written: list[Value] = []
    for turn in _turns(sorted(cells)):
        computed = evaluate(connection, turn, moment.roster, moment.now)
        standing = store.standing_values(connection, turn)
        advanced = (advance(standing.get(result.cell), result, knowledge) for result in computed)
        written += [value for value in advanced if value]
    return _publish(connection, moment, written, trace_id)


def _publish(connection: Connection, moment: Moment, values: list[Value], trace_id: str) -> list[Value]:
    """Writes values and appends their facts to the outbox, in the transaction under way; the same values."""
    for turn in _turns(values):
        store.write_values(connection, turn)
    size = moment.settings.fact_values
    for first in range(0, len(values), size):
        body = wire.published(values[first : first + size])
        outbox.append(connection, SCHEMA, wire.PUBLISHED, body, trace_id)
    return values


def _recent_series_hours(roster: Roster, now: datetime, span: timedelta) -> Iterator[SeriesHour]:
    newest = floor(now, HOUR)
    for series in roster.feeds:
        for age in range(span // HOUR + 1):
            yield SeriesHour(series.device, series.channel, newest - age * HOUR)


def _turns(items: Iterable[_T]) -> Iterator[list[_T]]:
    iterator = iter(items)
    while turn := list(islice(iterator, CELLS_A_TURN)):
        yield turn
