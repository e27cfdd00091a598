"""What rules would have called abnormal on the readings that are there: the folds of live, over a past span.

No episode is written. By the same rules it is what the live engine has in its history of that span.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from services.alarms import store_points
from services.alarms.durations import DAY_MS
from services.alarms.evaluate import Episode
from services.alarms.fold import load_usuals
from services.alarms.memory import Device, Memory, Watch
from services.alarms.points import Series
from services.alarms.rules import Rule
from services.alarms.silence import episode_of, episodes_of
from services.alarms.store_episodes import Key
from services.alarms.usual import slot_of
from services.runtime.db import Connection

STREAMS_AT_ONCE = 200
DAYS_AT_ONCE = 2  # of readings that are held at a time


class Would(NamedTuple):
    """What a rule would have called abnormal."""

    key: Key
    rule: Rule
    episode: Episode


def episodes(connection: Connection, memory: Memory, start: int, end: int) -> Iterator[Would]:
    """Of the rules of a memory that nobody follows with, over channels and devices, in [start, end) ms.

    Usual values that nobody asked for yet are made in the transaction under way: take it back.
    """
    watches = [watch for watch in memory.all_series() if watch.tracks]
    for first in range(0, len(watches), STREAMS_AT_ONCE):
        yield from _of_watches(connection, watches[first : first + STREAMS_AT_ONCE], start, end)
    devices = list(memory.devices.values())
    for first in range(0, len(devices), STREAMS_AT_ONCE):
        yield from _of_devices(connection, devices[first : first + STREAMS_AT_ONCE], start, end)


def _of_watches(connection: Connection, watches: Sequence[Watch], start: int, end: int) -> Iterator[Would]:
    names = {watch.name: watch for watch in watches if isinstance(watch.name, Series)}
    for since in range(start, end, DAYS_AT_ONCE * DAY_MS):
        until = min(since + DAYS_AT_ONCE * DAY_MS, end)
        points = store_points.readings(connection, dict.fromkeys(names, (since, until)))
        load_usuals(
            connection,
            {
                track: (name, {slot_of(at) for at, _ in points[name]})
                for name, watch in names.items()
                for track in watch.tracks
                if track.rule.kind == "usual"
            },
        )
        for name, watch in names.items():
            for track in watch.tracks:
                for at, value in points[name]:
                    track.take(at, value)
    for watch in watches:
        for track in watch.tracks:
            key = Key(track.rule.id, track.subject.kind, track.subject.name)
            found = [*track.fold.closed, *([track.fold.open] if track.fold.open else [])]
            yield from (Would(key, track.rule, one) for one in found)


def _of_devices(connection: Connection, devices: Sequence[Device], start: int, end: int) -> Iterator[Would]:
    observed = store_points.observed(connection, {one.known.device: (start, end - 1) for one in devices})
    for device in devices:
        times = sorted({at for at in observed[device.known.device] if start <= at < end})
        for rule, reached in zip(device.rules, device.reached, strict=True):
            floor = max(start, device.known.commissioned_ms)
            interval = device.known.interval_ms
            found = episodes_of([floor, *times], floor, interval, reached)
            last = episode_of(max([floor, *times[-1:]]), end, False, interval, reached)
            key = Key(rule.id, "device", device.known.device)
            yield from (Would(key, rule, one) for one in (*found, *([last] if last else [])))
