"""The statements of the ingest transaction: readings, their history, the ledger, quarantine."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter

from services.runtime.db import Connection
from services.telemetry import copy_rows
from services.telemetry.domain import Batch, Counts, Reading, Refusal
from services.telemetry.plan import Key, Plan

_LEDGER_COLUMNS = ("stored", "duplicate", "corrected", "conflicting", "quarantined", "skipped", "received")
_ledger_counts = attrgetter(*_LEDGER_COLUMNS)


def copy_readings(conn: Connection, rows: Iterable[copy_rows.ReadingRow]) -> None:
    """Insert rows whose keys are new, in the order of their keys, so that two writers cannot deadlock.

    Raises UniqueViolation if a key is there already. Straight into the table: a temporary stage and
    INSERT … ON CONFLICT costs about half as much again.
    """
    ordered = sorted(rows)
    if not ordered:
        return
    with (
        conn.cursor() as cursor,
        cursor.copy(
            "COPY telemetry.readings (series_id, observed_at, value, quality, revision, received_at)"
            " FROM STDIN (FORMAT BINARY)"
        ) as copy,
    ):
        copy.write(copy_rows.reading_rows(ordered))


def lock_standing(conn: Connection, keys: Sequence[Key]) -> dict[Key, Reading]:
    """Standing readings of these keys, locked in key order until the transaction ends."""
    unique = sorted(set(keys))
    if not unique:
        return {}
    conn.execute(_STEP_BY_KEY)
    rows = conn.execute(
        _BY_KEY.format(table="telemetry.readings") + " ORDER BY r.series_id, r.observed_at FOR UPDATE OF r",
        _key_columns(unique),
        binary=True,
        prepare=False,
    ).fetchall()
    return {(row[0], row[1]): Reading(row[1], *row[2:]) for row in rows}


def unpack(conn: Connection, keys: Sequence[Key]) -> None:
    """Make what is compressed of these keys into rows that can be locked: an update that changes nothing."""
    conn.execute(
        f"UPDATE telemetry.readings r SET revision = r.revision WHERE {_AMONG}", _among(keys), prepare=False
    )


def history_of(conn: Connection, keys: Iterable[Key]) -> dict[Key, list[Reading]]:
    """Values that do not stand, of these keys."""
    unique = sorted(set(keys))
    if not unique:
        return {}
    rows = conn.execute(
        _BY_KEY.format(table="telemetry.reading_history"), _key_columns(unique), binary=True, prepare=False
    )
    found: dict[Key, list[Reading]] = {}
    for row in rows:
        found.setdefault((row[0], row[1]), []).append(Reading(row[1], *row[2:]))
    return found


# A key is one step into one partition's primary key. A partition that was never analysed looks small
# enough to the planner to be read whole for each of 5,000 keys (60 times the time), so it is told.
_STEP_BY_KEY = "SELECT " + ", ".join(
    f"set_config('enable_{way}', 'off', true)" for way in ("hashjoin", "mergejoin", "seqscan", "bitmapscan")
)
_MS = "(extract(epoch FROM {0}) * 1000)::bigint"
_BY_KEY = (
    "SELECT r.series_id, "
    + _MS.format("r.observed_at")
    + ", r.value, r.quality, r.revision, "
    + _MS.format("r.received_at")
    + " FROM unnest(%b::integer[], %b::bigint[]) AS k (series_id, ms) JOIN {table} r"
    " ON r.series_id = k.series_id AND r.observed_at = to_timestamp(k.ms / 1000.0)"
    " AND r.observed_at BETWEEN to_timestamp(%b::bigint / 1000.0) AND to_timestamp(%b::bigint / 1000.0)"
)


# Said in constants beside the join: compressed divisions are unpacked by these alone, and without them whole.
_AMONG = (
    "r.series_id = ANY(%s::integer[])"
    " AND r.observed_at BETWEEN to_timestamp(%s::bigint / 1000.0) AND to_timestamp(%s::bigint / 1000.0)"
)


def _among(keys: Collection[Key]) -> tuple[list[int], int, int]:
    times = [ms for _, ms in keys]
    return sorted({series_id for series_id, _ in keys}), min(times), max(times)


def _key_columns(keys: Sequence[Key]) -> tuple[list[int], list[int], int, int]:
    times = [key[1] for key in keys]
    return [key[0] for key in keys], times, min(times), max(times)


def write_plan(conn: Connection, plan: Plan) -> None:
    """New, replaced and historical values, in key order."""
    copy_readings(conn, ((key[0], key[1], *reading[1:]) for key, reading in plan.new.items()))
    if plan.replaced:
        conn.execute(
            "UPDATE telemetry.readings r SET value = n.value, quality = n.quality, revision = n.revision,"
            " received_at = to_timestamp(n.received_ms / 1000.0)"
            " FROM unnest(%s::integer[], %s::bigint[], %s::float8[], %s::smallint[], %s::integer[],"
            " %s::bigint[]) AS n (series_id, ms, value, quality, revision, received_ms)"
            f" WHERE r.series_id = n.series_id AND r.observed_at = to_timestamp(n.ms / 1000.0) AND {_AMONG}",
            (*_columns(plan.replaced.items()), *_among(plan.replaced)),
            prepare=False,
        )
    if plan.history:
        conn.execute(
            "INSERT INTO telemetry.reading_history"
            " (series_id, observed_at, value, quality, revision, received_at, verdict)"
            " SELECT series_id, to_timestamp(ms / 1000.0), value, quality, revision,"
            " to_timestamp(received_ms / 1000.0), verdict"
            " FROM unnest(%s::integer[], %s::bigint[], %s::float8[], %s::smallint[], %s::integer[],"
            " %s::bigint[], %s::text[])"
            " AS n (series_id, ms, value, quality, revision, received_ms, verdict) ON CONFLICT DO NOTHING",
            (*_columns((k, r) for k, r, _ in plan.history), [str(verdict) for _, _, verdict in plan.history]),
        )


def _columns(rows: Iterable[tuple[Key, Reading]]) -> tuple[list[int | float], ...]:
    flat = [(key[0], key[1], *reading[1:]) for key, reading in rows]
    return tuple(list(column) for column in zip(*flat, strict=True))


def write_ledger(
    conn: Connection, shard: str, trace_id: str, received_at_ms: int, counts: Mapping[str, Counts]
) -> None:
    """One row of arrays; raises UniqueViolation if this batch has been committed before."""
    devices = sorted(counts)
    columns = zip(*[_ledger_counts(counts[device]) for device in devices], strict=True)
    row = copy_rows.row(
        struct.pack(">q", copy_rows.timestamp(received_at_ms)),
        shard.encode(),
        trace_id.encode(),
        copy_rows.text_array(devices),
        *map(copy_rows.int_array, columns),
    )
    target = ", ".join(("received_at", "shard", "trace_id", "devices", *_LEDGER_COLUMNS))
    with (
        conn.cursor() as cursor,
        cursor.copy(f"COPY telemetry.ledger ({target}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(row)


def ledger_counts(conn: Connection, trace_id: str) -> Counts | None:
    """What became of the batch with this trace id, if it has been committed."""
    sums = ", ".join(f"(SELECT sum(n) FROM unnest({name}) n)" for name in _LEDGER_COLUMNS[:6])
    row = conn.execute(f"SELECT {sums} FROM telemetry.ledger WHERE trace_id = %s", (trace_id,)).fetchone()
    return Counts(*(int(value or 0) for value in row)) if row else None


def write_quarantine(conn: Connection, batch: Batch, refusals: Sequence[Refusal]) -> None:
    """The bytes that were refused, with their reasons. What folds is added to the row of its minute."""
    rows = [_refusal_row(batch, refusal) for refusal in refusals]
    if not rows:
        return
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO telemetry.quarantine AS q"
            " (received_at, topic, device, verdict, reason, field, detail, readings, payload, payload_bytes,"
            " message_no, accepted, fold, trace_id, shard, booked_at)"
            " VALUES (to_timestamp(%s / 1000.0), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
            " to_timestamp(%s / 1000.0))"
            " ON CONFLICT (fold) WHERE fold IS NOT NULL DO UPDATE SET"
            " readings = q.readings + excluded.readings",
            rows,
        )


def _refusal_row(batch: Batch, refusal: Refusal) -> tuple[object, ...]:
    minute = batch.received_at_ms // 60_000
    return (
        refusal.received_at_ms,
        storable(refusal.topic),
        storable(refusal.device),
        str(refusal.verdict),
        refusal.reason,
        storable(refusal.field),
        storable(refusal.detail),
        refusal.readings,
        refusal.payload,
        refusal.payload_bytes or len(refusal.payload),
        refusal.message,
        refusal.accepted,
        storable(f"{batch.shard}/{refusal.fold}/{minute}") if refusal.fold else None,
        batch.trace_id,
        batch.shard,
        batch.received_at_ms,
    )


def storable(text: str) -> str:
    """Text that PostgreSQL can hold: U+0000 and lone surrogates are spelled as escapes."""
    return text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode("utf-8")
