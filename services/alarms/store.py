"""Rules in force, closed windows, and how far logs are followed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple

import msgspec

from services.alarms.rule_text import RuleText
from services.alarms.rules import Rule, rule_of
from services.alarms.store_episodes import ms_of
from services.runtime.db import Connection
from services.runtime.outbox import Position

EVALUATING = "telemetry"  # whoever evaluates anything holds the row of this log


class Applied(NamedTuple):
    """What an application changed: ids."""

    added: Sequence[str]
    changed: Sequence[str]
    retired: Sequence[str]


def rules_version(connection: Connection) -> int:
    """Another number after every application; 0: nothing was ever applied."""
    row = connection.execute("SELECT version FROM alarms.rules_version").fetchone()
    assert row is not None
    return int(row[0])


def rules(connection: Connection) -> list[Rule]:
    """The rules in force, by id."""
    rows = connection.execute(
        "SELECT definition, version, applied_at FROM alarms.rules WHERE retired_at IS NULL ORDER BY rule"
    )
    return [
        rule_of(msgspec.json.decode(text, type=RuleText), version, ms_of(applied_at))
        for text, version, applied_at in rows
    ]


def apply_rules(connection: Connection, wanted: Iterable[Rule], by: str, now: datetime) -> Applied:
    """Puts rules in force, all that there are; what is the same stays as it is, what is gone is retired.

    Episodes of what changed end now: what a rule called abnormal is not what the next one does. Its alarms
    are cleared by the worker's next turn.
    """
    lock(connection)
    connection.execute("UPDATE alarms.rules_version SET version = version + 1")
    # As their texts are understood today: a release that gives rules one more field changes none of them.
    standing = {rule.id: rule.digest for rule in rules(connection)}
    by_id = {rule.id: rule for rule in wanted}
    retired = sorted(standing.keys() - by_id.keys())
    changed = sorted(name for name, rule in by_id.items() if standing.get(name, rule.digest) != rule.digest)
    added = sorted(by_id.keys() - standing.keys())
    connection.execute(
        "UPDATE alarms.rules SET retired_at = %s WHERE retired_at IS NULL AND rule = ANY(%s)",
        (now, [*retired, *changed]),
    )
    connection.execute(
        "UPDATE alarms.episodes SET ended_at = greatest(%(now)s, began_at), end_why = 'rule',"
        " known_at = %(now)s"
        " WHERE ended_at IS NULL AND rule = ANY(%(rules)s)",
        {"now": now, "rules": [*retired, *changed]},
    )
    connection.execute("DELETE FROM alarms.usuals WHERE rule = ANY(%s)", ([*retired, *changed],))
    _insert(connection, [by_id[name] for name in (*added, *changed)], by, now)
    return Applied(added, changed, retired)


def _insert(connection: Connection, new: Sequence[Rule], by: str, now: datetime) -> None:
    rows = [
        (
            one.id,
            one.id,
            one.digest,
            msgspec.json.encode(one.text).decode(),
            one.text.vi,
            one.text.en,
            now,
            by,
        )
        for one in new
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO alarms.rules (rule, version, digest, definition, vi, en, applied_at, applied_by)"
            " VALUES (%s, (SELECT coalesce(max(version), 0) + 1 FROM alarms.rules WHERE rule = %s),"
            " %s, %s, %s, %s, %s, %s)",
            rows,
        )


def lock(connection: Connection) -> None:
    """Waits until nobody else evaluates; until the transaction ends, nobody else does."""
    query: LiteralString = "SELECT FROM alarms.checkpoints WHERE log = %s FOR UPDATE"
    if connection.execute(query, (EVALUATING,)).rowcount == 0:
        connection.execute(
            "INSERT INTO alarms.checkpoints (log, epoch, position)"
            " VALUES (%s, '00000000-0000-0000-0000-000000000000', 0) ON CONFLICT DO NOTHING",
            (EVALUATING,),
        )
        connection.execute(query, (EVALUATING,))


def checkpoint(connection: Connection, log: str) -> Position | None:
    """How far a log was followed; None: never. The caller holds `lock`."""
    row = connection.execute(
        "SELECT epoch::text, position FROM alarms.checkpoints WHERE log = %s", (log,)
    ).fetchone()
    never = row is None or row[0] == "00000000-0000-0000-0000-000000000000"
    return None if never or row is None else Position(row[0], row[1])


def set_checkpoint(connection: Connection, log: str, position: Position) -> None:
    """The caller holds `lock`."""
    connection.execute(
        "INSERT INTO alarms.checkpoints (log, epoch, position) VALUES (%s, %s, %s)"
        " ON CONFLICT (log) DO UPDATE SET (epoch, position) = (excluded.epoch, excluded.position)",
        (log, position.epoch, position.position),
    )


def evaluated_until(connection: Connection, rule: str) -> datetime | None:
    """Up to when the closed windows of a rule were looked at; None: never."""
    row = connection.execute("SELECT evaluated_until FROM alarms.windows WHERE rule = %s", (rule,)).fetchone()
    return row[0] if row else None


def set_evaluated_until(connection: Connection, rule: str, until: datetime) -> None:
    connection.execute(
        "INSERT INTO alarms.windows VALUES (%s, %s)"
        " ON CONFLICT (rule) DO UPDATE SET evaluated_until = excluded.evaluated_until",
        (rule, until),
    )
