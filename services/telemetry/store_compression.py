"""Compression of old divisions, where the server can: TimescaleDB's community edition, not its Apache one."""

from __future__ import annotations

from datetime import datetime

from services.runtime.db import SQL, Connection, sql_identifier
from services.telemetry.rollups import Tier
from services.telemetry.store_folding import TABLES
from services.telemetry.store_layout import READINGS

COMPRESSED = (READINGS, TABLES[Tier.MINUTE], TABLES[Tier.QUARTER])


def can_compress(conn: Connection) -> bool:
    """True on the community edition, with the extension in this database."""
    row = conn.execute(
        "SELECT current_setting('timescaledb.license', true) = 'timescale'"
        " AND EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')"
    ).fetchone()
    return bool(row and row[0])


def enable(conn: Connection) -> None:
    """Say how the tables are compressed: by series, in time order. Harmless to repeat."""
    rows = conn.execute(
        "SELECT hypertable_name FROM timescaledb_information.hypertables"
        " WHERE hypertable_schema = 'telemetry' AND compression_enabled"
    ).fetchall()
    for divided in COMPRESSED:
        if (divided.table,) not in rows:
            conn.execute(
                SQL(
                    "ALTER TABLE telemetry.{} SET (timescaledb.compress,"
                    " timescaledb.compress_segmentby = 'series_id', timescaledb.compress_orderby = {})"
                ).format(sql_identifier(divided.table), SQL(f"'{divided.column}'"))
            )


_NEXT = """
SELECT format('%%I.%%I', chunk_schema, chunk_name) FROM timescaledb_information.chunks
WHERE hypertable_schema = 'telemetry' AND hypertable_name = ANY(%s) AND NOT is_compressed AND range_end <= %s
ORDER BY range_end LIMIT 1
"""


def compress_next(conn: Connection, before: datetime) -> str | None:
    """Compress one chunk that ends at or before this; returns its name, None where there is none.

    Late readings still find their way in, and stay uncompressed beside the others.
    """
    row = conn.execute(_NEXT, ([divided.table for divided in COMPRESSED], before)).fetchone()
    if row is None:
        return None
    with conn.transaction():
        conn.execute("SET LOCAL statement_timeout = 0")  # a week of many readings takes minutes
        conn.execute("SELECT public.compress_chunk(%s::regclass)", (row[0],))
    return str(row[0])
