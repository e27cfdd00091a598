"""The transactions of the clock beside silence: open alarms, promises of sources, closed windows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.alarms import (
    board,
    clocked,
    store,
    store_active,
    store_episodes,
    store_maintenance,
    store_points,
    store_promises,
    store_usuals,
    store_windows,
    upkeep,
)
from services.alarms.board import Say
from services.alarms.domain import Alarm
from services.alarms.durations import DAY_MS
from services.alarms.evaluate import memory_ms
from services.alarms.fold import fold
from services.alarms.follow import Moment
from services.alarms.grounds import Grounds
from services.alarms.memory import Memory, Watch
from services.alarms.metrics import SHOWN
from services.alarms.points import Series
from services.alarms.rules import Rule
from services.alarms.store_alarms import Change, change
from services.alarms.store_episodes import instant, ms_of
from services.runtime.db import Connection

FIRST_WINDOWS = 1  # a rule that is new looks at this many windows of before


def keep_house(connection: Connection, moment: Moment) -> int:
    """Shelves that end, what is over, what nobody answers, evidence that stopped; how many changes."""
    now, rules = moment.now, moment.memory.targets.rules
    work = store_maintenance.going_on(connection, now)
    alarms = store_active.for_upkeep(connection, now - moment.settings.close_after)
    steps: list[Change] = []
    for one in alarms:
        causes = board.causes_of(one, moment.setting)
        for event, act in upkeep.due(
            one, rules.get(one.rule), work, causes, moment.settings.close_after, now
        ):
            steps.append(change(one, event, act))
    touched = {step.alarm.alarm for step in steps}
    quiet = [one for one in alarms if one.alarm not in touched]
    steps += upkeep.unknown(quiet, _evidence(connection, quiet, moment.memory), now)
    steps += _released(connection, [one for one in quiet if one.subject_kind == "group"], moment)
    SHOWN.set(store_active.shown(connection))
    store_usuals.forget_usuals(connection, instant(moment.now_ms - _usuals_kept_ms(moment)))
    return board.write(connection, steps, moment.setting)


def _usuals_kept_ms(moment: Moment) -> int:
    """What late data may fold anew, with the points before that matter to it."""
    rules = [rule for rule in moment.memory.targets.rules.values() if rule.kind == "usual"]
    leads = (memory_ms(rule.grading, rule.gap_ms or 0) for rule in rules)
    return moment.settings.reach_ms + DAY_MS + max(leads, default=0)


def _released(connection: Connection, groups: Sequence[Alarm], moment: Moment) -> list[Change]:
    """Of groups that have become few, and are older than what might still join them."""
    settled = moment.now - 2 * timedelta(milliseconds=moment.setting.storm.within_ms)
    steps = []
    for group in groups:
        if group.is_active and group.raised_at < settled:
            members = store_active.members_of(connection, group.alarm)
            if len(members) <= moment.setting.storm.limits.release_at:
                steps += upkeep.released(members, moment.now)
    return steps


def _evidence(
    connection: Connection, alarms: Sequence[Alarm], memory: Memory
) -> dict[str, tuple[datetime, timedelta]]:
    """Of alarms over channels when their last point was, and how long it holds."""
    found = {}
    asked: dict[Series, Alarm] = {}
    for one in alarms:
        if one.subject_kind != "channel" or not one.is_active:
            continue
        watch = memory.watch(*one.subject.split("/"))
        track = next((track for track in watch.tracks if track.key == one.key), None) if watch else None
        if watch is None or track is None:
            continue
        gap = timedelta(milliseconds=track.fold.gap_ms)
        if watch.is_cold and isinstance(watch.name, Series):
            asked[watch.name] = one
            found[one.key] = (one.value_at or one.began_at, gap)
        else:
            found[one.key] = (instant(watch.last), gap)
    for series, at in store_points.newest(connection, list(asked)).items():
        key = asked[series].key
        found[key] = (max(at, found[key][0]), found[key][1])
    return found


def look_at_promises(connection: Connection, moment: Moment, grounds: Grounds) -> int:
    """Sources that are late and deadlines that are near."""
    rules = moment.memory.targets.promised
    if not rules:
        return 0
    found = store_promises.promised(connection, grounds.datasets.values(), grounds.calendar, moment.now)
    boards = store_active.levels(connection, {rule.id: rule.grading for rule in rules})
    result = clocked.promised(connection, rules, found, boards, moment.now_ms)
    store_episodes.replace_from(connection, result.moved, moment.now)
    return board.say(connection, result.sayings, moment.setting)


def look_at_windows(connection: Connection, moment: Moment) -> int:
    """Windows of the account that closed since they were last looked at."""
    watches: dict[Watch, None] = {}
    end = moment.now_ms - store_windows.SETTLED_MS
    for rule in moment.memory.targets.windowed:
        until = store.evaluated_until(connection, rule.id)
        start = ms_of(until) if until else end - FIRST_WINDOWS * rule.window_ms
        for watch in _windows(connection, moment.memory, rule, max(start, rule.since_ms), end):
            watches[watch] = None
        ends = store_windows.window_ends(start, end, rule.window_ms)
        if ends:
            store.set_evaluated_until(connection, rule.id, instant(ends[-1]))
    folded = fold(connection, watches, moment.now_ms, moment.settings.reach_ms)
    store_episodes.replace_from(connection, folded.moved, moment.now)
    sayings = [
        Say(one.at, one.track.rule, one.track.subject, one.level, one.x, one.since) for one in folded.targets
    ]
    return board.say(connection, sayings, moment.setting)


def _windows(connection: Connection, memory: Memory, rule: Rule, start: int, end: int) -> list[Watch]:
    """The streams of a rule with the windows that are new to them."""
    result = []
    for device, points in store_windows.by_device(connection, rule, start, end).items():
        watch = memory.windowed(rule, device)
        watch.pending += [(at, value, True) for at, value in points]
        result.append(watch)
    return result
