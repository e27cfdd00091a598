"""Credentials, the life of devices and access events in PostgreSQL, schema `registry`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.registry.broker_log import Key, Tally
from services.registry.domain import Change, Device
from services.registry.identity import Actor, Credential, CredentialChange, CredentialState, Kind
from services.registry.store import device_from_row, devices_query
from services.registry.watch import Excess
from services.runtime.db import Connection

_CREDENTIAL = (
    "SELECT username, kind, password_hash, state, reason, issued_at, changed_at FROM registry.credentials"
)

# Names that belong to something else keep what they are: the insert finds no principal of that kind.
_PUT_CREDENTIAL = """
INSERT INTO registry.credentials AS c (username, kind, password_hash)
SELECT name, kind, %(hash)s FROM registry.principals WHERE name = %(username)s AND kind = %(kind)s
ON CONFLICT (username) DO UPDATE SET password_hash = excluded.password_hash, state = 'active', reason = '',
    issued_at = now(), changed_at = now()
"""

_ADD_EVENTS = """
INSERT INTO registry.access_events AS e
SELECT * FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],
                     %s::timestamptz[], %s::timestamptz[])
ON CONFLICT (minute, kind, username, client, topic) DO UPDATE SET count = e.count + excluded.count,
    first_at = least(e.first_at, excluded.first_at), last_at = greatest(e.last_at, excluded.last_at)
"""

_EVENTS = """
SELECT minute, kind, username, client, topic, count, first_at, last_at FROM registry.access_events
WHERE minute >= %(start)s AND minute < %(end)s
  AND (%(kind)s = '' OR kind = %(kind)s) AND (%(username)s = '' OR username = %(username)s)
  AND (%(after)s::timestamptz IS NULL
       OR (minute, kind, username, client, topic) < (%(after)s, %(k)s, %(u)s, %(c)s, %(t)s))
ORDER BY minute DESC, kind DESC, username DESC, client DESC, topic DESC LIMIT %(limit)s
"""

# Of network servers' devices it is the network that speaks: shutting it out would silence all of them. On the
# onboarding shard anybody may use any name: nobody is shut out for what was said there.
_EXCESS = """
SELECT q.device, date_trunc('minute', q.received_at), sum(q.readings)
FROM telemetry.quarantine q
JOIN registry.credentials c ON c.username = q.device AND c.kind = 'device' AND c.state = 'active'
WHERE q.reason = 'rate_exceeded' AND q.booked_at >= greatest(%(since)s, c.changed_at)
  AND q.topic LIKE 'ioc/v1/%%/devices/%%' AND q.topic NOT LIKE 'ioc/v1/onboarding/%%'
GROUP BY 1, 2
"""


class Seen(NamedTuple):
    """An access event as stored."""

    key: Key
    tally: Tally


def sign(connection: Connection, actor: Actor, token: str = "") -> None:
    """Who does what follows in this transaction; the tables' own history says so."""
    connection.execute(
        "SELECT set_config('haidang.actor', %s, true), set_config('haidang.token', %s, true)", (actor, token)
    )


def device(connection: Connection, name: str, *, lock: bool = False) -> Device | None:
    """One device; with `lock`, kept from other changes until the transaction ends."""
    if lock:
        connection.execute("SELECT 1 FROM registry.devices WHERE device = %s FOR UPDATE", (name,))
    row = connection.execute(devices_query("d.device = %(name)s"), {"name": name, "limit": 1}).fetchone()
    return None if row is None else device_from_row(row)


def set_device_state(
    connection: Connection, name: str, state: str, replaced_by: str | None, reason: str
) -> None:
    """Moves a device; its history is kept by the table itself."""
    connection.execute("SELECT set_config('haidang.reason', %s, true)", (reason,))
    connection.execute(
        "UPDATE registry.devices SET state = %s, replaced_by = %s, updated_at = now() WHERE device = %s",
        (state, replaced_by, name),
    )


def history(connection: Connection, name: str) -> list[Change]:
    """The life of a device, oldest first."""
    rows = connection.execute(
        "SELECT device, at, was, state, replaced_by, reason FROM registry.device_history"
        " WHERE device = %s ORDER BY history_id",
        (name,),
    ).fetchall()
    return [Change(*row) for row in rows]


def taken_names(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """Which of these names mean something other than a device: name → what."""
    rows = connection.execute(
        "SELECT name, kind FROM registry.principals WHERE name = ANY(%s) AND kind <> 'device'", (list(names),)
    ).fetchall()
    return {str(name): str(kind) for name, kind in rows}


def reserve(connection: Connection, username: str, kind: Kind) -> str:
    """Makes the name mean this kind, unless it means something already; returns what it means now."""
    connection.execute(
        "INSERT INTO registry.principals VALUES (%s, %s) ON CONFLICT DO NOTHING", (username, kind)
    )
    row = connection.execute("SELECT kind FROM registry.principals WHERE name = %s", (username,)).fetchone()
    assert row is not None
    return str(row[0])


def credential(connection: Connection, username: str) -> Credential | None:
    """One credential, kept from other changes until the transaction ends."""
    row = connection.execute(f"{_CREDENTIAL} WHERE username = %s FOR UPDATE", (username,)).fetchone()
    return None if row is None else Credential(*row)


def credentials(connection: Connection) -> list[Credential]:
    """All of them."""
    return [Credential(*row) for row in connection.execute(_CREDENTIAL).fetchall()]


def credentials_after(
    connection: Connection, kind: str, state: str, after: str, limit: int
) -> list[Credential]:
    """At most `limit` whose name is beyond `after`, ordered by name; '' for any kind or state."""
    rows = connection.execute(
        f"{_CREDENTIAL} WHERE (%(kind)s = '' OR kind = %(kind)s) AND (%(state)s = '' OR state = %(state)s)"
        ' AND username > %(after)s COLLATE "C" ORDER BY username COLLATE "C" LIMIT %(limit)s',
        {"kind": kind, "state": state, "after": after, "limit": limit},
    ).fetchall()
    return [Credential(*row) for row in rows]


def put_credential(connection: Connection, username: str, kind: Kind, password_hash: str) -> None:
    """A new secret, standing at once; the name must be reserved for this kind."""
    connection.execute(_PUT_CREDENTIAL, {"username": username, "kind": kind, "hash": password_hash})


def rotate_credential(connection: Connection, username: str, password_hash: str) -> None:
    """A new secret in place of the old one; the state stays."""
    connection.execute(
        "UPDATE registry.credentials SET password_hash = %s, issued_at = now(), changed_at = now()"
        " WHERE username = %s",
        (password_hash, username),
    )


def set_credential_state(connection: Connection, username: str, state: CredentialState, reason: str) -> None:
    connection.execute(
        "UPDATE registry.credentials SET state = %s, reason = %s, changed_at = now() WHERE username = %s",
        (state, reason, username),
    )


def plant(connection: Connection, seeds: Iterable[tuple[str, Kind, str]]) -> int:
    """Adds credentials whose name is not known yet; returns how many. What is known stays as it is."""
    names, kinds, hashes = (list(column) for column in zip(*seeds, strict=True)) if seeds else ([], [], [])
    connection.execute(
        "INSERT INTO registry.principals SELECT * FROM unnest(%s::text[], %s::text[]) ON CONFLICT DO NOTHING",
        (names, kinds),
    )
    return connection.execute(
        "INSERT INTO registry.credentials (username, kind, password_hash)"
        " SELECT s.* FROM unnest(%s::text[], %s::text[], %s::text[]) AS s (name, kind, hash)"
        " JOIN registry.principals USING (name, kind)"
        " WHERE NOT EXISTS (SELECT FROM registry.credentials c WHERE c.username = s.name)"
        " ON CONFLICT DO NOTHING",
        (names, kinds, hashes),
    ).rowcount


def credential_history(
    connection: Connection, username: str, before: int | None, limit: int
) -> list[CredentialChange]:
    """At most `limit` changes older than `before`, newest first; '' for any name."""
    rows = connection.execute(
        "SELECT history_id, at, username, kind, action, reason, actor, token FROM registry.credential_history"
        " WHERE (%(username)s = '' OR username = %(username)s)"
        " AND history_id < coalesce(%(before)s, 9223372036854775807)"
        " ORDER BY history_id DESC LIMIT %(limit)s",
        {"username": username, "before": before, "limit": limit},
    ).fetchall()
    return [CredentialChange(*row) for row in rows]


def credentials_version(connection: Connection) -> str:
    """A text that differs after every committed change of a credential; reads one row."""
    row = connection.execute("SELECT version FROM registry.credentials_version").fetchone()
    assert row is not None
    return str(row[0])


def add_events(connection: Connection, tallies: Mapping[Key, Tally]) -> None:
    """Adds to what is counted already."""
    if tallies:
        rows = [(*key, *tally) for key, tally in tallies.items()]
        connection.execute(_ADD_EVENTS, [list(column) for column in zip(*rows, strict=True)])


def events(
    connection: Connection,
    start: datetime,
    end: datetime,
    kind: str,
    username: str,
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[Seen]:
    """Access events of [start, end), newest first; '' for any kind or user. `after`: the last key seen."""
    minute, k, u, c, t = after or (None, "", "", "", "")
    rows = connection.execute(
        _EVENTS,
        {
            "start": start,
            "end": end,
            "kind": kind,
            "username": username,
            "after": minute,
            "k": k,
            "u": u,
            "c": c,
            "t": t,
            "limit": limit,
        },
    ).fetchall()
    return [Seen(Key(*row[:5]), Tally(*row[5:])) for row in rows]


def forget_events(connection: Connection, before: datetime, most: int) -> int:
    """Removes events older than `before`, and those beyond about the newest `most`; returns how many."""
    return connection.execute(
        "DELETE FROM registry.access_events WHERE minute < greatest(%s, ("
        "SELECT minute FROM registry.access_events ORDER BY minute DESC OFFSET %s LIMIT 1))",
        (before, most - 1),
    ).rowcount


def excess(connection: Connection, since: datetime) -> list[Excess]:
    """What standing device credentials sent beyond their rate, by minute of receipt."""
    rows = connection.execute(_EXCESS, {"since": since}).fetchall()
    return [Excess(str(device), minute, int(readings)) for device, minute, readings in rows]
