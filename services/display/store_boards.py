"""Boards that were applied, in PostgreSQL. Each change moves `walls_version`, as all that walls show does."""

from __future__ import annotations

from collections.abc import Sequence

from services.display.board_plan import Revision
from services.runtime.db import Connection

_REVISION = "board, revision, at, by, text"


def lock(connection: Connection) -> None:
    """Nobody else changes what walls show until the transaction ends."""
    connection.execute("SELECT FROM display.walls_version FOR UPDATE")


def newest(connection: Connection) -> list[Revision]:
    """Of each board that was ever applied the last change, by name."""
    rows = connection.execute(
        f"SELECT DISTINCT ON (board) {_REVISION} FROM display.board_revisions ORDER BY board, revision DESC"
    )
    return [Revision(*row) for row in rows]


def revision(connection: Connection, board: str, number: int) -> Revision | None:
    row = connection.execute(
        f"SELECT {_REVISION} FROM display.board_revisions WHERE board = %s AND revision = %s", (board, number)
    ).fetchone()
    return None if row is None else Revision(*row)


def revisions(connection: Connection, board: str, limit: int) -> list[Revision]:
    """The last changes of a board, the newest first, without their texts."""
    rows = connection.execute(
        "SELECT board, revision, at, by, CASE WHEN text IS NOT NULL THEN '' END FROM display.board_revisions"
        " WHERE board = %s ORDER BY revision DESC LIMIT %s",
        (board, limit),
    )
    return [Revision(*row) for row in rows]


def add(connection: Connection, changes: Sequence[Revision]) -> None:
    """What is in force from now on."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO display.board_revisions ({_REVISION}) VALUES (%s, %s, %s, %s, %s)", changes
        )
    connection.execute("UPDATE display.walls_version SET version = version + 1")
