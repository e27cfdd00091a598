"""What people are to be told, in PostgreSQL: deliveries, their log, how far the log of alarms was told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any, LiteralString, NamedTuple

import msgspec

from services.alarms import store_alarms
from services.alarms.delivering import Delivery, Outcome, begun
from services.alarms.domain import Alarm, Event
from services.alarms.notice import GROUP, Notice, Words
from services.alarms.roster import Way
from services.alarms.storm import STORM
from services.areas import store as areas
from services.records.dates import VIETNAM
from services.runtime.db import Connection
from services.runtime.outbox import Position

_NAMES: LiteralString = (
    "delivery, alarm, account, way, target, message::text, planned_at, due_at, attempts, may_have_arrived,"
    " state, ended_at, last_error"
)


class Checkpoint(NamedTuple):
    """How far the log was told; `told_at`: of the newest change."""

    position: Position
    told_at: datetime


class Step(NamedTuple):
    """One change of an alarm, with the alarm as it left it."""

    change: int
    event: Event
    at: datetime
    by: str
    note: str
    alarm: Alarm


class Planned(NamedTuple):
    """A delivery that is to be."""

    change: int
    alarm: int
    duty: str
    step: int
    account: str
    way: Way
    target: str
    notice: Notice


def checkpoint(connection: Connection) -> Checkpoint | None:
    """None: nothing was ever told."""
    row = connection.execute("SELECT epoch::text, position, told_at FROM alarms.duty_checkpoint").fetchone()
    return None if row is None else Checkpoint(Position(row[0], row[1]), row[2])


def set_checkpoint(connection: Connection, reached: Checkpoint) -> None:
    connection.execute(
        "INSERT INTO alarms.duty_checkpoint (epoch, position, told_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (one_row) DO UPDATE SET (epoch, position, told_at)"
        " = (excluded.epoch, excluded.position, excluded.told_at)",
        (reached.position.epoch, reached.position.position, reached.told_at),
    )


def steps_since(connection: Connection, since: datetime) -> list[Step]:
    """Changes from a moment on, out of their table; their alarms as they stand now."""
    rows = connection.execute(
        "SELECT change, event, at, by, note, alarm FROM alarms.changes WHERE at >= %s ORDER BY change",
        (since,),
    ).fetchall()
    return [
        Step(change, Event(event), at, by, note, store_alarms.alarm(connection, number))
        for change, event, at, by, note, number in rows
    ]


def plan(connection: Connection, wanted: Sequence[Planned], now: datetime) -> None:
    """Adds deliveries, but those that are planned already."""
    rows = [
        (
            *(one.change, one.alarm, one.duty, one.step, one.account, one.way, one.target),
            *(msgspec.json.encode(one.notice).decode(), now, now),
        )
        for one in wanted
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO alarms.deliveries (change, alarm, duty, step, account, way, target, message,"
            " planned_at, state, due_at, attempts, may_have_arrived, last_error)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'waiting', %s, 0, false, '')"
            " ON CONFLICT (change, account, way) DO NOTHING",
            rows,
        )


def told_of(connection: Connection, alarm: Alarm) -> list[tuple[str, int, str, Way, str]]:
    """Who was told that an alarm began, once each: duty, step, account, way, target."""
    return connection.execute(
        "SELECT DISTINCT ON (account, way) duty, step, account, way, target FROM alarms.deliveries"
        " JOIN alarms.changes c USING (change)"
        " WHERE deliveries.alarm = %s AND c.at >= %s AND c.event <> 'clear' ORDER BY account, way, delivery",
        (alarm.alarm, alarm.raised_at),
    ).fetchall()


def take(connection: Connection, now: datetime, but: Collection[str]) -> Delivery | None:
    """The delivery that is due longest, as it was before; it is begun, and so stored. `but`: routes."""
    row = connection.execute(
        f"SELECT {_NAMES} FROM alarms.deliveries WHERE state = 'waiting' AND due_at <= %s"
        " AND CASE way WHEN 'mail' THEN 'mail' ELSE target END <> ALL(%s)"
        " ORDER BY due_at, delivery LIMIT 1 FOR UPDATE SKIP LOCKED",
        (now, list(but)),
    ).fetchone()
    if row is None:
        return None
    before = _delivery(row)
    after = begun(before, now)
    _log(connection, after, now, "begun", before.may_have_arrived, "")
    _update(connection, after)
    return before


def record(
    connection: Connection, before: Delivery, after: Delivery, outcome: Outcome, detail: str, now: datetime
) -> bool:
    """How an attempt ended; whether that is what the delivery says now.

    It is not where the attempt was taken for dead and another was begun, unless it delivered.
    """
    _log(connection, after, now, outcome, before.may_have_arrived, detail)
    row = connection.execute(
        "SELECT attempts FROM alarms.deliveries WHERE delivery = %s AND state = 'waiting' FOR UPDATE",
        (after.delivery,),
    ).fetchone()
    if row is None or (row[0] != after.attempts and outcome is not Outcome.DELIVERED):
        return False
    _update(connection, replace(after, attempts=row[0]))
    return True


def deliveries(
    connection: Connection, alarm: int | None, state: str, limit: int, before: int | None = None
) -> list[Delivery]:
    """The newest first; '' and None do not restrict. The next page: those with a number below `before`."""
    rows = connection.execute(
        f"SELECT {_NAMES} FROM alarms.deliveries WHERE (%(alarm)s::bigint IS NULL OR alarm = %(alarm)s)"
        " AND (%(state)s = '' OR state = %(state)s)"
        " AND (%(before)s::bigint IS NULL OR delivery < %(before)s) ORDER BY delivery DESC LIMIT %(limit)s",
        {"alarm": alarm, "state": state, "before": before, "limit": limit},
    )
    return [_delivery(row) for row in rows]


def waiting(connection: Connection) -> int:
    """How many deliveries have not arrived yet."""
    row = connection.execute("SELECT count(*) FROM alarms.deliveries WHERE state = 'waiting'").fetchone()
    assert row is not None
    return int(row[0])


def words(connection: Connection, rule: str, version: int) -> Words:
    """What a version of a rule says of itself; of groups, which have none, what they are."""
    if rule == STORM:
        return GROUP
    row = connection.execute(
        "SELECT definition FROM alarms.rules WHERE rule = %s AND version = %s", (rule, version)
    ).fetchone()
    return Words(rule, rule) if row is None else msgspec.json.decode(row[0], type=Words)


def parents(connection: Connection, now: datetime) -> dict[str, str]:
    """Area → the one above it, today."""
    return areas.parents(connection, now.astimezone(VIETNAM).date())


def at_or_below(parents: Mapping[str, str], area: str) -> list[str]:
    """An area and all below it."""
    below: dict[str, list[str]] = {}
    for code, parent in parents.items():
        below.setdefault(parent, []).append(code)
    found, level = [area], [area]
    while level := list(chain.from_iterable(below.get(code, ()) for code in level)):
        found += level
    return found


def _log(
    connection: Connection, one: Delivery, at: datetime, outcome: str, is_repeated: bool, detail: str
) -> None:
    connection.execute(
        "INSERT INTO alarms.delivery_log (delivery, attempt, at, outcome, repeated, detail)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (one.delivery, one.attempts, at, str(outcome), is_repeated, detail),
    )


def _update(connection: Connection, one: Delivery) -> None:
    connection.execute(
        "UPDATE alarms.deliveries SET (due_at, attempts, may_have_arrived, state, ended_at, last_error)"
        " = (%s, %s, %s, %s, %s, %s) WHERE delivery = %s",
        (
            *(one.due_at, one.attempts, one.may_have_arrived, one.state, one.ended_at, one.last_error),
            one.delivery,
        ),
    )


def _delivery(row: Sequence[Any]) -> Delivery:
    number, alarm, account, way, target, message, *rest = row
    return Delivery(number, alarm, account, way, target, msgspec.json.decode(message, type=Notice), *rest)
