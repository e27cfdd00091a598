"""What changed since a moment, for the shift that begins."""

from __future__ import annotations

from datetime import datetime

from services.alarms import store_alarms
from services.alarms.domain import Alarm
from services.runtime.db import Connection

# What people ask about; not that a group counts more, or that evidence stops and comes again.
_EVENTS = (
    "raise",
    "worsen",
    "ease",
    "clear",
    "acknowledge",
    "shelve",
    "unshelve",
    "escalate",
    "close",
    "note",
)
_CONCERNED = """
FROM alarms.alarms a WHERE (a.suppressed = '' AND a.state NOT IN ('cleared', 'closed'))
OR (a.suppressed = '' AND EXISTS (SELECT FROM alarms.changes c
    WHERE c.alarm = a.alarm AND c.at >= %(since)s AND c.event = ANY(%(events)s)))
"""


def events_since(connection: Connection, since: datetime) -> dict[int, list[str]]:
    """What happened to each alarm, in order."""
    found: dict[int, list[str]] = {}
    for alarm, event in connection.execute(
        "SELECT alarm, event FROM alarms.changes WHERE at >= %s AND event = ANY(%s) ORDER BY change",
        (since, list(_EVENTS)),
    ):
        found.setdefault(alarm, []).append(event)
    return found


def concerned(connection: Connection, since: datetime, limit: int) -> tuple[int, list[Alarm]]:
    """How many alarms are shown and active, or changed since and not spoken for; the most severe of them."""
    arguments = {"since": since, "events": list(_EVENTS), "limit": limit}
    row = connection.execute("SELECT count(*) " + _CONCERNED, arguments).fetchone()
    numbers = connection.execute(
        "SELECT a.alarm " + _CONCERNED + " ORDER BY a.severity DESC, a.raised_at, a.alarm LIMIT %(limit)s",
        arguments,
    ).fetchall()
    assert row is not None
    return row[0], [store_alarms.alarm(connection, number) for (number,) in numbers]
