"""Makes a worker's memory out of the tables, and ends alarms of what is no longer watched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.alarms import store, store_active, store_alarms, store_episodes, store_points
from services.alarms.domain import Act, Event
from services.alarms.grounds import Grounds
from services.alarms.memory import Memory
from services.alarms.metrics import RULES
from services.alarms.rules import Rule
from services.alarms.store_episodes import Key
from services.alarms.targets import Targets
from services.runtime.db import Connection

FIRST = "start"  # who applied the rules of the files, where nothing was applied before
GONE = "quy tắc hoặc thiết bị không còn được theo dõi / its rule or device is no longer watched"


def apply_first(connection: Connection, grounds: Grounds, now: datetime) -> None:
    """Puts the rules of the files in force where none were; afterwards only an application changes them."""
    if not store.rules_version(connection):
        store.apply_rules(connection, grounds.rules, FIRST, now)


def remember(connection: Connection, grounds: Grounds, now: datetime, trace_id: str) -> Memory:
    """Rules in force, devices in use, and what active alarms say. The caller holds the lock."""
    rules = store.rules(connection)
    RULES.set(len(rules))
    memory = watching(connection, grounds, rules)
    _end_the_unwatched(connection, memory, now, trace_id)
    _recall_board(connection, memory)
    return memory


def watching(connection: Connection, grounds: Grounds, rules: Iterable[Rule]) -> Memory:
    """A memory of nothing yet: rules, in force or only thought of, over the devices in use."""
    known = [
        replace(one, causes=grounds.storm.causes_of(one.device, one.shard, one.area_code))
        for one in store_points.known_devices(connection)
    ]
    return Memory(Targets(rules, grounds.working), known)


def _end_the_unwatched(connection: Connection, memory: Memory, now: datetime, trace_id: str) -> None:
    rules = memory.targets.rules
    gone = [
        store_alarms.alarm(connection, number, lock=True)
        for _, rule, version, kind, device, _, number in store_active.active_levels(connection)
        if _version(rules.get(rule)) != version
        or (kind in ("channel", "device") and device and device not in memory.known)
    ]
    steps = [store_alarms.change(one, Event.CLEAR, Act(now, note=GONE)) for one in gone]
    store_alarms.write(connection, steps, trace_id)
    store_episodes.end(connection, [Key(one.rule, one.subject_kind, one.subject) for one in gone], now)


def _version(rule: Rule | None) -> int:
    return rule.version if rule else -1


def _recall_board(connection: Connection, memory: Memory) -> None:
    rules = memory.targets.rules
    for key, rule, _, kind, device, severity, _ in store_active.active_levels(connection):
        level = rules[rule].grading.severities.index(severity) + 1
        memory.boards[key] = level
        silent = memory.devices.get(device)
        if kind == "device" and silent is not None:
            for number, one in enumerate(silent.rules):
                if one.id == rule:
                    silent.say(number, level)
