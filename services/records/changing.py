"""What changes the records: steps of one transaction each, with the fact that tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from services.records import store, store_tallies, store_versions
from services.records.domain import (
    Approval,
    Batch,
    Cause,
    Chunk,
    RefusedLine,
    Touched,
    Verdict,
    late_among,
    touched,
    why_not_decide,
)
from services.records.judging import identity_hashes, judged
from services.records.rows import Row
from services.records.tallies import tallied
from services.records.wire import APPENDED, appended
from services.runtime import outbox
from services.runtime.db import Connection
from services.runtime.rpc_errors import Forbidden, InvalidRequest, NotFound

SCHEMA = "records"
T = TypeVar("T")


def append(
    connection: Connection, number: int, chunk: Chunk, now: datetime, trace_id: str
) -> tuple[Batch, Chunk, list[Verdict]]:
    """Judges and stores what lies behind the batch's last line: the batch, those lines, their verdicts."""
    batch = locked(connection, number)
    chunk = chunk.after(batch.last_line)
    if not chunk.last_line:
        return batch, chunk, []
    if not batch.may_grow:
        raise _closed()
    if batch.completed_at is not None:
        detail = f"batch {number} ended at line {batch.last_line}; another content needs another key"
        raise InvalidRequest([("idempotency_key", "idempotency_key_reused", detail)])
    found = _store(connection, batch, chunk.rows, now, trace_id)
    store.add_verdicts(connection, number, chunk, found, now)
    return batch, chunk, found


def judge(connection: Connection, dataset: str, chunk: Chunk) -> list[Verdict]:
    """The verdicts that the rows would get; nothing is stored."""
    hashes = identity_hashes(dataset, chunk.rows)
    return judged(0, chunk.rows, hashes, store_versions.known_versions(connection, 0, hashes)).verdicts


def mend(
    connection: Connection,
    number: int,
    rows: Sequence[Row],
    still: Sequence[RefusedLine],
    by: str,
    now: datetime,
    trace_id: str,
) -> Batch:
    """Stores lines that were refused and are mended; says anew of the others why not."""
    batch = locked(connection, number)
    if not batch.may_grow:
        raise _closed()
    if rows:
        found = _store(connection, batch, rows, now, trace_id)
        store.mark_mended(connection, number, rows, found, by, now)
        store.count_lines(connection, number, found, -len(rows), late_among(rows, found))
    if still:
        store.add_refused(connection, number, still, now)
    return locked(connection, number)


def locked(connection: Connection, number: int) -> Batch:
    """The batch, which nobody else changes until the transaction ends; raises NotFound."""
    batch = store.batch_by_number(connection, number, lock=True)
    if batch is None:
        raise NotFound("batch", "unknown_batch", f"there is no batch {number}")
    return batch


def complete(connection: Connection, number: int, now: datetime) -> Batch:
    """The batch, whose stream has come to its end."""
    store.complete(connection, number, now)
    return locked(connection, number)


def withdraw(
    connection: Connection, number: int, by: str, reason: str, now: datetime, trace_id: str
) -> Batch:
    """The batch, which counts no more; to withdraw it once more changes nothing."""
    batch = locked(connection, number)
    if batch.counts_until is not None:
        return batch
    store.lock_dataset(connection, store.dataset_id(connection, batch.dataset))
    if batch.counts:
        _tell(connection, batch, Cause.WITHDRAWN, store_versions.touched_by(connection, number), trace_id)
    store.withdraw(connection, number, by, reason, now)
    return locked(connection, number)


def decide(
    connection: Connection, number: int, approve: bool, by: str, reason: str, now: datetime, trace_id: str
) -> Batch:
    """The batch, approved or refused by a second person."""
    batch = locked(connection, number)
    _require_open_to(batch, by)
    store.lock_dataset(connection, store.dataset_id(connection, batch.dataset))
    store.decide(connection, number, Approval.APPROVED if approve else Approval.REFUSED, by, reason, now)
    if approve:
        _tell(connection, batch, Cause.APPROVED, store_versions.touched_by(connection, number), trace_id)
    return locked(connection, number)


def _require_open_to(batch: Batch, by: str) -> None:
    match why_not_decide(batch, by):
        case "approver_is_author":
            detail = "who handed a batch in cannot decide on it; a second person must"
            raise Forbidden("approver_is_author", detail)
        case "not_pending":
            raise InvalidRequest([("batch", "not_pending", "the batch is not waiting for a decision")])
        case "batch_incomplete":
            raise InvalidRequest([("batch", "batch_incomplete", "the batch has not come to its end")])
        case "batch_closed":
            raise _closed()


def _closed() -> InvalidRequest:
    return InvalidRequest([("batch", "batch_closed", "the batch was withdrawn or decided on")])


def _store(
    connection: Connection, batch: Batch, rows: Sequence[Row], now: datetime, trace_id: str
) -> list[Verdict]:
    hashes = identity_hashes(batch.dataset, rows)
    dataset = store.dataset_id(connection, batch.dataset)
    store.lock_dataset(connection, dataset)
    found = judged(batch.batch, rows, hashes, store_versions.known_versions(connection, batch.batch, hashes))
    new, new_hashes = _some(rows, found.versions), _some(hashes, found.versions)
    store_versions.add_versions(connection, dataset, batch.batch, now, new, new_hashes)
    repeats = _some(rows, [index for index, _ in found.repeats])
    store_versions.add_repeats(connection, batch.batch, now, repeats, [of for _, of in found.repeats])
    store_tallies.add_tallies(connection, dataset, batch.batch, now, tallied(rows, found))
    if batch.counts:
        _tell(connection, batch, Cause.APPENDED, touched(_some(rows, found.leading)), trace_id)
    return found.verdicts


def _some(items: Sequence[T], indices: Sequence[int]) -> Sequence[T]:
    return items if len(indices) == len(items) else [items[index] for index in indices]


def _tell(connection: Connection, batch: Batch, cause: Cause, what: Touched, trace_id: str) -> None:
    if what.rows:
        body = appended(batch.dataset, batch.batch, cause, what)
        outbox.append(connection, SCHEMA, APPENDED, body, trace_id)
