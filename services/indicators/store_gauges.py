"""What telemetry holds of gauges, hour by hour and quarter by quarter."""

from collections.abc import Sequence
from datetime import datetime

from services.indicators.gauge_values import Readings
from services.indicators.roster import Series
from services.runtime.db import Connection

# Of a level beyond ±1,000 dB, which no instrument means, 10^(value/10) would leave float8 and stop all work.
_STATES = """
SELECT w.device, w.channel, w.starts, sum(r.value ORDER BY r.observed_at), count(*), max(r.value),
       sum(power(10::float8, greatest(-1000, least(1000, r.value)) / 10) ORDER BY r.observed_at),
       max(r.observed_at)
FROM unnest(%(devices)b::text[], %(channels)b::text[], %(starts)b::timestamptz[], %(ends)b::timestamptz[])
     AS w (device, channel, starts, ends)
JOIN telemetry.series s ON s.device = w.device AND s.channel = w.channel
CROSS JOIN LATERAL (
    SELECT value, observed_at FROM telemetry.readings r
    WHERE r.series_id = s.series_id AND r.quality = 0
      AND r.observed_at >= w.starts AND r.observed_at < w.ends
      AND r.observed_at >= %(first)s AND r.observed_at < %(last)s  -- lets the planner prune divisions
) r
GROUP BY w.device, w.channel, w.starts, w.ends
"""

Window = tuple[Series, datetime, datetime]  # [start, end)


def readings_of(connection: Connection, windows: Sequence[Window]) -> dict[tuple[Series, datetime], Readings]:
    """State of each series from each start on, of its standing, good readings; without any: absent.

    In the channel's unit. Windows of one series with the same start have the same end.
    """
    if not windows:
        return {}
    rows = connection.execute(
        _STATES,
        {
            "devices": [series.device for series, _, _ in windows],
            "channels": [series.channel for series, _, _ in windows],
            "starts": [start for _, start, _ in windows],
            "ends": [end for _, _, end in windows],
            "first": min(start for _, start, _ in windows),
            "last": max(end for _, _, end in windows),
        },
    ).fetchall()
    return {(Series(device, channel), start): Readings(*rest) for device, channel, start, *rest in rows}
