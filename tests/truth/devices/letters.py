"""What devices send: an hour's readings each hour, some late, twice, corrected, wrong or unreadable."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.truth.devices.stations import (
    FIRST,
    INTERVAL,
    LAST,
    MERGED,
    MOVING,
    SHARD,
    STATIONS,
    UNITS,
    Channel,
    Station,
)

_HOUR = timedelta(hours=1)
_SENT_AFTER = timedelta(minutes=5)  # the hour is over
_STUCK = (
    "air-003",
    FIRST + timedelta(days=6),
    timedelta(hours=20),
)  # a sensor that says the same for so long


class Letter(NamedTuple):
    """A message as the broker gets it."""

    at_ms: int
    topic: str
    payload: bytes


def letters_of(seed: int, since: datetime = FIRST, until: datetime = LAST) -> list[Letter]:
    """All messages of a span, in the order in which they arrive, no two of them at once."""
    found = [
        one
        for station in STATIONS
        for one in _of_station(station, Random(f"{seed} {station.name}"), since, until)
    ]
    found += _of_strangers(Random(f"{seed} strangers"), since, until)
    found.sort(key=lambda one: one.at_ms)
    spaced: list[Letter] = []
    for one in (one for one in found if one.at_ms < ms(until) - len(found)):
        at_ms = max(one.at_ms, spaced[-1].at_ms + 1) if spaced else one.at_ms
        spaced.append(one._replace(at_ms=at_ms))
    return spaced


def write(folder: Path, letters: list[Letter]) -> None:
    """What was sent, and who was registered for what and where, in a folder."""
    lines = (
        {"at_ms": one.at_ms, "topic": one.topic, "payload": base64.b64encode(one.payload).decode()}
        for one in letters
    )
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "letters.jsonl").write_text(text, encoding="utf-8")
    register = {
        "units": [
            one._asdict() | {"since": str(one.since), "until": one.until and str(one.until)} for one in UNITS
        ],
        "devices": [_registered(one) for one in STATIONS],
    }
    (folder / "register.json").write_text(json.dumps(register, ensure_ascii=False), encoding="utf-8")


def correction(station: Station, reading_ms: int, value: float, at_ms: int) -> Letter:
    """Of a reading of its first channel, with a higher revision than any other."""
    told = {"ts": reading_ms, "rev": 9, "values": {station.channels[0].name: value}}
    return Letter(at_ms, _topic(station.name), _encoded([told]))


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)


def _registered(station: Station) -> dict[str, Any]:
    return {
        "device": station.name,
        "kind": station.kind,
        "shard": SHARD,
        "interval_s": int(INTERVAL.total_seconds()),
        "commissioned_ms": ms(station.commissioned),
        "homes": [(ms(since), code) for since, code in station.homes],
        "channels": {one.name: [one.quantity, one.unit, one.least, one.most] for one in station.channels},
    }


def _topic(device: str, shard: str = SHARD) -> str:
    return f"ioc/v1/{shard}/devices/{device}/telemetry"


def _of_station(station: Station, random: Random, since: datetime, until: datetime) -> Iterator[Letter]:
    values = {one.name: one.middle for one in station.channels}
    hour = max(since, station.commissioned.replace(minute=0))
    down_until, is_lost = hour, False
    while hour < until:
        readings = [
            one for one in _observed(station, random, values, hour) if not _is_moving(station, one[0])
        ]
        sent_at = hour + _HOUR + _SENT_AFTER
        if random.random() < 0.006:
            down_until = hour + timedelta(hours=random.randint(2, 30))
            is_lost = random.random() < 0.4
        if hour < down_until:
            sent_at = down_until + _HOUR + _SENT_AFTER
        if random.random() < 0.98 and not (is_lost and hour < down_until):
            yield from _letters(station, random, readings, _in_time(station, hour, sent_at), hour)
        hour += _HOUR


def _observed(
    station: Station, random: Random, values: dict[str, float], hour: datetime
) -> Iterator[tuple[datetime, dict[str, Any]]]:
    stuck, since, span = _STUCK
    for quarter in range(4):
        at = hour + quarter * INTERVAL
        if at < station.commissioned or random.random() < 0.04:
            continue
        if station.name != stuck or not since <= at < since + span:
            for one in station.channels:
                values[one.name] = _walked(one, random, values[one.name], at)
        told = {one.name: values[one.name] for one in station.channels if random.random() < 0.97}
        if told:
            yield at, told


def _walked(channel: Channel, random: Random, value: float, at: datetime) -> float:
    """The next value: drawn towards a wave of some days, within the channel's swing."""
    days = (at - FIRST) / timedelta(days=1)
    aim = channel.middle + channel.swing * math.sin(days * 1.7 + len(channel.name))
    value += (aim - value) * 0.06 + random.uniform(-channel.step, channel.step)
    value = min(max(value, channel.middle - channel.swing), channel.middle + 1.3 * channel.swing)
    return round(min(max(value, channel.least), channel.most), channel.decimals)


def _is_moving(station: Station, at: datetime) -> bool:
    return station.moves and MERGED - MOVING <= at < MERGED + MOVING


def _in_time(station: Station, hour: datetime, sent_at: datetime) -> datetime:
    """What a device that is moved has measured before, it has sent before."""
    if station.moves and hour < MERGED:
        return min(sent_at, MERGED - timedelta(minutes=10))
    return sent_at


def _letters(
    station: Station,
    random: Random,
    readings: list[tuple[datetime, dict[str, Any]]],
    at: datetime,
    hour: datetime,
) -> Iterator[Letter]:
    """An hour's message, perhaps spoilt; perhaps once more, or corrected or contradicted later."""
    objects = [{"ts": ms(moment), "values": told} for moment, told in readings]
    if not objects:
        return
    topic, chance = _topic(station.name), random.random()
    later = _in_time(station, hour, at + timedelta(hours=random.randint(1, 80)))
    yield Letter(ms(at), topic, _encoded(_spoilt(station, random, objects, at)))
    if chance < 0.05:  # once more
        yield Letter(ms(later), topic, _encoded(objects))
    elif chance < 0.12:
        other = {
            name: _walked_off(station, random, name, value) for name, value in objects[0]["values"].items()
        }
        revision = random.choice(
            [{"rev": 1}, {"rev": 2}, {}]
        )  # without one it contradicts, and does not count
        yield Letter(ms(later), topic, _encoded([{**objects[0], "values": other, **revision}]))
        if revision.get("rev") == 2:  # an older revision comes last
            yield Letter(ms(later) + 60_000, topic, _encoded([{**objects[0], "rev": 1}]))
    if random.random() < 0.02:
        yield Letter(ms(at) + 1_000, topic, random.choice(_UNREADABLE))
    if random.random() < 0.02:
        bare = {
            name: _walked_off(station, random, name, value) for name, value in objects[-1]["values"].items()
        }
        yield Letter(ms(at) + 2_500, topic, json.dumps(bare).encode())  # of the moment of its receipt


_UNREADABLE = (
    b"",
    b"{}",
    b"[]",
    b'{"ts": 1766100000000, "values": ',
    b'{"ts": "2025-12-19", "values": {"pm25": 1}}',
    b'{"ts": 1766100000000, "values": {}}',
    b'{"ts": 1766100000000.5, "values": {"pm25": 1}}',
    b'{"ts": 1766100000000, "rev": -1, "values": {"pm25": 1}}',
    b'{"ts": 1766100000000, "values": [1, 2]}',
    b"\xff\xfe not text",
    b"17.5",
)


def _walked_off(station: Station, random: Random, name: str, value: float) -> float:
    channel = next(one for one in station.channels if one.name == name)
    off = value + random.uniform(-3, 3) * channel.step
    return round(min(max(off, channel.least), channel.most), channel.decimals)


def _spoilt(
    station: Station, random: Random, objects: list[dict[str, Any]], at: datetime
) -> list[dict[str, Any]]:
    """Of some a value that is none, a flag, a time that cannot be, or a channel that is not there."""
    found = []
    for one in objects:
        values = dict(one["values"])
        name = random.choice(sorted(values))
        channel = next(channel for channel in station.channels if channel.name == name)
        flaw, told = random.random(), {**one, "values": values}
        if flaw < 0.015:
            values[name] = random.choice([channel.most * 3 + 1, channel.least - 50])
        elif flaw < 0.025:
            values[name] = random.choice([None, "hỏng", True, math.nan, math.inf])
        elif flaw < 0.04:
            told["qc"] = {name: "Missing"}
        elif flaw < 0.05:
            values["khong_co"] = 1
        elif flaw < 0.055:
            told["ts"] = ms(at + timedelta(minutes=random.choice([6, 90, 3_000])))
        elif flaw < 0.06:
            told["ts"] = ms(station.commissioned - timedelta(seconds=1))
        elif flaw < 0.065:
            told["ts"] = one["ts"] // 1_000
        found.append(told)
    return found


def _encoded(objects: list[dict[str, Any]]) -> bytes:
    return json.dumps(objects if len(objects) > 1 else objects[0]).encode()


def _of_strangers(random: Random, since: datetime, until: datetime) -> Iterator[Letter]:
    """Devices that are not registered, and a shard that is not theirs."""
    at = since + timedelta(hours=5)
    while at < until:
        device, shard = random.choice([("air-999", SHARD), ("air-001", "prio"), ("noise-001", "s1")])
        payload = json.dumps({"ts": ms(at), "values": {"pm25": 500.0, "laeq": 120.0}}).encode()
        yield Letter(ms(at), _topic(device, shard), payload)
        at += timedelta(hours=random.randint(9, 40))
