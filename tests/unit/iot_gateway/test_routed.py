"""From the bytes of every format to rows: right device, channel, time and unit, and a reason for the rest."""

from __future__ import annotations

import json
import math
import tomllib
from pathlib import Path
from typing import Any

import pytest

from iot_gateway.admission import ChannelRule, DeviceRule, Limits
from iot_gateway.assembly import Message, Rules, assemble, rules_for
from iot_gateway.codecs.catalogue import find_formats
from iot_gateway.routed import Routing
from iot_gateway.routes_reading import read_routes
from iot_gateway.routes_settings import RoutesSettings, load_routes
from iot_gateway.units import Units
from services.telemetry.domain import Batch, SeriesName, Verdict

NOW = 1_793_000_000_000
GOLDEN = Path(__file__).parent / "codecs" / "golden"
LIMITS = Limits(future_tolerance_ms=300_000, floor_ms=0, max_payload_bytes=10_000, max_readings=100)
UNITS = Units()
SHIPPED = Routing(load_routes(RoutesSettings(), UNITS), UNITS)
CHIRPSTACK = b"ioc/v1/s0/networks/cs-1/application/17/device/24e124710c1f08a2/event/up"
THINGS = b"ioc/v1/s0/networks/tts-1/v3/song-cam@ttn/devices/do-man-03/up"


def device(name: str, **units: str) -> DeviceRule:
    channels = {
        channel: ChannelRule(SeriesName(name, channel), -math.inf, math.inf, unit)
        for channel, unit in units.items()
    }
    return DeviceRule(name, "s0", "active", 0, channels)


def routing(more: str) -> Routing:
    return Routing(read_routes(tomllib.loads(more), find_formats(), UNITS), UNITS)


def batch_of(topic: bytes, payload: bytes, *devices: DeviceRule, by: Routing = SHIPPED) -> Batch:
    rules: Rules = rules_for(devices, LIMITS, by)
    return assemble([Message(topic, payload, 1, NOW, len(payload))], rules, Batch("trace", "s0", NOW))


def golden(path: str) -> bytes:
    return (GOLDEN / path).read_bytes()


def rows(batch: Batch) -> list[tuple[str, int, float]]:
    times = zip(batch.series, batch.observed_at_ms, batch.values, strict=True)
    return [(f"{series.device}/{series.channel}", at, value) for series, at, value in times]


def reasons(batch: Batch) -> dict[str, int]:
    return {refusal.reason: refusal.readings for refusal in batch.refusals}


@pytest.mark.parametrize(
    ("topic", "case"), [(b"senml", "senml-json/x.json"), (b"senml-cbor", "senml-cbor/x.cbor")]
)
def test_senml(topic: bytes, case: str) -> None:
    payload = golden(case.replace("x.", "base-fields."))
    if topic == b"senml":  # one device a topic: the second name is another test's
        payload = json.dumps(json.loads(payload)[:3]).encode()
    channels = {"in": "°F", "out": "K", "rh": "1", "up": "°C"}
    batch = batch_of(b"ioc/v1/s0/devices/nhiet-1/" + topic, payload, device("nhiet-1", **channels))
    assert batch.refusals == []
    assert rows(batch)[:3] == [
        ("nhiet-1/in", 1_792_999_800_250, 81.5),
        ("nhiet-1/out", 1_792_999_740_250, 304.4),
        ("nhiet-1/rh", 1_792_999_800_250, 0.64),
    ]


def test_relative_times_count_from_the_receipt() -> None:
    batch = batch_of(
        b"ioc/v1/s0/devices/muc-1/senml",
        golden("senml-json/relative-times.json"),
        device("muc-1", level="cm"),
    )
    assert rows(batch) == [
        ("muc-1/level", NOW - 120_000, 142.0),
        ("muc-1/level", NOW, 145.0),
        ("muc-1/level", NOW - 30_500, 144.0),
        ("muc-1/level", NOW, 146.0),
    ]


def test_a_topic_of_one_device_speaks_for_no_other() -> None:
    batch = batch_of(
        b"ioc/v1/s0/devices/nhiet-1/senml",
        golden("senml-json/base-fields.json"),
        device("nhiet-1", **{"in": "°C"}),
    )
    assert rows(batch) == []
    assert reasons(batch) == {"several_devices": 4}


def test_chirpstack() -> None:
    known = device("cs-1.24e124710c1f08a2", air_temperature="°C", pm25="µg/m³")
    by = routing(
        """
        [[route]]
        name = "air"
        topic = "ioc/v1/{shard}/networks/{network}/application/17/device/+/event/up"
        format = "chirpstack"
        ignore = ["battery"]
        [route.fields]
        "air.temperature" = { channel = "air_temperature", unit = "°F" }
        pm2_5 = { channel = "pm25", unit = "mg/m³" }
        """
    )
    batch = batch_of(CHIRPSTACK, golden("chirpstack/uplink.json"), known, by=by)
    assert rows(batch) == [
        ("cs-1.24e124710c1f08a2/air_temperature", 1_792_996_390_482, pytest.approx(-17 / 6)),
        ("cs-1.24e124710c1f08a2/pm25", 1_792_996_390_482, 17_500.0),
    ]
    assert reasons(batch) == {"unknown_channel": 1}  # air.humidity: neither mapped nor ignored


def test_two_deliveries_of_an_uplink_are_the_same_readings() -> None:
    """Through another radio gateway, and a minute later: same device, channels, times and values."""
    event: dict[str, Any] = json.loads(golden("chirpstack/uplink.json"))
    again = event | {"rxInfo": [{"gatewayId": "24e124fffef60000", "rssi": -120, "snr": -3.5}]}
    known = device("cs-1.24e124710c1f08a2", pm2_5="µg/m³", battery="%")
    rules = rules_for([known], LIMITS, SHIPPED)
    first, second = Batch("a", "s0", NOW), Batch("b", "s0", NOW + 60_000)
    for batch, body in ((first, event), (second, again)):
        payload = json.dumps(body).encode()
        assemble([Message(CHIRPSTACK, payload, 1, batch.received_at_ms, len(payload))], rules, batch)
    assert rows(first) == rows(second)
    assert len(rows(first)) == 2


def test_the_things_stack_with_the_shipped_routes() -> None:
    known = device("tts-1.do-man-03", temperature="°F", humidity="%")
    batch = batch_of(THINGS, golden("thethings/normalised.json"), known)
    assert rows(batch) == [
        ("tts-1.do-man-03/temperature", 1_792_996_390_482, pytest.approx(80.42)),
        ("tts-1.do-man-03/humidity", 1_792_996_390_482, 71.5),
    ]
    assert reasons(batch) == {"unknown_channel": 2}


def test_ppm_is_no_mass_and_says_so() -> None:
    by = routing(
        '[[route]]\nname = "gas"\ntopic = "ioc/v1/{shard}/devices/{device}/gas"\nformat = "json"\n'
        'fields = { no2 = { channel = "no2", unit = "ppm" } }'
    )
    batch = batch_of(b"ioc/v1/s0/devices/gas-1/gas", b'{"no2": 0.02}', device("gas-1", no2="µg/m³"), by=by)
    (refusal,) = batch.refusals
    assert (refusal.reason, refusal.field, refusal.device) == ("unit_mismatch", "no2", "gas-1")
    assert "temperature and pressure" in refusal.detail


MAPPED = routing(
    '[[route]]\nname = "json"\ntopic = "ioc/v1/{shard}/devices/{device}/telemetry"\nformat = "json"\n'
    'fields = { temp = { channel = "temp", unit = "°F" }, x = "temp" }'
)


def test_a_mapped_standard_topic_is_converted_too() -> None:
    payload = b'{"ts": %d, "values": {"temp": 77}}' % NOW
    batch = batch_of(b"ioc/v1/s0/devices/a/telemetry", payload, device("a", temp="°C"), by=MAPPED)
    assert rows(batch) == [("a/temp", NOW, 25.0)]


def test_two_fields_of_one_channel_are_both_judged_each_with_its_flag() -> None:
    payload = b'{"ts": %d, "values": {"x": 24.5, "temp": 77}, "rev": 2, "qc": {"x": "Suspect"}}' % NOW
    batch = batch_of(b"ioc/v1/s0/devices/a/telemetry", payload, device("a", temp="°C"), by=MAPPED)
    assert rows(batch) == [("a/temp", NOW, 25.0)]
    assert batch.revision == [2]
    assert [(one.reason, one.verdict) for one in batch.refusals] == [("qc_rejected", Verdict.SKIPPED)]


def test_only_ignored_fields_is_said_and_counted() -> None:
    by = routing(
        '[[route]]\nname = "j"\ntopic = "ioc/v1/{shard}/devices/{device}/x"\nformat = "json"\nignore = ["b*"]'
    )
    batch = batch_of(b"ioc/v1/s0/devices/a/x", b'{"battery": 3}', device("a", temp="°C"), by=by)
    assert [(refusal.reason, refusal.verdict) for refusal in batch.refusals] == [
        ("ignored_fields", Verdict.SKIPPED)
    ]
    assert batch.received == 1


@pytest.mark.parametrize(
    ("topic", "payload", "reason", "name"),
    [
        (CHIRPSTACK, "chirpstack/uplink.json", "unknown_device", "cs-1.24e124710c1f08a2"),
        (CHIRPSTACK, "chirpstack/status.json", "not_an_uplink", ""),
        (THINGS, "thethings/simulated.json", "simulated", ""),
        (b"ioc/v1/s0/devices/who/senml", "senml-json/base-fields.json", "unknown_device", "who"),
        (b"ioc/v1/s0/networks/cs-1/x", "chirpstack/uplink.json", "bad_topic", ""),
    ],
)
def test_refusals_keep_the_bytes(topic: bytes, payload: str, reason: str, name: str) -> None:
    batch = batch_of(topic, golden(payload), device("air-001"))
    (refusal,) = batch.refusals
    assert (refusal.reason, refusal.device, refusal.payload) == (reason, name, golden(payload))


def test_events_without_readings_are_no_readings() -> None:
    assert batch_of(CHIRPSTACK.replace(b"/up", b"/join"), b"{}").received == 0


def test_a_number_too_large_to_convert_is_not_finite() -> None:
    payload = b'[{"n":"t","u":"Cel","v":1' + b"0" * 400 + b"}]"
    batch = batch_of(b"ioc/v1/s0/devices/a/senml", payload, device("a", t="°F"))
    assert reasons(batch) == {"not_finite": 1}


def test_network_servers_number_the_messages_of_their_devices() -> None:
    """fCnt and f_cnt come through, once a message, and only of devices that may speak."""
    lora = device("cs-1.24e124710c1f08a2", temperature="°C")
    known = batch_of(CHIRPSTACK, golden("chirpstack/uplink.json"), lora)
    assert [(n.device, n.number) for n in known.numbers] == [(lora.device, 1207)]
    assert batch_of(CHIRPSTACK, golden("chirpstack/uplink.json")).numbers == []
    many = batch_of(THINGS, golden("thethings/normalised.json"), device("tts-1.do-man-03"))
    assert len(many.numbers) == 1
