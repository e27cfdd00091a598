"""Which devices and tokens are accepted, and what is said about the others."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.registry.domain import MOST_CHANNELS, Channel, Device, device_faults

PM25 = Channel("pm25", "pm25_mass_concentration", "µg/m³", 0.0, 1000.0)
DEVICE = Device(
    device="air-001",
    kind="air",
    name_vi="Trạm Nha Trang",
    name_en="Nha Trang station",
    shard="s0",
    area_code="22333",
    longitude=109.2,
    latitude=12.25,
    state="active",
    commissioned_at=datetime(2025, 7, 1, tzinfo=UTC),
    reporting_interval_s=60,
    channels=(PM25,),
)
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_proper_device_has_no_faults() -> None:
    edge = replace(DEVICE, device="A" * 63, area_code="", name_en="", longitude=-180, latitude=90)
    assert device_faults([DEVICE, edge]) == []


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"device": ""}, "device", "bad_name"),
        ({"device": "a" * 64}, "device", "bad_name"),
        ({"device": "-air"}, "device", "bad_name"),
        ({"device": "trạm"}, "device", "bad_name"),
        ({"device": "a/b"}, "device", "bad_name"),
        ({"device": "a\n"}, "device", "bad_name"),
        ({"kind": "Air"}, "kind", "bad_name"),
        ({"shard": "S0"}, "shard", "bad_name"),
        ({"area_code": "2233A"}, "area_code", "bad_code"),
        ({"area_code": "²²"}, "area_code", "bad_code"),
        ({"name_vi": " "}, "name_vi", "empty"),
        ({"name_vi": "Tra\u0323m"}, "name_vi", "not_nfc"),
        ({"name_vi": "a\0b"}, "name_vi", "control_character"),
        ({"name_en": "x" * 201}, "name_en", "too_long"),
        ({"longitude": 180.1}, "longitude", "out_of_range"),
        ({"latitude": math.nan}, "latitude", "out_of_range"),
        ({"state": ""}, "state", "required"),
        ({"commissioned_at": datetime(1970, 1, 1, tzinfo=UTC)}, "commissioned_at", "too_early"),
        ({"reporting_interval_s": 0}, "reporting_interval_s", "out_of_range"),
        ({"channels": ()}, "channels", "bad_count"),
        ({"channels": (PM25,) * (MOST_CHANNELS + 1)}, "channels", "bad_count"),
        ({"channels": (PM25, PM25)}, "channels[0].channel", "repeated"),
        ({"channels": (replace(PM25, channel="PM25"),)}, "channels[0].channel", "bad_name"),
        ({"channels": (replace(PM25, quantity=""),)}, "channels[0].quantity", "empty"),
        ({"channels": (replace(PM25, maximum=math.inf),)}, "channels[0].maximum", "not_finite"),
        ({"channels": (replace(PM25, minimum=2.0, maximum=1.0),)}, "channels[0].minimum", "above_maximum"),
    ],
)
def test_faults_name_the_field_and_the_reason(changes: dict[str, Any], field: str, reason: str) -> None:
    faults = device_faults([DEVICE, replace(DEVICE, **{"device": "air-002", **changes})])

    assert (faults[0].field, faults[0].reason) == (f"devices[1].{field}", reason)
    assert faults[0].detail


def test_a_device_may_not_be_there_twice() -> None:
    assert [(f.field, f.reason) for f in device_faults([DEVICE, DEVICE])] == [
        ("devices[0].device", "repeated"),
        ("devices[1].device", "repeated"),
    ]


def test_every_fault_is_told_at_once() -> None:
    bad = replace(DEVICE, device="", longitude=999, channels=(replace(PM25, channel=""),))
    assert len(device_faults([bad])) == 3


def test_a_request_has_at_least_one_and_at_most_ten_thousand_devices() -> None:
    assert device_faults([])[0].reason == "empty"
    assert device_faults([DEVICE] * 10_001)[0].reason == "too_many"
