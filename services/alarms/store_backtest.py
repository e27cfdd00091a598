"""What back-tests read of past spans: points with how late they came, gaps of devices, names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from services.alarms.points import Series, Told
from services.alarms.store_episodes import instant, ms_of
from services.alarms.store_points import LOCAL, midnight
from services.runtime.db import Connection, number_cursor

LONGEST_S: Final = 600  # a statement; whoever waits for it may cancel
_Y2000_MS: Final = 946_684_800_000

Known = list[tuple[int, float | None, int]]  # at (ms), value, ms after which it was known; in order


def begin(connection: Connection) -> None:
    """This transaction writes nothing, and its statements may take longer than those of other calls."""
    connection.execute("SET TRANSACTION READ ONLY")
    connection.execute(f"SET LOCAL statement_timeout = '{LONGEST_S}s'")


_READINGS = """
SELECT k.n, r.observed_at, r.value, r.received_at
FROM unnest(%(devices)b::text[], %(channels)b::text[]) WITH ORDINALITY AS k (device, channel, n)
JOIN telemetry.series s ON s.device = k.device AND s.channel = k.channel
CROSS JOIN LATERAL (
    SELECT observed_at, value, received_at FROM telemetry.readings
    WHERE series_id = s.series_id AND quality = 0 AND observed_at >= %(start)s AND observed_at < %(end)s
    ORDER BY observed_at
) r ORDER BY k.n, r.observed_at
"""


def readings(connection: Connection, names: Sequence[Series], start: int, end: int) -> dict[Series, Known]:
    """Good standing readings of each series in [start, end)."""
    found: dict[Series, Known] = {name: [] for name in names}
    columns = [found[name] for name in names]
    parameters = {
        "devices": [name.device for name in names],
        "channels": [name.channel for name in names],
        "start": instant(start),
        "end": instant(end),
    }
    for number, at, value, received in number_cursor(connection).execute(_READINGS, parameters):
        columns[number - 1].append((at // 1_000 + _Y2000_MS, value, (received - at) // 1_000))
    return found


# Of each device the gaps that are longer than asked for, and its last observation.
_GAPS = """
SELECT n, before, at FROM (
    SELECT k.n, k.longest, r.observed_at AS at, lead(r.observed_at) OVER device AS next,
           lag(r.observed_at, 1, k.last) OVER device AS before
    FROM unnest(%(devices)b::text[], %(lasts)b::timestamptz[], %(longest)b::bigint[])
         WITH ORDINALITY AS k (device, last, longest, n)
    JOIN telemetry.series s ON s.device = k.device
    JOIN telemetry.readings r ON r.series_id = s.series_id
         AND r.observed_at >= %(start)s AND r.observed_at < %(end)s
    WINDOW device AS (PARTITION BY k.n ORDER BY r.observed_at)
) AS observed WHERE at - before > longest * interval '1 millisecond' OR next IS NULL ORDER BY n, at
"""
Gap = tuple[int, int]  # [from one observation, to the next) in ms


class Gaps(NamedTuple):
    """Of a device. `last`: its last observation in the span (ms); None: there was none."""

    gaps: list[Gap]
    last: int | None


def gaps(
    connection: Connection, devices: Mapping[str, tuple[int, int]], start: int, end: int
) -> dict[str, Gaps]:
    """Observations in [start, end) that came later than asked for.

    `devices`: when each was observed last before, and after how long (ms) it is a gap.
    """
    names = list(devices)
    parameters = {
        "devices": names,
        "lasts": [instant(devices[name][0]) for name in names],
        "longest": [devices[name][1] for name in names],
        "start": instant(start),
        "end": instant(end),
    }
    found = {name: Gaps([], None) for name in names}
    for number, before_us, at_us in number_cursor(connection).execute(_GAPS, parameters):
        name = names[number - 1]
        before, at = (us // 1_000 + _Y2000_MS for us in (before_us, at_us))
        pairs = found[name].gaps
        if at - before > devices[name][1]:
            pairs.append((before, at))
        found[name] = Gaps(pairs, at)
    return found


_NAMES = """
SELECT DISTINCT indicator, subject_kind, subject, '' FROM indicators.values
WHERE indicator = ANY(%(indicators)s) AND period_start >= %(start)s AND period_start < %(end)s
UNION ALL
SELECT DISTINCT indicator, subject_kind, subject, period FROM indicators.figures
WHERE indicator = ANY(%(indicators)s) AND breakdown = ''
  AND period_start >= %(first)s AND period_start <= %(last)s
ORDER BY 1, 2, 3, 4
"""


def told_names(connection: Connection, indicators: Collection[str], start: int, end: int) -> list[Told]:
    """The subjects of indicators with values in a span."""
    parameters = {
        "indicators": sorted(indicators),
        "start": instant(start),
        "end": instant(end),
        "first": (instant(start) + LOCAL).date(),
        "last": (instant(end) + LOCAL).date(),
    }
    return [Told(*row) for row in connection.execute(_NAMES, parameters)]


# The version that stands, and when the first was known.
_VALUES = """
SELECT k.n, v.period_start, v.value, v.known_at
FROM unnest(%b::text[], %b::text[]) WITH ORDINALITY AS k (indicator, subject, n)
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (period_start) period_start, value,
           min(known_at) OVER (PARTITION BY period_start) AS known_at
    FROM indicators.values
    WHERE indicator = k.indicator AND subject = k.subject AND period_start >= %s AND period_start < %s
    ORDER BY period_start, version DESC
) v ORDER BY k.n, v.period_start
"""
_FIGURES = """
SELECT k.n, v.period_start, v.value, v.known_at
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[])
     WITH ORDINALITY AS k (indicator, subject_kind, subject, period, n)
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (period_start) period_start, value,
           min(known_at) OVER (PARTITION BY period_start) AS known_at
    FROM indicators.figures
    WHERE indicator = k.indicator AND subject_kind = k.subject_kind AND subject = k.subject
      AND breakdown = '' AND period = k.period AND period_start >= %s AND period_start <= %s
    ORDER BY period_start, version DESC
) v ORDER BY k.n, v.period_start
"""


def told(connection: Connection, names: Sequence[Told], start: int, end: int) -> dict[Told, Known]:
    """Standing values of indicators of periods that begin in [start, end)."""
    found: dict[Told, Known] = {name: [] for name in names}
    values = [name for name in names if not name.period]
    figures = [name for name in names if name.period]
    if values:
        columns = [[name.indicator for name in values], [name.subject for name in values]]
        span = (instant(start), instant(end))
        for number, moment, value, known_at in connection.execute(_VALUES, (*columns, *span)):
            at = ms_of(moment)
            found[values[number - 1]].append((at, value, ms_of(known_at) - at))
    if figures:
        columns = [list(column) for column in zip(*figures, strict=True)]
        days = ((instant(start) + LOCAL).date(), (instant(end) + LOCAL).date())
        for number, day, number_of, known_at in connection.execute(_FIGURES, (*columns, *days)):
            at = ms_of(midnight(day))
            if start <= at < end:
                value = None if number_of is None else float(number_of)
                found[figures[number - 1]].append((at, value, ms_of(known_at) - at))
    return found
