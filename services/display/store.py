"""Walls in PostgreSQL: schema `display`. What changes what a wall shows moves `walls_version`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString, NamedTuple

from services.display.walls import Incident, Report, Wall
from services.runtime.db import Connection

CODE_LIFE = timedelta(minutes=10)  # of one that a screen shows
GIVEN_LIFE = timedelta(minutes=15)  # of one that is given out
_WALL: LiteralString = "wall, name, boards, seconds, pushed, language, token, reloads, revision"
# Reports know milliseconds.
_SEEN: LiteralString = """
SELECT w.wall, w.name, w.boards, w.seconds, w.pushed, w.language, w.token, w.reloads, w.revision, w.paired_at,
    r.connected_since, r.seen_at,
    CASE WHEN r.reported_at >= date_trunc('milliseconds', coalesce(r.connected_since, '-infinity'))
        THEN r.reported_at END,
    r.board, r.behind_ms, r.clock_offset_ms, r.heap_bytes, r.fps, r.build, r.width, r.height
FROM display.walls w
LEFT JOIN display.wall_reports r ON r.wall = w.wall AND r.seen_at >= coalesce(w.paired_at, '-infinity')
WHERE w.revoked_at IS NULL ORDER BY w.wall
"""


class Seen(NamedTuple):
    """A wall with what is known of its screen."""

    wall: Wall
    paired_at: datetime | None
    connected_since: datetime | None
    seen_at: datetime | None
    report: Report | None


class Begun(NamedTuple):
    """An incident, since when and by whom."""

    incident: Incident
    at: datetime
    by: str


class Change(NamedTuple):
    """Something that was done to a wall; wall 0: to several."""

    change: int
    at: datetime
    by: str
    wall: int
    what: str
    detail: str


def version(connection: Connection) -> int:
    """Moves with every change of what walls show. Cheap enough for every second."""
    row = connection.execute("SELECT version FROM display.walls_version").fetchone()
    assert row is not None
    return int(row[0])


def walls(connection: Connection) -> list[Wall]:
    """All that were not revoked, by number."""
    rows = connection.execute(f"SELECT {_WALL} FROM display.walls WHERE revoked_at IS NULL ORDER BY wall")
    return [_wall(row) for row in rows]


def wall_for_change(connection: Connection, number: int) -> Wall | None:
    """One that was not revoked; nobody else changes it until the transaction ends."""
    row = connection.execute(
        f"SELECT {_WALL} FROM display.walls WHERE wall = %s AND revoked_at IS NULL FOR UPDATE", (number,)
    ).fetchone()
    return None if row is None else _wall(row)


def is_named(connection: Connection, name: str, but: int = 0) -> bool:
    """Whether another wall has this name."""
    row = connection.execute(
        "SELECT FROM display.walls WHERE name = %s AND revoked_at IS NULL AND wall <> %s", (name, but)
    )
    return row.fetchone() is not None


def add_wall(connection: Connection, name: str, boards: Sequence[str], seconds: int, language: str) -> Wall:
    row = connection.execute(
        "INSERT INTO display.walls (name, boards, seconds, language) VALUES (%s, %s, %s, %s)"
        f" RETURNING {_WALL}",
        (name, list(boards), seconds, language),
    ).fetchone()
    assert row is not None
    return _wall(row)


def put_wall(connection: Connection, wall: Wall) -> Wall:
    """Another setting of the same wall, as a revision of its own."""
    row = connection.execute(
        "UPDATE display.walls SET (name, boards, seconds, pushed, language, token, reloads, revision)"
        f" = (%s, %s, %s, %s, %s, %s, %s, revision + 1) WHERE wall = %s RETURNING {_WALL}",
        (
            wall.name, list(wall.boards), wall.seconds, wall.pushed, wall.language, wall.token, wall.reloads,
            wall.wall,
        ),
    ).fetchone()  # fmt: skip
    assert row is not None
    _moved(connection)
    return _wall(row)


def revoke(connection: Connection, number: int, now: datetime) -> None:
    """Ends a wall; its name is free again."""
    connection.execute(
        "UPDATE display.walls SET token = NULL, revoked_at = %s, revision = revision + 1 WHERE wall = %s",
        (now, number),
    )
    connection.execute("DELETE FROM display.pairings WHERE wall = %s", (number,))
    _moved(connection)


def reload(connection: Connection, numbers: Sequence[int]) -> list[int]:
    """Tells walls to load their page anew, none: all; which were told."""
    rows = connection.execute(
        "UPDATE display.walls SET reloads = reloads + 1 WHERE revoked_at IS NULL"
        " AND (wall = ANY(%(walls)s) OR %(walls)s::bigint[] = '{}') RETURNING wall",
        {"walls": list(numbers)},
    ).fetchall()
    _moved(connection)
    return [row[0] for row in rows]


def put_code(connection: Connection, code: str, now: datetime, wall: int | None = None) -> bool:
    """A code under way: of a screen that waits (no wall), or for a wall that waits. False: it is in use."""
    connection.execute("DELETE FROM display.pairings WHERE expires_at <= %s", (now,))
    expires_at = now + (CODE_LIFE if wall is None else GIVEN_LIFE)
    row = connection.execute(
        "INSERT INTO display.pairings (code, expires_at, wall) VALUES (%s, %s, %s)"
        " ON CONFLICT (code) DO NOTHING RETURNING code",
        (code, expires_at, wall),
    )
    return row.fetchone() is not None


def is_waiting(connection: Connection, code: str, now: datetime) -> bool:
    """Whether a screen shows this code and nobody has paired it; it stays so until the transaction ends."""
    row = connection.execute(
        "SELECT FROM display.pairings WHERE code = %s AND wall IS NULL AND expires_at > %s FOR UPDATE",
        (code, now),
    )
    return row.fetchone() is not None


def pair_code(connection: Connection, code: str, wall: int) -> None:
    """The screen that shows this code is to become this wall."""
    connection.execute("UPDATE display.pairings SET wall = %s WHERE code = %s", (wall, code))
    _moved(connection)


def redeem(connection: Connection, code: str, token: bytes, now: datetime) -> int | None:
    """The wall for which a code was paired or given out gets this token; None: there is none such (yet).

    A code is good once: what had the wall's token before has it no longer.
    """
    row = connection.execute(
        "DELETE FROM display.pairings WHERE code = %s AND wall IS NOT NULL AND expires_at > %s"
        " RETURNING wall",
        (code, now),
    ).fetchone()
    if row is None:
        return None
    paired = connection.execute(
        "UPDATE display.walls SET (token, paired_at, revision) = (%s, %s, revision + 1)"
        " WHERE wall = %s AND revoked_at IS NULL RETURNING wall",
        (token, now, row[0]),
    ).fetchone()
    if paired is None:
        return None
    note(connection, Change(0, now, "", paired[0], "screen", ""))
    _moved(connection)
    return int(paired[0])


def drop_code(connection: Connection, code: str) -> None:
    """A screen that showed a code is gone, or shows another."""
    connection.execute("DELETE FROM display.pairings WHERE code = %s AND wall IS NULL", (code,))


def incidents(connection: Connection) -> list[Begun]:
    """Those that are under way, the newest first."""
    rows = connection.execute(
        "SELECT incident, walls, board, text_vi, text_en, began_at, began_by FROM display.incidents"
        " WHERE ended_at IS NULL ORDER BY incident DESC"
    )
    return [Begun(Incident(row[0], frozenset(row[1]), *row[2:5]), row[5], row[6]) for row in rows]


def begin_incident(connection: Connection, told: Incident, by: str, now: datetime) -> Begun:
    """Takes walls over; the number of `told` is of no matter."""
    row = connection.execute(
        "INSERT INTO display.incidents (walls, board, text_vi, text_en, began_at, began_by)"
        " VALUES (%s, %s, %s, %s, %s, %s) RETURNING incident",
        (sorted(told.walls), told.board, told.text_vi, told.text_en, now, by),
    ).fetchone()
    assert row is not None
    _moved(connection)
    return Begun(told._replace(incident=row[0]), now, by)


def end_incidents(connection: Connection, incident: int, by: str, now: datetime) -> int:
    """Ends one that is under way, 0: all; how many."""
    ended = connection.execute(
        "UPDATE display.incidents SET (ended_at, ended_by) = (%s, %s)"
        " WHERE ended_at IS NULL AND (incident = %s OR %s = 0)",
        (now, by, incident, incident),
    ).rowcount
    _moved(connection)
    return ended


def seen(connection: Connection) -> list[Seen]:
    """All walls that were not revoked, with what their screens said last.

    What was said before a screen was paired is of another; before it came anew, of a life that is over.
    """
    rows = connection.execute(_SEEN)
    found = []
    for row in rows:
        at, *told = row[12:]
        report = None if at is None else Report(round(at.timestamp() * 1000), *told)
        found.append(Seen(_wall(row[:9]), row[9], row[10], row[11], report))
    return found


def put_reports(
    connection: Connection, reports: Mapping[int, tuple[datetime | None, Report | None]], now: datetime
) -> None:
    """Of walls: since when each is connected (None: no longer), and what it said last (None: as before)."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO display.wall_reports (wall, connected_since, seen_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (wall) DO UPDATE SET (connected_since, seen_at)"
            " = (excluded.connected_since, excluded.seen_at)",
            [(wall, since, now) for wall, (since, _) in reports.items()],
        )
        cursor.executemany(
            "UPDATE display.wall_reports SET reported_at = to_timestamp(%s / 1000.0), board = %s,"
            " behind_ms = %s, clock_offset_ms = %s, heap_bytes = %s, fps = %s, build = %s, width = %s,"
            " height = %s WHERE wall = %s",
            [(*report, wall) for wall, (_, report) in reports.items() if report is not None],
        )


def forget_connections(connection: Connection) -> None:
    """Nothing is connected: the hub has just begun."""
    connection.execute("UPDATE display.wall_reports SET connected_since = NULL")


def note(connection: Connection, change: Change) -> None:
    """Writes down what was done; the number of `change` is of no matter."""
    connection.execute(
        "INSERT INTO display.wall_changes (at, by, wall, what, detail) VALUES (%s, %s, %s, %s, %s)",
        (change.at, change.by, change.wall or None, change.what, change.detail),
    )


def changes(connection: Connection, wall: int, limit: int, before: int | None) -> list[Change]:
    """What was done to a wall (0: to all), the newest first, below `before`."""
    rows: Iterable[Sequence[Any]] = connection.execute(
        "SELECT change, at, by, coalesce(wall, 0), what, detail FROM display.wall_changes"
        " WHERE (wall = %s OR %s = 0) AND change < coalesce(%s, 9223372036854775807)"
        " ORDER BY change DESC LIMIT %s",
        (wall, wall, before, limit),
    )
    return [Change(*row) for row in rows]


def _moved(connection: Connection) -> None:
    connection.execute("UPDATE display.walls_version SET version = version + 1")


def _wall(row: Sequence[Any]) -> Wall:
    number, name, boards, seconds, pushed, language, token, reloads, revision = row
    digest = None if token is None else bytes(token)
    return Wall(number, name, tuple(boards), seconds, pushed, language, digest, reloads, revision)
