"""The life of data: what is past its age goes, division by division; what is kept for less, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from services.runtime.db import SQL, Connection, errors, sql_identifier
from services.telemetry.quantities import RAW, Quantities, Quantity
from services.telemetry.rollups import Mean
from services.telemetry.store_folding import TABLES
from services.telemetry.store_layout import READINGS, Divided, Layout

LEVELS: dict[int, Divided] = {RAW: READINGS, **{tier.value: divided for tier, divided in TABLES.items()}}
# Readings live longer than late ones are admitted: what was admitted just now still finds the others.
RAW_MARGIN = timedelta(days=1)
_ROWS = 20_000  # deleted in one statement


def put_quantities(conn: Connection, quantities: Quantities) -> None:
    """Write means and holds to where the statements of the fold find them."""
    rows = {"": quantities.default, **quantities.named}
    columns = ([*rows], [rule.mean.value for rule in rows.values()], [rule.hold_s for rule in rows.values()])
    with conn.transaction():
        conn.execute("DELETE FROM telemetry.quantities WHERE quantity <> ALL(%s)", (columns[0],))
        conn.execute(
            "INSERT INTO telemetry.quantities AS q"
            " SELECT * FROM unnest(%s::text[], %s::smallint[], %s::integer[])"
            " ON CONFLICT (quantity) DO UPDATE SET mean = excluded.mean, hold_s = excluded.hold_s"
            " WHERE (q.mean, q.hold_s) IS DISTINCT FROM (excluded.mean, excluded.hold_s)",
            columns,
        )


# A channel that the registry no longer has keeps its quantity.
_CHANGED = """
SELECT s.series_id, coalesce(c.quantity, s.quantity), coalesce(q.mean, other.mean) AS mean,
       coalesce(q.hold_s, other.hold_s) AS hold_s,
       (s.mean, s.hold_s) IS DISTINCT FROM (coalesce(q.mean, other.mean), coalesce(q.hold_s, other.hold_s))
FROM telemetry.series s JOIN telemetry.quantities other ON other.quantity = ''
LEFT JOIN registry.channels c ON c.device = s.device AND c.channel = s.channel
LEFT JOIN telemetry.quantities q ON q.quantity = coalesce(c.quantity, s.quantity)
WHERE (s.quantity, s.mean, s.hold_s) IS DISTINCT FROM
      (coalesce(c.quantity, s.quantity), coalesce(q.mean, other.mean), coalesce(q.hold_s, other.hold_s))
ORDER BY s.series_id LIMIT %s
"""
_MARK_ALL = """
INSERT INTO telemetry.dirty_cells (tier, cells, oldest, newest, series, starts)
SELECT 1, count(*), min(minute), max(minute), array_agg(series_id), array_agg(minute) FROM (
    SELECT DISTINCT series_id, floor(date_part('epoch', observed_at) / 60)::integer AS minute
    FROM telemetry.readings WHERE series_id = %s) AS cells
GROUP BY minute / 1440 / 7
"""


def redeclare(conn: Connection, most: int) -> int:
    """Series whose quantity, mean or hold is another now, at most so many: fold them by the new rule.

    Each in a transaction of its own. Cells from before the readings that are there keep their sums, but the
    sums of a mean that was not asked for then are not known (NaN). Returns how many there were.
    """
    changed = conn.execute(_CHANGED, (most,)).fetchall()
    for series_id, quantity, mean, hold_s, folds_anew in changed:
        with conn.transaction():
            conn.execute("SET LOCAL statement_timeout = 0")  # years of readings are looked through
            conn.execute(
                "UPDATE telemetry.series SET quantity = %s, mean = %s, hold_s = %s WHERE series_id = %s",
                (quantity, mean, hold_s, series_id),
            )
            if folds_anew:
                conn.execute(_MARK_ALL, (series_id,))
                _forget_mean(conn, series_id, Mean(mean))
    return len(changed)


def _forget_mean(conn: Connection, series_id: int, mean: Mean) -> None:
    x = None if mean is Mean.ARITHMETIC else float("nan")
    y = float("nan") if mean is Mean.VECTOR else None
    for divided in TABLES.values():
        conn.execute(
            SQL("UPDATE telemetry.{} SET mean_x = %s, mean_y = %s WHERE series_id = %s AND count > 0").format(
                sql_identifier(divided.table)
            ),
            (x, y, series_id),
        )


def past(quantity: Quantity, now: datetime) -> Iterator[tuple[int, datetime]]:
    """Each level that is not kept for ever, and before when it goes. Pure."""
    for level, age in quantity.kept.items():
        yield level, now - age - (RAW_MARGIN if level == RAW else timedelta(0))


def drop_divisions(conn: Connection, layout: Layout, quantities: Quantities, now: datetime) -> list[str]:
    """Drop the divisions that are past the default age; returns their names.

    One that somebody reads stays for the next time, since whoever waits to drop it keeps ingest waiting.
    """
    dropped = []
    for level, before in past(quantities.default, now):
        _raise_horizon(conn, level, "", before)
        with suppress(errors.LockNotAvailable):
            dropped += layout.drop_before(conn, before, LEVELS[level])
    return dropped


def drop_rows(conn: Connection, quantities: Quantities, now: datetime) -> int:
    """Delete some of what is kept for less than the divisions; returns how many rows, 0 when all is done."""
    for name, quantity in quantities.named.items():
        for level, before in past(quantity, now):
            if quantity.kept[level] == quantities.default.kept.get(level):
                continue
            _raise_horizon(conn, level, name, before)
            rows = _delete(conn, LEVELS[level], name, before)
            if rows:
                return rows
    return 0


def _delete(conn: Connection, of: Divided, quantity: str, before: datetime) -> int:
    names = {"table": sql_identifier(of.table), "column": sql_identifier(of.column)}
    return conn.execute(
        SQL(
            "DELETE FROM telemetry.{table} WHERE (series_id, {column}) IN ("
            "SELECT series_id, {column} FROM telemetry.{table} WHERE {column} < %(before)s AND series_id IN ("
            "SELECT series_id FROM telemetry.series WHERE quantity = %(quantity)s) LIMIT %(rows)s)"
            " AND {column} < %(before)s"
        ).format(**names),
        {"before": before, "quantity": quantity, "rows": _ROWS},
    ).rowcount


def raw_horizons(conn: Connection) -> dict[str, int]:
    """By quantity ('': every one), the ms since 1970 before which readings are gone; whole minutes.

    A retention that is raised brings nothing back: no cell that lies before is ever folded anew.
    """
    rows = conn.execute(
        "SELECT quantity, ceil(extract(epoch FROM before) / 60)::bigint * 60000 FROM telemetry.horizons"
        " WHERE tier = %s ORDER BY quantity",
        (RAW,),
    ).fetchall()
    return dict(rows)


def _raise_horizon(conn: Connection, level: int, quantity: str, before: datetime) -> None:
    conn.execute(
        "INSERT INTO telemetry.horizons AS h VALUES (%s, %s, %s) ON CONFLICT (tier, quantity)"
        " DO UPDATE SET before = excluded.before WHERE h.before < excluded.before",
        (level, quantity, before),
    )


def drop_history(conn: Connection, quantities: Quantities, now: datetime) -> int:
    """Values that never stood go with the readings that did; returns how many."""
    before = dict(past(quantities.default, now)).get(RAW)
    if before is None:
        return 0
    return conn.execute("DELETE FROM telemetry.reading_history WHERE observed_at < %s", (before,)).rowcount


def drop_ledger_hours(conn: Connection, before: datetime) -> int:
    """Device-hours of the ledger from before this; returns how many."""
    return conn.execute("DELETE FROM telemetry.ledger_hours WHERE hour < %s", (before,)).rowcount
