"""Makes the board say what is evaluated: alarms raised, worsened, eased, cleared; who speaks for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from services.alarms import explain, store_active, store_alarms, store_maintenance, storm
from services.alarms.domain import (
    Act,
    Alarm,
    Event,
    Severity,
    State,
    Subject,
    Suppression,
    key_of,
    wanted,
)
from services.alarms.maintenance import suppresses
from services.alarms.metrics import CHANGES
from services.alarms.notice import GROUP
from services.alarms.points import Known
from services.alarms.rules import Rule
from services.alarms.store_active import Recent
from services.alarms.store_alarms import Change
from services.alarms.store_episodes import instant
from services.alarms.storm import STORM, Candidate, Cause, Storm
from services.alarms.usual import Usual
from services.runtime.db import Connection


class Say(NamedTuple):
    """What the board is to say of a subject: a level of a rule (0: nothing), by evidence of a moment (ms).

    `x` in the direction of the grading; `since` when it is abnormal, in ms, where it is.
    """

    at: int
    rule: Rule
    subject: Subject
    level: int
    x: float
    since: int | None = None
    usual: Usual | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What storm control goes by: the file, the devices, the clock and the trace."""

    storm: Storm
    known: Mapping[str, Known]
    population: Mapping[Cause, int]
    now: datetime
    trace_id: str


@dataclass(slots=True)
class _Board:
    """The open alarms that are spoken of, as the steps so far leave them."""

    open: dict[str, Alarm]
    numbers: list[int]
    steps: list[Change] = field(default_factory=list)

    def add(self, step: Change) -> None:
        self.steps.append(step)
        self.open[step.alarm.key] = step.alarm


def say(connection: Connection, sayings: Sequence[Say], setting: Setting) -> int:
    """Does it, in the order of the evidence, and writes it; how many changes."""
    if not sayings:
        return 0
    keys = sorted({key_of(one.rule.id, one.subject.kind, one.subject.name) for one in sayings})
    known = store_alarms.open_of_keys(connection, keys)
    board = _Board(known, store_alarms.numbers(connection, len(keys) - len(known)))
    for one in sayings:
        _apply(board, one, setting.now)
    steps = _placed(connection, board.steps, setting)
    return write(connection, steps, setting)


def write(connection: Connection, steps: Sequence[Change], setting: Setting) -> int:
    """Writes steps, then what they make of the groups that speak for them; how many."""
    store_alarms.write(connection, steps, setting.trace_id)
    counted = _counted(connection, setting) if steps else []
    store_alarms.write(connection, counted, setting.trace_id)
    for step in (*steps, *counted):
        CHANGES.labels(step.event).inc()
    return len(steps) + len(counted)


def _apply(board: _Board, one: Say, now: datetime) -> None:
    severity = one.rule.grading.severities[one.level - 1] if one.level else 0
    alarm = board.open.get(key_of(one.rule.id, one.subject.kind, one.subject.name))
    event = wanted(alarm, severity)
    if event is None:
        return
    act = _act(one, severity, now)
    if alarm is None:
        board.add(store_alarms.fresh(_alarm(board.numbers.pop(), one, act), act))
    else:
        board.add(store_alarms.change(alarm, event, act))


def _act(one: Say, severity: int, now: datetime) -> Act:
    evidence = instant(one.at)
    if not severity:
        return Act(now, value=one.rule.grading.direction * one.x, evidence_at=evidence)
    explanation = explain.explained(one.rule, one.level, one.x, one.usual)
    value = explanation["value"]
    assert isinstance(value, float | int)
    return Act(
        now,
        severity=Severity(severity),
        value=float(value),
        evidence_at=evidence,
        began_at=evidence if one.since is None else instant(one.since),
        explanation=explanation,
    )


def _alarm(number: int, one: Say, act: Act) -> Alarm:
    assert act.severity is not None
    assert act.evidence_at is not None
    assert act.began_at is not None
    subject = one.subject
    return Alarm(
        alarm=number,
        key=key_of(one.rule.id, subject.kind, subject.name),
        rule=one.rule.id,
        rule_version=one.rule.version,
        subject_kind=subject.kind,
        subject=subject.name,
        device=subject.device,
        area_code=subject.area_code,
        state=State.RAISED,
        severity=act.severity,
        peak_severity=act.severity,
        began_at=act.began_at,
        raised_at=act.at,
        value=act.value,
        value_at=act.evidence_at,
        explanation=act.explanation or {},
    )


def _placed(connection: Connection, steps: Sequence[Change], setting: Setting) -> list[Change]:
    """The steps with what storm control makes of what they raise: groups first, then members."""
    raised = {one.alarm.alarm: one.alarm for one in steps if one.event is Event.RAISE}
    if not raised:
        return list(steps)
    resting = _in_maintenance(connection, raised.values(), setting)
    now = setting.now
    since = now - timedelta(milliseconds=setting.storm.within_ms)
    stepped = {one.alarm.alarm: one.alarm for one in steps}
    gone = raised.keys() | {number for number, one in stepped.items() if not one.is_active}
    recent = [one for one in store_active.recently_raised(connection, since) if one.alarm not in gone]
    groups = {_cause_of(one): one for one in store_active.active_groups(connection)}
    candidates = [_candidate(one, setting) for number, one in raised.items() if number not in resting]
    placed = storm.place(
        candidates,
        [_candidate(one, setting) for one in recent],
        groups,
        setting.population,
        setting.storm.limits,
    )
    left = [one for one in candidates if one.alarm not in placed]
    since = now - timedelta(milliseconds=setting.storm.ceiling_ms)
    shown = store_active.shown_since(connection, since, {one.rule for one in left})
    ceiling = storm.over_ceiling(left, shown, setting.storm.limits)
    placed |= ceiling
    elsewhere = [one.alarm for one in recent if one.alarm in placed and not _is_of(one, placed, groups)]
    moving = [stepped.get(one.alarm, one) for one in store_active.locked(connection, elsewhere)]
    members = raised | {one.alarm: one for one in moving}
    of_cause, made = _speakers(connection, placed, groups, members, setting)
    return [*made, *_with_speakers(steps, placed, resting, of_cause), *_moved(moving, placed, of_cause, now)]


def _is_of(one: Recent, placed: Mapping[int, Cause], groups: Mapping[Cause, Alarm]) -> bool:
    """Whether the group of the cause speaks for the alarm already."""
    group = groups.get(placed[one.alarm])
    return group is not None and group.alarm == one.group_alarm


def _with_speakers(
    steps: Sequence[Change], placed: Mapping[int, Cause], resting: set[int], of_cause: Mapping[Cause, int]
) -> list[Change]:
    """Steps of alarms as they are from their raising on: spoken for, under maintenance, or shown."""
    result = []
    raised: set[int] = set()
    for step in steps:
        number = step.alarm.alarm
        if step.event is Event.RAISE:
            raised.add(number)
        if number in raised and (number in placed or number in resting):
            suppressed, group = Suppression.MAINTENANCE, None
            if number in placed:
                cause = placed[number]
                suppressed = Suppression.CEILING if cause[0] == storm.CEILING else Suppression.GROUP
                group = of_cause[cause]
            step = replace(step, alarm=replace(step.alarm, suppressed=suppressed, group_alarm=group))
        result.append(step)
    return result


def _moved(
    recent: Iterable[Alarm], placed: Mapping[int, Cause], of_cause: Mapping[Cause, int], now: datetime
) -> list[Change]:
    """Alarms of before for which another speaks from now on."""
    return [
        store_alarms.change(
            one,
            Event.SUPPRESS,
            Act(now, suppressed=Suppression.GROUP, group_alarm=of_cause[placed[one.alarm]]),
        )
        for one in recent
        if one.alarm in placed and one.group_alarm != of_cause[placed[one.alarm]]
    ]


def _speakers(
    connection: Connection,
    placed: Mapping[int, Cause],
    groups: Mapping[Cause, Alarm],
    members: Mapping[int, Alarm],
    setting: Setting,
) -> tuple[dict[Cause, int], list[Change]]:
    """The group alarm of each cause; those that had to be raised."""
    of_cause = {cause: one.alarm for cause, one in groups.items()}
    new = sorted({*placed.values()} - of_cause.keys())
    if not new:
        return of_cause, []
    resting = store_alarms.open_of_keys(connection, [_group_key(cause) for cause in new])
    numbers = store_alarms.numbers(connection, len(new) - len(resting))
    made = []
    for cause in new:
        of_it = [members[number] for number, one in placed.items() if one == cause]
        act = _group_act(cause, of_it, setting)
        old = resting.get(_group_key(cause))
        step = (
            store_alarms.change(old, Event.RAISE, act)
            if old is not None
            else store_alarms.fresh(_group(numbers.pop(), cause, act), act)
        )
        of_cause[cause] = step.alarm.alarm
        made.append(step)
    return of_cause, made


def _group_act(cause: Cause, members: Sequence[Alarm], setting: Setting) -> Act:
    names = {(one.kind, one.name): (one.vi, one.en) for one in setting.storm.causes}
    vi, en = storm.words(cause, names)
    rules = [rule for rule, _ in Counter(one.rule for one in members).most_common(5)]
    return Act(
        setting.now,
        severity=max(one.severity for one in members),
        evidence_at=min(one.began_at for one in members),
        members=len(members),
        explanation={
            "vi": f"{GROUP.vi}: {vi}",
            "en": f"{GROUP.en}: {en}",
            "cause_kind": cause[0],
            "cause": cause[1],
            "rules": rules,
        },
    )


def _group(number: int, cause: Cause, act: Act) -> Alarm:
    assert act.severity is not None
    assert act.evidence_at is not None
    return Alarm(
        alarm=number,
        key=_group_key(cause),
        rule=STORM,
        rule_version=0,
        subject_kind="group",
        subject=" ".join(cause),
        device="",
        area_code=cause[1] if cause[0] == "area" else "",
        state=State.RAISED,
        severity=act.severity,
        peak_severity=act.severity,
        began_at=act.evidence_at,
        raised_at=act.at,
        explanation=act.explanation or {},
        members=act.members or 0,
    )


def _counted(connection: Connection, setting: Setting) -> list[Change]:
    """What became of groups: they are as grave as their gravest member, and over when none is left."""
    groups = store_active.active_groups(connection)
    counts = store_active.member_counts(connection, [one.alarm for one in groups])
    steps = []
    for group in groups:
        count, severity = counts[group.alarm]
        if not count:
            steps.append(store_alarms.change(group, Event.CLEAR, Act(setting.now)))
            continue
        act = Act(setting.now, severity=Severity(severity), evidence_at=group.value_at, members=count)
        event = wanted(group, severity)
        if event is not None:
            steps.append(store_alarms.change(group, event, act))
        elif count != group.members:
            steps.append(store_alarms.change(group, Event.COUNT, act))
    return steps


def _in_maintenance(connection: Connection, raised: Iterable[Alarm], setting: Setting) -> set[int]:
    work = store_maintenance.going_on(connection, setting.now)
    return (
        {one.alarm for one in raised if any(suppresses(w, one, causes_of(one, setting)) for w in work)}
        if work
        else set()
    )


def causes_of(alarm: Alarm | Recent, setting: Setting) -> tuple[Cause, ...]:
    """What an alarm may be caused by, the narrowest first."""
    known = setting.known.get(alarm.device)
    if known is not None:
        return tuple(known.causes)
    if alarm.subject_kind == "dataset":
        return (("dataset", alarm.subject.split(" ")[0]),)
    return (("area", alarm.area_code),) if alarm.area_code else ()


def _candidate(alarm: Alarm | Recent, setting: Setting) -> Candidate:
    return Candidate(alarm.alarm, alarm.rule, causes_of(alarm, setting))


def _cause_of(group: Alarm) -> Cause:
    kind, _, name = group.subject.partition(" ")
    return kind, name


def _group_key(cause: Cause) -> str:
    return key_of(STORM, "group", " ".join(cause))
