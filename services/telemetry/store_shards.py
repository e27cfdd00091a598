"""When a gateway was last there to read a shard."""

from __future__ import annotations

from collections.abc import Mapping

from services.runtime.db import Connection

_WRITE = """
INSERT INTO telemetry.shards AS s (shard, read_at)
SELECT shard, to_timestamp(at / 1000.0) FROM unnest(%s::text[], %s::bigint[]) AS n (shard, at) ORDER BY shard
ON CONFLICT (shard) DO UPDATE SET read_at = excluded.read_at
"""


def last_read(conn: Connection, shard: str) -> int | None:
    """When somebody last read this shard, in ms since 1970; None: nobody ever did."""
    row = conn.execute(
        "SELECT (extract(epoch FROM read_at) * 1000)::bigint FROM telemetry.shards WHERE shard = %s", (shard,)
    ).fetchone()
    return None if row is None else int(row[0])


def write_read(conn: Connection, read_at_ms: Mapping[str, int]) -> None:
    """Remember it, by shard; a clock that was set back may set these back."""
    if read_at_ms:
        conn.execute(_WRITE, (list(read_at_ms), list(read_at_ms.values())))
