"""The transactions of this context: follow a log, look at the clock, recover.

Each takes the lock of the checkpoint first, so whatever runs at once, here or in another process, takes
turns. Episodes, alarms, their changes, the facts and the checkpoint are one transaction: killed at any
moment, nothing is lost and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from services.alarms import (
    board,
    clocked,
    facts_in,
    store,
    store_active,
    store_alarms,
    store_episodes,
    store_points,
)
from services.alarms.board import Say, Setting
from services.alarms.domain import Act, Event
from services.alarms.fold import Target, fold
from services.alarms.memory import Memory, Watch
from services.alarms.metrics import LOOKED_AT, READINGS, RECOVERIES, REWRITTEN, UNREADABLE
from services.alarms.points import Told
from services.alarms.settings import AlarmsSettings
from services.alarms.sift import Sifted
from services.alarms.store_episodes import Moved, ms_of
from services.alarms.store_points import midnight
from services.alarms.usual import slot_of
from services.runtime import outbox
from services.runtime.db import Connection
from services.runtime.outbox import Fact, OutOfRange, Position

log = structlog.get_logger(__name__)

TELEMETRY, INDICATORS = "telemetry", "indicators"
RECOVERED_AT_ONCE = 500  # streams


@dataclass(frozen=True, slots=True)
class Moment:
    """What a transaction works with."""

    memory: Memory
    setting: Setting
    settings: AlarmsSettings

    @property
    def now(self) -> datetime:
        return self.setting.now

    @property
    def now_ms(self) -> int:
        return ms_of(self.setting.now)


class Followed(NamedTuple):
    """How far a transaction came, how many changes of alarms it wrote, how many facts it left; traces."""

    position: Position
    changes: int = 0
    behind: int = 0
    trace_ids: tuple[str, ...] = ()


def follow(connection: Connection, log_name: str, moment: Moment) -> Followed:
    """Takes facts after the checkpoint, as many as the settings allow. The caller holds the lock."""
    checkpoint = store.checkpoint(connection, log_name)
    head = outbox.head(connection, log_name)
    if checkpoint is None:  # nothing that was observed before the rules were applied matters
        store.set_checkpoint(connection, log_name, head)
        return Followed(head)
    try:
        if checkpoint.epoch != head.epoch:
            raise OutOfRange(f"epoch {checkpoint.epoch} ended, {head.epoch} began")
        facts = outbox.facts_after(connection, log_name, checkpoint.position, moment.settings.batch_facts)
    except OutOfRange as gap:
        return _recover(connection, log_name, moment, head, str(gap))
    if not facts:
        return Followed(checkpoint)
    taken, watches = _sift(connection, log_name, facts, moment)
    changes = _fold(connection, watches, moment)
    reached = Position(taken[-1].epoch, taken[-1].position)
    store.set_checkpoint(connection, log_name, reached)
    behind = max(0, head.position - reached.position)
    return Followed(reached, changes, behind, tuple(fact.trace_id for fact in taken))


def _sift(
    connection: Connection, log_name: str, facts: Sequence[Fact], moment: Moment
) -> tuple[list[Fact], Iterable[Watch]]:
    """A prefix of the facts, at least one, and the streams of which something may matter."""
    sifted = Sifted()
    taken: list[Fact] = []
    for fact in facts:
        if taken and sifted.readings >= moment.settings.batch_readings:
            break
        taken.append(fact)
        try:
            _take(fact, sifted, moment.memory)
        except ValueError as error:  # it will never be readable: going on without it beats standing still
            UNREADABLE.inc()
            log.error("alarms.unreadable", log=log_name, position=fact.position, error=str(error))
    READINGS.inc(sifted.readings)
    _hear(connection, sifted, moment)
    return taken, sifted.watches


def _take(fact: Fact, sifted: Sifted, memory: Memory) -> None:
    match fact.name:
        case facts_in.STORED:
            sifted.take(memory, facts_in.stored(fact.body))
        case facts_in.PUBLISHED:
            for value in facts_in.published(fact.body):
                name = Told(value.indicator, value.subject_kind, value.subject, "")
                sifted.tell(memory.told(name), value.period_start_ms, value.value)
        case facts_in.FIGURES:
            for figure in facts_in.figures(fact.body):
                name = Told(figure.indicator, figure.subject_kind, figure.subject, figure.period)
                number = None if figure.value is None else float(figure.value)
                sifted.tell(memory.told(name), ms_of(midnight(figure.period_start)), number)


def _hear(connection: Connection, sifted: Sifted, moment: Moment) -> None:
    """Devices that were heard: what that makes of their silence, in history and on the board."""
    for watch in sifted.touched:
        device = watch.device
        if device is not None and device.last < watch.last:
            device.last = watch.last
    for watch in sifted.watches:
        if watch.device is not None:
            watch.device.last = max(watch.device.last, *(at for at, _, _ in watch.pending))
    moved = clocked.heard(connection, sifted.devices, moment.now_ms, moment.settings.reach_ms)
    _write(connection, moved, moment)
    _refute(connection, moved, moment)
    # Every observation of a device whose alarm says something is a surprise.
    speaking = clocked.speaking(sifted.devices, moment.now_ms)
    board.say(connection, speaking, moment.setting)


def _fold(connection: Connection, watches: Iterable[Watch], moment: Moment) -> int:
    """Folds what is pending and makes board and history say it."""
    some = list(watches)
    LOOKED_AT.inc(sum(len(watch.pending) for watch in some))
    folded = fold(connection, some, moment.now_ms, moment.settings.reach_ms)
    _write(connection, folded.moved, moment)
    changes = board.say(connection, [_say(target) for target in folded.targets], moment.setting)
    _refute(connection, folded.rewritten, moment)
    REWRITTEN.inc(len(folded.rewritten))
    return changes


def _say(target: Target) -> Say:
    track = target.track
    usual = track.usuals.get(slot_of(target.at)) if track.rule.kind == "usual" else None
    return Say(target.at, track.rule, track.subject, target.level, target.x, target.since, usual)


def _write(connection: Connection, moved: Sequence[Moved], moment: Moment) -> None:
    store_episodes.replace_from(connection, moved, moment.now)


def _refute(connection: Connection, rewritten: Sequence[Moved], moment: Moment) -> None:
    """Marks alarms of which late data say that nothing was abnormal; others say whether they are over."""
    keys = [(one.key.rule, one.key.subject_kind, one.key.subject) for one in rewritten]
    steps = [
        store_alarms.change(one, Event.REFUTE, Act(moment.now))
        for one in store_active.refuted(connection, keys)
    ]
    board.write(connection, steps, moment.setting)


def _recover(connection: Connection, log_name: str, moment: Moment, head: Position, reason: str) -> Followed:
    """Facts were lost: folds the last hours anew out of the tables, and follows on from the head of the log.

    The head was read before the tables are, so what comes in between is at worst looked at twice.
    """
    RECOVERIES.inc()
    log.warning("alarms.recovering", log=log_name, reason=reason, hours=moment.settings.recovery_hours)
    since = moment.now_ms - moment.settings.recovery_ms
    watches = moment.memory.all_series() if log_name == TELEMETRY else moment.memory.all_told()
    changes = 0
    for first in range(0, len(watches), RECOVERED_AT_ONCE):
        some = watches[first : first + RECOVERED_AT_ONCE]
        for watch in some:
            watch.forget()
            watch.pending.append((since, None, False))
            if watch.device is not None:
                watch.device.span = (since, moment.now_ms)
        changes += _fold(connection, some, moment)
    devices = [device for device in moment.memory.devices.values() if device.span is not None]
    _write(connection, clocked.heard(connection, devices, moment.now_ms, moment.settings.reach_ms), moment)
    board.say(connection, clocked.speaking(devices, moment.now_ms), moment.setting)
    store.set_checkpoint(connection, log_name, head)
    return Followed(head, changes)


def look(connection: Connection, moment: Moment) -> int:
    """What the clock says of devices, where nothing lies unread; changes of alarms. Under the lock."""
    if store_points.has_unnumbered(connection, moment.now - timedelta(seconds=2)):
        return 0  # what lies there may be from devices that seem to be silent
    unread = store_points.unread_shards(connection, moment.now - moment.settings.unread)
    found = clocked.silent(connection, moment.memory, unread, moment.now_ms)
    _write(connection, found.moved, moment)
    return board.say(connection, found.sayings, moment.setting)
