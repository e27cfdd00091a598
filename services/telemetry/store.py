"""The public door of the telemetry tables: appending a batch, and the questions readers may ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

from services.runtime import outbox
from services.runtime.db import Connection, errors
from services.runtime.outcome import Unavailable
from services.telemetry import store_dirty, store_sequences, store_write, wire
from services.telemetry.domain import Batch, Counts, Receipt, SeriesName, total
from services.telemetry.plan import Key, all_new, count_by_device, plan_writes
from services.telemetry.store_account import imbalance, ledger, presence
from services.telemetry.store_known import Known, known_by, learn_series, make_room
from services.telemetry.store_quarantine import discard, quarantine, quarantined
from services.telemetry.store_read import (
    hour_states,
    latest,
    line_points,
    readings_between,
    revisions,
)
from services.telemetry.store_rollups import rollups
from services.telemetry.store_shards import last_read, write_read

__all__ = [
    "SeriesName",
    "append",
    "discard",
    "hour_states",
    "imbalance",
    "last_read",
    "latest",
    "ledger",
    "line_points",
    "presence",
    "quarantine",
    "quarantined",
    "readings_between",
    "revisions",
    "rollups",
    "write_read",
]

_ATTEMPTS = 4  # rival writers of the same new keys: each attempt sees what the last one ran into
_CAREFUL_BATCHES = 20  # after a key that was there already, duplicates are likely to go on for a while


def append(conn: Connection, batch: Batch) -> Receipt:
    """The ingest transaction: readings, history, ledger, quarantine and fact of a batch, or nothing.

    Harmless to repeat with the same trace id, also when it is unknown whether the first try was committed.

    Raises:
        Unavailable: rivals kept writing the same keys.
        psycopg errors: as they come; runtime.db.passing_errors tells the passing ones.
    """
    known = known_by(conn)
    if batch.series:
        learn_series(conn, known, batch.series)
    careful, packed = known.careful_batches > 0, False
    for attempt in range(_ATTEMPTS):
        if batch.series:
            make_room(conn, known, batch.observed_at_ms)
        try:
            if careful:
                return _append_carefully(conn, batch, known, packed)
            return _append_new(conn, batch, known)
        except errors.UniqueViolation:
            careful = True
            known.careful_batches = _CAREFUL_BATCHES
        except errors.FeatureNotSupported:  # compressed rows cannot be locked
            if packed:
                raise
            careful = packed = True
        except errors.CheckViolation:  # a week that was there has been dropped since
            if attempt:
                raise
            known.weeks.clear()
    raise Unavailable("rival writers of the same readings")


def _append_new(conn: Connection, batch: Batch, known: Known) -> Receipt:
    """The quick way: nothing is looked up, and a key that is there already fails the transaction."""
    keys = _keys(batch, known)
    if not all_new(keys):
        return _append_carefully(conn, batch, known)
    with conn.transaction():
        rows = zip(
            map(itemgetter(0), keys),
            batch.observed_at_ms,
            batch.values,
            batch.quality,
            batch.revision,
            batch.reading_received_at_ms,
            strict=True,
        )
        store_write.copy_readings(conn, rows)
        store_dirty.mark_readings(conn, keys)
        return _account(conn, batch, count_by_device(batch, None), range(len(keys)))


def _append_carefully(conn: Connection, batch: Batch, known: Known, packed: bool = False) -> Receipt:
    """The full rule: what stands is locked and compared, reading by reading.

    `packed`: some of it is compressed, and has to be unpacked before.
    """
    known.careful_batches = max(0, known.careful_batches - 1)
    with conn.transaction():
        earlier = store_write.ledger_counts(conn, batch.trace_id)
        if earlier is not None:
            return Receipt(earlier, already_stored=True)
        keys = _keys(batch, known)
        if packed:
            store_write.unpack(conn, keys)
        standing = store_write.lock_standing(conn, keys)
        history = store_write.history_of(conn, standing)
        plan = plan_writes(keys, batch.readings(), standing, history)
        store_write.write_plan(conn, plan)
        store_dirty.mark_readings(conn, plan.changed)
        counts = count_by_device(batch, plan.verdicts)
        receipt = _account(conn, batch, counts, sorted(plan.changed.values()))
        return replace(receipt, verdicts=plan.verdicts)


def _keys(batch: Batch, known: Known) -> list[Key]:
    ids = map(known.series.__getitem__, batch.series)
    return list(zip(ids, batch.observed_at_ms, strict=True))


def _account(conn: Connection, batch: Batch, counts: dict[str, Counts], changed: Sequence[int]) -> Receipt:
    """Quarantine, ledger and fact: the end of every ingest transaction."""
    store_write.write_quarantine(conn, batch, batch.refusals)
    store_sequences.write_numbers(conn, batch.numbers)
    if counts:
        store_write.write_ledger(conn, batch.shard, batch.trace_id, batch.received_at_ms, counts)
    if changed:
        body = wire.encode(wire.stored_fact(batch, changed))
        outbox.append(conn, "telemetry", wire.STORED, body, batch.trace_id)
    return Receipt(total(list(counts.values())))
