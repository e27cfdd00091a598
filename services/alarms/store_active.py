"""Alarms by what they have in common: raised in one storm, spoken for by one group, due for the clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from services.alarms.domain import Alarm, Severity, key_of
from services.alarms.rules import Grading
from services.alarms.store_alarms import NAMES, of_row
from services.runtime.db import Connection


class Recent(NamedTuple):
    """As much of an alarm as says what it may be caused by, and who speaks for it."""

    alarm: int
    rule: str
    subject_kind: str
    subject: str
    device: str
    area_code: str
    group_alarm: int | None


def recently_raised(connection: Connection, since: datetime) -> list[Recent]:
    """Active alarms that were raised after a moment, shown or in a group, but no groups."""
    rows = connection.execute(
        "SELECT alarm, rule, subject_kind, subject, device, area_code, group_alarm FROM alarms.alarms"
        " WHERE raised_at > %s AND suppressed IN ('', 'group')"
        " AND subject_kind <> 'group' AND state NOT IN ('cleared', 'closed') ORDER BY alarm",
        (since,),
    )
    return [Recent(*row) for row in rows]


def locked(connection: Connection, numbers: Sequence[int]) -> list[Alarm]:
    """Alarms of these numbers, in their order."""
    if not numbers:
        return []
    rows = connection.execute(
        f"SELECT {NAMES} FROM alarms.alarms WHERE alarm = ANY(%s) ORDER BY alarm FOR UPDATE",
        (list(numbers),),
    )
    return [of_row(row) for row in rows]


def active_groups(connection: Connection) -> list[Alarm]:
    """Groups that speak for somebody, ceilings among them; locked."""
    rows = connection.execute(
        f"SELECT {NAMES} FROM alarms.alarms WHERE subject_kind = 'group'"
        " AND state NOT IN ('cleared', 'closed') ORDER BY alarm FOR UPDATE"
    )
    return [of_row(row) for row in rows]


def shown_since(connection: Connection, since: datetime, rules: Collection[str]) -> dict[str, int]:
    """How many alarms of each of some rules were raised after a moment and are shown by themselves."""
    rows = connection.execute(
        "SELECT rule, count(*) FROM alarms.alarms WHERE rule = ANY(%s) AND raised_at > %s AND suppressed = ''"
        " AND subject_kind <> 'group' GROUP BY rule",
        (list(rules), since),
    )
    return dict(rows.fetchall())


def member_counts(connection: Connection, groups: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each group how many active alarms it speaks for, and the highest severity among them (0: none)."""
    rows = connection.execute(
        "SELECT g.alarm, count(a.alarm), coalesce(max(a.severity), 0)::integer"
        " FROM unnest(%s::bigint[]) AS g (alarm) LEFT JOIN alarms.alarms a ON a.group_alarm = g.alarm"
        " AND a.state NOT IN ('cleared', 'closed') GROUP BY g.alarm ORDER BY g.alarm",
        (list(groups),),
    )
    return {number: (count, severity) for number, count, severity in rows}


def for_upkeep(connection: Connection, closes_before: datetime) -> list[Alarm]:
    """Open alarms that the clock may change, locked: but active ones for which another speaks, and those that
    cleared after a moment, were shown and were not seen by anybody.
    """
    rows = connection.execute(
        f"SELECT {NAMES} FROM alarms.alarms WHERE state <> 'closed' AND CASE state"
        " WHEN 'cleared' THEN acknowledged_at IS NOT NULL OR suppressed <> '' OR cleared_at <= %s"
        " WHEN 'shelved' THEN true ELSE suppressed NOT IN ('group', 'ceiling') END"
        " ORDER BY alarm FOR UPDATE",
        (closes_before,),
    )
    return [of_row(row) for row in rows]


def shown(connection: Connection) -> int:
    """How many open alarms are shown by themselves."""
    row = connection.execute(
        "SELECT count(*) FROM alarms.alarms WHERE state <> 'closed' AND suppressed = ''"
    ).fetchone()
    assert row is not None
    return int(row[0])


def members_of(connection: Connection, group: int) -> list[Alarm]:
    """The active alarms that a group speaks for; locked."""
    rows = connection.execute(
        f"SELECT {NAMES} FROM alarms.alarms WHERE group_alarm = %s AND state NOT IN ('cleared', 'closed')"
        " ORDER BY alarm FOR UPDATE",
        (group,),
    )
    return [of_row(row) for row in rows]


def refuted(connection: Connection, keys: Sequence[tuple[str, str, str]]) -> list[Alarm]:
    """Alarms of (rule, subject kind, subject) within whose time history knows nothing abnormal; locked."""
    if not keys:
        return []
    rows = connection.execute(
        f"SELECT {NAMES} FROM alarms.alarms a WHERE NOT a.refuted AND a.key = ANY(%s) AND NOT EXISTS ("
        " SELECT FROM alarms.episodes e WHERE e.rule = a.rule AND e.subject_kind = a.subject_kind"
        " AND e.subject = a.subject AND e.began_at <= coalesce(a.cleared_at, 'infinity')"
        " AND coalesce(e.ended_at, 'infinity') >= a.began_at) ORDER BY a.alarm FOR UPDATE",
        ([key_of(*key) for key in keys],),
    )
    return [of_row(row) for row in rows]


def active_levels(connection: Connection) -> list[tuple[str, str, int, str, str, int, int]]:
    """Of each active alarm but groups: key, rule, rule version, subject kind, device, severity, number."""
    return connection.execute(
        "SELECT key, rule, rule_version, subject_kind, device, severity, alarm FROM alarms.alarms"
        " WHERE state NOT IN ('cleared', 'closed') AND subject_kind <> 'group' ORDER BY alarm"
    ).fetchall()


def levels(connection: Connection, gradings: Mapping[str, Grading]) -> dict[str, int]:
    """What the active alarms of some rules say, by key."""
    return {
        key: gradings[rule].severities.index(Severity(severity)) + 1
        for key, rule, _, _, _, severity, _ in active_levels(connection)
        if rule in gradings
    }
