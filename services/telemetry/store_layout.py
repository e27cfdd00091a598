"""How tables are divided by time: native partitions or TimescaleDB hypertables, behind one protocol.

Divisions are whole weeks wide, keyed by their start on a Monday 00:00 UTC (hypertable chunks: by
TimescaleDB's own alignment). They are made ahead, in transactions of their own, never by ingest's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from psycopg.sql import SQL, Identifier, Literal

from services.runtime.db import Connection

WEEK = timedelta(days=7)
_WEEK_MS = 7 * 24 * 3600 * 1000
_FIRST_MONDAY_MS = 4 * 24 * 3600 * 1000  # 1970-01-05
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOCK = "telemetry.layout"  # one maker of divisions at a time
_SOON = "SET LOCAL lock_timeout = '2s'"  # ingest queues up behind whoever waits to drop a division


def week_number(ms: int) -> int:
    """Weeks from 1970-01-05T00:00:00Z to the week that holds the time, given in ms since the epoch."""
    return (ms - _FIRST_MONDAY_MS) // _WEEK_MS


def week_start(number: int) -> datetime:
    """The Monday, 00:00 UTC, at which the week with this number starts."""
    return _EPOCH + timedelta(milliseconds=_FIRST_MONDAY_MS + number * _WEEK_MS)


@dataclass(frozen=True, slots=True)
class Divided:
    """A table of telemetry's that is divided by time; a migration says the same to TimescaleDB."""

    table: str
    column: str
    weeks: int = 1  # width of a division

    @property
    def width(self) -> timedelta:
        return self.weeks * WEEK

    def start_of(self, ms: int) -> datetime:
        """Start of the division that holds this time."""
        return week_start(week_number(ms) // self.weeks * self.weeks)


READINGS = Divided("readings", "observed_at")


class Layout(Protocol):
    """What differs between the two stores."""

    name: str

    def ensure(self, conn: Connection, starts: Iterable[datetime], of: Divided = READINGS) -> None:
        """Make the divisions that start then; what is there stays."""

    def drop_before(self, conn: Connection, before: datetime, of: Divided = READINGS) -> list[str]:
        """Drop divisions that end at or before `before`; returns their names.

        Raises:
            LockNotAvailable: somebody reads the table for long; what was dropped before stays so.
        """


class Native:
    """Range partitions, each made standalone, then attached: that locks out neither readers nor writers."""

    name = "native"

    def ensure(self, conn: Connection, starts: Iterable[datetime], of: Divided = READINGS) -> None:
        for start in sorted(set(starts)):
            with conn.transaction():
                # A lock of a transaction outlives the block if the caller is in one: only who makes takes it.
                if _is_there(conn, start, of):
                    continue
                conn.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (_LOCK,))
                if not _is_there(conn, start, of):
                    self._make(conn, start, of)

    def _make(self, conn: Connection, start: datetime, of: Divided) -> None:
        parts = {
            "name": Identifier("telemetry", _partition(start, of)),
            "parent": Identifier("telemetry", of.table),
            "column": Identifier(of.column),
            "start": Literal(start),
            "end": Literal(start + of.width),
        }
        conn.execute(
            SQL(
                "CREATE TABLE {name} (LIKE {parent} INCLUDING ALL,"
                " CONSTRAINT week CHECK ({column} >= {start} AND {column} < {end}))"
            ).format(**parts)
        )
        conn.execute(
            SQL("ALTER TABLE {parent} ATTACH PARTITION {name} FOR VALUES FROM ({start}) TO ({end})").format(
                **parts
            )
        )

    def drop_before(self, conn: Connection, before: datetime, of: Divided = READINGS) -> list[str]:
        partitions = conn.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = %s::regclass ORDER BY c.relname",
            (f"telemetry.{of.table}",),
        ).fetchall()
        dropped = [name for (name,) in partitions if _start_named(name, of) + of.width <= before]
        for name in dropped:
            with conn.transaction():
                conn.execute(_SOON)
                conn.execute(SQL("DROP TABLE {}").format(Identifier("telemetry", name)))
        return dropped


def _partition(start: datetime, of: Divided) -> str:
    return f"{of.table}_{start:%Y_%m_%d}"


def _is_there(conn: Connection, start: datetime, of: Divided) -> bool:
    # Not to_regclass: within a transaction it remembers that there was none, and another may have made it.
    query = "SELECT FROM pg_class WHERE relnamespace = 'telemetry'::regnamespace AND relname = %s"
    return conn.execute(query, (_partition(start, of),)).fetchone() is not None


def _start_named(partition: str, of: Divided) -> datetime:
    return datetime.strptime(partition, f"{of.table}_%Y_%m_%d").replace(tzinfo=UTC)


class Timescale:
    """A hypertable. A row inserted and taken back in one transaction leaves its chunk behind."""

    name = "timescale"

    def ensure(self, conn: Connection, starts: Iterable[datetime], of: Divided = READINGS) -> None:
        if of is not READINGS:
            return  # what is not written by ingest may make its chunks as it writes
        for week in sorted(set(starts)):
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

    def drop_before(self, conn: Connection, before: datetime, of: Divided = READINGS) -> list[str]:
        with conn.transaction():
            conn.execute(_SOON)
            rows = conn.execute(
                "SELECT public.drop_chunks(%s::regclass, older_than => %s::timestamptz)",
                (f"telemetry.{of.table}", before),
            ).fetchall()
        return [str(name) for (name,) in rows]


def layout_of(conn: Connection) -> Layout:
    """The layout of this database's readings: a partitioned table (relkind p) or a hypertable."""
    row = conn.execute("SELECT relkind FROM pg_class WHERE oid = 'telemetry.readings'::regclass").fetchone()
    assert row is not None
    kind = row[0].decode() if isinstance(row[0], bytes) else row[0]
    return Native() if kind == "p" else Timescale()
