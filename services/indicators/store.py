"""The values of this context: what stands, what is written, and how far the logs were read."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString

from services.indicators.definitions import DEFINITIONS
from services.indicators.domain import Cell, State, SubjectKind, Value
from services.indicators.periods import Period, last_end, seconds_of, start_before
from services.runtime.db import Connection
from services.runtime.outbox import Position

_COLUMNS: LiteralString = (
    "v.indicator, v.subject_kind, v.subject, v.period_start, v.version, v.state, v.value, v.numerator,"
    " v.denominator, v.inputs_expected, v.inputs_used, v.newest_input_at, v.formula_version,"
    " v.input_position, v.known_at"
)
# The highest version of each period is the one that stands: one step backwards into the primary key.
_STANDING: LiteralString = (
    "CROSS JOIN LATERAL (SELECT * FROM indicators.values WHERE indicator = k.indicator"
    " AND subject = k.subject AND period_start = k.period_start ORDER BY version DESC LIMIT 1) v"
)

# Indicator, subject and [start, end) of period starts.
Span = tuple[str, str, datetime, datetime]


def latest_values(
    connection: Connection, indicator: str | None = None, subjects: Sequence[str] = ()
) -> list[Value]:
    """The standing value of the newest period of each subject; no subjects means all of them.

    Ordered by indicator and subject. Its cost does not grow with the history.
    """
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM indicators.newest k {_STANDING}"
        " WHERE (%(indicator)s::text IS NULL OR k.indicator = %(indicator)s)"
        " AND (cardinality(%(subjects)s::text[]) = 0 OR k.subject = ANY(%(subjects)s))"
        " ORDER BY k.indicator, k.subject",
        {"indicator": indicator, "subjects": list(subjects)},
    ).fetchall()
    return [_value(row) for row in rows]


def values_between(
    connection: Connection,
    indicator: str,
    subject: str,
    start: datetime,
    end: datetime,
    limit: int = 1_000,
    after: datetime | None = None,
) -> list[Value]:
    """Standing values of periods that start in [start, end) and after `after`, oldest first, at most `limit`.

    The next page: the same call with `after` = period_start of the last one.
    """
    rows = connection.execute(
        f"SELECT DISTINCT ON (v.period_start) {_COLUMNS} FROM indicators.values v"
        " WHERE v.indicator = %(indicator)s AND v.subject = %(subject)s"
        " AND v.period_start >= %(start)s AND v.period_start < %(end)s"
        " AND v.period_start > coalesce(%(after)s, '-infinity'::timestamptz)"
        " ORDER BY v.period_start, v.version DESC LIMIT %(limit)s",
        {
            "indicator": indicator,
            "subject": subject,
            "start": start,
            "end": end,
            "after": after,
            "limit": limit,
        },
    ).fetchall()
    return [_value(row) for row in rows]


def standing_values(connection: Connection, cells: Sequence[Cell]) -> dict[Cell, Value]:
    """The value that stands in each of the cells; cells without any are absent."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM unnest(%b::text[], %b::text[], %b::timestamptz[])"
        f" AS k (indicator, subject, period_start) {_STANDING}",
        ([c.indicator for c in cells], [c.subject for c in cells], [c.period_start for c in cells]),
    ).fetchall()
    values = [_value(row) for row in rows]
    return {value.cell: value for value in values}


def values_of_spans(connection: Connection, spans: Sequence[Span]) -> list[list[Value]]:
    """For each span the values that stand in it, oldest first."""
    if not spans:
        return []
    rows = connection.execute(
        f"SELECT k.n, {_COLUMNS} FROM unnest(%b::text[], %b::text[], %b::timestamptz[], %b::timestamptz[])"
        " WITH ORDINALITY AS k (indicator, subject, starts, ends, n) CROSS JOIN LATERAL ("
        "  SELECT DISTINCT ON (period_start) * FROM indicators.values"
        "  WHERE indicator = k.indicator AND subject = k.subject"
        "  AND period_start >= k.starts AND period_start < k.ends ORDER BY period_start, version DESC"
        " ) v ORDER BY k.n, v.period_start",
        [[span[column] for span in spans] for column in range(4)],
    ).fetchall()
    found: list[list[Value]] = [[] for _ in spans]
    for number, *row in rows:
        found[number - 1].append(_value(row))
    return found


def write_values(connection: Connection, values: Sequence[Value]) -> None:
    """Adds versions, and replaces provisional ones in place; a final or restated row stays as it is."""
    columns = [list(column) for column in zip(*map(_row, values), strict=True)]
    connection.execute(
        "INSERT INTO indicators.values AS old SELECT * FROM unnest(%b::text[], %b::text[], %b::text[],"
        " %b::timestamptz[], %b::integer[], %b::text[], %b::float8[], %b::float8[], %b::float8[],"
        " %b::integer[], %b::integer[], %b::timestamptz[], %b::integer[], %b::bigint[], %b::timestamptz[])"
        " ON CONFLICT (indicator, subject, period_start, version) DO UPDATE SET"
        " (state, value, numerator, denominator, inputs_expected, inputs_used, newest_input_at,"
        "  formula_version, input_position, known_at) ="
        " (excluded.state, excluded.value, excluded.numerator, excluded.denominator,"
        "  excluded.inputs_expected, excluded.inputs_used, excluded.newest_input_at,"
        "  excluded.formula_version, excluded.input_position, excluded.known_at)"
        " WHERE old.state = 'provisional'",
        columns,
    )
    connection.execute(
        "INSERT INTO indicators.newest AS old SELECT indicator, subject, max(period_start)"
        " FROM unnest(%b::text[], %b::text[], %b::timestamptz[]) AS k (indicator, subject, period_start)"
        " GROUP BY indicator, subject ORDER BY indicator, subject"
        " ON CONFLICT (indicator, subject) DO UPDATE SET period_start = excluded.period_start"
        " WHERE old.period_start < excluded.period_start",
        (columns[0], columns[2], columns[3]),
    )


def settled_values(connection: Connection, now: datetime, settle: timedelta, limit: int) -> list[Value]:
    """Provisional values of periods that are over, unchanged for `settle`, the oldest first."""
    newest_over = [start_before(last_end(now, d.period), d.period) for d in DEFINITIONS.values()]
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM indicators.values v"
        " JOIN unnest(%b::text[], %b::timestamptz[]) AS d (indicator, newest_over) USING (indicator)"
        " WHERE v.state = 'provisional' AND v.known_at <= %s AND v.period_start <= d.newest_over"
        " ORDER BY v.known_at LIMIT %s",
        (list(DEFINITIONS), newest_over, now - settle, limit),
    ).fetchall()
    return [_value(row) for row in rows]


def lock_checkpoint(connection: Connection, log: str, epoch: str) -> Position:
    """How far `log` was read, and the sole right to write values until the transaction ends.

    A log that was never read begins at position 0 of `epoch`.
    """
    connection.execute(
        "INSERT INTO indicators.checkpoints (log, epoch, position) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING",
        (log, epoch),
    )
    row = connection.execute(
        "SELECT epoch::text, position FROM indicators.checkpoints WHERE log = %s FOR UPDATE", (log,)
    ).fetchone()
    assert row is not None
    return Position(row[0], row[1])


def set_checkpoint(connection: Connection, log: str, position: Position) -> None:
    """Moves the checkpoint that this transaction has locked."""
    connection.execute(
        "UPDATE indicators.checkpoints SET epoch = %s, position = %s WHERE log = %s",
        (position.epoch, position.position, log),
    )


def closed_until(connection: Connection, period: Period) -> datetime | None:
    """Up to when the periods of this length have been closed; None: never."""
    row = connection.execute(
        "SELECT closed_until FROM indicators.clocks WHERE period_s = %s", (seconds_of(period),)
    ).fetchone()
    return row[0] if row else None


def set_closed_until(connection: Connection, period: Period, end: datetime) -> None:
    connection.execute(
        "INSERT INTO indicators.clocks (period_s, closed_until) VALUES (%s, %s)"
        " ON CONFLICT (period_s) DO UPDATE SET closed_until = excluded.closed_until",
        (seconds_of(period), end),
    )


def _value(row: Sequence[Any]) -> Value:
    indicator, kind, subject, start, version, state, *rest = row
    return Value(indicator, SubjectKind(kind), subject, start, version, State(state), *rest)


def _row(value: Value) -> Iterable[Any]:
    return (
        value.indicator,
        value.subject_kind.value,
        value.subject,
        value.period_start,
        value.version,
        value.state.value,
        value.value,
        value.numerator,
        value.denominator,
        value.inputs_expected,
        value.inputs_used,
        value.newest_input_at,
        value.formula_version,
        value.input_position,
        value.known_at,
    )
