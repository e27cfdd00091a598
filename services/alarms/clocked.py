"""What the clock alone decides: silence of devices, and promises of datasets that are near or past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.alarms import store_episodes, store_points
from services.alarms.board import Say
from services.alarms.countdown import counted_from
from services.alarms.domain import Subject, key_of
from services.alarms.durations import HOUR_MS
from services.alarms.evaluate import Episode
from services.alarms.memory import Device, Memory
from services.alarms.rules import Rule
from services.alarms.silence import episode_of, episodes_of, level_of
from services.alarms.store_episodes import Key, Moved
from services.alarms.store_promises import Promised
from services.alarms.targets import is_over_dataset
from services.runtime.db import Connection


class Clocked(NamedTuple):
    """What is to be written and said."""

    moved: list[Moved]
    sayings: list[Say]


def heard(connection: Connection, devices: Iterable[Device], now: int, reach_ms: int) -> list[Moved]:
    """What devices that were heard unexpectedly make of the history of their silence.

    All their observations from the one before to the one behind are looked at, so it does not matter in which
    order they came.
    """
    spans = {}
    by_name = {}
    for device in devices:
        assert device.span is not None
        first, last = device.span
        device.span = None
        if last >= now - reach_ms:
            spans[device.known.device] = (max(first, now - reach_ms), last)
            by_name[device.known.device] = device
    observed = store_points.observed(connection, spans)
    moved: list[Moved] = []
    wanted: dict[Key, int] = {}
    made: dict[Key, tuple[Device, Rule, list[int], list[Episode]]] = {}
    for name, device in by_name.items():
        times = _between_neighbours(observed[name], *spans[name])
        if not times:
            continue
        device.last = max(device.last, times[-1])  # of a cold device there may be newer ones
        for rule, reached in zip(device.rules, device.reached, strict=True):
            key = Key(rule.id, "device", name)
            floor = device.floor(rule)
            # Of a device that was never observed before, silence begins where it is first counted.
            is_first = spans[name][0] <= times[0] and times[0] > floor
            times_on = [floor, *times] if is_first else times
            wanted[key] = times_on[0]
            made[key] = (
                device,
                rule,
                times_on,
                episodes_of(times_on, floor, device.known.interval_ms, reached),
            )
    stored = store_episodes.stored(
        connection, wanted, {rule.id: rule.grading for _, rule, _, _ in made.values()}
    )
    for key, (device, rule, times, episodes) in made.items():
        before = [one for one in stored[key] if times[0] <= one.began]
        behind = [one for one in before if one.began >= times[-1]]
        if behind and times[-1] <= spans[key.subject][1]:  # it goes on since the newest observation: this one
            last = max(times[-1], device.floor(rule))
            behind = _going_on(last, now, device, rule)
        after = [*episodes, *behind]
        if [(one.began, one.ended) for one in before] != [(one.began, one.ended) for one in after]:
            moved.append(Moved(key, times[0], after, rule.grading, rule.version))
    return moved


def _going_on(last: int, now: int, device: Device, rule: Rule) -> list[Episode]:
    reached = device.reached[device.rules.index(rule)]
    found = episode_of(last, now, False, device.known.interval_ms, reached)
    return [found] if found else []


def _between_neighbours(times: Sequence[int], first: int, last: int) -> list[int]:
    """Of times of all channels those within, and the nearest before and behind."""
    before = max((at for at in times if at < first), default=None)
    behind = min((at for at in times if at > last), default=None)
    within = sorted({at for at in times if first <= at <= last})
    return [*([before] if before is not None else []), *within, *([behind] if behind is not None else [])]


def speaking(devices: Iterable[Device], now: int) -> list[Say]:
    """Devices whose alarm says more than their silence, now that they were heard."""
    sayings = []
    for device in devices:
        for number, (rule, reached) in enumerate(zip(device.rules, device.reached, strict=True)):
            said = device.boards[number]
            level = level_of(now - max(device.last, device.floor(rule)), reached) if said else 0
            if level < said:
                device.say(number, level)
                sayings.append(_say(device, rule, device.last, level, now))
    return sayings


def silent(connection: Connection, memory: Memory, unread: set[str], now: int) -> Clocked:
    """Devices whose silence reached another level by the clock. Of `unread` shards nothing is known."""
    cold = [one for one in memory.devices.values() if one.is_cold]
    if cold:
        found = store_points.heard(connection, {one.known.device: now + HOUR_MS for one in cold})
        for device in cold:
            device.last, device.is_cold = max(device.last, found.get(device.known.device, device.last)), False
    clocked = Clocked([], [])
    for device in memory.devices.values():
        if now - device.last > device.first_ms and device.known.shard not in unread:
            _fall_silent(device, now, clocked)
    return clocked


def _fall_silent(device: Device, now: int, clocked: Clocked) -> None:
    for number, (rule, reached) in enumerate(zip(device.rules, device.reached, strict=True)):
        last = max(device.last, device.floor(rule))
        level = level_of(now - last, reached)
        if level == device.boards[number]:
            continue
        device.say(number, level)
        episode = episode_of(last, now, False, device.known.interval_ms, reached)
        since = episode.began if episode else None
        clocked.sayings.append(_say(device, rule, now, level, now, since))
        if episode is not None:
            key = Key(rule.id, "device", device.known.device)
            clocked.moved.append(Moved(key, episode.began, [episode], rule.grading, rule.version))


def _say(device: Device, rule: Rule, at: int, level: int, now: int, since: int | None = None) -> Say:
    last = max(device.last, device.floor(rule))
    return Say(at, rule, device.subject, level, (now - last) / device.known.interval_ms, since)


@dataclass(frozen=True, slots=True)
class _Countdown:
    """A promise as a rule sees it: counted from `base`, over at `over` (None: it goes on)."""

    rule: Rule
    subject: Subject
    base: int
    over: int | None
    reached: tuple[int, ...]


def promised(
    connection: Connection,
    rules: Iterable[Rule],
    found: Sequence[Promised],
    boards: Mapping[str, int],
    now: int,
) -> Clocked:
    """Promises that are late or near, as rules have it; `boards`: what alarms say, by key."""
    countdowns = [
        _countdown(rule, one, now) for rule in rules for one in found if is_over_dataset(rule, one.dataset)
    ]
    keys = {Key(one.rule.id, one.subject.kind, one.subject.name): now for one in countdowns}
    stored = store_episodes.stored(connection, keys, {one.rule.id: one.rule.grading for one in countdowns})
    clocked = Clocked([], [])
    for one in countdowns:
        key = Key(one.rule.id, one.subject.kind, one.subject.name)
        open_now = next((episode for episode in stored[key] if episode.ended is None), None)
        _count_down(one, key, open_now, boards.get(key_of(*key), 0), now, clocked)
    return clocked


def _countdown(rule: Rule, one: Promised, now: int) -> _Countdown:
    subject = Subject("dataset", one.subject)
    base, reached = counted_from(rule, one.due_at)
    if rule.kind == "late":
        over = None if one.is_late else (one.heard_at or now)
    else:
        over = one.due_at if now >= one.due_at else None
    return _Countdown(rule, subject, base, over, reached)


def _count_down(
    one: _Countdown, key: Key, open_now: Episode | None, said: int, now: int, clocked: Clocked
) -> None:
    episode = episode_of(one.base, now, False, HOUR_MS, one.reached) if one.over is None else None
    level = episode.level if episode else 0
    kept = []
    if open_now is not None and (episode is None or episode.began != open_now.began):
        open_now.ended, open_now.end_why = max(open_now.began, min(one.over or now, now)), "normal"
        kept.append(open_now)
    changed = episode is not None and (open_now is None or open_now.levels != episode.levels)
    if kept or changed:
        episodes = [*kept, *([episode] if episode else [])]
        clocked.moved.append(Moved(key, episodes[0].began, episodes, one.rule.grading, one.rule.version))
    if level != said:
        hours = (now - one.base) / HOUR_MS
        x = hours if one.rule.kind == "late" else hours + one.rule.grading.limits[0]
        since = episode.began if episode else None  # it is only looked at now and then
        clocked.sayings.append(Say(now, one.rule, one.subject, level, x, since))
