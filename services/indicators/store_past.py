"""What was published before it was replaced, in PostgreSQL: which figures, and the cells of a past moment.

Cells, members and uses of that moment lie in work tables of the same names as those that are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from services.indicators import store_cells, store_due, store_explain, store_sums
from services.indicators.entities import Family, Source
from services.indicators.family_sql import sum_of
from services.indicators.figures import Use
from services.indicators.published import Figure, Slot, Thing
from services.indicators.store_due import STEP
from services.indicators.store_published import FIGURE, to_figure
from services.runtime.db import Connection

SCHEMA = "pg_temp"  # of the cells of a past moment
_CELL = "measure, day, area, organisation, breakdown"
_WORK = (
    "cells (measure integer, day date, area text, organisation text, breakdown text, n bigint, sum numeric,"
    " late bigint, blank bigint)",
    "members (measure integer, day date, area text, organisation text, breakdown text, key text, n bigint,"
    " amount numeric, late bigint)",
    "uses (LIKE indicators.uses)",
)
_THINGS = (
    "unnest(%(indicators)s::text[], %(kinds)s::text[], %(subjects)s::text[], %(breakdowns)s::text[])"
    " AS t (indicator, subject_kind, subject, breakdown)"
)
_OF_THING = (
    "f.indicator = t.indicator AND f.subject_kind = t.subject_kind AND f.subject = t.subject"
    " AND f.breakdown = t.breakdown AND f.period = %(period)s"
    " AND f.period_start >= %(start)s AND f.period_start < %(end)s"
)
# Of each period the version that was there at a moment and still is as it was.
_KEPT = f"""
SELECT DISTINCT ON (f.indicator, f.subject_kind, f.subject, f.breakdown, f.period_start) f.*
FROM {_THINGS} CROSS JOIN LATERAL (
    {FIGURE.replace(" FROM ", ", f.final_at > %(known_at)s AS is_settled_later FROM ", 1)}
    WHERE {_OF_THING} AND f.known_at <= %(known_at)s) f
ORDER BY f.indicator, f.subject_kind, f.subject, f.breakdown, f.period_start, f.version DESC
"""
# What was there at a moment and was provisional, and is otherwise since.
_REPLACED = f"""
SELECT f.indicator, f.subject_kind, f.subject, f.breakdown, f.period_start
FROM {_THINGS} JOIN indicators.figures f ON {_OF_THING} AND f.version = 1 AND f.begun_at <= %(known_at)s
    AND f.known_at > %(known_at)s
"""
_FILL_CELLS = f"""
INSERT INTO pg_temp.cells SELECT {_CELL}, sum(n), sum(sum), sum(late), sum(blank) FROM pg_temp.deltas
WHERE key = '' AND day IS NOT NULL GROUP BY {_CELL}
"""
_FILL_MEMBERS = f"""
INSERT INTO pg_temp.members SELECT {_CELL}, key, sum(n), sum(sum), sum(late) FROM pg_temp.deltas
WHERE key <> '' AND day IS NOT NULL GROUP BY {_CELL}, key
"""
_DUE = f"""
INSERT INTO pg_temp.due
SELECT d.number - 1, 0, d.indicator, d.kind, d.subject, d.breakdown, split_part(d.breakdown, '=', 1),
       d.period, d.start, (d.start + {STEP.format("d")})::date
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[])
    WITH ORDINALITY AS d (indicator, kind, subject, breakdown, period, start, number)
"""


def freeze(connection: Connection) -> None:
    """All that this transaction, which has read nothing yet, will read is of this moment."""
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def prepare(connection: Connection, uses: Iterable[Use]) -> None:
    """Makes the work tables of this connection, with these uses; all in them ends with the transaction."""
    for one in (store_explain, store_cells, store_due, store_sums):
        one.prepare(connection)
    for table in _WORK:
        connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} ON COMMIT DELETE ROWS")
    for table in ("cells", "members"):
        connection.execute(f"CREATE INDEX IF NOT EXISTS past_{table} ON pg_temp.{table} (measure, day)")
    connection.execute("TRUNCATE pg_temp.cells, pg_temp.members, pg_temp.uses")
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY pg_temp.uses ({', '.join(Use._fields)}) FROM STDIN") as copy,
    ):
        for use in uses:
            copy.write_row(use)


def kept(
    connection: Connection, things: Sequence[Thing], period: str, start: date, end: date, known_at: datetime
) -> tuple[list[Figure], set[Slot]]:
    """What was there at a moment and still is as it was, with period starts in [start, end); those of it that
    became final only later.
    """
    found, later = [], set()
    for row in connection.execute(_KEPT, _asked(things, period, start, end, known_at)):
        figure = to_figure(row[:-1])
        found.append(figure)
        if row[-1]:
            later.add(figure.slot)
    return found, later


def replaced(
    connection: Connection, things: Sequence[Thing], period: str, start: date, end: date, known_at: datetime
) -> list[Slot]:
    """Figures that were there at a moment, as something that was replaced since."""
    rows = connection.execute(_REPLACED, _asked(things, period, start, end, known_at))
    return [Slot(Thing(*row[:4]), period, row[4]) for row in rows]


def entities(connection: Connection, dataset: str) -> int:
    """How many entities of a dataset are kept."""
    row = connection.execute(
        "SELECT count(*) FROM indicators.entities WHERE dataset = %s", (dataset,)
    ).fetchone()
    assert row is not None
    return int(row[0])


def fill(connection: Connection, source: Source, families: Iterable[Family], until: datetime) -> None:
    """Sums all entities of a dataset that stand in `moved`, up to a moment, into cells of the work tables."""
    connection.execute("ANALYZE pg_temp.moved")
    connection.execute("TRUNCATE pg_temp.deltas")
    for family in families:
        told = {"until": until, "numbers": [one.number for one in family.measures], "dataset": source.key}
        connection.execute(sum_of(family, source, whole=True), {**source.values, **told})
    connection.execute(_FILL_CELLS)
    connection.execute(_FILL_MEMBERS)
    connection.execute("ANALYZE pg_temp.cells, pg_temp.members")


def make_due(connection: Connection, slots: Sequence[Slot]) -> None:
    """Makes these figures, numbered as they stand here, those of turn 0."""
    connection.execute("TRUNCATE pg_temp.due")
    columns = zip(*((*one.thing, one.period, one.start) for one in slots), strict=True)
    connection.execute(_DUE, [list(column) for column in columns])
    connection.execute("ANALYZE pg_temp.due")


def _asked(
    things: Sequence[Thing], period: str, start: date, end: date, known_at: datetime
) -> dict[str, object]:
    names = ("indicators", "kinds", "subjects", "breakdowns")
    columns = [list(column) for column in zip(*things, strict=True)] or [[]] * 4
    told = {"period": period, "start": start, "end": end, "known_at": known_at}
    return {**dict(zip(names, columns, strict=True)), **told}
