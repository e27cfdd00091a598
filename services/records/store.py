"""Batches and verdicts in PostgreSQL, schema `records`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from services.records.dates import VIETNAM
from services.records.domain import LATE, Approval, Batch, Chunk, Header, RefusedLine, Verdict, late_among
from services.records.rows import Row
from services.runtime.db import Connection

_BATCH: LiteralString = (
    "batch, dataset, submitted_by, idempotency_key, content_sha256, author, document, opened_at,"
    " completed_at, last_line, stored, duplicate, corrected, rejected, late, approval, decided_by,"
    " decided_at, reason_given, counts_from, counts_until, withdrawn_by"
)


def open_batch(connection: Connection, header: Header, by: str, needs_approval: bool, now: datetime) -> Batch:
    """The batch of this token and key: a new one, or the one that was begun before."""
    approval = Approval.PENDING if needs_approval else Approval.NOT_NEEDED
    connection.execute(
        "INSERT INTO records.batches (dataset, submitted_by, idempotency_key, content_sha256, author,"
        " document, opened_at, approval, counts_from) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (submitted_by, idempotency_key) DO NOTHING",
        (
            header.dataset,
            by,
            header.idempotency_key,
            header.content_sha256,
            header.author,
            header.document,
            now,
            approval,
            None if needs_approval else now,
        ),
    )
    found = batch_by_key(connection, by, header.idempotency_key)
    assert found is not None
    return found


def batch_by_key(connection: Connection, by: str, idempotency_key: str) -> Batch | None:
    """The batch that this token handed in under this key."""
    row = connection.execute(
        f"SELECT {_BATCH} FROM records.batches WHERE submitted_by = %s AND idempotency_key = %s",
        (by, idempotency_key),
    ).fetchone()
    return _to_batch(row) if row else None


def batch_by_number(connection: Connection, number: int, lock: bool = False) -> Batch | None:
    """One batch; `lock`: nobody else changes it until the transaction ends."""
    row = connection.execute(
        f"SELECT {_BATCH} FROM records.batches WHERE batch = %s" + (" FOR UPDATE" if lock else ""), (number,)
    ).fetchone()
    return _to_batch(row) if row else None


def batches_before(
    connection: Connection, dataset: str, approval: str, before: int, limit: int
) -> list[Batch]:
    """Batches with a lower number, the newest first; '' means any dataset, or any approval."""
    rows = connection.execute(
        f"SELECT {_BATCH} FROM records.batches WHERE batch < %(before)s"
        " AND (%(dataset)s = '' OR dataset = %(dataset)s) AND (%(approval)s = '' OR approval = %(approval)s)"
        " ORDER BY batch DESC LIMIT %(limit)s",
        {"dataset": dataset, "approval": approval, "before": before, "limit": limit},
    ).fetchall()
    return [_to_batch(row) for row in rows]


def dataset_id(connection: Connection, key: str) -> int:
    """The number of a dataset, given at its first use."""
    row = connection.execute("SELECT dataset_id FROM records.datasets WHERE key = %s", (key,)).fetchone()
    if row is None:
        connection.execute(
            "INSERT INTO records.datasets (key) VALUES (%s) ON CONFLICT (key) DO NOTHING", (key,)
        )
        row = connection.execute("SELECT dataset_id FROM records.datasets WHERE key = %s", (key,)).fetchone()
    assert row is not None
    return int(row[0])


def lock_dataset(connection: Connection, number: int) -> None:
    """One at a time compares with what is known, and adds to it, until its transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('haidang.records'), %s)", (number,))


def add_verdicts(
    connection: Connection, batch: int, chunk: Chunk, found: Sequence[Verdict], now: datetime
) -> None:
    """What became of the lines of a chunk, in their order; and the counts of the batch with it."""
    said = {row.line: verdict + LATE * row.late for row, verdict in zip(chunk.rows, found, strict=True)}
    said |= {one.line: int(Verdict.REJECTED) for one in chunk.refused}
    lines = sorted(said)
    connection.execute(
        "INSERT INTO records.verdicts (batch, first_line, lines, verdicts) VALUES (%s, %s, %b, %b)",
        (batch, lines[0], lines, bytes(said[line] for line in lines)),
    )
    count_lines(connection, batch, found, len(chunk.refused), late_among(chunk.rows, found))
    connection.execute("UPDATE records.batches SET last_line = %s WHERE batch = %s", (lines[-1], batch))
    if chunk.refused:
        add_refused(connection, batch, chunk.refused, now)


def count_lines(
    connection: Connection, batch: int, found: Sequence[Verdict], rejected: int, late: int
) -> None:
    """Adds to the counts of a batch; `rejected` is negative where lines were mended."""
    connection.execute(
        "UPDATE records.batches SET stored = stored + %s, duplicate = duplicate + %s,"
        " corrected = corrected + %s, rejected = rejected + %s, late = late + %s WHERE batch = %s",
        (
            found.count(Verdict.STORED),
            found.count(Verdict.DUPLICATE),
            found.count(Verdict.CORRECTED),
            rejected,
            late,
            batch,
        ),
    )


def add_refused(connection: Connection, batch: int, refused: Sequence[RefusedLine], now: datetime) -> None:
    """Lines that are refused, in place of what was said of them. Those that tell no day are of today."""
    today = now.astimezone(VIETNAM).date()
    rows = [
        (
            *(one.line, one.fault.field, one.fault.reason),
            *(one.fault.detail_vi, one.fault.detail_en, one.cells),
            *(one.told.day or today, one.told.day is not None),
            *(one.told.area or "", one.told.organisation or ""),
        )
        for one in refused
    ]
    columns = [
        [text.replace("\0", "\ufffd") if isinstance(text, str) else text for text in column]
        for column in zip(*rows, strict=True)
    ]
    connection.execute(
        "INSERT INTO records.rejected AS old (batch, refused_at, line, field, reason, detail_vi, detail_en,"
        " cells, day, tells_day, area, organisation)"
        " SELECT %s, %s, * FROM unnest(%s::integer[], %s::text[], %s::text[], %s::text[], %s::text[],"
        " %s::text[], %s::date[], %s::boolean[], %s::text[], %s::text[])"
        " ON CONFLICT (batch, line) DO UPDATE SET (field, reason, detail_vi, detail_en, cells, day,"
        " tells_day, area, organisation) = (excluded.field, excluded.reason, excluded.detail_vi,"
        " excluded.detail_en, excluded.cells, excluded.day, excluded.tells_day, excluded.area,"
        " excluded.organisation)",
        (batch, now, *columns),
    )


def mark_mended(
    connection: Connection, batch: int, rows: Sequence[Row], found: Sequence[Verdict], by: str, now: datetime
) -> None:
    """Lines that were refused are no more."""
    verdicts = [verdict + LATE * row.late for row, verdict in zip(rows, found, strict=True)]
    connection.execute(
        "UPDATE records.rejected r SET mended_as = m.verdict, mended_at = %s, mended_by = %s"
        " FROM unnest(%s::integer[], %s::smallint[]) AS m (line, verdict)"
        " WHERE r.batch = %s AND r.line = m.line",
        (now, by, [row.line for row in rows], verdicts, batch),
    )


def complete(connection: Connection, batch: int, now: datetime) -> None:
    """The stream of a batch has come to its end."""
    connection.execute(
        "UPDATE records.batches SET completed_at = coalesce(completed_at, %s) WHERE batch = %s", (now, batch)
    )


def decide(
    connection: Connection, batch: int, approval: Approval, by: str, reason: str, now: datetime
) -> None:
    """Approves a batch, which counts from now on, or refuses it."""
    connection.execute(
        "UPDATE records.batches SET approval = %s, decided_by = %s, decided_at = %s, reason_given = %s,"
        " counts_from = %s WHERE batch = %s",
        (approval, by, now, reason, now if approval is Approval.APPROVED else None, batch),
    )


def withdraw(connection: Connection, batch: int, by: str, reason: str, now: datetime) -> None:
    """From now on nothing of the batch counts."""
    connection.execute(
        "UPDATE records.batches SET counts_until = %s, withdrawn_by = %s, reason_given = %s WHERE batch = %s",
        (now, by, reason, batch),
    )


def _to_batch(row: Sequence[Any]) -> Batch:
    return Batch(*(*row[:15], Approval(row[15]), *row[16:]))
