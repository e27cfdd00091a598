"""The log of facts of a context: appended in its transactions, numbered without gaps after their commit.

Each context that publishes has the tables of migrations/outbox-*.sql in its own schema.
"""

from dataclasses import dataclass

from services.runtime.db import SQL, Connection, sql_identifier

CHANNEL_PREFIX = "outbox_"  # LISTEN channel of a schema's outbox


class OutOfRange(Exception):
    """The log no longer (or not yet) holds what was asked for: start again from a snapshot."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a log. Positions compare only within one epoch."""

    epoch: str
    position: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One transaction's changes, as published. `body` is a JSON object."""

    epoch: str
    position: int
    name: str
    trace_id: str
    body: bytes


def append(connection: Connection, schema: str, fact: str, body: bytes, trace_id: str) -> None:
    """Adds a fact to the transaction under way, last in it: later commits on the same rows come after."""
    connection.execute(
        SQL("INSERT INTO {}.outbox (fact, trace_id, body) VALUES (%s, %s, %s)").format(
            sql_identifier(schema)
        ),
        (fact, trace_id, body),
    )
    connection.execute("SELECT pg_notify(%s, '')", (CHANNEL_PREFIX + schema,))


def head(connection: Connection, schema: str) -> Position:
    """The last position that was given."""
    row = connection.execute(
        SQL("SELECT epoch::text, assigned FROM {}.outbox_head").format(sql_identifier(schema))
    ).fetchone()
    assert row is not None
    return Position(row[0], row[1])


def facts_after(connection: Connection, schema: str, position: int, limit: int) -> list[Fact]:
    """At most `limit` facts after `position`, ascending and without gaps.

    Raises:
        OutOfRange: rows after `position` were pruned, or `position` was never given in this epoch.
    """
    # The head is read first: what is numbered in between can then only be in the answer, never missing.
    newest = head(connection, schema)
    rows = connection.execute(
        SQL(
            "SELECT position, fact, trace_id, body FROM {}.outbox"
            " WHERE position > %s ORDER BY position LIMIT %s"
        ).format(sql_identifier(schema)),
        (position, limit),
        binary=True,  # as text, each byte of a body would be two, made by the server and unmade here
    ).fetchall()
    facts = [Fact(newest.epoch, *row) for row in rows]
    if facts and facts[0].position != position + 1:
        raise OutOfRange(f"{schema}: the log starts at {facts[0].position}, asked for {position + 1}")
    if not facts and newest.position != position:
        raise OutOfRange(f"{schema}: position {position} is not in the log")
    return facts


def assign_positions(connection: Connection, schema: str, limit: int) -> int:
    """Numbers committed facts in the order of their insertion; returns how many. One caller at a time."""
    name = sql_identifier(schema)
    first = connection.execute(SQL("SELECT assigned FROM {}.outbox_head FOR UPDATE").format(name)).fetchone()
    assert first is not None
    count = connection.execute(
        SQL(
            "UPDATE {0}.outbox o SET position = %s + n.rank FROM ("
            " SELECT outbox_id, row_number() OVER (ORDER BY outbox_id) AS rank FROM {0}.outbox"
            " WHERE position IS NULL ORDER BY outbox_id LIMIT %s) n WHERE o.outbox_id = n.outbox_id"
        ).format(name),
        (first[0], limit),
    ).rowcount
    if count:
        connection.execute(SQL("UPDATE {}.outbox_head SET assigned = assigned + %s").format(name), (count,))
    return count


def published(connection: Connection, schema: str) -> int:
    """The last position that the broker confirmed."""
    row = connection.execute(
        SQL("SELECT published FROM {}.outbox_head").format(sql_identifier(schema))
    ).fetchone()
    assert row is not None
    return int(row[0])


def mark_published(connection: Connection, schema: str, position: int) -> None:
    connection.execute(
        SQL("UPDATE {}.outbox_head SET published = %s").format(sql_identifier(schema)), (position,)
    )


def prune(connection: Connection, schema: str, kept_s: float, limit: int) -> int:
    """Drops published facts older than `kept_s` seconds, at most the first `limit`; returns how many.

    The newest one always stays.
    """
    name = sql_identifier(schema)
    return connection.execute(
        SQL(
            "DELETE FROM {0}.outbox o USING {0}.outbox_head h"
            " WHERE o.position < (SELECT min(position) + %s FROM {0}.outbox) AND o.position <= h.published"
            " AND o.position < h.assigned AND o.recorded_at < now() - make_interval(secs => %s)"
        ).format(name),
        (limit, kept_s),
    ).rowcount
