"""What a wall asks of alarms: those that are shown, what became of them, and what rules say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from services.alarms import alarms_fact, store_alarms, store_duty
from services.alarms.alarms_fact import Told, alarm_of
from services.alarms.domain import Alarm, State
from services.alarms.notice import Words
from services.runtime import outbox
from services.runtime.db import Connection

ACTIVE = (State.RAISED, State.ACKNOWLEDGED, State.SHELVED, State.ESCALATED)
MOST_SHOWN = 2_000
Version: TypeAlias = tuple[str, int]  # of a rule


class Change(NamedTuple):
    """One step in the life of an alarm. `by`: '' the engine."""

    change: int
    at_ms: int
    event: str
    by: str
    alarm: Alarm


class Telling(NamedTuple):
    """One fact of the log: its place, and the changes in it, in their order."""

    position: int
    changes: Sequence[Change]


def shown_alarms(connection: Connection) -> list[Alarm]:
    """The active ones that nobody else speaks for: what is shown, the newest first."""
    return store_alarms.alarms(connection, store_alarms.Selection(ACTIVE, suppressed=False), MOST_SHOWN)


def words_of(connection: Connection, versions: Collection[Version]) -> Mapping[Version, Words]:
    """What versions of rules say of themselves."""
    return {version: store_duty.words(connection, *version) for version in versions}


def told_after(connection: Connection, position: int, limit: int) -> list[Telling] | None:
    """At most `limit` facts after a position; None where the log no longer holds them."""
    try:
        facts = outbox.facts_after(connection, "alarms", position, limit)
    except outbox.OutOfRange:
        return None
    return [Telling(fact.position, changes(fact.body)) for fact in facts]


def changes(body: bytes) -> list[Change]:
    """What a fact tells of.

    Raises:
        ValueError: it is not such a fact.
    """
    return [_change(told) for told in alarms_fact.changes(body)]


def _change(told: Told) -> Change:
    return Change(told.change, round(told.at.timestamp() * 1000), str(told.event), told.by, alarm_of(told))
