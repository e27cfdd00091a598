"""What happened to one alarm, and when what it is about was abnormal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.alarms.store_episodes import Key
from services.runtime.db import Connection


class PastChange(NamedTuple):
    """A row of `changes`. `was`: '' of the first; `by`: '' the engine."""

    change: int
    at: datetime
    event: str
    was: str
    by: str
    note: str


class PastEpisode(NamedTuple):
    """A row of `episodes`. `peak` in the unit of the rule's limits."""

    began_at: datetime
    ended_at: datetime | None
    level_at: Sequence[datetime]
    levels: Sequence[int]
    peak: float
    peak_at: datetime
    end_why: str
    rule_version: int
    known_at: datetime


def changes(connection: Connection, alarm: int, limit: int) -> tuple[int, list[PastChange]]:
    """How many changes an alarm has, and the newest of them in order."""
    rows = connection.execute(
        "SELECT count(*) OVER (), change, at, event, was, by, note FROM alarms.changes WHERE alarm = %s"
        " ORDER BY revision DESC LIMIT %s",
        (alarm, limit),
    ).fetchall()
    return rows[0][0] if rows else 0, [PastChange(*row[1:]) for row in reversed(rows)]


def episodes(
    connection: Connection, key: Key, start: datetime, end: datetime | None, limit: int
) -> list[PastEpisode]:
    """Those of a key that end at `start` or later and begin before `end`: the newest, in order."""
    rows = connection.execute(
        "SELECT began_at, ended_at, level_at, levels, peak, peak_at, end_why, rule_version, known_at"
        " FROM alarms.episodes WHERE (rule, subject_kind, subject) = (%s, %s, %s)"
        " AND coalesce(ended_at, 'infinity') >= %s AND began_at < coalesce(%s, 'infinity'::timestamptz)"
        " ORDER BY began_at DESC LIMIT %s",
        (*key, start, end, limit),
    ).fetchall()
    return [PastEpisode(*row) for row in reversed(rows)]
