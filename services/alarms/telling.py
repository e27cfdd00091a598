"""The transactions about people: changes of alarms become entries and deliveries; unanswered ones go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial

import structlog

from services.alarms import alarms_fact, store_alarms, store_duty, store_journal
from services.alarms.domain import Act, Alarm, Event, State, Suppression
from services.alarms.duty_metrics import UNATTENDED, UNREADABLE
from services.alarms.journal import OF_EVENT, Draft, Kind
from services.alarms.notice import TOLD, Words, notice_of
from services.alarms.roster import Called, DutyText, Person, Roster, called, escalates_at, looks_after
from services.alarms.schedule import WorkingTime
from services.alarms.store_duty import Checkpoint, Planned, Step
from services.runtime import outbox
from services.runtime.db import Connection
from services.runtime.outbox import OutOfRange, Position

log = structlog.get_logger(__name__)

LOG = "alarms"
FACTS_AT_ONCE = 50
OVERLAP = timedelta(minutes=5)  # of what is read anew after facts were lost; transactions are far shorter
MOST_UNANSWERED = 10_000
_UNANSWERED = (State.RAISED, State.ESCALATED)


@dataclass(frozen=True, slots=True)
class Ground:
    """What it is decided by who is told, at one moment."""

    roster: Roster
    on_duty: list[DutyText]
    parents: Mapping[str, str]
    now: datetime

    def called(self, alarm: Alarm) -> list[Called]:
        """Who is told of an alarm."""
        return called(self.roster, self.on_duty, alarm, self.above(alarm), self.now)

    def has_somebody(self, alarm: Alarm) -> bool:
        """Whether somebody has the duty, though they may want to be told of graver alarms only."""
        above = self.above(alarm)
        return any(looks_after(duty, alarm, above) for duty in self.on_duty)

    def above(self, alarm: Alarm) -> set[str]:
        """The alarm's area and all that contain it."""
        found: set[str] = set()
        code: str | None = alarm.area_code
        while code and code not in found:
            found.add(code)
            code = self.parents.get(code)
        return found

    def next_called(self, alarm: Alarm, told: Iterable[Called]) -> list[Person]:
        """Whom to call by telephone: those of this step, then those of the next."""
        people = []
        for one in told:
            people.append(one.person)
            if one.step < len(one.duty.steps):
                people += self.roster.at_step(one.duty, one.step + 1, self.now)
        return list({one.account: one for one in people if one.phone}.values())


def ground_of(connection: Connection, roster: Roster, working: WorkingTime, now: datetime) -> Ground:
    """That of a moment."""
    return Ground(roster, roster.on_duty(working, now), store_duty.parents(connection, now), now)


def tell(connection: Connection, roster: Roster, working: WorkingTime, now: datetime) -> bool:
    """Takes the facts behind the checkpoint; whether there may be more.

    Entries, deliveries and the checkpoint are one transaction: killed at any moment, nothing is lost.
    """
    store_journal.lock(connection)
    checkpoint = store_duty.checkpoint(connection)
    head = outbox.head(connection, LOG)
    if checkpoint is None:  # what went on before there were duties is on the board
        store_duty.set_checkpoint(connection, Checkpoint(head, now))
        return False
    try:
        if checkpoint.position.epoch != head.epoch:
            raise OutOfRange(f"epoch {checkpoint.position.epoch} ended, {head.epoch} began")
        facts = outbox.facts_after(connection, LOG, checkpoint.position.position, FACTS_AT_ONCE)
        reached = Position(head.epoch, facts[-1].position) if facts else head
        steps = [step for fact in facts for step in _steps(fact)]
    except OutOfRange as gap:
        log.warning("duty.recovering", reason=str(gap), since=str(checkpoint.told_at))
        facts, reached = [], head
        steps = store_duty.steps_since(connection, checkpoint.told_at - OVERLAP)
    if steps:
        _tell(connection, steps, ground_of(connection, roster, working, now))
    if steps or facts or reached != checkpoint.position:
        told_at = max([checkpoint.told_at, *(step.at for step in steps)])
        store_duty.set_checkpoint(connection, Checkpoint(reached, told_at))
    return len(facts) == FACTS_AT_ONCE


def _steps(fact: outbox.Fact) -> list[Step]:
    if fact.name != alarms_fact.CHANGED:
        return []
    try:
        told = alarms_fact.changes(fact.body)
    except ValueError as error:  # it will never be readable: going on without it beats standing still
        UNREADABLE.inc()
        log.error("duty.unreadable", position=fact.position, error=str(error))
        return []
    return [Step(one.change, one.event, one.at, one.by, one.note, alarms_fact.alarm_of(one)) for one in told]


def _tell(connection: Connection, steps: Iterable[Step], ground: Ground) -> None:
    drafts: list[Draft] = []
    words_of = cache(partial(store_duty.words, connection))  # of a storm, one rule's
    for step in steps:
        kind = OF_EVENT.get(step.event)
        is_entered = kind is not None and (step.by or kind is Kind.ESCALATE)
        if not is_entered and step.event not in TOLD:
            continue
        words = partial(words_of, step.alarm.rule, step.alarm.rule_version)
        if kind is not None and is_entered:
            drafts.append(_draft(step, kind, step.by, words(), step.note))
        if step.event in TOLD and not _notify(connection, step, words, ground):
            UNATTENDED.inc()
            drafts.append(_draft(step, Kind.UNATTENDED, "", words(), ""))
    if drafts:
        store_journal.append(connection, drafts)


def _draft(step: Step, kind: Kind, by: str, words: Words, note: str) -> Draft:
    about = f"{words.vi} – {step.alarm.subject}"
    return Draft(step.at, kind, by, f"{about}: {note}" if note else about, step.alarm.alarm, step.change)


def _notify(connection: Connection, step: Step, words: Callable[[], Words], ground: Ground) -> bool:
    """Plans who is told of a change; False: somebody should be, and there is nobody."""
    alarm = step.alarm
    if step.event is Event.CLEAR:
        if told := store_duty.told_of(connection, alarm):
            notice = notice_of(step.event, step.at, alarm, words(), [])
            wanted = [Planned(step.change, alarm.alarm, *one, notice) for one in told]
            store_duty.plan(connection, wanted, ground.now)
        return True
    is_open = alarm.suppressed is Suppression.NONE and alarm.state in _UNANSWERED
    if not is_open or not ground.roster.duties:
        return True
    people = ground.called(alarm)
    notice = notice_of(step.event, step.at, alarm, words(), ground.next_called(alarm, people))
    wanted = [
        Planned(step.change, alarm.alarm, one.duty.id, one.step, one.person.account, way, target, notice)
        for one in people
        for way, target in one.person.ways
    ]
    store_duty.plan(connection, wanted, ground.now)
    return bool(people) or ground.has_somebody(alarm)


def unanswered(connection: Connection) -> list[Alarm]:
    """Alarms that are shown and that nobody has answered."""
    wanted = store_alarms.Selection(states=_UNANSWERED, suppressed=False)
    return store_alarms.alarms(connection, wanted, MOST_UNANSWERED)


def escalate(connection: Connection, number: int, ground: Ground, trace_id: str) -> None:
    """Passes an alarm on, unless somebody has answered it meanwhile."""
    alarm = store_alarms.alarm(connection, number, lock=True)
    is_shown = alarm.suppressed is Suppression.NONE
    if is_shown and alarm.state in _UNANSWERED and is_due(alarm, ground):
        store_alarms.transition(connection, number, Event.ESCALATE, Act(ground.now), trace_id)


def is_due(alarm: Alarm, ground: Ground) -> bool:
    """Whether the time of an alarm has come to be passed on, by its duties."""
    at = escalates_at(ground.on_duty, alarm, ground.above(alarm))
    return at is not None and at <= ground.now
