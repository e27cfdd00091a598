"""Read-only questions about readings and revisions; SQL in, views out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from psycopg.rows import class_row

from services.runtime.db import Connection
from services.telemetry.domain import SeriesName
from services.telemetry.views import (
    HourState,
    LatestReading,
    LinePoint,
    RevisedReading,
    StandingReading,
)

# One backward step into the primary key per series. A table of newest values would cost a write per
# reading to save this; a thousand series are read in a few milliseconds.
_LATEST = """
SELECT s.device, s.channel, r.observed_at, r.received_at, r.value, r.quality, r.revision
FROM telemetry.series s
CROSS JOIN LATERAL (
    SELECT observed_at, received_at, value, quality, revision FROM telemetry.readings
    WHERE series_id = s.series_id ORDER BY observed_at DESC LIMIT 1
) r
"""
# The same step, then backward until a good one: of a series that has been bad for years, not through years.
_LATEST_GOOD = """
SELECT s.device, s.channel, r.observed_at, r.received_at, r.value, r.quality, r.revision
FROM telemetry.series s
CROSS JOIN LATERAL (
    SELECT observed_at FROM telemetry.readings
    WHERE series_id = s.series_id ORDER BY observed_at DESC LIMIT 1
) newest
CROSS JOIN LATERAL (
    SELECT observed_at, received_at, value, quality, revision FROM telemetry.readings
    WHERE series_id = s.series_id AND quality = 0 AND observed_at >= newest.observed_at - %(good_within)s
    ORDER BY observed_at DESC LIMIT 1
) r
"""
GOOD_WITHIN = timedelta(days=1)  # 86,400 readings of a series that speaks every second


def latest(
    conn: Connection,
    series: Iterable[SeriesName] | None = None,
    devices: Iterable[str] | None = None,
    good_only: bool = False,
) -> list[LatestReading]:
    """Newest standing reading of each series named, and of every channel of each device named.

    `good_only`: the newest of good quality, if it is at most GOOD_WITHIN older than the newest of any.

    Both None: all series. Series without a reading are absent. Ordered by device, channel.
    """
    names = list(series or ())
    everything = series is None and devices is None
    query = (_LATEST_GOOD if good_only else _LATEST) + (
        "WHERE %(all)s OR s.device = ANY(%(devices)s)"
        " OR (s.device, s.channel) IN (SELECT * FROM unnest(%(d)s::text[], %(c)s::text[]))"
        " ORDER BY s.device, s.channel"
    )
    parameters = {
        "all": everything,
        "good_within": GOOD_WITHIN,
        "devices": list(devices or ()),
        "d": [name[0] for name in names],
        "c": [name[1] for name in names],
    }
    with conn.cursor(row_factory=class_row(LatestReading)) as cursor:
        return cursor.execute(query, parameters).fetchall()


def readings_between(
    conn: Connection,
    series: SeriesName,
    start: datetime,
    end: datetime,
    limit: int = 1000,
    after: datetime | None = None,
) -> list[StandingReading]:
    """Standing readings of a series over [start, end), oldest first, at most `limit`.

    The next page: the same call with `after` = observed_at of the last one.
    """
    query = """
        SELECT r.observed_at, r.received_at, r.value, r.quality, r.revision
        FROM telemetry.readings r
        WHERE r.series_id = (SELECT series_id FROM telemetry.series WHERE device = %s AND channel = %s)
          AND r.observed_at >= %s AND r.observed_at < %s AND r.observed_at > %s
        ORDER BY r.observed_at LIMIT %s"""
    lowest = after if after is not None else "-infinity"
    with conn.cursor(row_factory=class_row(StandingReading)) as cursor:
        return cursor.execute(query, (*series, start, end, lowest, limit)).fetchall()


def hour_states(conn: Connection, cells: Sequence[tuple[str, str, datetime]]) -> list[HourState]:
    """State of each (device, channel, hour start) asked for; cells without a good value are absent."""
    query = """
        SELECT c.device, c.channel, c.hour, sum(r.value ORDER BY r.observed_at) AS total,
               count(*) AS count, max(r.observed_at) AS newest_observed_at,
               max(r.received_at) AS newest_received_at
        FROM unnest(%s::text[], %s::text[], %s::timestamptz[]) AS c (device, channel, hour)
        JOIN telemetry.series s ON s.device = c.device AND s.channel = c.channel
        CROSS JOIN LATERAL (
            SELECT value, observed_at, received_at FROM telemetry.readings r
            WHERE r.series_id = s.series_id AND r.quality = 0
              AND r.observed_at >= c.hour AND r.observed_at < c.hour + interval '1 hour'
        ) r
        GROUP BY c.device, c.channel, c.hour ORDER BY c.device, c.channel, c.hour"""
    columns = [[cell[i] for cell in cells] for i in range(3)]
    with conn.cursor(row_factory=class_row(HourState)) as cursor:
        return cursor.execute(query, columns).fetchall()


def line_points(
    conn: Connection, series: Iterable[SeriesName], start: datetime, bucket_s: int
) -> list[LinePoint]:
    """Means per bucket since `start`, ordered by device, channel, time. Empty buckets are absent.

    Buckets are aligned to the epoch in UTC.
    """
    query = """
        SELECT s.device, s.channel,
               to_timestamp(floor(extract(epoch FROM r.observed_at) / %(bucket)s) * %(bucket)s) AS at,
               avg(r.value) AS mean, count(*) AS count
        FROM unnest(%(d)s::text[], %(c)s::text[]) AS n (device, channel)
        JOIN telemetry.series s ON s.device = n.device AND s.channel = n.channel
        CROSS JOIN LATERAL (
            SELECT value, observed_at FROM telemetry.readings r
            WHERE r.series_id = s.series_id AND r.observed_at >= %(start)s
        ) r
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
    names = list(series)
    parameters = {
        "bucket": bucket_s,
        "start": start,
        "d": [name[0] for name in names],
        "c": [name[1] for name in names],
    }
    with conn.cursor(row_factory=class_row(LinePoint)) as cursor:
        return cursor.execute(query, parameters).fetchall()


def revisions(
    conn: Connection, device: str = "", limit: int = 100, before: int | None = None
) -> list[RevisedReading]:
    """Values that do not stand, newest first; `device` empty: all devices.

    The next page: the same call with `before` = history_id of the last one.
    """
    query = """
        SELECT h.history_id, s.device, s.channel, h.observed_at, h.value, h.revision, h.received_at,
               h.verdict, r.value AS standing_value
        FROM telemetry.reading_history h
        JOIN telemetry.series s USING (series_id)
        JOIN telemetry.readings r ON r.series_id = h.series_id AND r.observed_at = h.observed_at
        WHERE (%(device)s = '' OR s.device = %(device)s)
          AND h.history_id < coalesce(%(before)s, 9223372036854775807)
        ORDER BY h.history_id DESC LIMIT %(limit)s"""
    parameters = {"device": device, "before": before, "limit": limit}
    with conn.cursor(row_factory=class_row(RevisedReading)) as cursor:
        return cursor.execute(query, parameters).fetchall()
