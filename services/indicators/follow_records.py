"""The transactions of figures: follow records' log, make what is defined otherwise, move with time, settle.

Each takes the checkpoint's lock first, so whatever runs at once, here or in another process, takes turns.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import structlog

from services.indicators import (
    figures_fact,
    store,
    store_cells,
    store_definitions,
    store_due,
    store_entities,
    store_figures,
    store_map,
    store_refused,
    store_stocks,
    store_sums,
)
from services.indicators.entities import Source
from services.indicators.figures import Written, advance, compute
from services.indicators.metrics import RECOVERIES, UNREADABLE
from services.indicators.periods import local_day
from services.indicators.programme import USES, Programme
from services.indicators.published import Figure
from services.indicators.records_fact import APPENDED, Change, to_change
from services.indicators.settings import IndicatorsSettings
from services.indicators.store_due import Due
from services.indicators.store_entities import Lines
from services.indicators.store_figures import Receipt
from services.indicators.working_clock import WorkingClock
from services.runtime import outbox
from services.runtime.db import Connection
from services.runtime.outbox import Fact, OutOfRange, Position

log = structlog.get_logger(__name__)

LOG = "records"
SCHEMA = "indicators"
# Folded and summed at once where a whole dataset is; bounds the work tables.
ENTITIES_A_TURN = 100_000
SETTLED_A_TURN = 2_000  # figures that become final in one transaction


@dataclass(frozen=True, slots=True)
class Moment:
    """What a transaction works with: the definitions, working time, the clock and the trace."""

    programme: Programme
    working: WorkingClock
    settings: IndicatorsSettings
    now: datetime
    trace_id: str


class Followed(NamedTuple):
    """How far a transaction came, how many figures it wrote, how many facts it left; the facts' traces.

    `has_lost`: facts were lost, so that everything is to be made anew.
    """

    position: Position
    figures: int = 0
    behind: int = 0
    trace_ids: tuple[str, ...] = ()
    has_lost: bool = False


class _Cause(NamedTuple):
    """Why figures are written: what a run keeps."""

    why: str
    reached: Position
    batches: Sequence[int]
    trace_id: str


def follow(connection: Connection, moment: Moment) -> Followed:
    """Takes facts after the checkpoint, as many as the settings allow, and writes the figures they change."""
    checkpoint = _begin(connection)
    head = outbox.head(connection, LOG)
    try:
        if checkpoint.epoch != head.epoch:
            raise OutOfRange(f"epoch {checkpoint.epoch} ended, {head.epoch} began")
        facts = outbox.facts_after(connection, LOG, checkpoint.position, moment.settings.batch_facts)
    except OutOfRange as gap:
        return _recover(connection, head, str(gap))
    if not facts:
        return Followed(checkpoint)
    taken, changes = _take(facts, moment.settings.batch_readings)
    reached = Position(taken[-1].epoch, taken[-1].position)
    for dataset, lines in _lines(connection, moment.programme, changes).items():
        _move(connection, moment, dataset, lines)
    batches = sorted({change.batch for change in changes})
    cause = _Cause("records", reached, batches, taken[-1].trace_id)
    written = _publish(connection, moment, cause)
    store.set_checkpoint(connection, LOG, reached)
    behind = max(0, head.position - reached.position)
    return Followed(reached, written, behind, tuple(fact.trace_id for fact in taken))


def make(connection: Connection, moment: Moment) -> bool:
    """Makes anew what was made otherwise than is defined: a dataset, or else all figures of indicators.

    False: there is nothing. Where all datasets are made anew, nothing that the log told before matters.
    """
    reached = _begin(connection)
    programme = moment.programme
    changed = store_definitions.changed_makings(connection, _digests(connection, programme))
    if not changed:
        return False
    head = outbox.head(connection, LOG)
    datasets = [key for key in programme.sources if f"dataset {key}" in changed]
    if datasets == list(programme.sources):
        reached = head
        store.set_checkpoint(connection, LOG, head)
    if USES in changed:
        store_cells.forget_retired(connection)
        store_due.replace_uses(connection, programme.uses)
        store_definitions.keep_makings(connection, [what for what, _ in programme.digests])
    made = (
        _make_some(connection, moment, datasets)
        if datasets
        else _make_figures(connection, moment, set(changed))
    )
    for what in made & set(changed):
        store_definitions.set_making(connection, what, changed[what])
    _publish(connection, moment, _Cause("rebuild", reached, (), moment.trace_id))
    return True


def tick(connection: Connection, moment: Moment) -> int:
    """Moves what has come into its cells, and does what days that began ask for; figures written."""
    reached = _begin(connection)
    since = store_cells.clock(connection, moment.now)
    store_cells.turn(connection, moment.now)
    store_stocks.begin(connection, moment.now)
    store_cells.set_clock(connection, moment.now)
    annualised = [one.id for one in moment.programme.indicators.values() if one.is_annualised]
    store_due.want_begun(connection, local_day(since), local_day(moment.now), annualised)
    return _publish(connection, moment, _Cause("clock", reached, (), moment.trace_id))


def settle(connection: Connection, moment: Moment) -> int:
    """Makes settled provisional figures final, at most SETTLED_A_TURN in a call; how many."""
    _begin(connection)
    fresh = {one.id: one.fresh for one in moment.programme.indicators.values()}
    settled = store_figures.settle(connection, fresh, moment.now, moment.settings.settle, SETTLED_A_TURN)
    _tell(connection, moment, settled, moment.trace_id)
    return len(settled)


def _begin(connection: Connection) -> Position:
    """The checkpoint, locked; what others commit before it is given is seen by all that follows."""
    for one in (store_entities, store_cells, store_stocks, store_due, store_sums, store_figures):
        one.prepare(connection)
    return store.lock_checkpoint(connection, LOG, outbox.head(connection, LOG).epoch)


def _recover(connection: Connection, head: Position, reason: str) -> Followed:
    """Facts were lost: all datasets are to be made anew, and the log is followed from its head.

    The head was read before the records will be, so what comes in between is at worst looked at twice.
    """
    RECOVERIES.inc()
    log.warning("figures.recovering", reason=reason)
    store_definitions.forget_makings(connection)
    store.set_checkpoint(connection, LOG, head)
    return Followed(head, has_lost=True)


def _take(facts: Sequence[Fact], most_rows: int) -> tuple[list[Fact], list[Change]]:
    """A prefix of the facts with what changed; at least one fact, however large."""
    taken: list[Fact] = []
    changes: list[Change] = []
    for fact in facts:
        if taken and sum(change.rows for change in changes) >= most_rows:
            break
        taken.append(fact)
        if fact.name == APPENDED:
            changes += _change(fact)
    return taken, changes


def _change(fact: Fact) -> list[Change]:
    try:
        return [to_change(fact.body)]
    except ValueError as error:  # it will never be readable: going on without it beats standing still
        UNREADABLE.inc()
        log.error("figures.unreadable", position=fact.position, trace_id=fact.trace_id, error=str(error))
        return []


def _lines(
    connection: Connection, programme: Programme, changes: Sequence[Change]
) -> Mapping[str, list[Lines]]:
    """Which lines changed, of the datasets that matter."""
    some = [change for change in changes if change.dataset in programme.sources]
    last = store_entities.last_lines(connection, [change.batch for change in some])
    found: dict[str, list[Lines]] = {}
    for one in some:
        lines = Lines(one.batch, one.first_line, one.last_line or last.get(one.batch, 0))
        found.setdefault(one.dataset, []).append(lines)
    return found


def _digests(connection: Connection, programme: Programme) -> Iterator[tuple[str, str]]:
    """What is made, with a digest of how: where it is on the map, of that too."""
    on_map = store_map.digest(connection)
    for what, digest in programme.digests:
        yield what, f"{digest} {on_map}" if what in programme.of_map else digest


def _make_some(connection: Connection, moment: Moment, datasets: Sequence[str]) -> set[str]:
    """Makes datasets up to the first one of which there is anything; what was made."""
    made = {USES}
    for key in datasets:
        made.add(f"dataset {key}")
        if _refill(connection, moment, key):
            break
    return made


def _make_figures(connection: Connection, moment: Moment, changed: set[str]) -> set[str]:
    """Asks for all figures of indicators that changed; what is made with that."""
    redone = [one for one in moment.programme.indicators.values() if f"indicator {one.id}" in changed]
    store_cells.touch(connection, sorted({part.measure.number for one in redone for part in one.parts}))
    store_due.want_all(connection, [one.id for one in redone])
    return changed


def _move(connection: Connection, moment: Moment, dataset: str, lines: Sequence[Lines]) -> None:
    number = store_entities.dataset_number(connection, dataset)
    if number is not None:
        store_entities.touch(connection, moment.programme.sources[dataset], lines)
        _sum(connection, moment, dataset, number)


def _refill(connection: Connection, moment: Moment, dataset: str) -> bool:
    """Drops all that is kept of a dataset, and folds it anew; whether anything of it was ever handed in."""
    source = moment.programme.sources[dataset]
    measures = [one.number for one in moment.programme.measures(dataset)]
    store_entities.forget(connection, dataset)
    store_cells.forget(connection, measures)
    if source.is_map:
        store_map.fold(connection)
        _add(connection, moment, source)
        return True
    number = store_entities.dataset_number(connection, dataset)
    if number is None:
        return False
    until = store_cells.clock(connection, moment.now)
    for _ in store_entities.fold_everything(connection, source, number, moment.working, ENTITIES_A_TURN):
        store_cells.sum_moved(connection, source, moment.programme.families[source.key], until)
        store_entities.keep_new(connection, source)
    return True


def _sum(connection: Connection, moment: Moment, dataset: str, number: int) -> None:
    """Folds touched entities, and adds to the deltas what they give and take."""
    source = moment.programme.sources[dataset]
    store_entities.fold(connection, source, number, moment.working)
    _add(connection, moment, source)


def _add(connection: Connection, moment: Moment, source: Source) -> None:
    """Adds to the deltas what entities give and take that are folded otherwise than they are kept."""
    if store_entities.compare(connection, source):
        until = store_cells.clock(connection, moment.now)
        store_cells.sum_moved(connection, source, moment.programme.families[source.key], until)
        store_entities.keep(connection, source)


def _publish(connection: Connection, moment: Moment, cause: _Cause) -> int:
    """Applies the deltas, computes the figures they reach and what else is wanted; how many it wrote."""
    store_cells.apply(connection)
    store_stocks.apply(connection)
    today = local_day(moment.now)
    daily_from = today - moment.settings.daily_stocks
    store_due.want_touched(connection, today, daily_from)
    receipt: Receipt | None = None
    count = 0
    for turn in range(store_due.make_due(connection, daily_from)):
        with _uncollected():
            written = _computed(connection, moment.programme, turn, today)
            if written:
                receipt = receipt or _receipt(connection, moment, cause)
                refused = store_refused.refused_lines(connection, turn, moment.programme.datasets)
                told = [(due, one, refused.get(due.figure, 0)) for due, one in written]
                rows = [(due.figure, one, lines) for due, one, lines in told]
                store_figures.write(connection, turn, rows, receipt)
                versions = [store_figures.version_of(*one, receipt) for one in told]
                _tell(connection, moment, versions, cause.trace_id)
        count += len(written)
    return count


def _computed(
    connection: Connection, programme: Programme, turn: int, today: date
) -> list[tuple[Due, Written]]:
    """The figures of a turn that come out otherwise than they stand."""
    found, standing = store_sums.sums(connection, turn), store_figures.standing(connection, turn)
    written = []
    for due in store_due.due(connection, turn):
        indicator = programme.indicators[due.indicator]
        computed = compute(indicator, due.window, found.get(due.figure, {}), today)
        if (one := advance(standing.get(due.figure), computed)) is not None:
            written.append((due, one))
    return written


@contextmanager
def _uncollected() -> Iterator[None]:
    """A turn makes a hundred thousand tuples and no cycles: to look for some takes a fifth of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _receipt(connection: Connection, moment: Moment, cause: _Cause) -> Receipt:
    run = store_figures.begin_run(
        connection, cause.why, LOG, cause.reached, cause.batches, moment.now, cause.trace_id
    )
    formulas = {one.id: one.version for one in moment.programme.indicators.values()}
    return Receipt(run, moment.now, cause.reached.position, formulas)


def _tell(connection: Connection, moment: Moment, versions: Sequence[Figure], trace_id: str) -> None:
    """Appends the facts of figures to the outbox, in the transaction under way."""
    size = moment.settings.fact_values
    for first in range(0, len(versions), size):
        body = figures_fact.published(versions[first : first + size])
        outbox.append(connection, SCHEMA, figures_fact.PUBLISHED, body, trace_id)
