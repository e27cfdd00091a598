"""What the clock does to open alarms: shelves end, shifts are over, evidence stops coming."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from services.alarms.domain import Act, Alarm, Event, State, Suppression
from services.alarms.maintenance import Maintenance, suppresses
from services.alarms.rules import Rule
from services.alarms.store_alarms import Change, change
from services.alarms.storm import Cause


def due(
    alarm: Alarm,
    rule: Rule | None,
    work: Sequence[Maintenance],
    causes: Collection[Cause],
    close_after: timedelta,
    now: datetime,
) -> Iterable[tuple[Event, Act]]:
    """What is due of one alarm, in order; at most one change of its state."""
    act = Act(now)
    if alarm.state is State.CLEARED and _is_over(alarm, close_after, now):
        return [(Event.CLOSE, act)]
    if alarm.state is State.SHELVED and alarm.shelved_until is not None and alarm.shelved_until <= now:
        return [(Event.UNSHELVE, act)]
    if (
        alarm.suppressed is Suppression.MAINTENANCE
        and alarm.is_active
        and not _is_worked_on(alarm, work, causes)
    ):
        return [(Event.RELEASE, act)]
    if (
        rule is not None
        and rule.escalate_ms is not None
        and _is_unanswered(alarm, rule, rule.escalate_ms, now)
    ):
        return [(Event.ESCALATE, act)]
    return []


def _is_worked_on(alarm: Alarm, work: Sequence[Maintenance], causes: Collection[Cause]) -> bool:
    return any(suppresses(one, alarm, causes) for one in work)


def _is_over(alarm: Alarm, close_after: timedelta, now: datetime) -> bool:
    """Somebody saw it, or it was shown to nobody, or a shift has passed."""
    seen = alarm.acknowledged_at is not None or alarm.suppressed is not Suppression.NONE
    return seen or (alarm.cleared_at is not None and alarm.cleared_at + close_after <= now)


def _is_unanswered(alarm: Alarm, rule: Rule, escalate_ms: int, now: datetime) -> bool:
    if alarm.state not in (State.RAISED, State.ESCALATED) or alarm.suppressed is not Suppression.NONE:
        return False
    due_at = alarm.waits_since + timedelta(milliseconds=escalate_ms)
    return alarm.escalations < rule.text.escalate_times and due_at <= now


def unknown(
    alarms: Iterable[Alarm], last: Mapping[str, tuple[datetime, timedelta]], now: datetime
) -> list[Change]:
    """Alarms whose evidence stopped coming, or comes again; `last`: by key, when, and how long it holds."""
    steps = []
    for one in alarms:
        if one.is_active and one.key in last:
            at, gap = last[one.key]
            is_unknown = now - at > gap
            if is_unknown and one.unknown_since is None:
                steps.append(change(one, Event.UNKNOWN, Act(now, evidence_at=at + gap)))
            elif not is_unknown and one.unknown_since is not None:
                steps.append(change(one, Event.KNOWN, Act(now)))
    return steps


def released(members: Iterable[Alarm], now: datetime) -> list[Change]:
    """The few that are left of a group are shown by themselves."""
    return [change(one, Event.RELEASE, Act(now)) for one in members]
