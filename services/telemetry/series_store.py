"""Standing readings of several series at once, as plain numbers: SQL in, rows out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from services.runtime.db import Connection, number_cursor
from services.telemetry.series_line import Point

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_2000_MS = 946_684_800_000  # PostgreSQL counts microseconds from 2000-01-01

_ONE = """
SELECT observed_at, value, quality, received_at, revision FROM telemetry.readings
WHERE series_id = %b AND observed_at >= %b AND observed_at < %b ORDER BY observed_at LIMIT %b
"""
_SEVERAL = """
SELECT s.at, r.* FROM unnest(%b::integer[], %b::timestamptz[]) WITH ORDINALITY AS s (series_id, since, at)
CROSS JOIN LATERAL (
    SELECT observed_at, value, quality, received_at, revision FROM telemetry.readings
    WHERE series_id = s.series_id AND observed_at >= s.since AND observed_at >= %b AND observed_at < %b
    ORDER BY observed_at LIMIT %b
) r ORDER BY s.at, r.observed_at LIMIT %b
"""
_POINTS = """
SELECT observed_at, value, quality FROM telemetry.readings
WHERE series_id = %b AND observed_at >= %b AND observed_at < %b ORDER BY observed_at LIMIT %b
"""


class Rows(NamedTuple):
    """Readings of one series by columns, oldest first. Times in ms since 1970."""

    observed_at_ms: list[int]
    values: list[float]
    quality: list[int]
    received_at_ms: list[int]
    revision: list[int]

    def first(self, count: int) -> Rows:
        """At most so many of them."""
        if len(self.observed_at_ms) <= count:
            return self
        return Rows(
            self.observed_at_ms[:count],
            self.values[:count],
            self.quality[:count],
            self.received_at_ms[:count],
            self.revision[:count],
        )


NO_ROWS = Rows([], [], [], [], [])


def readings(conn: Connection, starts: Sequence[tuple[int, int]], end_ms: int, limit: int) -> list[Rows]:
    """Standing readings of each (series id, from ms) before `end_ms`, in this order, at most `limit`."""
    if len(starts) == 1:
        ((series_id, start_ms),) = starts
        with number_cursor(conn) as cursor:
            rows = cursor.execute(_ONE, (series_id, _at(start_ms), _at(end_ms), limit)).fetchall()
        return [_columns(rows)]
    oldest_ms = min(start_ms for _, start_ms in starts)
    ids, times = [series_id for series_id, _ in starts], [_at(start_ms) for _, start_ms in starts]
    with number_cursor(conn) as cursor:
        found = cursor.execute(_SEVERAL, (ids, times, _at(oldest_ms), _at(end_ms), limit, limit)).fetchall()
    by_series: list[list[tuple[int, float, int, int, int]]] = [[] for _ in starts]
    for at, *row in found:
        by_series[at - 1].append(tuple(row))
    return [_columns(rows) for rows in by_series]


def points(
    conn: Connection, series_id: int, start_ms: int, end_ms: int, limit: int
) -> tuple[list[Point], int]:
    """Good readings of a series over [start, end), oldest first; how many suspect ones were among `limit`."""
    with number_cursor(conn) as cursor:
        rows = cursor.execute(_POINTS, (series_id, _at(start_ms), _at(end_ms), limit)).fetchall()
    good = [Point(_ms(at), value) for at, value, quality in rows if not quality]
    return good, len(rows) - len(good)


def _columns(rows: Sequence[tuple[int, float, int, int, int]]) -> Rows:
    if not rows:
        return NO_ROWS
    observed, values, quality, received, revision = zip(*rows, strict=True)
    return Rows(
        list(map(_ms, observed)), list(values), list(quality), list(map(_ms, received)), list(revision)
    )


def _ms(microseconds: int) -> int:
    return microseconds // 1000 + _EPOCH_2000_MS


def _at(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)
