"""Where each pulled source is, and how it does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple

from services.records.pulling import Breaker, Source
from services.runtime.db import Connection

_STATE: LiteralString = (
    "name, dataset, host, every_s, cursor, due_at, succeeded_at, failed_at, last_error, failures,"
    " rests_until, pages, lines"
)
LONGEST_ERROR = 500  # characters


class SourceState(NamedTuple):
    """A source as it is in the table."""

    name: str
    dataset: str
    host: str
    every_s: float
    cursor: str
    due_at: datetime
    succeeded_at: datetime | None
    failed_at: datetime | None
    last_error: str
    failures: int
    rests_until: datetime | None
    pages: int
    lines: int

    @property
    def breaker(self) -> Breaker:
        """By Unix time."""
        return Breaker(self.failures, self.rests_until.timestamp() if self.rests_until else 0.0)


class Claim(NamedTuple):
    """A source that is ours to ask."""

    name: str
    cursor: str
    failures: int


def declare(connection: Connection, sources: Sequence[tuple[Source, str]], now: datetime) -> None:
    """Sources with their datasets: new ones are due at once, known ones stay as they are, others retire."""
    for source, dataset in sources:
        connection.execute(
            "INSERT INTO records.sources (name, dataset, host, every_s, cursor, due_at)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (name) DO UPDATE SET dataset = excluded.dataset,"
            " host = excluded.host, every_s = excluded.every_s, retired_at = NULL",
            (source.name, dataset, source.host, source.every_s, source.first_cursor, now),
        )
    names = [source.name for source, _ in sources]
    connection.execute(
        "UPDATE records.sources SET retired_at = %s WHERE retired_at IS NULL AND NOT name = ANY(%s)",
        (now, names),
    )


def claim(connection: Connection, until: Mapping[str, datetime], most: int, now: datetime) -> list[Claim]:
    """Those of these names that are due, the longest first; each is ours until its moment."""
    rows = connection.execute(
        "UPDATE records.sources s SET due_at = due.until FROM"
        " (SELECT name, k.until FROM records.sources"
        "  JOIN unnest(%(names)s::text[], %(until)s::timestamptz[]) AS k (name, until) USING (name)"
        "  WHERE due_at <= %(now)s ORDER BY due_at LIMIT %(most)s FOR UPDATE OF sources SKIP LOCKED) due"
        " WHERE s.name = due.name RETURNING s.name, s.cursor, s.failures",
        {"names": list(until), "until": list(until.values()), "now": now, "most": most},
    )
    return [Claim(*row) for row in rows]


def succeeded(
    connection: Connection, asked: Claim, following: str, lines: int, now: datetime, due_at: datetime
) -> None:
    """The cursor moves; not where another process has moved it in the meantime."""
    connection.execute(
        "UPDATE records.sources SET cursor = %s, due_at = %s, succeeded_at = %s, failures = 0,"
        " rests_until = NULL, pages = pages + %s, lines = lines + %s WHERE name = %s AND cursor = %s",
        (following, due_at, now, min(lines, 1), lines, asked.name, asked.cursor),
    )


def failed(
    connection: Connection, name: str, error: str, failures: int, now: datetime, rests_until: datetime
) -> None:
    """It is left alone until a moment."""
    told = error.replace("\0", "\ufffd")[:LONGEST_ERROR]
    connection.execute(
        "UPDATE records.sources SET failed_at = %s, last_error = %s, failures = %s, rests_until = %s,"
        " due_at = %s WHERE name = %s",
        (now, told, failures, rests_until, rests_until, name),
    )


def sources_after(connection: Connection, name: str, dataset: str, limit: int) -> list[SourceState]:
    """Those declared, behind a name, in order; '' means any dataset."""
    rows = connection.execute(
        f"SELECT {_STATE} FROM records.sources WHERE retired_at IS NULL AND name > %(name)s"
        " AND (%(dataset)s = '' OR dataset = %(dataset)s) ORDER BY name LIMIT %(limit)s",
        {"name": name, "dataset": dataset, "limit": limit},
    )
    return [SourceState(*row) for row in rows]


def states(connection: Connection, names: Collection[str]) -> list[SourceState]:
    """Those of these names."""
    rows = connection.execute(
        f"SELECT {_STATE} FROM records.sources WHERE name = ANY(%s) ORDER BY name", (list(names),)
    )
    return [SourceState(*row) for row in rows]
