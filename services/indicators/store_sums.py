"""What the cells and members of the figures of a turn come to, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import LiteralString

from services.indicators import store_stocks
from services.indicators.figures import Cells
from services.indicators.language.numbers import Number, Pool
from services.indicators.store_entities import by_index
from services.indicators.takes import SUMS, Fold
from services.runtime.db import Connection

KEPT: LiteralString = "indicators"  # schema of what is kept
# `needs`: which measures a turn's figures need, of which days; `placed`: what the cells of these come to.
_WORK = (
    "needs (indicator text, slot smallint, subject_kind text, field text, period text, start date,"
    " month smallint, measure integer, part integer, fold text, is_presence boolean, since date,"
    " before date)",
    "placed (measure integer, since date, before date, subject_kind text, subject text, breakdown text,"
    " key text, n bigint, sum numeric, late bigint, blank bigint)",
)
_NEEDS = """
INSERT INTO pg_temp.needs
SELECT u.indicator, u.slot, u.subject_kind, u.field, u.period, d.start, w.month, u.measure, u.part, u.fold,
       u.is_presence,
       CASE WHEN u.is_stock THEN '-infinity' WHEN u.is_ago THEN (w.since - interval '1 year')::date
            ELSE w.since END,
       CASE WHEN u.is_ago THEN (w.before - interval '1 year')::date ELSE w.before END
FROM (SELECT DISTINCT indicator, subject_kind, field, period, start, finish FROM pg_temp.due
      WHERE turn = %s) d
JOIN {schema}.uses u USING (indicator, subject_kind, field, period)
CROSS JOIN LATERAL (
    SELECT 0 AS month, d.start AS since, d.finish AS before WHERE NOT u.is_by_months
    UNION ALL
    SELECT extract(month FROM m.start), m.start::date, (m.start + interval '1 month')::date
    FROM generate_series(d.start, d.finish - 1, interval '1 month') AS m (start) WHERE u.is_by_months) w
"""
_PLACED = """
INSERT INTO pg_temp.placed
SELECT w.measure, w.since, w.before, w.subject_kind, s.subject, c.breakdown, {key}, sum(c.n), sum(c.{sum}),
       sum(c.late), {blank}
FROM (SELECT DISTINCT measure, since, before, subject_kind FROM pg_temp.needs
      WHERE fold = ANY(%(folds)s) AND (since > '-infinity' OR NOT %(has_stocks)s)) w
JOIN {schema}.{table} c ON c.measure = w.measure AND c.day >= w.since AND c.day < w.before
CROSS JOIN LATERAL (SELECT CASE w.subject_kind WHEN 'area' THEN c.area
    WHEN 'organisation' THEN c.organisation ELSE '' END AS subject) s
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_JOINED = """
FROM pg_temp.due d
JOIN pg_temp.needs n USING (indicator, subject_kind, field, period, start)
JOIN pg_temp.placed p ON p.measure = n.measure AND p.since = n.since AND p.before = n.before
    AND p.subject_kind = n.subject_kind AND p.subject = d.subject
"""
_IN_BREAKDOWN = "(d.breakdown = '' OR split_part(p.breakdown, ';', greatest(n.part, 1)) = d.breakdown)"
_TOTALS = "sum(p.n)::bigint AS n, sum(p.sum), sum(p.late)::bigint, sum(p.blank)::bigint"
# Whether a source reported is asked only where its measure counts nothing.
_SUMS_OF_CELLS = f"""
WITH summed AS MATERIALIZED (
    SELECT d.figure, n.month, n.slot, {_TOTALS} {_JOINED}
    WHERE d.turn = %(turn)s AND p.key = '' AND NOT n.is_presence AND {_IN_BREAKDOWN} GROUP BY 1, 2, 3
)
SELECT * FROM summed
UNION ALL
SELECT d.figure, n.month, n.slot, {_TOTALS} {_JOINED}
WHERE d.turn = %(turn)s AND p.key = '' AND n.is_presence AND NOT EXISTS (
    SELECT FROM summed s WHERE s.figure = d.figure AND s.month = n.month AND s.slot = n.slot - 1 AND s.n <> 0)
GROUP BY 1, 2, 3
"""
_SUMS_OF_MEMBERS = f"""
SELECT figure, month, slot, min(fold), sum(n), sum(late), count(*), max(amount / n), min(amount / n),
       max(amount), (array_agg(amount / n ORDER BY key DESC) FILTER (WHERE fold = 'last'))[1],
       array_agg(amount / n ORDER BY amount / n) FILTER (WHERE fold = 'pool'),
       array_agg(n ORDER BY amount / n) FILTER (WHERE fold = 'pool')
FROM (SELECT d.figure, n.month, n.slot, n.fold, p.key, sum(p.n) AS n, sum(p.sum) AS amount,
             sum(p.late) AS late
      {_JOINED} WHERE d.turn = %(turn)s AND p.key <> '' AND {_IN_BREAKDOWN}
      GROUP BY 1, 2, 3, 4, 5 HAVING sum(p.n) > 0) m
GROUP BY 1, 2, 3
"""


def prepare(connection: Connection) -> None:
    """Makes the work tables of this connection; what is in them lives as long as a transaction."""
    for table in _WORK:
        connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} ON COMMIT DELETE ROWS")


def sums(
    connection: Connection, turn: int, schema: LiteralString = KEPT
) -> dict[int, dict[tuple[int, int], Cells]]:
    """What the cells of a turn's figures come to, by figure, then month and slot; without cells: absent.

    So is whether a source reported, where its measure counts something. `schema`: where cells, members and
    uses lie; only of those that are kept are there running totals.
    """
    connection.execute("TRUNCATE pg_temp.needs, pg_temp.placed")
    connection.execute(_NEEDS.format(schema=schema), (turn,))
    plain = [fold.value for fold in SUMS]
    keyed = [fold.value for fold in Fold if fold not in SUMS]
    by_index(connection, True)
    of_cells = {"key": "''", "sum": "sum", "blank": "sum(c.blank)", "table": "cells", "schema": schema}
    of_members = {"key": "c.key", "sum": "amount", "blank": "0", "table": "members", "schema": schema}
    has_stocks = schema == KEPT
    for columns, folds in ((of_cells, plain), (of_members, keyed)):
        connection.execute(_PLACED.format(**columns), {"folds": folds, "has_stocks": has_stocks})
    if has_stocks:
        store_stocks.place(connection)
    by_index(connection, False)
    connection.execute("ANALYZE pg_temp.needs, pg_temp.placed")
    connection.execute("SELECT set_config('enable_nestloop', 'off', true)")
    found: dict[int, dict[tuple[int, int], Cells]] = {}
    of = {"turn": turn}
    for figure, month, slot, *told in connection.execute(_SUMS_OF_CELLS, of, binary=True).fetchall():
        found.setdefault(figure, {})[month, slot] = Cells._make(told)
    for figure, month, slot, fold, n, late, *told in connection.execute(
        _SUMS_OF_MEMBERS, of, binary=True
    ).fetchall():
        cells = Cells(int(n), _number(Fold(fold), *told), int(late))
        found.setdefault(figure, {})[month, slot] = cells
    connection.execute("SELECT set_config('enable_nestloop', 'on', true)")
    return found


def _number(
    fold: Fold,
    count: int,
    largest: Decimal,
    smallest: Decimal,
    most: Decimal,
    last: Decimal | None,
    values: Sequence[Decimal] | None,
    counts: Sequence[Decimal] | None,
) -> Number:
    match fold:
        case Fold.MAX:
            return largest
        case Fold.MIN:
            return smallest
        case Fold.MAX_OF_SUM:
            return most
        case Fold.LAST:
            return last
        case Fold.POOL:
            return Pool(values or (), [int(one) for one in counts or ()])
        case _:
            return Decimal(count)
