"""The ledger: what came, what became of it, what is missing, and whether the account balances."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.runtime.db import Connection
from services.telemetry.views import LedgerEntry, Presence

_SIX = ("stored", "duplicate", "corrected", "conflicting", "quarantined", "skipped")
_COUNTS = ("received", *_SIX)
_ARRAYS = ", ".join(f"l.{name}" for name in ("devices", *_COUNTS))
_UNNESTED = f"unnest({_ARRAYS}) AS d (device, {', '.join(_COUNTS)})"

_LEDGER = f"""
SELECT device, {", ".join(f"sum({name})::bigint" for name in _COUNTS)} FROM (
    SELECT d.* FROM telemetry.ledger l CROSS JOIN LATERAL {_UNNESTED}
    WHERE l.received_at >= %(start)s AND l.received_at < %(end)s
    UNION ALL
    SELECT device, {", ".join(_COUNTS)} FROM telemetry.ledger_hours
    WHERE hour >= %(start)s AND hour < %(end)s
) AS rows
WHERE %(devices)s::text[] IS NULL OR device = ANY(%(devices)s)
GROUP BY device HAVING {" OR ".join(f"sum({name}) <> 0" for name in _COUNTS)} ORDER BY device
"""


def ledger(
    conn: Connection,
    device: str = "",
    start: datetime | None = None,
    end: datetime | None = None,
    devices: Sequence[str] | None = None,
) -> list[LedgerEntry]:
    """What was received in [start, end) of receipt and what became of it, ordered by device.

    `device` empty and `devices` None: all. Beyond 48 hours, hours that start in the interval count whole.
    """
    chosen = [device] if device else None if devices is None else list(devices)
    parameters = {
        "start": start if start is not None else "-infinity",
        "end": end if end is not None else "infinity",
        "devices": chosen,
    }
    return [LedgerEntry(*row) for row in conn.execute(_LEDGER, parameters).fetchall()]


# One step per series into the primary key; a slot counts once, whatever how many channels filled it.
_PRESENCE = """
SELECT d.device, greatest(0, floor(extract(epoch FROM %(end)s - d.since) / d.every))::bigint,
       (SELECT count(DISTINCT floor(extract(epoch FROM r.observed_at - d.since) / d.every))
        FROM telemetry.series s JOIN telemetry.readings r ON r.series_id = s.series_id
        WHERE s.device = d.device AND r.observed_at >= d.since
          AND r.observed_at < d.since + make_interval(
              secs => d.every * floor(extract(epoch FROM %(end)s - d.since) / d.every))),
       CASE WHEN EXISTS (SELECT FROM telemetry.sequences q WHERE q.device = d.device)
             AND NOT EXISTS (SELECT FROM telemetry.dropped o
                             WHERE o.what = 'sequence_gaps' AND o.newest_at >= %(start)s) THEN
           (SELECT coalesce(sum(last_number - first_number + 1), 0)::bigint FROM telemetry.sequence_gaps g
            WHERE g.device = d.device AND g.noticed_at >= %(start)s AND g.noticed_at < %(end)s) END
FROM (SELECT device, greatest(%(start)s, commissioned_at) AS since, reporting_interval_s AS every
      FROM registry.devices WHERE device = ANY(%(devices)s) AND state = 'active') d
ORDER BY d.device
"""


def presence(conn: Connection, devices: Sequence[str], start: datetime, end: datetime) -> list[Presence]:
    """What active devices should have said in [start, end) of observation; unknown ones are absent.

    What never reached us is unknown where gaps of that time have been dropped.
    """
    parameters = {"devices": list(devices), "start": start, "end": end}
    return [Presence(*row) for row in conn.execute(_PRESENCE, parameters).fetchall()]


_IMBALANCE = f"""
WITH booked AS (
    SELECT date_trunc('minute', l.received_at) AS minute,
           sum(abs(d.received - ({" + ".join(f"d.{n}" for n in _SIX)}))) AS apart,
           sum(d.quarantined + d.skipped) AS refused
    FROM telemetry.ledger l CROSS JOIN LATERAL {_UNNESTED}
    WHERE l.received_at >= %(start)s AND l.received_at < %(end)s GROUP BY 1
), held AS (
    SELECT date_trunc('minute', booked_at) AS minute, sum(readings) AS readings FROM telemetry.quarantine
    WHERE booked_at >= %(start)s AND booked_at < %(end)s AND state <> 'replayed' GROUP BY 1
)
SELECT coalesce(sum(b.apart), 0)::bigint + coalesce(sum(
    CASE WHEN minute <= (SELECT max(newest_booked_at) FROM telemetry.quarantine_dropped) THEN 0
    ELSE abs(coalesce(b.refused, 0) - coalesce(h.readings, 0)) END), 0)::bigint
FROM booked b FULL JOIN held h USING (minute)
"""


def imbalance(conn: Connection, start: datetime, end: datetime) -> int:
    """Readings by which the account of [start, end) of receipt does not add up: 0, or something is lost.

    received = the six, by batch and device; what the ledger calls quarantined or skipped is in quarantine.
    Whole minutes only; those of which quarantine has dropped something are not compared with it.
    """
    parameters = {"start": start, "end": end}
    row = conn.execute(_IMBALANCE, parameters).fetchone()
    assert row is not None
    return int(row[0])


_FOLD = f"""
WITH old AS (
    DELETE FROM telemetry.ledger WHERE batch_id IN (
        SELECT batch_id FROM telemetry.ledger WHERE received_at < %(before)s LIMIT %(limit)s)
    RETURNING *
), hours AS (
    SELECT d.device, date_trunc('hour', l.received_at) AS hour,
           {", ".join(f"sum(d.{name}) AS {name}" for name in _COUNTS)}
    FROM old l CROSS JOIN LATERAL {_UNNESTED} GROUP BY 1, 2
), folded AS (
    INSERT INTO telemetry.ledger_hours AS h (device, hour, {", ".join(_COUNTS)})
    SELECT device, hour, {", ".join(_COUNTS)} FROM hours ORDER BY device, hour
    ON CONFLICT (device, hour) DO UPDATE SET {", ".join(f"{n} = h.{n} + excluded.{n}" for n in _COUNTS)}
)
SELECT count(*) FROM old
"""


def fold(conn: Connection, before: datetime, limit: int) -> int:
    """Turn at most `limit` batches received before this time into device-hours; returns how many.

    One statement: a reader sees each batch here or there, never twice and never not at all.
    """
    row = conn.execute(_FOLD, {"before": before, "limit": limit}).fetchone()
    assert row is not None
    return int(row[0])
