"""What readings and roll-ups take on disk, by tier."""

from __future__ import annotations

from dataclasses import dataclass

from services.runtime.db import SQL, Connection, sql_identifier
from services.telemetry.quantities import RAW
from services.telemetry.rollups import Tier
from services.telemetry.store_compression import can_compress
from services.telemetry.store_life import LEVELS

_NAMES = {RAW: "raw", Tier.MINUTE: "1m", Tier.QUARTER: "15m", Tier.HOUR: "1h", Tier.DAY: "1d"}


@dataclass(frozen=True, slots=True)
class StoredTier:
    """Sizes in bytes; the fields of compressed divisions are included in table and index."""

    tier: str
    rows: int  # as the planner estimates them
    table_bytes: int
    index_bytes: int
    divisions: int
    compressed_divisions: int = 0
    compressed_bytes: int = 0
    before_compression_bytes: int = 0

    @property
    def total_bytes(self) -> int:
        return self.table_bytes + self.index_bytes

    @property
    def bytes_per_row(self) -> float | None:
        return self.total_bytes / self.rows if self.rows else None


@dataclass(frozen=True, slots=True)
class Storage:
    """All tiers, readings first."""

    tiers: tuple[StoredTier, ...]
    rolled_up_readings: int  # in the roll-ups of whole days
    can_compress: bool

    def bytes_per_reading(self, stored: StoredTier) -> float | None:
        """Of readings their own size; of a roll-up what it adds to each reading in it."""
        if stored.tier == "raw":
            return stored.bytes_per_row
        return stored.total_bytes / self.rolled_up_readings if self.rolled_up_readings else None


# Chunks of a hypertable inherit from it, as partitions do.
_SIZES = """
SELECT coalesce(sum(pg_table_size(inhrelid)), 0)::bigint, coalesce(sum(pg_indexes_size(inhrelid)), 0)::bigint,
       count(*)
FROM pg_inherits WHERE inhparent = %s::regclass
"""
_COMPRESSED = """
SELECT count(*), coalesce(sum(after_compression_table_bytes + after_compression_toast_bytes), 0)::bigint,
       coalesce(sum(after_compression_index_bytes), 0)::bigint,
       coalesce(sum(before_compression_total_bytes), 0)::bigint
FROM public.chunk_compression_stats(%s::regclass) WHERE compression_status = 'Compressed'
"""


def storage(conn: Connection) -> Storage:
    """Sizes by tier; rows by the planner's statistics, since counting a year takes minutes."""
    compresses = can_compress(conn)
    tiers = tuple(_stored(conn, level, compresses) for level in LEVELS)
    row = conn.execute("SELECT coalesce(sum(count + suspect), 0)::bigint FROM telemetry.rollup_1d").fetchone()
    assert row is not None
    return Storage(tiers, row[0], compresses)


def _stored(conn: Connection, level: int, compresses: bool) -> StoredTier:
    table = LEVELS[level].table
    name = f"telemetry.{table}"
    sizes = conn.execute(_SIZES, (name,)).fetchone()
    packed = conn.execute(_COMPRESSED, (name,)).fetchone() if compresses else (0, 0, 0, 0)
    assert sizes is not None
    assert packed is not None
    return StoredTier(
        tier=_NAMES[level],
        rows=_rows(conn, table, compresses) if sizes[0] + packed[1] else 0,
        table_bytes=sizes[0] + packed[1],
        index_bytes=sizes[1] + packed[2],
        divisions=sizes[2],
        compressed_divisions=packed[0],
        compressed_bytes=packed[1] + packed[2],
        before_compression_bytes=packed[3],
    )


def _rows(conn: Connection, table: str, compresses: bool) -> int:
    """By statistics. The planner takes a compressed row for a thousand: there the extension is asked."""
    if compresses:
        row = conn.execute(
            "SELECT public.approximate_row_count(%s::regclass)", (f"telemetry.{table}",)
        ).fetchone()
        return int(row[0]) if row else 0
    plan = conn.execute(
        SQL("EXPLAIN (FORMAT JSON) SELECT FROM telemetry.{}").format(sql_identifier(table))
    ).fetchone()
    return int(plan[0][0]["Plan"]["Plan Rows"]) if plan else 0
