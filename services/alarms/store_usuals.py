"""What is usual for hours of channels and indicators: made of their past weeks, and kept as it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString

from services.alarms.points import Series, Told
from services.alarms.store_episodes import instant
from services.alarms.usual import Usual, past_slots, usual_of
from services.runtime.db import Connection

Wanted = tuple[str, Series | Told, int, int]  # rule, stream, hour (ms), past weeks
Found = dict[tuple[str, Series | Told, int], Usual | None]


def usuals(connection: Connection, wanted: Sequence[Wanted]) -> Found:
    """What is usual for each hour; what nobody has asked for yet is made, and stays as it is made."""
    found = _kept(connection, wanted)
    missing = [one for one in wanted if one[:3] not in found]
    if missing:
        made = _made(connection, missing)
        _keep(connection, made)
        found |= made
    return found


def usuals_seen(connection: Connection, wanted: Sequence[Wanted], weeks: Mapping[str, int]) -> Found:
    """The same with nothing kept; `weeks`: of the rules in force, by which what is kept was made."""
    found = _kept(connection, [one for one in wanted if weeks.get(one[0]) == one[3]])
    missing = [one for one in wanted if one[:3] not in found]
    return found | (_made(connection, missing) if missing else {})


def _kept(connection: Connection, wanted: Sequence[Wanted]) -> Found:
    rows = connection.execute(
        "SELECT k.n, u.median, u.mad, u.weeks FROM unnest(%b::text[], %b::text[], %b::timestamptz[])"
        " WITH ORDINALITY AS k (rule, subject, hour, n) JOIN alarms.usuals u USING (rule, subject, hour)",
        (
            [rule for rule, _, _, _ in wanted],
            ["/".join(stream) for _, stream, _, _ in wanted],
            [instant(hour) for _, _, hour, _ in wanted],
        ),
    )
    return {
        wanted[number - 1][:3]: None if median is None else Usual(median, mad, weeks)
        for number, median, mad, weeks in rows
    }


def _made(connection: Connection, missing: Sequence[Wanted]) -> Found:
    series = [one for one in missing if isinstance(one[1], Series)]
    told = [one for one in missing if isinstance(one[1], Told)]
    return _usuals_of(connection, _MEANS, series) | _usuals_of(connection, _TOLD, told)


# Of channels by device and channel, …
_MEANS = """
SELECT k.n, h.total / h.count
FROM unnest(%(streams)b::text[], %(subjects)b::text[], %(hours)b::timestamptz[], %(firsts)b::timestamptz[])
     WITH ORDINALITY AS k (device, channel, hour, first, n)
JOIN telemetry.series s ON s.device = k.device AND s.channel = k.channel
CROSS JOIN LATERAL generate_series(k.first, k.hour - interval '7 days', interval '7 days') AS w (start)
JOIN telemetry.rollup_1h h ON h.series_id = s.series_id AND h.start = w.start
WHERE h.count > 0 AND h.start >= %(from)s
"""
# … of indicators by name and subject: the value of the period that begins in the hour, of several the mean.
_TOLD = """
SELECT k.n, m.mean
FROM unnest(%(streams)b::text[], %(subjects)b::text[], %(hours)b::timestamptz[], %(firsts)b::timestamptz[])
     WITH ORDINALITY AS k (indicator, subject, hour, first, n)
CROSS JOIN LATERAL generate_series(k.first, k.hour - interval '7 days', interval '7 days') AS w (start)
CROSS JOIN LATERAL (
    SELECT avg(value) AS mean FROM (
        SELECT DISTINCT ON (period_start) value FROM indicators.values
        WHERE indicator = k.indicator AND subject = k.subject AND period_start >= w.start
          AND period_start < w.start + interval '1 hour'
        ORDER BY period_start, version DESC
    ) AS standing
) m WHERE m.mean IS NOT NULL
"""


def _usuals_of(connection: Connection, query: LiteralString, missing: Sequence[Wanted]) -> Found:
    if not missing:
        return {}
    firsts = [past_slots(hour, weeks)[-1] for _, _, hour, weeks in missing]
    means: list[list[float]] = [[] for _ in missing]
    rows = connection.execute(
        query,
        {
            "streams": [stream[0] for _, stream, _, _ in missing],
            "subjects": [
                stream.channel if isinstance(stream, Series) else stream.subject
                for _, stream, _, _ in missing
            ],
            "hours": [instant(hour) for _, _, hour, _ in missing],
            "firsts": [instant(first) for first in firsts],
            "from": instant(min(firsts)),
        },
    )
    for number, mean in rows:
        means[number - 1].append(mean)
    return {one[:3]: usual_of(past) for one, past in zip(missing, means, strict=True)}


def _keep(connection: Connection, made: Found) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO alarms.usuals VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (
                    rule,
                    "/".join(stream),
                    instant(hour),
                    *((one.median, one.mad, one.weeks) if one else (None, None, 0)),
                )
                for (rule, stream, hour), one in made.items()
            ],
        )


def forget_usuals(connection: Connection, before: datetime) -> None:
    """Of hours that are too long ago to be folded anew."""
    connection.execute("DELETE FROM alarms.usuals WHERE hour < %s", (before,))
