"""A table of a system's, handed in from inside: a chunk a transaction, each line once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from services.records import changing, store, store_names
from services.records.chunks import judged
from services.records.domain import Batch, Header, RefusedLine
from services.records.faults import Fault
from services.records.rpc_known import Known
from services.records.wire_chunks import Table
from services.runtime.db import Pool, transaction
from services.runtime.tables import domain as tables
from services.runtime.trace import new_trace_id


def hand_in(pool: Pool, known: Known, header: Header, by: str, parts: Iterable[tables.Batch]) -> Batch | None:
    """The batch, behind its last line but not ended; None where there was no line.

    Under the key of an earlier try it goes on behind what was stored.

    Raises:
        TableError: the table cannot be read on; what came before is stored.
        InvalidRequest: what is stored refuses it.
        Unavailable: the database is away.
    """
    dataset = known.dataset(header.dataset)
    with transaction(pool) as connection:
        checker = known.checker(header.dataset, store_names.names(connection))
    batch: Batch | None = None
    for part in parts:
        now = datetime.now(UTC)
        chunk = judged(checker, dataset.columns, _table(part), now)
        with transaction(pool) as connection:
            if batch is None:
                batch = store.open_batch(connection, header, by, dataset.approval, now)
            batch, _, _ = changing.append(connection, batch.batch, chunk, now, new_trace_id())
    return batch


def _table(part: tables.Batch) -> Table:
    cells = zip(*part.rows, strict=True) if part.rows else ()
    unreadable = [
        RefusedLine(one.line, Fault("", one.reason, one.detail_vi, one.detail_en), None)
        for one in part.problems
    ]
    return Table(part.lines, dict(zip(part.names, cells, strict=bool(part.rows))), unreadable)
