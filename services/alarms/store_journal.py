"""The duty journal in PostgreSQL: `journal`, which is only added to, and its head."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

from services.alarms.journal import Draft, Entry, Finding, Head, Kind, Standing, chained, first_wrong
from services.runtime.db import Connection

_NAMES: LiteralString = "entry, at, kind, by, text, alarm, change, previous, hash"
_PIECE = 5_000  # entries read at once


def lock(connection: Connection) -> Head:
    """The newest entry; until the transaction ends, nobody else adds one or tells people anything."""
    row = connection.execute("SELECT entry, hash FROM alarms.journal_head FOR UPDATE").fetchone()
    assert row is not None
    return Head(row[0], bytes(row[1]))


def append(connection: Connection, drafts: Sequence[Draft]) -> list[Entry]:
    """Adds entries, but those about a change of which the journal tells already."""
    head = lock(connection)
    told = connection.execute(
        "SELECT change, kind FROM alarms.journal WHERE change = ANY(%s)",
        ([one.change for one in drafts if one.change is not None],),
    ).fetchall()
    entries = chained(head, [one for one in drafts if (one.change, str(one.kind)) not in told])
    if entries:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO alarms.journal ({_NAMES}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [_row(one) for one in entries],
            )
        connection.execute(
            "UPDATE alarms.journal_head SET (entry, hash) = (%s, %s)", (entries[-1].entry, entries[-1].hash)
        )
    return entries


def entries(
    connection: Connection,
    start: datetime | None,
    end: datetime | None,
    limit: int,
    before: int | None = None,
) -> list[Entry]:
    """Those of [start, end), the newest first; the next page: those below `before`."""
    rows = connection.execute(
        f"SELECT {_NAMES} FROM alarms.journal WHERE at >= coalesce(%s, '-infinity'::timestamptz)"
        " AND at < coalesce(%s, 'infinity'::timestamptz) AND entry < coalesce(%s, 9223372036854775807)"
        " ORDER BY entry DESC LIMIT %s",
        (start, end, before, limit),
    )
    return [_entry(row) for row in rows]


def last_handover(connection: Connection) -> Entry | None:
    """The newest handover."""
    row = connection.execute(
        f"SELECT {_NAMES} FROM alarms.journal WHERE kind = 'handover' ORDER BY entry DESC LIMIT 1"
    ).fetchone()
    return None if row is None else _entry(row)


def verify(connection: Connection, anchors: Mapping[int, bytes]) -> tuple[Head, Finding | None]:
    """What was added last, and what is wrong with the journal. Nothing is added meanwhile."""
    head = lock(connection)
    row = connection.execute("SELECT count(*) FROM alarms.journal").fetchone()
    assert row is not None

    def is_there(sought: bytes) -> bool:
        return bool(connection.execute("SELECT FROM alarms.journal WHERE hash = %s", (sought,)).rowcount)

    return head, first_wrong(_all(connection), Standing(head, row[0], is_there, anchors))


def _all(connection: Connection) -> Iterator[Entry]:
    last: int | None = None
    while True:
        rows = connection.execute(
            f"SELECT {_NAMES} FROM alarms.journal WHERE entry > coalesce(%s, -9223372036854775808)"
            " ORDER BY entry LIMIT %s",
            (last, _PIECE),
        ).fetchall()
        yield from map(_entry, rows)
        if len(rows) < _PIECE:
            return
        last = rows[-1][0]


def _row(one: Entry) -> tuple[object, ...]:
    draft = one.draft
    return (
        *(one.entry, draft.at, str(draft.kind), draft.by, draft.text, draft.alarm, draft.change),
        *(one.previous, one.hash),
    )


def _entry(row: Sequence[Any]) -> Entry:
    number, at, kind, by, text, alarm, change, previous, sealed = row
    return Entry(number, Draft(at, Kind(kind), by, text, alarm, change), bytes(previous), bytes(sealed))
