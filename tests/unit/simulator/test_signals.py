"""What devices see: within physics, smooth, and with the shape of a day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import mean

import pytest

from services.simulator import signals
from services.simulator.devices import KINDS
from services.simulator.domain import Channel, Device
from services.simulator.province import build_province
from services.simulator.settings import SEED

MONDAY = datetime(2026, 11, 22, 17, tzinfo=UTC)  # midnight in Viet Nam
SUNDAY = MONDAY - timedelta(days=1)
DEVICES = build_province(SEED, MONDAY).devices[:-1]  # the last is not simulated


def series() -> Iterator[tuple[Device, Channel]]:
    for device in DEVICES:
        for channel in device.channels:
            yield device, channel


def at(device: Device, name: str, day: datetime, hour: float) -> float:
    channel = next(channel for channel in device.channels if channel.channel == name)
    return signals.value(SEED, device.device, channel, day.timestamp() + hour * 3_600)


def over(kind: str, name: str, hours: tuple[float, ...], day: datetime = MONDAY, days: int = 10) -> float:
    """Mean over all devices of a kind, working days only: one day's weather is no climate."""
    evenings = [day + timedelta(days=n) for n in range(days)]
    working = [evening for evening in evenings if (evening + timedelta(hours=7)).weekday() < 5]
    return mean(at(d, name, w, h) for d in DEVICES if d.kind == kind for w in working for h in hours)


def test_every_kind_has_a_curve_for_each_of_its_channels() -> None:
    assert {channel.channel for kind in KINDS for channel in kind.channels} <= set(signals.CURVES)


def test_values_stay_within_the_physical_range_and_well_off_its_ends() -> None:
    for device, channel in series():
        values = [
            signals.value(SEED, device.device, channel, MONDAY.timestamp() + step * 4_321)
            for step in range(200)
        ]
        assert channel.minimum is not None
        assert channel.maximum is not None
        assert channel.minimum <= min(values), (device.device, channel.channel)
        assert max(values) < channel.maximum, (device.device, channel.channel)
        assert len(set(values)) > 20, "it moves"


def test_a_moment_has_one_value_whenever_it_is_asked_for() -> None:
    for device, channel in series():
        moment_s = MONDAY.timestamp() + 12_345.678
        first = signals.value(SEED, device.device, channel, moment_s)
        assert signals.value(SEED, device.device, channel, moment_s) == first

    one, other = DEVICES[0], DEVICES[1]
    assert at(one, "pm25", MONDAY, 8) != at(other, "pm25", MONDAY, 8)


@pytest.mark.parametrize(
    ("kind", "name", "high", "low"),
    [
        ("traffic", "flow", (7.0, 17.3), (2.0, 3.0)),
        ("traffic", "speed", (2.0, 3.0), (7.0, 17.3)),
        ("noise", "laeq", (8.0, 17.0), (2.0, 3.0)),
        ("power", "active_power", (19.0, 15.0), (2.0, 3.0)),
        ("air", "temperature", (14.0,), (4.0,)),
        ("air", "humidity", (4.0,), (14.0,)),
        ("air", "pm25", (7.0,), (14.0,)),
        ("water_quality", "oxygen", (12.0,), (2.0,)),
        ("water_quality", "cod", (8.5, 20.5), (2.0, 14.5)),
    ],
)
def test_a_working_day_has_its_shape(
    kind: str, name: str, high: tuple[float, ...], low: tuple[float, ...]
) -> None:
    assert over(kind, name, high) > 1.05 * over(kind, name, low)


def test_sunday_has_no_rush_hour() -> None:
    traffic = [device for device in DEVICES if device.kind == "traffic"]

    assert mean(at(d, "flow", SUNDAY, 7.2) for d in traffic) < 0.5 * mean(
        at(d, "flow", MONDAY, 7.2) for d in traffic
    )


def test_the_tide_turns_about_every_six_hours() -> None:
    water = next(device for device in DEVICES if device.kind == "water_level")
    levels = [at(water, "level", MONDAY, hour) for hour in range(48)]
    turns = sum(
        (levels[i] - levels[i - 1]) * (levels[i + 1] - levels[i]) < 0 for i in range(1, len(levels) - 1)
    )

    assert 5 <= turns <= 10
    assert max(levels) - min(levels) > 0.4, "metres"
