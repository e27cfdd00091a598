"""Which rules look at what: rules × the registry's devices, indicators and datasets. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from services.alarms.durations import MINUTE_MS
from services.alarms.points import Known, Told
from services.alarms.rule_text import POINTS
from services.alarms.rules import Rule
from services.alarms.schedule import Hours, Schedule, WorkingTime, parse_span

MISSED = 3  # promised intervals after which what a device says is unknown, where the rule names no gap
SHORTEST_GAP_MS = MINUTE_MS
_PATTERN = frozenset("*?[")


class Targets:
    """The rules in force, found by what they are over."""

    def __init__(self, rules: Iterable[Rule], working: WorkingTime) -> None:
        self._working = working
        self.rules = {rule.id: rule for rule in rules}
        self._by_device: dict[tuple[str, str], list[Rule]] = {}  # (quantity, device), where devices are named
        self._by_quantity: dict[str, list[Rule]] = {}
        self._silence: list[Rule] = []
        self._by_indicator: dict[str, list[Rule]] = {}
        self.windowed: list[Rule] = []
        self.promised: list[Rule] = []
        for rule in self.rules.values():
            self._add(rule)

    def _add(self, rule: Rule) -> None:
        over = rule.over
        if rule.kind == "silence":
            self._silence.append(rule)
        elif rule.kind in ("late", "deadline"):
            self.promised.append(rule)
        elif rule.kind in ("quarantine", "ledger"):
            self.windowed.append(rule)
        elif over.indicator:
            self._by_indicator.setdefault(over.indicator, []).append(rule)
        elif over.devices and not any(_PATTERN & set(name) for name in over.devices):
            for device in over.devices:
                self._by_device.setdefault((over.quantity, device), []).append(rule)
        else:
            self._by_quantity.setdefault(over.quantity, []).append(rule)

    def schedule(self, rule: Rule) -> Schedule | None:
        """When a rule is watched; None: always."""
        said = rule.text.schedule
        if said is None:
            return None
        return (
            self._working if said.working_time else Hours([parse_span(one) for one in said.hours], said.days)
        )

    def of_channel(self, known: Known, channel: str) -> list[Rule]:
        """Rules over one channel of a device."""
        quantity, unit = known.channels[channel]
        candidates = [
            *self._by_device.get((quantity, known.device), ()),
            *self._by_quantity.get(quantity, ()),
        ]
        return [rule for rule in candidates if rule.over.unit == unit and _is_over(rule, known)]

    def of_device(self, known: Known) -> list[Rule]:
        """Rules over the silence of a device."""
        return [rule for rule in self._silence if _is_over(rule, known)]

    def of_told(self, told: Told) -> list[Rule]:
        """Rules over an indicator of a subject."""
        return [
            rule
            for rule in self._by_indicator.get(told.indicator, ())
            if rule.over.period == told.period
            and rule.over.subject_kind in ("", told.subject_kind)
            and _matches(told.subject, rule.over.subjects)
        ]


def gap_of(rule: Rule, known: Known | None) -> int:
    """After how long a silence (ms) what is said before says nothing any more."""
    if rule.gap_ms is not None:
        return rule.gap_ms
    assert known is not None
    assert rule.kind in POINTS
    return max(SHORTEST_GAP_MS, MISSED * known.interval_ms)


def is_over_device(rule: Rule, device: str) -> bool:
    return _matches(device, rule.over.devices)


def is_over_dataset(rule: Rule, dataset: str) -> bool:
    return _matches(dataset, rule.over.datasets)


def _is_over(rule: Rule, known: Known) -> bool:
    over = rule.over
    return (
        over.device_kind in ("", known.kind)
        and (not over.areas or known.area_code in over.areas)
        and _matches(known.device, over.devices)
    )


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
