"""Announced work in PostgreSQL, and whether there is what it is of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, LiteralString

from services.alarms import store_duty
from services.alarms.maintenance import Maintenance
from services.runtime.db import Connection

_NAMES: LiteralString = (
    "maintenance, scope_kind, scope, starts_at, ends_at, why, by, created_at, cancelled_at"
)
_THERE: Final[dict[str, LiteralString]] = {
    "device": "SELECT FROM registry.devices WHERE device = %s AND state = 'active'",
    "area": "SELECT FROM areas.units WHERE code = %s",
    "rule": "SELECT FROM alarms.rules WHERE rule = %s AND retired_at IS NULL",
    "dataset": "SELECT FROM records.datasets WHERE key = %s",
}


def is_there(connection: Connection, scope_kind: str, scope: str) -> bool:
    """Whether what is named exists; of causes, which files of workers may name, nobody knows: true."""
    query = _THERE.get(scope_kind)
    return query is None or connection.execute(query + " LIMIT 1", (scope,)).rowcount > 0


def announce(connection: Connection, one: Maintenance) -> Maintenance:
    """Adds work; as it was, with its number (the one given does not matter)."""
    row = connection.execute(
        "INSERT INTO alarms.maintenance (scope_kind, scope, starts_at, ends_at, why, by, created_at)"
        f" VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING {_NAMES}",
        (one.scope_kind, one.scope, one.starts_at, one.ends_at, one.why, one.by, one.announced_at),
    ).fetchone()
    assert row is not None
    return Maintenance(*row)


def cancel(connection: Connection, number: int, now: datetime) -> Maintenance | None:
    """Ends work that is not over; None: there is none of this number."""
    row = connection.execute(
        "UPDATE alarms.maintenance SET cancelled_at = %s"
        f" WHERE maintenance = %s AND cancelled_at IS NULL AND ends_at > %s RETURNING {_NAMES}",
        (now, number, now),
    ).fetchone()
    return None if row is None else Maintenance(*row)


def since(connection: Connection, moment: datetime, limit: int) -> list[Maintenance]:
    """What was not over at a moment, or came after it; the newest announcement first."""
    rows = connection.execute(
        f"SELECT {_NAMES} FROM alarms.maintenance WHERE least(ends_at, cancelled_at) > %s"
        " ORDER BY maintenance DESC LIMIT %s",
        (moment, limit),
    )
    return [Maintenance(*row) for row in rows]


def going_on(connection: Connection, now: datetime) -> Sequence[Maintenance]:
    """What is worked on at a moment; of areas with all below them."""
    rows = connection.execute(
        f"SELECT {_NAMES} FROM alarms.maintenance"
        " WHERE cancelled_at IS NULL AND starts_at <= %s AND ends_at > %s ORDER BY maintenance",
        (now, now),
    )
    return _with_areas(connection, [Maintenance(*row) for row in rows], now)


def _with_areas(connection: Connection, work: Iterable[Maintenance], now: datetime) -> list[Maintenance]:
    found = list(work)
    if all(one.scope_kind != "area" for one in found):
        return found
    parents = store_duty.parents(connection, now)
    return [
        one._replace(areas=frozenset(store_duty.at_or_below(parents, one.scope)))
        if one.scope_kind == "area"
        else one
        for one in found
    ]
