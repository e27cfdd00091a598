"""Closed windows of the account of what was received, as points. A window is dated by its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from services.alarms.durations import HOUR_MS, WEEK_MS
from services.alarms.points import Points
from services.alarms.rules import Rule
from services.alarms.store_episodes import instant
from services.alarms.usual import usual_of
from services.runtime.db import Connection
from services.telemetry import store as telemetry

# Rows of the ledger are of the moment of receipt and are committed a little later.
SETTLED_MS: Final = 30_000
MOST_WINDOWS: Final = 2_000  # looked at in one go; detail of the ledger lives for 48 hours

_SHARES = """
SELECT d.device, floor(extract(epoch FROM l.received_at) * 1000 / %(window)s)::bigint AS slot,
       sum(d.received)::bigint, sum(d.quarantined)::bigint
FROM telemetry.ledger l
CROSS JOIN LATERAL unnest(l.devices, l.received, l.quarantined) AS d (device, received, quarantined)
WHERE l.received_at >= %(start)s AND l.received_at < %(end)s
GROUP BY 1, 2
"""
_HOURS = """
SELECT hour, sum(received)::bigint FROM (
    SELECT hour, received FROM telemetry.ledger_hours WHERE hour = ANY(%(hours)s)
    UNION ALL
    SELECT date_trunc('hour', l.received_at), d.received FROM telemetry.ledger l
    CROSS JOIN LATERAL unnest(l.received) AS d (received)
    WHERE l.received_at >= %(first)s AND date_trunc('hour', l.received_at) = ANY(%(hours)s)
) AS rows GROUP BY hour
"""


def shares(connection: Connection, rule: Rule, start: int, end: int) -> Mapping[str, Points]:
    """Of each device, and of all together (""), how much of what was received was quarantined, in %.

    Windows that end in (start, end], ms. Missing where less than the rule's `at_least` was received.
    """
    window = rule.window_ms
    ends = window_ends(start, end, window)
    if not ends:
        return {}
    rows = connection.execute(
        _SHARES, {"window": window, "start": instant(ends[0] - window), "end": instant(ends[-1])}
    )
    sums: dict[str, dict[int, list[int]]] = {"": {}}
    for device, slot, received, quarantined in rows:
        at = (slot + 1) * window
        for name in {device, ""}:
            total = sums.setdefault(name, {}).setdefault(at, [0, 0])
            total[0] += received
            total[1] += quarantined
    least = max(1, rule.text.at_least)
    return {
        name: [(at, _share(by_end.get(at, [0, 0]), least)) for at in ends] for name, by_end in sums.items()
    }


def points(connection: Connection, rule: Rule, device: str, start: int, end: int) -> Points:
    """The windows of one subject that end in [start, end]."""
    if rule.kind == "ledger":
        return account(connection, rule, start - 1, end)
    return list(shares(connection, rule, start - 1, end).get(device, ()))


def _share(sums: list[int], least: int) -> float | None:
    received, quarantined = sums
    return 100.0 * quarantined / received if received >= least else None


def account(connection: Connection, rule: Rule, start: int, end: int) -> Points:
    """Readings by which the account is out, or how unusual it is how much was received."""
    ends = window_ends(start, end, rule.window_ms)
    if rule.text.of == "imbalance":
        window = timedelta(milliseconds=rule.window_ms)
        return [
            (at, float(telemetry.imbalance(connection, instant(at) - window, instant(at)))) for at in ends
        ]
    return [(at, _departure(connection, rule, at)) for at in ends if at % HOUR_MS == 0]


def _departure(connection: Connection, rule: Rule, at: int) -> float | None:
    """Of the hour that ends then, against the same hour of the weeks before."""
    hour = at - HOUR_MS
    hours = [instant(hour - week * WEEK_MS) for week in range(rule.text.weeks + 1)]
    rows = connection.execute(_HOURS, {"hours": hours, "first": min(hours)})
    received = dict(rows.fetchall())
    usual = usual_of([float(received[past]) for past in hours[1:] if past in received])
    return None if usual is None else usual.departure(float(received.get(hours[0], 0)))


def window_ends(start: int, end: int, window: int) -> list[int]:
    """The ends of whole windows in (start, end], at most the last MOST_WINDOWS."""
    first = (start // window + 1) * window
    return list(range(first, end + 1, window))[-MOST_WINDOWS:]
