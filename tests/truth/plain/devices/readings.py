"""What may be believed of what the devices sent: every rule of admission, once more and slowly."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.truth.plain.devices.register import Device, Register
from tests.truth.plain.devices.times import MINUTE

_AHEAD_MS = 5 * MINUTE  # a clock may be so far ahead of the receipt
_LARGEST_REVISION = 2**31 - 1
# A sensor that says the same for so long, in so many readings, is stuck.
_STUCK_MINUTES = {"pm25": 360, "no2": 720, "o3": 720, "laeq": 60, "power": 360}
_STUCK_TIMES = 30


@dataclass
class Seen:
    """A series' last value: since when, how often, and until when."""

    value: Fraction
    since_ms: int
    newest_ms: int
    times: int = 1


@dataclass
class Reading:
    value: Fraction
    revision: int
    is_good: bool


@dataclass
class Readings:
    """`standing`: by device and channel, then time. `timely`: by device, times in order."""

    standing: dict[tuple[str, str], dict[int, Reading]] = field(default_factory=dict)
    timely: dict[str, list[int]] = field(default_factory=dict)


def read(folder: Path, register: Register) -> Readings:
    """All that was sent."""
    readings, seen = Readings(), {}
    for text in (folder / "letters.jsonl").read_text("utf-8").splitlines():
        letter = json.loads(text)
        device = _sender(letter["topic"], register)
        if device is None:
            continue
        for at_ms, channel, value, revision in _values(
            device, base64.b64decode(letter["payload"]), letter["at_ms"]
        ):
            _keep(readings, device, channel, at_ms, Reading(value, revision, True), seen)
            if letter["at_ms"] - at_ms <= 3 * device.interval_ms:
                readings.timely.setdefault(device.name, []).append(at_ms)
    for times in readings.timely.values():
        times.sort()
    return readings


def _sender(topic: str, register: Register) -> Device | None:
    match topic.split("/"):
        case ["ioc", "v1", shard, "devices", name, "telemetry"]:
            device = register.devices.get(name)
            return device if device is not None and device.shard == shard else None
    return None


def _values(device: Device, payload: bytes, received_ms: int) -> Iterator[tuple[int, str, Fraction, int]]:
    """Time, channel, value and revision of each reading that may be stored."""
    try:
        told = json.loads(payload.decode("utf-8"))
    except ValueError:
        return
    for one in told if isinstance(told, list) else [told]:
        if not isinstance(one, dict):
            continue
        values = one.get("values", one)
        at_ms, revision, flags = one.get("ts"), one.get("rev", 0), one.get("qc", {})
        if values is one:
            at_ms, revision, flags = received_ms, 0, {}
        if not isinstance(values, dict) or not _is_whole(at_ms) or not _is_whole(revision):
            continue
        is_late = not device.commissioned_ms <= at_ms <= received_ms + _AHEAD_MS
        if is_late or not 0 <= revision <= _LARGEST_REVISION:
            continue
        for name, value in values.items():
            if flags.get(name, "Valid") == "Valid" and _is_possible(device, name, value):
                yield at_ms, name, Fraction(str(value)), revision


def _is_whole(told: Any) -> bool:
    return isinstance(told, int) and not isinstance(told, bool)


def _is_possible(device: Device, name: str, value: Any) -> bool:
    if name not in device.channels or isinstance(value, bool) or not isinstance(value, int | float):
        return False
    channel = device.channels[name]
    return math.isfinite(value) and channel.least <= value <= channel.most


def _keep(
    readings: Readings, device: Device, name: str, at_ms: int, one: Reading, seen: dict[tuple[str, str], Seen]
) -> None:
    """The highest revision stands, of equal ones the first."""
    series = (device.name, name)
    one.is_good = not _is_stuck(device, series, at_ms, one, seen)
    kept = readings.standing.setdefault(series, {})
    if at_ms not in kept or one.revision > kept[at_ms].revision:
        kept[at_ms] = one


def _is_stuck(
    device: Device, series: tuple[str, str], at_ms: int, one: Reading, seen: dict[tuple[str, str], Seen]
) -> bool:
    before = seen.get(series)
    if before is not None and at_ms <= before.newest_ms:
        return False
    if before is None or before.value != one.value:
        seen[series] = Seen(one.value, at_ms, at_ms)
        return False
    before.newest_ms, before.times = at_ms, before.times + 1
    minutes = _STUCK_MINUTES.get(device.channels[series[1]].quantity)
    return (
        minutes is not None and before.times >= _STUCK_TIMES and at_ms - before.since_ms >= minutes * MINUTE
    )
