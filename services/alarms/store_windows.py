"""Closed windows of the account of what was received, as points. A window is dated by its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from services.alarms.durations import HOUR_MS, WEEK_MS
from services.alarms.points import Points
from services.alarms.rules import Rule
from services.alarms.store_episodes import instant, ms_of
from services.alarms.targets import is_over_device
from services.alarms.usual import usual_of
from services.runtime.db import Connection
from services.telemetry import store as telemetry

# Rows of the ledger are of the moment of receipt and are committed a little later.
SETTLED_MS: Final = 30_000
MOST_WINDOWS: Final = 2_000  # looked at in one go; detail of the ledger lives for 48 hours

# What is older than the detail is there by hours, which windows of whole hours are made of.
_SHARES = """
SELECT device, floor(extract(epoch FROM at) * 1000 / %(window)s)::bigint AS slot,
       sum(received)::bigint, sum(quarantined)::bigint
FROM (
    SELECT d.device, l.received_at AS at, d.received, d.quarantined
    FROM telemetry.ledger l
    CROSS JOIN LATERAL unnest(l.devices, l.received, l.quarantined) AS d (device, received, quarantined)
    WHERE l.received_at >= %(start)s AND l.received_at < %(end)s
    UNION ALL
    SELECT device, hour, received, quarantined FROM telemetry.ledger_hours
    WHERE %(in_hours)s AND hour >= %(start)s AND hour < %(end)s
) AS rows
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
        _SHARES,
        {
            "window": window,
            "start": instant(ends[0] - window),
            "end": instant(ends[-1]),
            "in_hours": window % HOUR_MS == 0,
        },
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


def by_device(connection: Connection, rule: Rule, start: int, end: int) -> dict[str, Points]:
    """Of each device that a rule looks at, or of all together (""), the windows that end in (start, end]."""
    if rule.kind == "ledger":
        return {"": account(connection, rule, start, end)}
    return {
        device: points
        for device, points in shares(connection, rule, start, end).items()
        # A rule over devices looks at each of them, any other at all together.
        if bool(device) == bool(rule.over.devices) and is_over_device(rule, device)
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


def known_from(connection: Connection, rule: Rule, start: int, end: int) -> int:
    """From when on in [start, end) ms the windows of a rule can still be looked at: what is folded to hours
    says nothing of shorter windows, nor whether the account balanced."""
    if rule.text.of == "received" or (rule.kind == "quarantine" and rule.window_ms % HOUR_MS == 0):
        return start
    row = connection.execute(
        "SELECT max(hour) + interval '1 hour' FROM telemetry.ledger_hours WHERE hour >= %s AND hour < %s",
        (instant(start - HOUR_MS), instant(end)),
    ).fetchone()
    return max(start, ms_of(row[0])) if row is not None and row[0] is not None else start


def window_ends(start: int, end: int, window: int) -> list[int]:
    """The ends of whole windows in (start, end], at most the last MOST_WINDOWS."""
    first = (start // window + 1) * window
    return list(range(first, end + 1, window))[-MOST_WINDOWS:]
