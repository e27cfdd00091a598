"""What a wall asks of quarantine: what is set aside, and why."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from services.runtime.db import Connection

_REASONS = """
SELECT reason, count(*), sum(readings)::bigint, max(received_at) FROM telemetry.quarantine
WHERE state = 'open' AND verdict = 'quarantined' AND received_at >= %s
GROUP BY reason ORDER BY 3 DESC, reason
"""


class SetAside(NamedTuple):
    """What lies in quarantine for one reason."""

    reason: str
    messages: int
    readings: int
    newest_at: datetime


def set_aside(connection: Connection, since: datetime) -> list[SetAside]:
    """By reason, of what was received since a moment and is still open; the most readings first."""
    return [SetAside(*row) for row in connection.execute(_REASONS, (since,))]
