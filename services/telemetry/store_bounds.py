"""Bounds of what is kept: the oldest goes first, a little at a time, and is counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from services.runtime.db import Connection
from services.telemetry.store_quarantine import SIZE


class Held(NamedTuple):
    """What quarantine holds up to an id."""

    newest: int
    bytes: int


def disk_bytes(conn: Connection) -> int:
    """What the table of quarantine takes on the disk; it does not shrink by itself when rows go."""
    row = conn.execute("SELECT pg_table_size('telemetry.quarantine')").fetchone()
    return 0 if row is None else int(row[0])


def held_after(conn: Connection, known: Held) -> Held:
    """The same, up to the newest id of now; reads what is newer than `known` only."""
    row = conn.execute(
        f"SELECT max(quarantine_id), sum({SIZE})::bigint FROM telemetry.quarantine WHERE quarantine_id > %s",
        (known.newest,),
    ).fetchone()
    return known if row is None or row[0] is None else Held(row[0], known.bytes + row[1])


def oldest_of(conn: Connection, excess_bytes: int, limit: int) -> int | None:
    """The newest id of the oldest items that together hold so many bytes; reads at most `limit` of them."""
    row = conn.execute(
        "SELECT max(quarantine_id) FROM (SELECT quarantine_id, sum(size) OVER (ORDER BY quarantine_id) - size"
        f" AS before FROM (SELECT quarantine_id, {SIZE} AS size FROM telemetry.quarantine"
        " ORDER BY quarantine_id LIMIT %s) AS oldest) AS running WHERE before < %s",
        (limit, excess_bytes),
    ).fetchone()
    return None if row is None else row[0]


def past_age(conn: Connection, before: datetime) -> int | None:
    """The newest id of what was received before this time."""
    row = conn.execute(
        "SELECT max(quarantine_id) FROM (SELECT quarantine_id FROM telemetry.quarantine"
        " WHERE booked_at < %s AND received_at < %s) s",
        (before, before),
    ).fetchone()
    return None if row is None else row[0]


@dataclass(frozen=True, slots=True)
class Dropped:
    """What went out at one time."""

    items: int = 0
    open_items: int = 0
    bytes: int = 0


_DROP = f"""
WITH gone AS (
    DELETE FROM telemetry.quarantine WHERE quarantine_id IN (
        SELECT quarantine_id FROM telemetry.quarantine WHERE quarantine_id <= %(last)s
          AND (%(before)s::timestamptz IS NULL OR booked_at < %(before)s)
        ORDER BY quarantine_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING state, readings, booked_at, {SIZE} AS size
), counted AS (
    INSERT INTO telemetry.quarantine_dropped AS d
        (day, bound, items, open_items, readings, bytes, newest_booked_at)
    SELECT (%(now)s::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, %(bound)s, count(*),
           count(*) FILTER (WHERE state = 'open'), sum(readings), sum(size), least(max(booked_at), %(now)s)
    FROM gone HAVING count(*) > 0
    ON CONFLICT (day, bound) DO UPDATE SET items = d.items + excluded.items,
        open_items = d.open_items + excluded.open_items, readings = d.readings + excluded.readings,
        bytes = d.bytes + excluded.bytes,
        newest_booked_at = greatest(d.newest_booked_at, excluded.newest_booked_at)
)
SELECT count(*), count(*) FILTER (WHERE state = 'open'), coalesce(sum(size), 0)::bigint FROM gone
"""


def drop(
    conn: Connection, last: int, bound: str, now: datetime, limit: int, before: datetime | None = None
) -> Dropped:
    """Drop at most `limit` items up to this id, oldest first, and count them; what is locked is left."""
    parameters = {"last": last, "bound": bound, "now": now, "limit": limit, "before": before}
    row = conn.execute(_DROP, parameters).fetchone()
    assert row is not None
    return Dropped(*row)


# What is bounded by age: by which time, and which rows. An open command is never old.
_AGED = {"commands": "finished_at", "sequence_gaps": "noticed_at"}
_DROP_AGED = """
WITH gone AS (
    DELETE FROM telemetry.{table} WHERE ctid IN (
        SELECT ctid FROM telemetry.{table} WHERE {time} < %(before)s ORDER BY {time} LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED)
    RETURNING {time} AS at
), counted AS (
    INSERT INTO telemetry.dropped AS d (day, what, items, newest_at)
    SELECT (%(now)s::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, %(table)s, count(*), max(at)
    FROM gone HAVING count(*) > 0
    ON CONFLICT (day, what) DO UPDATE SET items = d.items + excluded.items,
        newest_at = greatest(d.newest_at, excluded.newest_at)
)
SELECT count(*) FROM gone
"""


def drop_aged(conn: Connection, table: str, before: datetime, now: datetime, limit: int) -> int:
    """Drop at most `limit` older rows of commands or sequence_gaps, and count them; returns how many."""
    row = conn.execute(
        _DROP_AGED.format(table=table, time=_AGED[table]),
        {"table": table, "before": before, "now": now, "limit": limit},
    ).fetchone()
    return 0 if row is None else int(row[0])


def gaps_before(conn: Connection, most: int) -> datetime | None:
    """When the oldest of the newest `most` sequence gaps was noticed; None where there are fewer."""
    row = conn.execute(
        "SELECT noticed_at FROM telemetry.sequence_gaps ORDER BY noticed_at DESC OFFSET %s LIMIT 1",
        (most - 1,),
    ).fetchone()
    return None if row is None else row[0]
