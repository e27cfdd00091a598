"""Alarms and their changes in PostgreSQL, schema `alarms`. Nothing else writes these two tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, LiteralString

from services.alarms import alarms_fact
from services.alarms.domain import (
    Act,
    Alarm,
    Event,
    Refused,
    Severity,
    State,
    Suppression,
    advance,
)
from services.runtime import outbox
from services.runtime.db import Connection

SCHEMA = "alarms"
MOST_TOLD = 500  # changes in one fact

NAMES: LiteralString = (
    "alarm, key, rule, rule_version, subject_kind, subject, device, area_code, state, severity,"
    " peak_severity, began_at, raised_at, times, value, value_at, explanation, acknowledged_at,"
    " acknowledged_by, shelved_until, shelved_by, shelved_why, escalations, unanswered_since,"
    " cleared_at, closed_at, unknown_since, refuted, suppressed, group_alarm, members, revision"
)
_FIELDS = [one.name for one in fields(Alarm)]
_KINDS = [
    (_FIELDS.index(name), kind)
    for name, kind in (
        ("state", State),
        ("severity", Severity),
        ("peak_severity", Severity),
        ("suppressed", Suppression),
    )
]


class LifeRefused(Exception):
    """The table of transitions, or what an event needs, forbids it."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.detail)
        self.reason = refused.reason


class UnknownAlarm(LookupError):
    """No such alarm."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step in the life of an alarm, with the alarm as it left it. `was`: '' of the first."""

    event: Event
    act: Act
    was: str
    was_severity: int
    alarm: Alarm


def fresh(alarm: Alarm, act: Act) -> Change:
    """The first step of an alarm that is not stored yet; its number is given when it is."""
    return Change(Event.RAISE, act, "", 0, alarm)


def change(alarm: Alarm, event: Event, act: Act) -> Change:
    """A further step.

    Raises:
        LifeRefused: it does not happen.
    """
    advanced = advance(alarm, event, act)
    if isinstance(advanced, Refused):
        raise LifeRefused(advanced)
    return Change(event, act, alarm.state, alarm.severity, advanced)


def numbers(connection: Connection, count: int) -> list[int]:
    """Numbers for so many new alarms."""
    rows = connection.execute(
        "SELECT nextval(pg_get_serial_sequence('alarms.alarms', 'alarm')) FROM generate_series(1, %s)",
        (count,),
    )
    return [row[0] for row in rows]


def open_of_keys(connection: Connection, keys: Sequence[str]) -> dict[str, Alarm]:
    """The open alarm of each key that has one, locked."""
    if not keys:
        return {}
    rows = connection.execute(
        f"SELECT {NAMES} FROM alarms.alarms WHERE key = ANY(%s) AND state <> 'closed'"
        " ORDER BY alarm FOR UPDATE",
        (list(keys),),
    )
    return {alarm.key: alarm for alarm in map(of_row, rows)}


def alarm(connection: Connection, number: int, *, lock: bool = False) -> Alarm:
    """One alarm.

    Raises:
        UnknownAlarm: there is none.
    """
    row = connection.execute(
        f"SELECT {NAMES} FROM alarms.alarms WHERE alarm = %s" + (" FOR UPDATE" if lock else ""), (number,)
    ).fetchone()
    if row is None:
        raise UnknownAlarm(number)
    return of_row(row)


def transition(connection: Connection, number: int, event: Event, act: Act, trace_id: str) -> Alarm:
    """What a person or the clock does to one alarm, with its change and its fact; the alarm as it leaves it.

    Raises:
        UnknownAlarm: there is none.
        LifeRefused: it does not happen.
    """
    step = change(alarm(connection, number, lock=True), event, act)
    write(connection, [step], trace_id)
    return step.alarm


def write(connection: Connection, steps: Sequence[Change], trace_id: str) -> None:
    """Writes steps in their order: the alarms as the last of each leaves them, all changes, and the facts.

    New alarms carry numbers of `numbers`.
    """
    if not steps:
        return
    newest = {step.alarm.alarm: step.alarm for step in steps}
    created = {step.alarm.alarm for step in steps if not step.was}
    # A group comes before its members, which point to it.
    _insert(
        connection,
        sorted((newest[one] for one in created), key=lambda one: (one.group_alarm or 0, one.alarm)),
    )
    _update(connection, [one for number, one in sorted(newest.items()) if number not in created])
    ids = _insert_changes(connection, steps, trace_id)
    for first in range(0, len(steps), MOST_TOLD):
        told = zip(ids[first : first + MOST_TOLD], steps[first : first + MOST_TOLD], strict=True)
        body = alarms_fact.changed((number, one.event, one.act, one.was, one.alarm) for number, one in told)
        outbox.append(connection, SCHEMA, alarms_fact.CHANGED, body, trace_id)


def _insert(connection: Connection, alarms: Sequence[Alarm]) -> None:
    if alarms:
        places: LiteralString = ", ".join(["%s"] * len(_FIELDS))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO alarms.alarms ({NAMES}) OVERRIDING SYSTEM VALUE VALUES ({places})",
                [_row(one) for one in alarms],
            )


def _update(connection: Connection, alarms: Sequence[Alarm]) -> None:
    if alarms:
        names: LiteralString = NAMES.removeprefix("alarm, ")
        places: LiteralString = ", ".join(["%s"] * (len(_FIELDS) - 1))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE alarms.alarms SET ({names}) = ({places}) WHERE alarm = %s",
                [(*_row(one)[1:], one.alarm) for one in alarms],
            )


def _insert_changes(connection: Connection, steps: Sequence[Change], trace_id: str) -> list[int]:
    ids = [
        row[0]
        for row in connection.execute(
            "SELECT nextval(pg_get_serial_sequence('alarms.changes', 'change')) FROM generate_series(1, %s)",
            (len(steps),),
        )
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO alarms.changes (change, alarm, revision, at, event, was, state, was_severity,"
            " severity, by, note, until, value, trace_id) OVERRIDING SYSTEM VALUE"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [(number, *_change_row(step), trace_id) for number, step in zip(ids, steps, strict=True)],
        )
    return ids


def _change_row(step: Change) -> tuple[object, ...]:
    one, act = step.alarm, step.act
    return (
        *(
            one.alarm,
            one.revision,
            act.at,
            step.event,
            step.was,
            one.state,
            step.was_severity,
            int(one.severity),
        ),
        *(act.by, act.note, act.until, act.value),
    )


def _row(one: Alarm) -> list[object]:
    row = [getattr(one, name) for name in _FIELDS]
    for name, made in (("explanation", json.dumps(one.explanation, ensure_ascii=False)),):
        row[_FIELDS.index(name)] = made
    for name in ("severity", "peak_severity"):
        row[_FIELDS.index(name)] = int(row[_FIELDS.index(name)])
    return row


def of_row(row: Sequence[Any]) -> Alarm:
    """Of the columns of NAMES."""
    made = list(row)
    for index, kind in _KINDS:
        made[index] = kind(made[index])
    return Alarm(*made)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which alarms; what is empty or None does not restrict. Times are of `raised_at`, [start, end)."""

    states: Sequence[State] = ()
    severity_from: int = 1
    rule: str = ""
    device: str = ""
    areas: Sequence[str] | None = None
    group_alarm: int | None = None
    suppressed: bool | None = None  # only those that are, or are not
    start: datetime | None = None
    end: datetime | None = None
    within: Sequence[str] | None = None  # areas of the caller; for whom one elsewhere speaks counts as shown


def alarms(connection: Connection, wanted: Selection, limit: int, before: int | None = None) -> list[Alarm]:
    """The newest first, at most `limit`; the next page: those with a number below `before`."""
    rows = connection.execute(
        f"SELECT {NAMES} FROM alarms.alarms a"
        " WHERE (cardinality(%(states)s::text[]) = 0 OR state = ANY(%(states)s))"
        " AND severity >= %(severity)s AND (%(rule)s = '' OR rule = %(rule)s)"
        " AND (%(device)s = '' OR device = %(device)s)"
        " AND (%(areas)s::text[] IS NULL OR area_code = ANY(%(areas)s))"
        " AND (%(group)s::bigint IS NULL OR group_alarm = %(group)s)"
        " AND (%(within)s::text[] IS NULL OR area_code = ANY(%(within)s))"
        " AND (%(suppressed)s::boolean IS NULL OR %(suppressed)s = (suppressed <> '' AND NOT EXISTS ("
        "SELECT FROM alarms.alarms g WHERE g.alarm = a.group_alarm"
        " AND g.area_code <> ALL(%(within)s::text[]))))"
        " AND raised_at >= coalesce(%(start)s, '-infinity'::timestamptz)"
        " AND raised_at < coalesce(%(end)s, 'infinity'::timestamptz)"
        " AND (%(before)s::bigint IS NULL OR alarm < %(before)s) ORDER BY alarm DESC LIMIT %(limit)s",
        {
            "states": [str(state) for state in wanted.states],
            "severity": wanted.severity_from,
            "rule": wanted.rule,
            "device": wanted.device,
            "areas": None if wanted.areas is None else list(wanted.areas),
            "group": wanted.group_alarm,
            "suppressed": wanted.suppressed,
            "start": wanted.start,
            "end": wanted.end,
            "within": None if wanted.within is None else list(wanted.within),
            "before": before,
            "limit": limit,
        },
    )
    return [of_row(row) for row in rows]
