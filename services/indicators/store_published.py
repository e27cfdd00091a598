"""Questions about published figures. Those of one thing lie beside each other: whatever the history is, a
page
costs a step into the index for each of its things.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice, product
from typing import Any, NamedTuple

from services.indicators.figures import State
from services.indicators.published import Change, Figure, Slot, Thing
from services.runtime.db import Connection

_KEY = "indicator, subject_kind, subject, breakdown, period, period_start, version"
_TOLD = (
    "state, value, low, high, numerator, denominator, expected, used, late, rejected, formula_version, run,"
    " known_at"
)
_WIDTH = len((_KEY + ", " + _TOLD).split(", ")) + 1


def _columns(figure: str, run: str) -> str:
    names = f"{_KEY}, {_TOLD}".split(", ")
    return ", ".join([*(f"{figure}.{name}" for name in names), f"{run}.position"])


FIGURE = f"SELECT {_columns('f', 'r')} FROM indicators.figures f JOIN indicators.runs r USING (run)"
_OF_ONE = (
    "f.indicator = %(indicator)s AND f.subject_kind = %(kind)s AND f.subject = %(subject)s"
    " AND f.breakdown = %(breakdown)s AND f.period = %(period)s"
)
# The subjects and breakdowns that have figures: each is a step into the index behind the one before.
_OF_THINGS = """
WITH RECURSIVE things AS (
    (SELECT subject, breakdown FROM indicators.figures
     WHERE indicator = %(indicator)s AND subject_kind = %(kind)s
       AND (subject, breakdown) {from_} (%(subject)s, %(breakdown)s)
     ORDER BY subject, breakdown LIMIT 1)
    UNION ALL
    SELECT n.* FROM things t CROSS JOIN LATERAL (
        SELECT f.subject, f.breakdown FROM indicators.figures f
        WHERE f.indicator = %(indicator)s AND f.subject_kind = %(kind)s
          AND (f.subject, f.breakdown) > (t.subject, t.breakdown)
        ORDER BY f.subject, f.breakdown LIMIT 1) n
    WHERE %(only)s::text IS NULL OR t.subject = %(only)s
)
SELECT f.* FROM things t CROSS JOIN LATERAL (
    {figure}
    WHERE f.indicator = %(indicator)s AND f.subject_kind = %(kind)s AND f.subject = t.subject
      AND f.breakdown = t.breakdown AND f.period = %(period)s AND f.known_at <= %(known_at)s
      AND (%(start)s::date IS NULL OR f.period_start = %(start)s)
    ORDER BY f.period_start DESC, f.version DESC LIMIT 1) f
WHERE (%(with_breakdowns)s OR t.breakdown = '') AND (%(only)s::text IS NULL OR t.subject = %(only)s)
LIMIT %(limit)s
"""
_SERIES = f"""
SELECT DISTINCT ON (s.period_start) s.* FROM (
    {FIGURE} WHERE {_OF_ONE} AND f.period_start >= %(start)s AND f.period_start < %(end)s
    AND f.known_at <= %(known_at)s) s
ORDER BY s.period_start, s.version DESC LIMIT %(limit)s
"""
_VERSIONS = f"{FIGURE} WHERE {_OF_ONE} AND f.period_start = %(start)s ORDER BY f.version"
_SLOT = "f.indicator, f.subject_kind, f.subject, f.breakdown, f.period, f.period_start"
_CHANGE_KEY = f"f.run, {_SLOT}, f.version"
_CHANGES = f"""
SELECT {_columns("f", "r")}, {_columns("b", "q")}, r.batches, r.why
FROM indicators.runs r JOIN indicators.figures f USING (run)
JOIN indicators.figures b ON (b.indicator, b.subject_kind, b.subject, b.breakdown, b.period, b.period_start,
    b.version) = (f.indicator, f.subject_kind, f.subject, f.breakdown, f.period, f.period_start, f.version -
    1)
JOIN indicators.runs q ON q.run = b.run
WHERE f.version > 1 AND r.known_at >= %(start)s AND r.known_at < %(end)s
  AND (%(batch)s::bigint IS NULL OR r.batches @> ARRAY[%(batch)s::bigint])
  AND (cardinality(%(indicators)s::text[]) = 0 OR f.indicator = ANY(%(indicators)s))
  AND (%(kinds)s::text[] IS NULL OR f.subject_kind = ANY(%(kinds)s))
  AND (%(run)s::bigint IS NULL OR ({_CHANGE_KEY}) < (%(run)s::bigint, %(indicator)s::text, %(kind)s::text,
      %(subject)s::text, %(breakdown)s::text, %(period)s::text, date '0001-01-01' + (%(days)s::integer - 1),
      %(version)s::integer))
ORDER BY {", ".join(f"{name} DESC" for name in _CHANGE_KEY.split(", "))} LIMIT %(limit)s
"""


class Asked(NamedTuple):
    """Which figures; all tuples in order. `start`: None for the newest period of each thing. `subjects`: ()
    for all.
    """

    indicators: tuple[str, ...]
    kinds: tuple[str, ...]
    subjects: tuple[str, ...]
    period: str
    start: date | None
    with_breakdowns: bool
    known_at: datetime | None


class AskedChanges(NamedTuple):
    """Which changes. `batch`: by runs that took it in; None, (): any."""

    batch: int | None
    start: datetime | None
    end: datetime | None
    indicators: tuple[str, ...]
    kinds: tuple[str, ...] | None


def figures(connection: Connection, asked: Asked, after: Thing | None, limit: int) -> list[Figure]:
    """At most `limit` figures that stood, of what comes behind a thing, by indicator, kind, subject,
    breakdown.
    """
    return list(islice(_figures(connection, asked, after, limit), limit))


def series(
    connection: Connection,
    thing: Thing,
    period: str,
    start: date,
    end: date,
    known_at: datetime | None,
    limit: int,
) -> list[Figure]:
    """The figures of one thing that stood, with period starts in [start, end), oldest first."""
    asked = {"period": period, "start": start, "end": end, "known_at": known_at or "infinity", "limit": limit}
    return [to_figure(row) for row in connection.execute(_SERIES, {**thing._asdict(), **asked})]


def versions(connection: Connection, slot: Slot) -> list[Figure]:
    """All versions of a figure, the first one first."""
    asked = {**slot.thing._asdict(), "period": slot.period, "start": slot.start}
    return [to_figure(row) for row in connection.execute(_VERSIONS, asked)]


def changes(
    connection: Connection, asked: AskedChanges, before: Sequence[int | str] | None, limit: int
) -> list[Change]:
    """Published figures that were restated, the newest run first.

    `before`: run, thing, period, period start (ordinal) and version of the last one that was told.
    """
    run, indicator, kind, subject, breakdown, period, ordinal, version = before or (None,) * 8
    rows = connection.execute(
        _CHANGES,
        {
            "batch": asked.batch,
            "start": asked.start or "-infinity",
            "end": asked.end or "infinity",
            "indicators": list(asked.indicators),
            "kinds": None if asked.kinds is None else list(asked.kinds),
            "run": run,
            "indicator": indicator,
            "kind": kind,
            "subject": subject,
            "breakdown": breakdown,
            "period": period,
            "days": ordinal,
            "version": version,
            "limit": limit,
        },
    )
    return [
        Change(to_figure(row[:_WIDTH]), to_figure(row[_WIDTH : 2 * _WIDTH]), tuple(row[-2]), row[-1])
        for row in rows
    ]


def standing(connection: Connection, like: Sequence[Figure]) -> list[Figure | None]:
    """The version that stands in place of each of these; None where there is none."""
    columns = zip(*(one[:6] for one in like), strict=True) if like else [()] * 6
    found = {
        tuple(row[:6]): to_figure(row)
        for row in connection.execute(
            "SELECT s.* FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[])"
            f" AS k ({_SLOT.replace('f.', '')}) CROSS JOIN LATERAL ({FIGURE}"
            f" WHERE ({_SLOT}) = ({_SLOT.replace('f.', 'k.')}) ORDER BY f.version DESC LIMIT 1) s",
            [list(column) for column in columns],
        )
    }
    return [found.get(tuple(one[:6])) for one in like]


def _figures(connection: Connection, asked: Asked, after: Thing | None, limit: int) -> Iterator[Figure]:
    for indicator, kind, only in product(asked.indicators, asked.kinds, asked.subjects or (None,)):
        begin = (indicator, kind) if only is None else (indicator, kind, only)
        said = None if after is None else after[: len(begin)]
        if said is not None and begin < said:
            continue
        from_, place = (">", after) if said == begin else (">=", Thing(indicator, kind, only or "", ""))
        assert place is not None
        rows = connection.execute(
            _OF_THINGS.format(from_=from_, figure=FIGURE),
            {
                **place._asdict(),
                "only": only,
                "period": asked.period,
                "start": asked.start,
                "known_at": asked.known_at or "infinity",
                "with_breakdowns": asked.with_breakdowns,
                "limit": limit,
            },
        )
        yield from map(to_figure, rows)


def to_figure(row: Sequence[Any]) -> Figure:
    """A row of FIGURE."""
    return Figure._make((*row[:7], State(row[7]), *row[8:]))
