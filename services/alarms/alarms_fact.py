"""The fact that tells of alarms, in JSON: each change by itself, with the alarm as it left it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from services.alarms.domain import Act, Alarm, Event, Severity, State, Suppression

CHANGED = "alarms.changed"


class ToldAlarm(msgspec.Struct, frozen=True, omit_defaults=True):
    """domain.Alarm; times in ISO 8601, UTC."""

    alarm: int
    key: str
    rule: str
    rule_version: int
    subject_kind: str
    subject: str
    device: str
    area_code: str
    state: State
    severity: Severity
    peak_severity: Severity
    began_at: datetime
    raised_at: datetime
    times: int = 1
    value: float | None = None
    value_at: datetime | None = None
    explanation: dict[str, object] = {}
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    shelved_until: datetime | None = None
    shelved_by: str = ""
    shelved_why: str = ""
    escalations: int = 0
    unanswered_since: datetime | None = None
    cleared_at: datetime | None = None
    closed_at: datetime | None = None
    unknown_since: datetime | None = None
    refuted: bool = False
    suppressed: Suppression = Suppression.NONE
    group_alarm: int | None = None
    members: int = 0
    revision: int = 1


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """One change. `was`: state before, '' of the first; `by`: '' the engine."""

    change: int
    at: datetime
    event: Event
    was: str
    alarm: ToldAlarm
    by: str = ""
    note: str = ""


class _Changed(msgspec.Struct, frozen=True):
    changes: list[Told]


_NAMES = ToldAlarm.__struct_fields__
_decoder = msgspec.json.Decoder(_Changed)


def changed(steps: Iterable[tuple[int, Event, Act, str, Alarm]]) -> bytes:
    """The body of the fact about changes: number, event, act, state before, alarm after."""
    return msgspec.json.encode(
        _Changed(
            [
                Told(number, act.at, event, was, _told(alarm), act.by, act.note)
                for number, event, act, was, alarm in steps
            ]
        )
    )


def changes(body: bytes) -> Sequence[Told]:
    """What a fact tells of.

    Raises:
        ValueError: it is not such a fact.
    """
    return _decoder.decode(body).changes


def alarm_of(told: Told) -> Alarm:
    """The alarm as the change left it."""
    return Alarm(*(getattr(told.alarm, name) for name in _NAMES))


def _told(alarm: Alarm) -> ToldAlarm:
    return ToldAlarm(*(getattr(alarm, name) for name in _NAMES))
