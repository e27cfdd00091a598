"""How readings are divided by time: native partitions or a TimescaleDB hypertable, behind one protocol.

Divisions are a week wide, keyed by their start on a Monday 00:00 UTC (hypertable chunks: by TimescaleDB's
own alignment). They are made ahead, in transactions of their own, never by the ingest transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from psycopg.sql import SQL, Identifier, Literal

from services.runtime.db import Connection

WEEK = timedelta(days=7)
_WEEK_MS = 7 * 24 * 3600 * 1000
_FIRST_MONDAY_MS = 4 * 24 * 3600 * 1000  # 1970-01-05
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOCK = "telemetry.layout"  # one maker of divisions at a time


def week_number(ms: int) -> int:
    """Weeks from 1970-01-05T00:00:00Z to the week that holds the time, given in ms since the epoch."""
    return (ms - _FIRST_MONDAY_MS) // _WEEK_MS


def week_start(number: int) -> datetime:
    """The Monday, 00:00 UTC, at which the week with this number starts."""
    return _EPOCH + timedelta(milliseconds=_FIRST_MONDAY_MS + number * _WEEK_MS)


class Layout(Protocol):
    """What differs between the two stores."""

    name: str

    def ensure(self, conn: Connection, weeks: Iterable[datetime]) -> None:
        """Make room for readings observed in these weeks; what is there stays."""

    def drop_before(self, conn: Connection, before: datetime) -> list[str]:
        """Drop divisions that end at or before `before`; returns their names."""


class Native:
    """Range partitions, each made standalone, then attached: that locks out neither readers nor writers."""

    name = "native"

    def ensure(self, conn: Connection, weeks: Iterable[datetime]) -> None:
        for week in sorted(set(weeks)):
            with conn.transaction():
                conn.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (_LOCK,))
                self._make(conn, week)

    def _make(self, conn: Connection, week: datetime) -> None:
        name = Identifier("telemetry", f"readings_{week:%Y_%m_%d}")
        bounds = {"name": name, "start": Literal(week), "end": Literal(week + WEEK)}
        if conn.execute("SELECT to_regclass(%s)", (name.as_string(conn),)).fetchone() != (None,):
            return
        conn.execute(
            SQL(
                "CREATE TABLE {name} (LIKE telemetry.readings INCLUDING ALL,"
                " CONSTRAINT week CHECK (observed_at >= {start} AND observed_at < {end}))"
            ).format(**bounds)
        )
        conn.execute(
            SQL(
                "ALTER TABLE telemetry.readings ATTACH PARTITION {name} FOR VALUES FROM ({start}) TO ({end})"
            ).format(**bounds)
        )

    def drop_before(self, conn: Connection, before: datetime) -> list[str]:
        partitions = conn.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'telemetry.readings'::regclass ORDER BY c.relname"
        ).fetchall()
        dropped = [name for (name,) in partitions if _week_named(name) + WEEK <= before]
        for name in dropped:
            with conn.transaction():
                conn.execute(SQL("DROP TABLE {}").format(Identifier("telemetry", name)))
        return dropped


def _week_named(partition: str) -> datetime:
    return datetime.strptime(partition, "readings_%Y_%m_%d").replace(tzinfo=UTC)


class Timescale:
    """A hypertable. A row inserted and taken back in one transaction leaves its chunk behind."""

    name = "timescale"

    def ensure(self, conn: Connection, weeks: Iterable[datetime]) -> None:
        for week in sorted(set(weeks)):
            # The alignment of chunks is TimescaleDB's: a week of ours may lie in two of them.
            for at in (week, week + WEEK - timedelta(microseconds=1)):
                self._make(conn, at)

    def _make(self, conn: Connection, at: datetime) -> None:
        with conn.transaction():
            conn.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (_LOCK,))
            conn.execute(
                "INSERT INTO telemetry.readings (series_id, observed_at, value, received_at)"
                " VALUES (0, %(at)s, 0, %(at)s)",
                {"at": at},
            )
            conn.execute("DELETE FROM telemetry.readings WHERE series_id = 0 AND observed_at = %s", (at,))

    def drop_before(self, conn: Connection, before: datetime) -> list[str]:
        with conn.transaction():
            rows = conn.execute(
                "SELECT public.drop_chunks('telemetry.readings', older_than => %s::timestamptz)", (before,)
            ).fetchall()
        return [str(name) for (name,) in rows]


def layout_of(conn: Connection) -> Layout:
    """The layout of this database's readings: a partitioned table (relkind p) or a hypertable."""
    row = conn.execute("SELECT relkind FROM pg_class WHERE oid = 'telemetry.readings'::regclass").fetchone()
    assert row is not None
    kind = row[0].decode() if isinstance(row[0], bytes) else row[0]
    return Native() if kind == "p" else Timescale()
