"""Cells that are out of date: marked by the transaction that changes a reading, taken by upkeep."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable
from datetime import datetime

from services.runtime.db import Connection
from services.telemetry import copy_rows
from services.telemetry.plan import Key
from services.telemetry.rollups import MINUTE_MS, Tier

CellKey = tuple[int, int]  # series id, start in minutes since 1970

_COLUMNS = "tier, cells, oldest, newest, series, starts"


def mark_readings(conn: Connection, keys: Iterable[Key]) -> None:
    """The minutes of these readings are out of date; called in the transaction that changed them."""
    mark(conn, Tier.MINUTE, {(series_id, ms // MINUTE_MS) for series_id, ms in keys})


def mark(conn: Connection, tier: Tier, cells: Collection[CellKey]) -> None:
    """These cells are out of date. One row of arrays: a row a cell would cost as much as a reading."""
    if not cells:
        return
    series, starts = zip(*cells, strict=True)
    row = copy_rows.row(
        struct.pack(">h", tier),
        struct.pack(">i", len(cells)),
        struct.pack(">i", min(starts)),
        struct.pack(">i", max(starts)),
        copy_rows.int_array(series),
        copy_rows.int_array(starts),
    )
    with (
        conn.cursor() as cursor,
        cursor.copy(f"COPY telemetry.dirty_cells ({_COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(row)


# Nothing is folded anew from readings of which some are gone: admission refuses such late ones, and what
# slipped through while a division was being dropped must not replace a cell that was made from all of them.
_TAKE = """
WITH taken AS (
    DELETE FROM telemetry.dirty_cells WHERE dirty_id IN (
        SELECT dirty_id FROM (
            SELECT dirty_id, sum(cells) OVER (ORDER BY dirty_id) - cells AS before
            FROM telemetry.dirty_cells WHERE tier = %(tier)s AND oldest <= %(latest)s
        ) queue WHERE before < %(most)s)
    RETURNING series, starts
)
SELECT DISTINCT c.series_id, c.minute FROM taken
CROSS JOIN LATERAL unnest(taken.series, taken.starts) AS c (series_id, minute)
WHERE %(tier)s > 1 OR NOT EXISTS (
    SELECT FROM telemetry.horizons h JOIN telemetry.series s ON h.quantity IN ('', s.quantity)
    WHERE s.series_id = c.series_id AND h.tier = 0 AND to_timestamp(c.minute * 60.0) < h.before)
"""


def take(conn: Connection, tier: Tier, latest: int, most: int) -> set[CellKey]:
    """Remove and return marks of a tier, some `most`, of rows with a cell that starts by `latest`."""
    rows = conn.execute(_TAKE, {"tier": tier.value, "latest": latest, "most": most}, binary=True).fetchall()
    return set(rows)


def lag_s(conn: Connection, now: datetime, latest: int) -> float:
    """Age of the oldest mark that upkeep could have taken: of a minute that starts by `latest`. 0: none."""
    row = conn.execute(
        "SELECT min(marked_at) FROM telemetry.dirty_cells WHERE tier = 1 AND oldest <= %s", (latest,)
    ).fetchone()
    return (now - row[0]).total_seconds() if row and row[0] else 0.0
