"""Statements about quarantine: lists, single messages, and closing them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.runtime.db import Connection
from services.telemetry.views import QuarantinedItem

PAYLOAD_HEAD_BYTES = 4096
ROW_BYTES = 250  # of a row beside its payload, topic and detail, for the bound
SIZE = f"octet_length(payload) + octet_length(topic) + octet_length(detail) + {ROW_BYTES}"

_COLUMNS = (
    "quarantine_id, received_at, topic, device, verdict, reason, field, detail, readings, {payload},"
    " payload_bytes, trace_id, state, closed_at, closed_by, closed_why, tried_at"
)
_HEAD = _COLUMNS.format(payload=f"substring(payload FOR {PAYLOAD_HEAD_BYTES})")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items; empty means all. Times are of receipt, [start, end)."""

    device: str = ""
    reason: str = ""
    verdict: str = ""
    state: str = ""
    start: datetime | None = None
    end: datetime | None = None


_WHERE = """
    (%(device)s = '' OR device = %(device)s) AND (%(reason)s = '' OR reason = %(reason)s)
    AND (%(verdict)s = '' OR verdict = %(verdict)s) AND (%(state)s = '' OR state = %(state)s)
    AND (%(start)s::timestamptz IS NULL OR received_at >= %(start)s)
    AND (%(end)s::timestamptz IS NULL OR received_at < %(end)s)
"""


def _parameters(chosen: Filter, **more: object) -> dict[str, object]:
    names = ("device", "reason", "verdict", "state", "start", "end")
    return {**{name: getattr(chosen, name) for name in names}, **more}


def quarantine(
    conn: Connection,
    device: str = "",
    reason: str = "",
    limit: int = 100,
    before: int | None = None,
    verdict: str = "",
    chosen: Filter | None = None,
) -> list[QuarantinedItem]:
    """What was set aside, newest first; empty filters mean all. Payloads are at most their first 4 KiB.

    The next page: the same call with `before` = quarantine_id of the last one.
    """
    wanted = chosen or Filter(device, reason, verdict)
    rows = conn.execute(
        f"SELECT {_HEAD} FROM telemetry.quarantine WHERE {_WHERE}"
        " AND quarantine_id < coalesce(%(before)s, 9223372036854775807)"
        " ORDER BY quarantine_id DESC LIMIT %(limit)s",
        _parameters(wanted, before=before, limit=limit),
    ).fetchall()
    return [QuarantinedItem(*row) for row in rows]


def quarantined(conn: Connection, quarantine_id: int) -> QuarantinedItem | None:
    """One item with all the bytes that were kept."""
    columns = _COLUMNS.format(payload="payload")
    row = conn.execute(
        f"SELECT {columns} FROM telemetry.quarantine WHERE quarantine_id = %s", (quarantine_id,)
    ).fetchone()
    return None if row is None else QuarantinedItem(*row)


def matching(conn: Connection, chosen: Filter, after: int, limit: int) -> list[int]:
    """Ids of items, oldest first, at most `limit` beyond `after`."""
    rows = conn.execute(
        f"SELECT quarantine_id FROM telemetry.quarantine WHERE {_WHERE} AND quarantine_id > %(after)s"
        " ORDER BY quarantine_id LIMIT %(limit)s",
        _parameters(chosen, after=after, limit=limit),
    ).fetchall()
    return [row[0] for row in rows]


# All rows of the messages that these ids belong to, in the order in which everyone locks them.
WHOLE_MESSAGES = """
    SELECT q.quarantine_id FROM telemetry.quarantine q
    WHERE q.quarantine_id = ANY(%(ids)s) OR (q.trace_id, q.message_no) IN (
        SELECT trace_id, message_no FROM telemetry.quarantine
        WHERE quarantine_id = ANY(%(ids)s) AND message_no IS NOT NULL AND fold IS NULL)
"""


def discard(conn: Connection, ids: Sequence[int], by: str, why: str, at: datetime) -> list[int]:
    """Close the open ones among these, each with all rows of its message; returns the ids closed now."""
    conn.execute(
        f"SELECT 1 FROM telemetry.quarantine WHERE quarantine_id IN ({WHOLE_MESSAGES})"
        " ORDER BY quarantine_id FOR UPDATE",
        {"ids": list(ids)},
    )
    rows = conn.execute(
        "UPDATE telemetry.quarantine SET state = 'discarded', closed_at = %(at)s, closed_by = %(by)s,"
        f" closed_why = %(why)s WHERE state = 'open' AND quarantine_id IN ({WHOLE_MESSAGES})"
        " RETURNING quarantine_id",
        {"ids": list(ids), "by": by, "why": why, "at": at},
    ).fetchall()
    return sorted(row[0] for row in rows)
