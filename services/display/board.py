"""What a board means on the devices, units and organisations of today: keys, and what the page gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class KeyRule:
    """How old the value of a key may be, and whether its age counts from inputs or from knowledge.

    `period`: of an indicator, its name. `before`: the past that is told beside it.
    """

    fresh_for_ms: int
    age_from: str = "input"  # or "known": silence of the inputs is what the value tells
    period: str | None = None
    before: str = ""


@dataclass(frozen=True, slots=True)
class FigureRule:
    """A figure of the catalogue: `kind` area, organisation or province, whose subject is ''."""

    indicator: str
    period: str
    kind: str
    subject: str
    breakdown: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class LineRule:
    """Which points a line is made of: readings of a device's channel, by buckets."""

    device: str
    channel: str
    span_ms: int
    bucket_ms: int


@dataclass(frozen=True, slots=True)
class ValueLineRule:
    """Which points a line is made of: values of an indicator that is made from readings."""

    indicator: str
    subject: str
    span_ms: int


@dataclass(frozen=True, slots=True)
class FigureLineRule:
    """Which points a line is made of: the last so many periods of a figure."""

    figure: FigureRule
    periods: int


@dataclass(slots=True)
class Keys:
    """What a board needs, by key."""

    readings: dict[str, KeyRule] = field(default_factory=dict)
    indicators: dict[str, KeyRule] = field(default_factory=dict)
    figures: dict[str, FigureRule] = field(default_factory=dict)
    lines: dict[str, LineRule] = field(default_factory=dict)
    value_lines: dict[str, ValueLineRule] = field(default_factory=dict)
    figure_lines: dict[str, FigureLineRule] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A board on a catalogue: what the page gets, and the keys whose changes concern it."""

    board: str
    description: Mapping[str, Any]
    keys: Keys
