"""Commands in PostgreSQL. Every change of state is one UPDATE whose WHERE is the table of transitions.

Times are the database's own: one clock for all gateways. Reads `registry.devices` (the role `ioc_telemetry`
has that right) in the statement that takes what is due: who holds the device's shard may send, nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.runtime.db import Connection
from services.telemetry.commands_domain import Answer, Dispatch, Event, Order, State, change, standing

CHANNEL = "haidang_commands"  # NOTIFY; its payload is the device's shard
MOST_AT_ONCE = 100  # commands taken in one look


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it is shown."""

    command_id: str
    number: int
    device: str
    name: str
    parameters: dict[str, Any]
    state: State
    issued_by: str
    issued_at: datetime
    expires_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None
    attempts: int
    detail: str


_COLUMNS = """
SELECT command_id::text, number, device, name, parameters, state, issued_by, issued_at, expires_at, sent_at,
       finished_at, attempts, detail, now()
FROM telemetry.commands
"""


# For the API --------------------------------------------------------------------------------------


def device_state(conn: Connection, device: str) -> tuple[str, str] | None:
    """State and shard of a device, None where the registry does not know it."""
    row = conn.execute("SELECT state, shard FROM registry.devices WHERE device = %s", (device,)).fetchone()
    return (str(row[0]), str(row[1])) if row else None


def queue(conn: Connection, order: Order, issued_by: str, shard: str) -> Command:
    """Adds the command and wakes the shard's gateway, unless the caller's key is there already.

    Returns what now stands under that key, which may be another command: compare.
    """
    row = conn.execute(
        "INSERT INTO telemetry.commands (device, name, parameters, issued_by, idempotency_key, expires_at)"
        " VALUES (%s, %s, %s::jsonb, %s, %s, now() + make_interval(secs => %s))"
        " ON CONFLICT (issued_by, idempotency_key) DO NOTHING RETURNING command_id",
        (order.device, order.name, order.parameters, issued_by, order.idempotency_key, order.expires_in_s),
    ).fetchone()
    if row is not None:
        conn.execute("SELECT pg_notify(%s, %s)", (CHANNEL, shard))
    found = conn.execute(
        _COLUMNS + "WHERE issued_by = %s AND idempotency_key = %s", (issued_by, order.idempotency_key)
    ).fetchone()
    assert found is not None
    return _command(found)


def by_key(conn: Connection, issued_by: str, key: str) -> Command | None:
    """The command that a caller's key names."""
    row = conn.execute(
        _COLUMNS + "WHERE issued_by = %s AND idempotency_key = %s", (issued_by, key)
    ).fetchone()
    return _command(row) if row else None


def command(conn: Connection, command_id: str) -> Command | None:
    """One command; `command_id` must have the form of an id."""
    row = conn.execute(_COLUMNS + "WHERE command_id = %s::uuid", (command_id,)).fetchone()
    return _command(row) if row else None


def commands(
    conn: Connection, device: str, state: State | None, limit: int, before: int | None = None
) -> list[Command]:
    """At most `limit`, newest first; '' and None mean all. Expired counts from the moment, written or not."""
    rows = conn.execute(
        _COLUMNS
        + """
        WHERE (%(device)s = '' OR device = %(device)s)
          AND (%(before)s::bigint IS NULL OR number < %(before)s)
          AND (%(state)s::text IS NULL
               OR %(state)s = CASE WHEN finished_at IS NULL AND expires_at <= now() THEN 'expired'
                                   ELSE state END)
        ORDER BY number DESC LIMIT %(limit)s
        """,
        {"device": device, "state": state, "limit": limit, "before": before},
    ).fetchall()
    return [_command(row) for row in rows]


def _command(row: Sequence[Any]) -> Command:
    *stored, now = row
    values = dict(zip(Command.__slots__, stored, strict=True))
    state = State(values["state"])
    shown = standing(state, values["expires_at"], now)
    if shown is not state:
        values["finished_at"] = values["expires_at"]
    return Command(**{**values, "state": shown})


# For the gateway ----------------------------------------------------------------------------------


def take_due(conn: Connection, shards: Sequence[str], first_s: float, longest_s: float) -> list[Dispatch]:
    """What is to be handed to the broker now, oldest first.

    Each is due again after `first_s`, doubling up to `longest_s`, until the device answers or time is over.
    Two gateways never take the same one at a time.
    """
    rows = conn.execute(
        """
        WITH ripe AS MATERIALIZED (  -- first what is due, mostly nothing: without statistics of the registry
            SELECT command_id, device FROM telemetry.commands  -- the planner would begin with every device
            WHERE state IN ('queued', 'sent') AND due_at <= now()
        ), due AS (
            SELECT c.command_id, d.shard FROM ripe JOIN registry.devices d USING (device)
            JOIN telemetry.commands c USING (command_id)
            WHERE c.state IN ('queued', 'sent') AND c.due_at <= now() AND c.expires_at > now()
              AND d.shard = ANY(%(shards)s) AND d.state = 'active'
            ORDER BY c.due_at LIMIT %(limit)s FOR UPDATE OF c SKIP LOCKED
        ), taken AS (
            UPDATE telemetry.commands c
            SET attempts = c.attempts + 1, due_at = now() + make_interval(
                secs => least(%(longest)s, %(first)s * 2 ^ least(c.attempts, 20)))
            FROM due WHERE c.command_id = due.command_id
            RETURNING c.number, c.command_id::text, c.device, due.shard, c.name, c.parameters,
                      c.issued_at, c.expires_at
        )
        SELECT command_id, device, shard, name, parameters, issued_at, expires_at FROM taken ORDER BY number
        """,
        {"shards": list(shards), "limit": MOST_AT_ONCE, "first": first_s, "longest": longest_s},
    ).fetchall()
    return [_dispatch(*row) for row in rows]


def _dispatch(
    command_id: str,
    device: str,
    shard: str,
    name: str,
    parameters: dict[str, Any],
    issued_at: datetime,
    expires_at: datetime,
) -> Dispatch:
    times = _milliseconds(issued_at), _milliseconds(expires_at)
    return Dispatch(command_id, device, shard, name, parameters, *times)


def send_again(conn: Connection, shard: str) -> None:
    """Makes everything open of a shard due: after a new connection nobody knows what the broker still has."""
    conn.execute(
        "UPDATE telemetry.commands c SET due_at = now() FROM registry.devices d"
        " WHERE d.device = c.device AND d.shard = %s AND c.state IN ('queued', 'sent') AND c.due_at > now()",
        (shard,),
    )


def mark_taken(conn: Connection, command_ids: Sequence[str]) -> int:
    """The broker has these; returns how many it changed."""
    leaving, target = change(Event.TAKEN)
    return conn.execute(
        "UPDATE telemetry.commands SET state = %s, sent_at = now()"
        " WHERE command_id = ANY(%s::uuid[]) AND state = ANY(%s)",
        (target, list(command_ids), leaving),
    ).rowcount


def mark_answered(conn: Connection, answers: Sequence[Answer]) -> int:
    """Devices answered; returns how many answers met an open command of that very device, in time."""
    changed = 0
    for event in (Event.DONE, Event.REFUSED):
        some = [answer for answer in answers if answer.event is event]
        if not some:
            continue
        leaving, target = change(event)
        changed += conn.execute(
            """
            UPDATE telemetry.commands c
            SET state = %s, finished_at = now(), detail = a.detail, sent_at = coalesce(c.sent_at, now())
            FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS a (command_id, device, detail)
            WHERE c.command_id = a.command_id AND c.device = a.device AND c.state = ANY(%s)
              AND c.expires_at > now()
            """,
            (
                target,
                [answer.command_id for answer in some],
                [answer.device for answer in some],
                [answer.detail for answer in some],
                leaving,
            ),
        ).rowcount
    return changed


def expire(conn: Connection) -> int:
    """Writes down what time has decided; returns how many it changed."""
    leaving, target = change(Event.TIMED_OUT)
    return conn.execute(
        "UPDATE telemetry.commands SET state = %s, finished_at = expires_at"
        " WHERE state IN ('queued', 'sent') AND state = ANY(%s) AND expires_at <= now()",
        (target, leaving),
    ).rowcount


def listen(conn: Connection) -> None:
    """From now on the connection hears of new commands, on CHANNEL."""
    conn.execute("LISTEN haidang_commands")


def heard(conn: Connection) -> set[str]:
    """Shards that got new commands since the last look; does not wait."""
    return {note.payload for note in conn.notifies(timeout=0)}


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
