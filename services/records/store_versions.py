"""Versions and who holds them in PostgreSQL, schema `records`: appended, never overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.records.domain import Touched
from services.records.judging import Held, Place
from services.records.packed import COLUMNS, copied
from services.records.rows import Row
from services.runtime.db import Connection

# An identity is one step into the index. A table that was never analysed looks small enough to the planner to
# be read whole for each of some thousand identities, so it is told.
_STEP_BY_KEY = "SELECT " + ", ".join(
    f"set_config('enable_{way}', 'off', true)" for way in ("hashjoin", "mergejoin", "seqscan", "bitmapscan")
)
# `first`: of lines that count, and of those of the batch at hand.
_KNOWN = """
SELECT k.identity, r.revision, r.payload, r.batch, r.line, held.first, held.own_line
FROM unnest(%(identities)b::bytea[]) AS k (identity)
CROSS JOIN LATERAL (
  SELECT batch, line, revision, payload FROM records.records WHERE identity = k.identity OFFSET 0) r
CROSS JOIN LATERAL (
  SELECT min(ARRAY[h.batch, h.line]) FILTER (
           WHERE (b.counts_from IS NOT NULL AND b.counts_until IS NULL) OR b.batch = %(batch)s) AS first,
         min(h.line) FILTER (WHERE b.batch = %(batch)s) AS own_line
  FROM (SELECT r.batch, r.line UNION ALL
        SELECT batch, line FROM records.repeats WHERE of_batch = r.batch AND of_line = r.line) h
  JOIN records.batches b ON b.batch = h.batch) held
"""
_TOUCHED = """
SELECT count(*), coalesce(array_agg(DISTINCT r.area) FILTER (WHERE r.area IS NOT NULL), '{}'),
       coalesce(array_agg(DISTINCT r.organisation) FILTER (WHERE r.organisation IS NOT NULL), '{}'),
       coalesce(array_agg(DISTINCT (r.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date::text), '{}')
FROM (SELECT batch, line, min(own_line) AS own_line FROM (
        SELECT batch, line, line AS own_line FROM records.records WHERE batch = %(batch)s UNION ALL
        SELECT of_batch, of_line, line FROM records.repeats WHERE batch = %(batch)s) told
      GROUP BY batch, line) held
JOIN records.records r ON r.batch = held.batch AND r.line = held.line
WHERE NOT EXISTS (
  SELECT FROM (SELECT r.batch, r.line UNION ALL
               SELECT batch, line FROM records.repeats WHERE of_batch = r.batch AND of_line = r.line) h
  JOIN records.batches b ON b.batch = h.batch
  WHERE (h.batch, h.line) < (%(batch)s, held.own_line)
    AND b.counts_from IS NOT NULL AND b.counts_until IS NULL)
"""


def known_versions(connection: Connection, batch: int, hashes: Sequence[bytes]) -> dict[bytes, list[Held]]:
    """All versions of these identities; who holds them is told for a batch at hand (0: for none)."""
    if not hashes:
        return {}
    connection.execute(_STEP_BY_KEY)
    told = {"identities": list(set(hashes)), "batch": batch}
    found: dict[bytes, list[Held]] = {}
    for identity, revision, payload, of_batch, of_line, first, own_line in connection.execute(
        _KNOWN, told, binary=True, prepare=False
    ):
        held = Held(revision, payload, Place(of_batch, of_line), first and Place(*first), own_line)
        found.setdefault(identity, []).append(held)
    return found


def add_versions(
    connection: Connection,
    dataset: int,
    batch: int,
    now: datetime,
    rows: Sequence[Row],
    hashes: Sequence[bytes],
) -> None:
    """Rows as versions. Straight into the table: a stage and INSERT … SELECT costs half as much again."""
    if not rows:
        return
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY records.records ({COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(copied(dataset, batch, now, rows, hashes))


def add_repeats(
    connection: Connection, batch: int, now: datetime, rows: Sequence[Row], of: Sequence[Place]
) -> None:
    """Rows that repeat versions; `of`: where each is kept."""
    if not rows:
        return
    connection.execute(
        "INSERT INTO records.repeats (batch, line, of_batch, of_line, recorded_at, late)"
        " SELECT %s, line, of_batch, of_line, %s, late"
        " FROM unnest(%b::integer[], %b::bigint[], %b::integer[], %b::boolean[])"
        " AS r (line, of_batch, of_line, late)",
        (
            batch,
            now,
            [row.line for row in rows],
            [place.batch for place in of],
            [place.line for place in of],
            [row.late for row in rows],
        ),
    )


def touched_by(connection: Connection, batch: int) -> Touched:
    """What the versions touch that a batch is the first of those that count to hold."""
    row = connection.execute(_TOUCHED, {"batch": batch}).fetchone()
    assert row is not None
    rows, areas, organisations, days = row
    return Touched(rows, sorted(areas), sorted(organisations), sorted(days))
