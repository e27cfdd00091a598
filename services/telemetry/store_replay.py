"""Statements of a replay: held messages with their rows locked, and the account that moves with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.runtime import outbox
from services.runtime.db import Connection
from services.telemetry import store_dirty, store_sequences, store_write, wire
from services.telemetry.domain import Batch, Counts, Refusal, SeriesName, Verdict, tally
from services.telemetry.plan import Key, Plan, plan_writes
from services.telemetry.store_known import Known, learn_series, make_room
from services.telemetry.store_layout import layout_of
from services.telemetry.store_quarantine import WHOLE_MESSAGES


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One row of quarantine: what is left of a message for one reason."""

    quarantine_id: int
    device: str
    verdict: str
    reason: str
    readings: int


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message in quarantine with all its open rows. Times in ms since 1970."""

    topic: str
    payload: bytes
    payload_bytes: int
    received_at_ms: int
    booked_at_ms: int
    shard: str
    trace_id: str
    accepted: int  # of its readings, how many are stored
    message_no: int  # with trace_id, what its rows have in common
    rows: tuple[HeldRow, ...]
    is_whole: bool = True  # False: only the head of its bytes, or none, was kept; it cannot be read again


_MS = "(extract(epoch FROM {}) * 1000)::bigint"
_OPEN = (
    "SELECT quarantine_id, device, verdict, reason, readings, topic,"
    " CASE WHEN payload_bytes <= %(most)s THEN payload ELSE '' END, payload_bytes,"
    f" {_MS.format('received_at')}, {_MS.format('booked_at')}, shard, trace_id, accepted,"
    " CASE WHEN fold IS NULL THEN coalesce(message_no, -quarantine_id) ELSE -quarantine_id END,"
    " fold IS NULL AND octet_length(payload) = payload_bytes FROM telemetry.quarantine"
    f" WHERE quarantine_id IN ({WHOLE_MESSAGES}) AND state = 'open' ORDER BY quarantine_id"
)


def held(conn: Connection, ids: Sequence[int], most_bytes: int, *, lock: bool) -> list[HeldMessage]:
    """The open ones among these, each with all rows of its message, in the order of their first ids.

    Payloads larger than `most_bytes` are not read. `lock`: nobody else closes them meanwhile.
    """
    query = _OPEN + (" FOR UPDATE" if lock else "")
    found: dict[tuple[str, int], HeldMessage] = {}
    for row in conn.execute(query, {"ids": list(ids), "most": most_bytes}).fetchall():
        topic, payload, size, received, booked, shard, trace_id, accepted, number, whole = row[5:]
        key = (trace_id, number)
        rows = (*(found[key].rows if key in found else ()), HeldRow(*row[:5]))
        found[key] = HeldMessage(
            topic, payload, size, received, booked, shard, trace_id, accepted, number, rows, whole
        )
    return list(found.values())


def prepare(conn: Connection, series: Iterable[SeriesName], observed_at_ms: Sequence[int]) -> None:
    """Ids of new series and room for new weeks, in a transaction before the replay's own."""
    known = Known(layout_of(conn))  # its own: what a rollback takes back must not be remembered
    learn_series(conn, known, series)
    if observed_at_ms:
        make_room(conn, known, observed_at_ms)


def write_readings(conn: Connection, batch: Batch) -> Plan:
    """Readings, history, fact and numbers of a replay, by the same rule as the gateway's."""
    known = Known(layout_of(conn))
    learn_series(conn, known, batch.series)
    keys: list[Key] = [
        (known.series[name], at) for name, at in zip(batch.series, batch.observed_at_ms, strict=True)
    ]
    standing = store_write.lock_standing(conn, keys)
    plan = plan_writes(keys, batch.readings(), standing, store_write.history_of(conn, standing))
    store_write.write_plan(conn, plan)
    store_dirty.mark_readings(conn, plan.changed)
    store_sequences.write_numbers(conn, batch.numbers)
    changed = sorted(plan.changed.values())
    if changed:
        body = wire.encode(wire.stored_fact(batch, changed))
        outbox.append(conn, "telemetry", wire.STORED, body, batch.trace_id)
    return plan


@dataclass(slots=True)
class Closing:
    """What becomes of rows of quarantine, and how the account of a minute of receipt changes."""

    replayed: list[int] = field(default_factory=list)
    left: list[tuple[int, str, int]] = field(default_factory=list)  # id, detail of today, accepted now
    added: list[tuple[HeldMessage, Refusal]] = field(default_factory=list)  # other reasons than before
    moved: dict[tuple[int, str], list[tuple[str, Verdict, int]]] = field(default_factory=dict)
    """By the receipt of the ledger row and its shard: device, verdict, readings more or less."""


def close(conn: Connection, closing: Closing, trace_id: str, by: str, at: datetime) -> None:
    """Write all of it."""
    conn.execute(
        "UPDATE telemetry.quarantine SET state = 'replayed', closed_at = %s, closed_by = %s,"
        " closed_why = %s, tried_at = %s WHERE quarantine_id = ANY(%s)",
        (at, by, trace_id, at, closing.replayed),
    )
    if closing.left:
        ids, details, accepted = (list(column) for column in zip(*closing.left, strict=True))
        conn.execute(
            "UPDATE telemetry.quarantine q SET detail = n.detail, accepted = n.accepted, tried_at = %s"
            " FROM unnest(%s::bigint[], %s::text[], %s::integer[]) AS n (id, detail, accepted)"
            " WHERE q.quarantine_id = n.id",
            (at, ids, [store_write.storable(str(detail)) for detail in details], accepted),
        )
    for message, refusal in closing.added:
        origin = Batch(message.trace_id, message.shard, message.booked_at_ms)
        store_write.write_quarantine(conn, origin, [refusal])
    for number, (booked_at_ms, shard) in enumerate(sorted(closing.moved)):
        moved = tally(closing.moved[booked_at_ms, shard])
        counts = {device: counts for device, counts in moved.items() if counts != Counts()}
        if counts:
            store_write.write_ledger(conn, shard, f"{trace_id}/{number}", booked_at_ms, counts)


def standing_of(conn: Connection, ids: Sequence[int]) -> list[tuple[int, str, str, bool, str, str]]:
    """Id, state, why it was closed, whether its bytes are whole, reason, detail."""
    return conn.execute(
        "SELECT quarantine_id, state, closed_why, fold IS NULL AND octet_length(payload) = payload_bytes,"
        " reason, detail FROM telemetry.quarantine WHERE quarantine_id = ANY(%s)",
        (list(ids),),
    ).fetchall()
