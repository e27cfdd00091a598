"""Which figures are to be looked at, in PostgreSQL: asked for by what changed, brought into turns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import LiteralString, NamedTuple

from services.indicators.figures import Use, Window
from services.indicators.store_entities import by_index
from services.runtime.db import Connection

FIGURES_A_TURN = 10_000
_KEPT = re.compile(r"\bindicators\.(cells|members|uses)\b")
# `wanted`: figures that something asks for, some twice; `due`: each once, numbered, in turns. `asked`:
# fields of which values are to be found, in the days of `windows`; `seen`: which there are.
_WORK = (
    "wanted (indicator text, subject_kind text, subject text, breakdown text, period text, start date)",
    "due (figure integer, turn integer, indicator text, subject_kind text, subject text, breakdown text,"
    " field text, period text, start date, finish date)",
    "asked (indicator text, subject_kind text, field text, period text, subject text, start date)",
    "first_heard (measure integer, subject_kind text, subject text)",
    "windows (indicator text, subject_kind text, field text, period text, start date, measure integer,"
    " part integer, since date, before date)",
    "seen (measure integer, subject_kind text, since date, subject text, breakdown text, first date)",
)
# Each turn finds its own figures, however many the others are.
_BY_TURN = "CREATE INDEX IF NOT EXISTS due_by_turn ON pg_temp.due (turn)"
STEP = "CASE {0}.period WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || {0}.period)::interval END"
_AGO = "CASE WHEN u.is_ago THEN interval '1 year' ELSE interval '0' END"
_SCOPE = (
    "CROSS JOIN LATERAL (SELECT CASE u.subject_kind WHEN 'area' THEN c.area"
    " WHEN 'organisation' THEN c.organisation ELSE '' END AS subject,"
    " CASE WHEN u.field = '' THEN ''"
    " ELSE split_part(c.breakdown, ';', greatest(u.part, 1)) END AS breakdown) s"
)
_IN_PLACE = "(u.subject_kind = 'province' OR s.subject <> '')"
# Whether a source reported matters where it did not before, or no longer does.
_REACHED = f"(c.flipped OR NOT u.is_presence) AND NOT (u.is_presence AND u.field <> '') AND {_IN_PLACE}"
# For stocks it matters where it never had by then: of each scope the first day that flipped decides.
_FIRST_HEARD = f"""
INSERT INTO pg_temp.first_heard
SELECT c.measure, c.subject_kind, c.subject
FROM (SELECT c.measure, u.subject_kind, s.subject, min(c.day) AS day
      FROM pg_temp.touched_cells c
      JOIN (SELECT DISTINCT measure, subject_kind, '' AS field, 0 AS part FROM indicators.uses
            WHERE is_stock AND is_presence) u USING (measure)
      {_SCOPE} WHERE c.flipped AND {_IN_PLACE} GROUP BY 1, 2, 3 OFFSET 0) c
WHERE (SELECT e.n FROM indicators.cells e
       WHERE e.measure = c.measure AND e.day < c.day AND e.n <> 0 AND CASE c.subject_kind
           WHEN 'area' THEN e.area WHEN 'organisation' THEN e.organisation ELSE '' END = c.subject
       ORDER BY e.day LIMIT 1) IS NULL
"""
_IS_HEARD = (
    "EXISTS (SELECT FROM pg_temp.first_heard h WHERE h.measure = c.measure"
    " AND h.subject_kind = u.subject_kind AND h.subject = s.subject)"
)
_WANT_FLOWS = f"""
INSERT INTO pg_temp.wanted
SELECT DISTINCT u.indicator, u.subject_kind, s.subject, s.breakdown, u.period,
       date_trunc(u.period, c.day + {_AGO})::date
FROM pg_temp.touched_cells c JOIN indicators.uses u ON u.measure = c.measure AND NOT u.is_stock
{_SCOPE} WHERE {_REACHED} AND date_trunc(u.period, c.day + {_AGO})::date <= %(today)s
"""
# What comes to a stock or leaves it is in it, or is not, at the end of every period from then on.
_STOCKS = f"""
FROM (SELECT measure, area, organisation, breakdown, min(day) AS day
      FROM pg_temp.touched_cells GROUP BY 1, 2, 3, 4) c
JOIN indicators.uses u ON u.measure = c.measure AND u.is_stock
{_SCOPE}
"""
_STOCK_FROM = (
    "date_trunc(u.period, CASE WHEN u.is_stock AND u.period = 'day'"
    f" THEN greatest(c.day + {_AGO}, %(daily_from)s) ELSE c.day + {_AGO} END)"
)
_WANT_STOCKS = f"""
INSERT INTO pg_temp.wanted
SELECT DISTINCT u.indicator, u.subject_kind, s.subject, s.breakdown, u.period, p.start::date
{_STOCKS}
CROSS JOIN LATERAL generate_series({_STOCK_FROM}, %(today)s, {STEP.format("u")}) AS p (start)
WHERE (NOT u.is_presence OR u.field = '' AND {_IS_HEARD}) AND {_IN_PLACE}
"""
# By day, what is made of stocks is not begun before `daily_from`; what is there stays right.
_WANT_OLD_STOCKS = f"""
INSERT INTO pg_temp.wanted
SELECT f.indicator, f.subject_kind, f.subject, f.breakdown, f.period, f.period_start
{_STOCKS}
CROSS JOIN LATERAL (
    SELECT f.* FROM indicators.figures f WHERE f.indicator = u.indicator AND f.subject_kind = u.subject_kind
        AND f.subject = s.subject AND f.period = 'day' AND f.period_start >= c.day + {_AGO}
        AND f.period_start < %(daily_from)s AND f.version = 1 AND CASE WHEN u.is_presence AND u.field <> ''
            THEN split_part(f.breakdown, '=', 1) = u.field ELSE f.breakdown = s.breakdown END OFFSET 0) f
WHERE u.period = 'day' AND (NOT u.is_presence OR {_IS_HEARD}) AND {_IN_PLACE}
"""
# A source that speaks turns missing into zero, one that falls silent zero into missing: of each field, for
# the values that are in the window, and for those that were and have a figure.
_ASKED = f"""
INSERT INTO pg_temp.asked
SELECT DISTINCT u.indicator, u.subject_kind, u.field, u.period, s.subject, p.start::date AS start
FROM pg_temp.touched_cells c JOIN indicators.uses u ON u.measure = c.measure
{_SCOPE}
CROSS JOIN LATERAL generate_series({_STOCK_FROM},
    CASE WHEN u.is_stock THEN %(today)s ELSE date_trunc(u.period, c.day + {_AGO}) END,
    {STEP.format("u")}) AS p (start)
WHERE c.flipped AND u.is_presence AND u.field <> '' AND (NOT u.is_stock OR {_IS_HEARD}) AND {_IN_PLACE}
  AND p.start <= %(today)s
"""
_WINDOWS = f"""
INSERT INTO pg_temp.windows
SELECT q.indicator, q.subject_kind, q.field, q.period, q.start, u.measure, u.part,
       CASE WHEN u.is_stock THEN '-infinity' ELSE (q.start - {_AGO})::date END,
       (q.start + {STEP.format("u")} - {_AGO})::date
FROM (SELECT DISTINCT indicator, subject_kind, field, period, start FROM pg_temp.asked) q
JOIN indicators.uses u USING (indicator, subject_kind, field, period) WHERE NOT u.is_presence
"""
# What was told in each window, once for all that is asked of it. What was ever in a stock is in all of its
# windows that end behind its first day.
_SEEN = """
INSERT INTO pg_temp.seen
SELECT w.measure, w.subject_kind, w.since, x.subject, x.breakdown, x.first
FROM (SELECT measure, subject_kind, since, max(before) AS before FROM pg_temp.windows GROUP BY 1, 2, 3) w
CROSS JOIN LATERAL (
    SELECT CASE w.subject_kind WHEN 'area' THEN k.area
           WHEN 'organisation' THEN k.organisation ELSE '' END AS subject, k.breakdown, min(k.day) AS first
    FROM (SELECT day, area, organisation, breakdown FROM indicators.cells
          WHERE measure = w.measure AND day >= w.since AND day < w.before
          UNION ALL
          SELECT day, area, organisation, breakdown FROM indicators.members
          WHERE measure = w.measure AND day >= w.since AND day < w.before) k
    GROUP BY 1, 2) x
"""
_WANT_BREAKDOWNS = """
INSERT INTO pg_temp.wanted
SELECT DISTINCT w.indicator, w.subject_kind, x.subject, split_part(x.breakdown, ';', w.part), w.period,
       w.start
FROM pg_temp.seen x JOIN pg_temp.windows w USING (measure, subject_kind, since)
WHERE x.first < w.before AND (w.indicator, w.subject_kind, w.field, w.period, w.start, x.subject)
    IN (SELECT indicator, subject_kind, field, period, start, subject FROM pg_temp.asked)
"""
_WANT_LEFT = """
INSERT INTO pg_temp.wanted
SELECT f.indicator, f.subject_kind, f.subject, f.breakdown, f.period, f.period_start
FROM (SELECT indicator, subject_kind, subject, field, period, array_agg(start) AS starts
      FROM pg_temp.asked GROUP BY 1, 2, 3, 4, 5) q
CROSS JOIN LATERAL (
    SELECT f.* FROM indicators.figures f WHERE f.indicator = q.indicator AND f.subject_kind = q.subject_kind
        AND f.subject = q.subject AND split_part(f.breakdown, '=', 1) = q.field AND f.period = q.period
        AND f.period_start = ANY(q.starts) AND f.version = 1 OFFSET 0) f
"""
# A stock is there in a period also where nothing comes or goes.
_WANT_CARRIED = f"""
INSERT INTO pg_temp.wanted
SELECT f.indicator, f.subject_kind, f.subject, f.breakdown, f.period, p.start::date
FROM (SELECT DISTINCT indicator, period FROM indicators.uses WHERE is_stock) u
JOIN indicators.figures f ON f.indicator = u.indicator AND f.period = u.period
    AND f.period_start = date_trunc(u.period, %(since)s::date)::date AND f.version = 1
CROSS JOIN LATERAL generate_series(
    f.period_start + {STEP.format("u")}, %(today)s, {STEP.format("u")}) AS p (start)
"""
# A year that is the sum of its months may have a value where the year before lacked one.
_WANT_NEW_YEARS = f"""
INSERT INTO pg_temp.wanted
SELECT DISTINCT u.indicator, u.subject_kind, s.subject, s.breakdown, u.period, p.start::date
FROM (SELECT measure, area, organisation, breakdown FROM indicators.cells
      UNION SELECT measure, area, organisation, breakdown FROM indicators.members) c
JOIN indicators.uses u ON u.measure = c.measure AND u.is_stock AND u.is_by_months
    AND (NOT u.is_presence OR u.field = '')
{_SCOPE}
CROSS JOIN generate_series(date_trunc('year', %(since)s::date) + interval '1 year', %(today)s,
    interval '1 year') AS p (start)
WHERE {_IN_PLACE}
"""
# What is annualised is by the days that have passed of its period.
_WANT_RUNNING = """
INSERT INTO pg_temp.wanted
SELECT indicator, subject_kind, subject, breakdown, period, period_start FROM indicators.figures
WHERE indicator = ANY(%(annualised)s) AND version = 1 AND period_start >= date_trunc(period, %(since)s::date)
"""
# A year that is the sum of its months lacks those that are missing once it is over.
_WANT_OVER = """
INSERT INTO pg_temp.wanted
SELECT f.indicator, f.subject_kind, f.subject, f.breakdown, f.period, f.period_start
FROM (SELECT DISTINCT indicator, period FROM indicators.uses WHERE is_by_months) u
JOIN indicators.figures f ON f.indicator = u.indicator AND f.period = u.period AND f.version = 1
    AND f.period_start >= date_trunc('year', %(since)s::date)
    AND f.period_start < date_trunc('year', %(today)s::date)
"""
_DUE = f"""
INSERT INTO pg_temp.due
SELECT w.figure, w.figure / {FIGURES_A_TURN}, w.indicator, w.subject_kind, w.subject, w.breakdown,
       split_part(w.breakdown, '=', 1), w.period, w.start, (w.start + {STEP.format("w")})::date
FROM (SELECT row_number() OVER (ORDER BY indicator, period, start, subject_kind, subject, breakdown) - 1
             AS figure, w.* FROM (SELECT DISTINCT * FROM pg_temp.wanted) w
      WHERE w.period <> 'day' OR w.start >= %(daily_from)s
         OR w.indicator NOT IN (SELECT indicator FROM indicators.uses WHERE is_stock)
         OR EXISTS (
             SELECT FROM indicators.figures f WHERE f.indicator = w.indicator
                 AND f.subject_kind = w.subject_kind AND f.subject = w.subject
                 AND f.breakdown = w.breakdown AND f.period = w.period
                 AND f.period_start = w.start AND f.version = 1)) w
"""


class Due(NamedTuple):
    """A figure to be looked at; `figure`: its number in this transaction."""

    figure: int
    indicator: str
    subject_kind: str
    subject: str
    breakdown: str
    period: str
    start: date
    finish: date

    @property
    def window(self) -> Window:
        """Its days."""
        return Window(self.period, self.start, self.finish)


def prepare(connection: Connection) -> None:
    """Makes the work tables of this connection; what is in them lives as long as a transaction."""
    for table in _WORK:
        connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} ON COMMIT DELETE ROWS")
    connection.execute(_BY_TURN)


def replace_uses(connection: Connection, uses: Iterable[Use]) -> None:
    """Writes which measures enter which figures; nothing else does from now on."""
    connection.execute("DELETE FROM indicators.uses")
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY indicators.uses ({', '.join(Use._fields)}) FROM STDIN") as copy,
    ):
        for use in uses:
            copy.write_row(use)


def want_touched(
    connection: Connection, today: date, daily_from: date, schema: LiteralString = "indicators"
) -> None:
    """Asks for every figure that a touched cell reaches; by day, of stocks, none before `daily_from`.
    `schema`: where cells, members and uses lie.
    """
    for statement in (_FIRST_HEARD, _WANT_FLOWS, _WANT_STOCKS, _WANT_OLD_STOCKS):
        connection.execute(_within(statement, schema), {"today": today, "daily_from": daily_from})
    for statement in (_ASKED, _WINDOWS):
        connection.execute(_within(statement, schema), {"today": today, "daily_from": daily_from})
    by_index(connection, True)
    connection.execute(_within(_SEEN, schema))
    connection.execute(_WANT_LEFT)
    by_index(connection, False)
    connection.execute(_WANT_BREAKDOWNS)


def want_begun(connection: Connection, since: date, today: date, annualised: Sequence[str]) -> None:
    """Asks for what is otherwise because days began after `since`: stocks, years that are over, and periods
    that were open of indicators that are annualised.
    """
    told = {"since": since, "today": today, "annualised": list(annualised)}
    if since < today:
        for statement in (_WANT_CARRIED, _WANT_OVER, _WANT_RUNNING):
            connection.execute(statement, told)
    if since.year < today.year:
        connection.execute(_WANT_NEW_YEARS, told)


def want_all(connection: Connection, indicators: Sequence[str]) -> None:
    """Asks for all figures that there are of these indicators."""
    connection.execute(
        "INSERT INTO pg_temp.wanted SELECT indicator, subject_kind, subject, breakdown, period, period_start"
        " FROM indicators.figures WHERE indicator = ANY(%s) AND version = 1",
        (list(indicators),),
    )


def make_due(connection: Connection, daily_from: date, schema: LiteralString = "indicators") -> int:
    """Brings what is wanted into turns; how many there are."""
    connection.execute(_within(_DUE, schema), {"daily_from": daily_from})
    connection.execute("ANALYZE pg_temp.due")
    row = connection.execute("SELECT coalesce(max(turn) + 1, 0) FROM pg_temp.due").fetchone()
    assert row is not None
    return int(row[0])


def due(connection: Connection, turn: int) -> list[Due]:
    """The figures of a turn."""
    rows = connection.execute(
        "SELECT figure, indicator, subject_kind, subject, breakdown, period, start, finish FROM pg_temp.due"
        " WHERE turn = %s",
        (turn,),
        binary=True,
    )
    return [Due(*row) for row in rows.fetchall()]


def _within(statement: str, schema: LiteralString) -> str:
    """The statement over cells, members and uses of this schema."""
    return _KEPT.sub(rf"{schema}.\1", statement)
