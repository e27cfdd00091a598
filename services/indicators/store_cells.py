"""Cells, members and turns in PostgreSQL: what they gain and lose, and which of them changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.indicators.entities import ZONE, Family, Source
from services.indicators.family_sql import DELTAS, sum_of
from services.runtime.db import Connection

# What cells gain and lose in a transaction; and those that changed. `flipped`: from nothing or to nothing.
_WORK = (
    "deltas (measure integer, day date, ahead timestamptz, area text, organisation text, breakdown text,"
    " key text, n bigint, sum numeric, late bigint, blank bigint)",
    "touched_cells (measure integer, day date, area text, organisation text, breakdown text,"
    " flipped boolean)",
)
_TABLES = ("cells", "members", "turns", "stocks")
_CELL = "measure, day, area, organisation, breakdown"
_APPLY_CELLS = f"""
WITH d AS (
    SELECT {_CELL}, sum(n) AS n, sum(sum) AS sum, sum(late) AS late, sum(blank) AS blank
    FROM pg_temp.deltas WHERE key = '' AND day IS NOT NULL GROUP BY {_CELL}
    HAVING sum(n) <> 0 OR sum(sum) <> 0 OR sum(late) <> 0 OR sum(blank) <> 0
), kept AS (
    INSERT INTO indicators.cells AS c ({_CELL}, n, sum, late, blank)
    SELECT {_CELL}, n, sum, late, blank FROM d ORDER BY {_CELL}
    ON CONFLICT ({_CELL}) DO UPDATE SET (n, sum, late, blank) =
        (c.n + excluded.n, c.sum + excluded.sum, c.late + excluded.late, c.blank + excluded.blank)
    RETURNING {_CELL}, n, sum, late, blank
)
INSERT INTO pg_temp.touched_cells SELECT {_CELL}, k.n = 0 OR k.n = d.n FROM kept k JOIN d USING ({_CELL})
"""
_APPLY_MEMBERS = f"""
WITH d AS (
    SELECT {_CELL}, key, sum(n) AS n, sum(sum) AS amount, sum(late) AS late
    FROM pg_temp.deltas WHERE key <> '' AND day IS NOT NULL GROUP BY {_CELL}, key
    HAVING sum(n) <> 0 OR sum(sum) <> 0 OR sum(late) <> 0
), kept AS (
    INSERT INTO indicators.members AS c ({_CELL}, key, n, amount, late)
    SELECT {_CELL}, key, n, amount, late FROM d ORDER BY {_CELL}, key
    ON CONFLICT ({_CELL}, key) DO UPDATE SET (n, amount, late) =
        (c.n + excluded.n, c.amount + excluded.amount, c.late + excluded.late)
    RETURNING {_CELL}
)
INSERT INTO pg_temp.touched_cells SELECT DISTINCT {_CELL}, true FROM kept
"""
_APPLY_TURNS = """
INSERT INTO indicators.turns AS c (measure, at, area, organisation, breakdown, key, n, sum, late, blank)
SELECT measure, ahead, area, organisation, breakdown, key, sum(n), sum(sum), sum(late), sum(blank)
FROM pg_temp.deltas WHERE ahead IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
HAVING sum(n) <> 0 OR sum(sum) <> 0 OR sum(late) <> 0 OR sum(blank) <> 0
ON CONFLICT (measure, at, area, organisation, breakdown, key) DO UPDATE SET (n, sum, late, blank) =
    (c.n + excluded.n, c.sum + excluded.sum, c.late + excluded.late, c.blank + excluded.blank)
"""
_TURN = f"""
WITH come AS (DELETE FROM indicators.turns WHERE at <= %s RETURNING *)
INSERT INTO pg_temp.deltas ({DELTAS})
SELECT measure, (at AT TIME ZONE '{ZONE}')::date, NULL, area, organisation, breakdown, key, n, sum,
       late, blank
FROM come
"""


def prepare(connection: Connection) -> None:
    """Makes the work tables of this connection; what is in them lives as long as a transaction."""
    for table in _WORK:
        connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} ON COMMIT DELETE ROWS")


def sum_moved(connection: Connection, source: Source, summed: Iterable[Family], until: datetime) -> None:
    """Adds to the deltas what moved entities give and take."""
    for family in summed:
        told = {"until": until, "numbers": [one.number for one in family.measures], "dataset": source.key}
        connection.execute(sum_of(family, source), {**source.values, **told})


def turn(connection: Connection, until: datetime) -> None:
    """Adds to the deltas what lay ahead, and has come by now."""
    connection.execute(_TURN, (until,))


def apply(connection: Connection) -> int:
    """Changes cells, members and turns by the deltas; those that changed are left in `touched_cells`, their
    number is answered. Cells in which nothing is left are dropped."""
    connection.execute("ANALYZE pg_temp.deltas")
    connection.execute(_APPLY_CELLS)
    connection.execute(_APPLY_MEMBERS)
    connection.execute(_APPLY_TURNS)
    same = " AND ".join(f"c.{name} = t.{name}" for name in _CELL.split(", "))
    connection.execute(
        f"DELETE FROM indicators.cells c USING pg_temp.touched_cells t WHERE {same}"
        " AND c.n = 0 AND c.sum = 0 AND c.late = 0 AND c.blank = 0"
    )
    connection.execute(
        f"DELETE FROM indicators.members c USING pg_temp.touched_cells t WHERE {same}"
        " AND c.n = 0 AND c.amount = 0 AND c.late = 0"
    )
    connection.execute(
        "DELETE FROM indicators.turns c USING (SELECT DISTINCT measure, ahead FROM pg_temp.deltas) t"
        " WHERE c.measure = t.measure AND c.at = t.ahead"
        " AND c.n = 0 AND c.sum = 0 AND c.late = 0 AND c.blank = 0"
    )
    connection.execute("ANALYZE pg_temp.touched_cells")
    row = connection.execute("SELECT count(*) FROM pg_temp.touched_cells").fetchone()
    assert row is not None
    return int(row[0])


def touch(connection: Connection, measures: Sequence[int]) -> None:
    """Says of all cells of these measures that they changed."""
    for table in ("cells", "members"):
        connection.execute(
            f"INSERT INTO pg_temp.touched_cells SELECT DISTINCT {_CELL}, true FROM indicators.{table}"
            " WHERE measure = ANY(%s)",
            (list(measures),),
        )


def forget(connection: Connection, measures: Sequence[int]) -> None:
    """Drops all cells of these measures, and says of each that it changed."""
    touch(connection, measures)
    for table in _TABLES:
        connection.execute(f"DELETE FROM indicators.{table} WHERE measure = ANY(%s)", (list(measures),))


def forget_retired(connection: Connection) -> None:
    """Drops all cells of measures that no longer hold."""
    for table in _TABLES:
        connection.execute(
            f"DELETE FROM indicators.{table} WHERE measure NOT IN"
            " (SELECT measure FROM indicators.measure_definitions WHERE retired_at IS NULL)"
        )


def clock(connection: Connection, first: datetime) -> datetime:
    """Up to when moments lie in cells; `first` where it never ran."""
    connection.execute(
        "INSERT INTO indicators.figure_clock (until) VALUES (%s) ON CONFLICT DO NOTHING", (first,)
    )
    row = connection.execute("SELECT until FROM indicators.figure_clock").fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment


def set_clock(connection: Connection, until: datetime) -> None:
    """Moves the clock, which only goes forward."""
    connection.execute("UPDATE indicators.figure_clock SET until = %s WHERE until < %s", (until, until))
