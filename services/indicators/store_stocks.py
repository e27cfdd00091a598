"""Stocks in PostgreSQL: running totals of cells and members, up to the beginnings of years and months.

A stock is the sum of all that came and went before a day. It is read as that up to its year, that of its year
up to its month, and the days of its month, so that it costs the same however long the past is. What comes on
a day changes the totals of its own cell up to later months of that year, and up to later years.
"""

from __future__ import annotations

from datetime import datetime

from services.indicators.entities import ZONE
from services.indicators.store_entities import by_index
from services.runtime.db import Connection

_WORK = (
    "emptied (measure integer, since date, before date, area text, organisation text, breakdown text,"
    " key text)"
)
_PLACE = "measure, since, before, area, organisation, breakdown, key"
_AMOUNTS = "n, sum, late, blank"
_SUMS = "sum(n), sum(sum), sum(late), sum(blank)"
_IS_SOME = "sum(n) <> 0 OR sum(sum) <> 0 OR sum(late) <> 0 OR sum(blank) <> 0"
# What enters figures as a stock, and whether its source reported by then.
_OF_STOCKS = "measure IN (SELECT measure FROM indicators.uses WHERE is_stock)"
# Cells hold no day after that of a moment; totals go up to its month, and to the year after it.
_CLOCK = f"""
SELECT day, date_trunc('month', day)::date AS month, date_trunc('year', day)::date AS year,
       (date_trunc('year', day) + interval '1 year')::date AS next_year
FROM (SELECT ({{moment}} AT TIME ZONE '{ZONE}')::date AS day {{of}}) u
"""
_STANDS = _CLOCK.format(moment="until", of="FROM indicators.figure_clock")
_MOVES = _CLOCK.format(moment="%(now)s::timestamptz", of="")
_APPLY = f"""
WITH d AS (
    SELECT measure, date_trunc('month', day)::date AS month, date_trunc('year', day)::date AS year, area,
           organisation, breakdown, key, sum(n) AS n, sum(sum) AS sum, sum(late) AS late, sum(blank) AS blank
    FROM pg_temp.deltas WHERE day IS NOT NULL AND {_OF_STOCKS} GROUP BY 1, 2, 3, 4, 5, 6, 7
), kept AS (
    INSERT INTO indicators.stocks AS c ({_PLACE}, {_AMOUNTS})
    SELECT d.measure, t.since, t.before, d.area, d.organisation, d.breakdown, d.key, {_SUMS}
    FROM d CROSS JOIN ({_STANDS}) k CROSS JOIN LATERAL (
        SELECT d.year AS since, s::date AS before
        FROM generate_series(d.month + interval '1 month',
            least(k.month, d.year + interval '11 months'), interval '1 month') s
        UNION ALL
        SELECT '-infinity'::date, s::date
        FROM generate_series(d.year + interval '1 year', k.next_year, interval '1 year') s) t
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING {_IS_SOME} ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT ({_PLACE}) DO UPDATE SET ({_AMOUNTS}) =
        (c.n + excluded.n, c.sum + excluded.sum, c.late + excluded.late, c.blank + excluded.blank)
    RETURNING {_PLACE}, {_AMOUNTS}
)
INSERT INTO pg_temp.emptied SELECT {_PLACE} FROM kept WHERE n = 0 AND sum = 0 AND late = 0 AND blank = 0
"""
_DROP = "DELETE FROM indicators.stocks c USING pg_temp.emptied e WHERE " + " AND ".join(
    f"c.{name} = e.{name}" for name in _PLACE.split(", ")
)
_CELLS = "area, organisation, breakdown, '' AS key, n, sum, late, blank"
_MEMBERS = "area, organisation, breakdown, key, n, amount, late, 0"
_TOTALS = f"area, organisation, breakdown, key, {_AMOUNTS}"
_BEGIN_MONTHS = f"""
INSERT INTO indicators.stocks ({_PLACE}, {_AMOUNTS})
SELECT c.measure, k.year, m::date, c.area, c.organisation, c.breakdown, c.key, {_SUMS}
FROM ({_STANDS}) k CROSS JOIN ({_MOVES}) w
CROSS JOIN LATERAL (
    SELECT measure, {_TOTALS} FROM indicators.stocks WHERE since = k.year AND before = k.month
    UNION ALL
    SELECT measure, {_CELLS} FROM indicators.cells WHERE day >= k.month AND {_OF_STOCKS}
    UNION ALL
    SELECT measure, {_MEMBERS} FROM indicators.members WHERE day >= k.month AND {_OF_STOCKS}) c
CROSS JOIN LATERAL generate_series(k.month + interval '1 month',
    least(w.month, k.year + interval '11 months'), interval '1 month') m
WHERE k.month < w.month GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING {_IS_SOME}
"""
_BEGIN_YEARS = f"""
INSERT INTO indicators.stocks ({_PLACE}, {_AMOUNTS})
SELECT c.measure, c.since, y::date, {_TOTALS}
FROM ({_STANDS}) k CROSS JOIN ({_MOVES}) w
JOIN indicators.stocks c ON c.since = '-infinity' AND c.before = k.next_year
CROSS JOIN LATERAL generate_series(k.next_year + interval '1 year', w.next_year, interval '1 year') y
WHERE k.next_year < w.next_year
"""
# What is up to a day that lies ahead is all that has come.
_PLACED = f"""
INSERT INTO pg_temp.placed
SELECT w.measure, '-infinity'::date, w.before, w.subject_kind, s.subject, c.breakdown, c.key, {_SUMS}
FROM (SELECT w.*, date_trunc('year', w.up_to)::date AS year, date_trunc('month', w.up_to)::date AS month
      FROM (SELECT DISTINCT n.measure, n.before, n.subject_kind,
                   CASE WHEN n.before > k.day THEN k.next_year ELSE n.before END AS up_to
            FROM pg_temp.needs n CROSS JOIN ({_STANDS}) k WHERE n.since = '-infinity' OFFSET 0) w) w
CROSS JOIN LATERAL (
    SELECT {_TOTALS} FROM indicators.stocks x
    WHERE x.measure = w.measure AND x.since = '-infinity' AND x.before = w.year
    UNION ALL
    SELECT {_TOTALS} FROM indicators.stocks x
    WHERE x.measure = w.measure AND x.since = w.year AND x.before = w.month
    UNION ALL
    SELECT {_CELLS} FROM indicators.cells x
    WHERE x.measure = w.measure AND x.day >= w.month AND x.day < w.up_to
    UNION ALL
    SELECT {_MEMBERS} FROM indicators.members x
    WHERE x.measure = w.measure AND x.day >= w.month AND x.day < w.up_to) c
CROSS JOIN LATERAL (SELECT CASE w.subject_kind WHEN 'area' THEN c.area
    WHEN 'organisation' THEN c.organisation ELSE '' END AS subject) s
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""


def prepare(connection: Connection) -> None:
    """Makes the work table of this connection; what is in it lives as long as a transaction."""
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {_WORK} ON COMMIT DELETE ROWS")


def apply(connection: Connection) -> None:
    """Changes totals by the deltas. Those in which nothing is left are dropped."""
    if connection.execute(_APPLY).rowcount:
        by_index(connection, True)
        connection.execute(_DROP)
        by_index(connection, False)


def begin(connection: Connection, now: datetime) -> None:
    """Makes totals up to the months and years that began since the clock stood; then it may move to `now`."""
    for statement in (_BEGIN_MONTHS, _BEGIN_YEARS):
        connection.execute(statement, {"now": now})


def place(connection: Connection) -> None:
    """Adds what is needed from the beginning on to what the cells of a turn's figures come to."""
    connection.execute(_PLACED)
