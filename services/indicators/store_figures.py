"""Versions of figures in PostgreSQL, and the runs that wrote them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from services.indicators.entities import ZONE
from services.indicators.figures import Computed, Standing, State, Written
from services.indicators.language.evaluate import Answer
from services.indicators.periods import local_day
from services.indicators.published import Figure
from services.indicators.store_due import STEP, Due
from services.runtime.db import Connection
from services.runtime.outbox import Position

_WORK = (
    "written (figure integer, version integer, state text, value numeric, low numeric, high numeric,"
    " numerator numeric, denominator numeric, expected integer, used bigint, late bigint, rejected bigint)"
)
_COLUMNS = (
    "indicator, subject_kind, subject, breakdown, period, period_start, version, state, value, low, high,"
    " numerator, denominator, expected, used, late, rejected, formula_version, run, known_at"
)
_STANDING = """
SELECT d.figure, f.* FROM pg_temp.due d CROSS JOIN LATERAL (
    SELECT version, state, value, low, high, numerator, denominator, expected, used, late
    FROM indicators.figures f WHERE f.indicator = d.indicator AND f.subject_kind = d.subject_kind
        AND f.subject = d.subject AND f.breakdown = d.breakdown AND f.period = d.period
        AND f.period_start = d.start ORDER BY version DESC LIMIT 1) f
WHERE d.turn = %s
"""
_WRITE = f"""
INSERT INTO indicators.figures AS old ({_COLUMNS}, begun_at)
SELECT d.indicator, d.subject_kind, d.subject, d.breakdown, d.period, d.start, w.version, w.state, w.value,
    w.low, w.high, w.numerator, w.denominator, w.expected, w.used, w.late, w.rejected, r.formula, %(run)s,
    %(known_at)s, %(known_at)s
FROM pg_temp.written w JOIN pg_temp.due d ON d.figure = w.figure AND d.turn = %(turn)s
JOIN unnest(%(indicators)s::text[], %(formulas)s::integer[]) AS r (indicator, formula)
    ON r.indicator = d.indicator
ON CONFLICT (indicator, subject_kind, subject, breakdown, period, period_start, version) DO UPDATE SET
    (state, value, low, high, numerator, denominator, expected, used, late, rejected, formula_version, run,
     known_at) = (excluded.state, excluded.value, excluded.low, excluded.high, excluded.numerator,
     excluded.denominator, excluded.expected, excluded.used, excluded.late, excluded.rejected,
     excluded.formula_version, excluded.run, excluded.known_at)
WHERE old.state = 'provisional'
"""
_SETTLE = f"""
WITH settled AS (
    SELECT f.ctid FROM (VALUES ('day'), ('month'), ('quarter'), ('year')) AS p (period)
    JOIN indicators.figures f ON f.period = p.period AND f.state = 'provisional'
        AND f.period_start <= (%(today)s::date - {STEP.format("p")})::date
    JOIN unnest(%(indicators)s::text[], %(fresh)s::interval[]) AS i (indicator, fresh)
        ON i.indicator = f.indicator
    WHERE f.known_at <= %(unchanged_since)s
      AND ((f.period_start + {STEP.format("p")}) AT TIME ZONE '{ZONE}') + i.fresh <= %(now)s
    LIMIT %(limit)s
)
UPDATE indicators.figures f SET state = 'final', final_at = %(now)s FROM settled s, indicators.runs r
WHERE f.ctid = s.ctid AND r.run = f.run
RETURNING {", ".join(f"f.{name}" for name in _COLUMNS.split(", "))}, r.position
"""
_STATES = {state.value: state for state in State}


class Receipt(NamedTuple):
    """What all figures of a run share. `formulas`: versions of the definitions, by indicator."""

    run: int
    known_at: datetime
    position: int
    formulas: Mapping[str, int]


def version_of(due: Due, written: Written, rejected: int, receipt: Receipt) -> Figure:
    """A figure with all that is written of it. `rejected`: refused lines of its inputs."""
    answer, *counts = written.computed
    return Figure._make(
        (
            *(due.indicator, due.subject_kind, due.subject, due.breakdown, due.period, due.start),
            *(written.version, written.state, *answer, *counts),
            *(rejected, receipt.formulas[due.indicator]),
            *(receipt.run, receipt.known_at, receipt.position),
        )
    )


def _version(told: Sequence[Any]) -> Figure:
    return Figure._make((*told[:7], State(told[7]), *told[8:]))


def prepare(connection: Connection) -> None:
    """Makes the work table of this connection; what is in it lives as long as a transaction."""
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {_WORK} ON COMMIT DELETE ROWS")


def standing(connection: Connection, turn: int) -> dict[int, Standing]:
    """The version that stands of each figure of a turn; those that have none are absent."""
    rows = connection.execute(_STANDING, (turn,), binary=True).fetchall()
    return {
        figure: Standing(version, _STATES[state], Computed(Answer(*told[:5]), *told[5:]))
        for figure, version, state, *told in rows
    }


def write(
    connection: Connection, turn: int, written: Sequence[tuple[int, Written, int]], receipt: Receipt
) -> None:
    """Adds versions of a turn's figures, and replaces provisional ones; a final or restated one stays.

    `written`: the number of the figure, the version, and refused lines of its inputs.
    """
    if not written:
        return
    connection.execute("TRUNCATE pg_temp.written")
    with connection.cursor() as cursor, cursor.copy("COPY pg_temp.written FROM STDIN") as copy:
        for figure, one, rejected in written:
            computed = one.computed
            counts = (*computed[1:], rejected)
            copy.write_row((figure, one.version, one.state.value, *computed.answer, *counts))
    connection.execute(
        _WRITE,
        {
            "turn": turn,
            "run": receipt.run,
            "known_at": receipt.known_at,
            "indicators": list(receipt.formulas),
            "formulas": list(receipt.formulas.values()),
        },
    )


def settle(
    connection: Connection, fresh: Mapping[str, timedelta], now: datetime, settle: timedelta, limit: int
) -> list[Figure]:
    """Makes final what is over, fresh enough and has not changed for `settle`; at most `limit`, these."""
    rows = connection.execute(
        _SETTLE,
        {
            "indicators": list(fresh),
            "fresh": list(fresh.values()),
            "now": now,
            "today": local_day(now),
            "unchanged_since": now - settle,
            "limit": limit,
        },
    )
    return [_version(row) for row in rows]


def begin_run(
    connection: Connection,
    why: str,
    log: str,
    reached: Position,
    batches: Sequence[int],
    now: datetime,
    trace_id: str,
) -> int:
    """The number of a new run, to which what it writes points."""
    row = connection.execute(
        "INSERT INTO indicators.runs (known_at, log, epoch, position, batches, why, trace_id)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING run",
        (now, log, reached.epoch, reached.position, list(batches), why, trace_id),
    ).fetchone()
    assert row is not None
    return int(row[0])
