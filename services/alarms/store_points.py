"""Standing points of streams, out of telemetry's and indicators' tables; the devices of the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from services.alarms.points import Known, Points, Series, Told
from services.alarms.store_episodes import instant, ms_of
from services.registry import store as registry
from services.runtime.db import Connection, number_cursor
from services.telemetry import store as telemetry

_Y2000_MS: Final = 946_684_800_000


def devices_version(connection: Connection) -> str:
    """Changes whenever the registry's devices do."""
    return registry.devices_version(connection)


def known_devices(connection: Connection) -> list[Known]:
    """The devices that are in use, by name."""
    return [
        Known(
            device=one.device,
            kind=one.kind,
            shard=one.shard,
            area_code=one.area_code,
            interval_ms=one.reporting_interval_s * 1_000,
            commissioned_ms=ms_of(one.commissioned_at),
            channels={channel.channel: (channel.quantity, channel.unit) for channel in one.channels},
        )
        for one in registry.devices(connection)
        if one.state == "active"
    ]


# Times of readings are milliseconds; one past the last is beyond it.
_READINGS = """
SELECT k.n, r.observed_at, r.value
FROM unnest(%(devices)b::text[], %(channels)b::text[], %(starts)b::timestamptz[], %(ends)b::timestamptz[])
     WITH ORDINALITY AS k (device, channel, starts, ends, n)
JOIN telemetry.series s ON s.device = k.device AND s.channel = k.channel
CROSS JOIN LATERAL (
    SELECT observed_at, value FROM telemetry.readings
    WHERE series_id = s.series_id AND quality = 0 AND observed_at >= k.starts AND observed_at < k.ends
      AND observed_at >= %(first)s AND observed_at < %(last)s  -- lets the planner prune partitions
    ORDER BY observed_at
) r ORDER BY k.n, r.observed_at
"""
Span = tuple[int, int]  # [start, end) in ms


def readings(connection: Connection, wanted: Mapping[Series, Span]) -> dict[Series, Points]:
    """Good standing readings of each series in its span."""
    names = list(wanted)
    found: dict[Series, Points] = {name: [] for name in names}
    if not names:
        return found
    parameters = {
        "devices": [name.device for name in names],
        "channels": [name.channel for name in names],
        "starts": [instant(wanted[name][0]) for name in names],
        "ends": [instant(wanted[name][1]) for name in names],
        "first": instant(min(start for start, _ in wanted.values())),
        "last": instant(max(end for _, end in wanted.values())),
    }
    columns = [found[name] for name in names]
    for number, at, value in number_cursor(connection).execute(_READINGS, parameters):
        columns[number - 1].append((at // 1_000 + _Y2000_MS, value))
    return found


_HEARD = """
SELECT k.n, (SELECT max(m.at) FROM telemetry.series s CROSS JOIN LATERAL (
    SELECT max(observed_at) AS at FROM telemetry.readings
    WHERE series_id = s.series_id AND observed_at < k.before
  ) m WHERE s.device = k.device)
FROM unnest(%s::text[], %s::timestamptz[]) WITH ORDINALITY AS k (device, before, n)
"""


def heard(connection: Connection, before: Mapping[str, int]) -> dict[str, int]:
    """When each device was last observed before a moment (ms), whatever the quality; never: absent."""
    names = list(before)
    rows = connection.execute(_HEARD, (names, [instant(before[name]) for name in names]))
    return {names[number - 1]: ms_of(at) for number, at in rows if at is not None}


_TIMES = """
SELECT k.n, r.at FROM unnest(%(devices)b::text[], %(firsts)b::timestamptz[], %(lasts)b::timestamptz[])
     WITH ORDINALITY AS k (device, first, last, n)
CROSS JOIN LATERAL (
    SELECT p.at FROM telemetry.series s CROSS JOIN LATERAL (
        SELECT max(observed_at) AS at FROM telemetry.readings
        WHERE series_id = s.series_id AND observed_at < k.first
        UNION ALL
        SELECT observed_at FROM telemetry.readings
        WHERE series_id = s.series_id AND observed_at >= k.first AND observed_at <= k.last
        UNION ALL
        SELECT min(observed_at) FROM telemetry.readings WHERE series_id = s.series_id AND observed_at > k.last
    ) p WHERE s.device = k.device AND p.at IS NOT NULL
) r ORDER BY k.n, r.at
"""


def observed(connection: Connection, spans: Mapping[str, Span]) -> dict[str, list[int]]:
    """When each device was observed in [first, last]; of each channel the nearest before and behind too."""
    names = list(spans)
    found: dict[str, list[int]] = {name: [] for name in names}
    parameters = {
        "devices": names,
        "firsts": [instant(spans[name][0]) for name in names],
        "lasts": [instant(spans[name][1]) for name in names],
    }
    for number, at in number_cursor(connection).execute(_TIMES, parameters) if names else ():
        found[names[number - 1]].append(at // 1_000 + _Y2000_MS)
    return found


_VALUES = """
SELECT k.n, v.period_start, v.value
FROM unnest(%b::text[], %b::text[], %b::timestamptz[]) WITH ORDINALITY AS k (indicator, subject, starts, n)
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (period_start) period_start, value FROM indicators.values
    WHERE indicator = k.indicator AND subject = k.subject AND period_start >= k.starts
    ORDER BY period_start, version DESC
) v ORDER BY k.n, v.period_start
"""
_FIGURES = """
SELECT k.n, v.period_start, v.value
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::date[])
     WITH ORDINALITY AS k (indicator, subject_kind, subject, period, starts, n)
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (period_start) period_start, value FROM indicators.figures
    WHERE indicator = k.indicator AND subject_kind = k.subject_kind AND subject = k.subject
      AND breakdown = '' AND period = k.period AND period_start >= k.starts
    ORDER BY period_start, version DESC
) v ORDER BY k.n, v.period_start
"""
LOCAL = timedelta(hours=7)  # figures are of local days


def told(connection: Connection, wanted: Mapping[Told, int]) -> dict[Told, Points]:
    """Standing values of indicators from a moment (ms) on."""
    found: dict[Told, Points] = {name: [] for name in wanted}
    values = [name for name in wanted if not name.period]
    figures = [name for name in wanted if name.period]
    if values:
        columns = [[name.indicator for name in values], [name.subject for name in values]]
        starts = [instant(wanted[name]) for name in values]
        for number, at, value in connection.execute(_VALUES, (*columns, starts)):
            found[values[number - 1]].append((ms_of(at), value))
    if figures:
        columns = [list(column) for column in zip(*figures, strict=True)]
        days = [(instant(wanted[name]) + LOCAL).date() for name in figures]
        for number, day, value in connection.execute(_FIGURES, (*columns, days)):
            at = ms_of(midnight(day))
            found[figures[number - 1]].append((at, None if value is None else float(value)))
    return found


def midnight(day: object) -> datetime:
    """The instant at which a local day begins, UTC."""
    year, month, number = str(day).split("-")
    return instant(0).replace(year=int(year), month=int(month), day=int(number)) - LOCAL


def unread_shards(connection: Connection, before: datetime) -> set[str]:
    """Shards that no gateway has read since a moment: of their devices nothing can be said."""
    rows: Iterable[tuple[str]] = connection.execute(
        "SELECT shard FROM telemetry.shards WHERE read_at < %s", (before,)
    )
    return {row[0] for row in rows}


def has_unnumbered(connection: Connection, before: datetime) -> bool:
    """Whether telemetry has stored something before a moment that no follower can know of yet."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM telemetry.outbox WHERE position IS NULL AND recorded_at < %s)", (before,)
    ).fetchone()
    assert row is not None
    return bool(row[0])


def newest(connection: Connection, series: Sequence[Series]) -> dict[Series, datetime]:
    """When the newest good reading of each series was observed."""
    if not series:
        return {}
    found = telemetry.latest(connection, series=series, good_only=True)  # type: ignore[arg-type]
    return {Series(one.device, one.channel): one.observed_at for one in found}
