"""Tallies in PostgreSQL, schema `records`: appended, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.records.tallies import Tally
from services.runtime.db import Connection


def add_tallies(
    connection: Connection, dataset: int, batch: int, now: datetime, tallies: Sequence[Tally]
) -> None:
    """What became of lines that came now."""
    if tallies:
        connection.execute(
            "INSERT INTO records.tallies (dataset_id, batch, came_at, day, area, organisation, stored,"
            " duplicate, corrected, conflicting, late) SELECT %s, %s, %s, t.* FROM unnest(%b::date[],"
            " %b::text[], %b::text[], %b::integer[], %b::integer[], %b::integer[], %b::integer[],"
            " %b::integer[]) AS t",
            (dataset, batch, now, *map(list, zip(*tallies, strict=True))),
        )
