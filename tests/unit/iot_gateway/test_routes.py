"""A topic finds its route, and nobody speaks for a device that is not theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.routes import Found
from iot_gateway.routes_settings import RoutesSettings, load_routes
from iot_gateway.samples import Refused
from iot_gateway.units import Units

ROUTES = load_routes(RoutesSettings(), Units())
UPLINK = b"ioc/v1/s0/networks/cs-1/application/17/device/24e1/event/up"


@pytest.mark.parametrize(
    ("topic", "route", "device"),
    [
        (b"ioc/v1/s0/devices/air-001/telemetry", "json", "air-001"),
        (b"ioc/v1/prio/devices/air-001/senml", "senml-json", "air-001"),
        (b"ioc/v1/s0/devices/a.b/senml-cbor", "senml-cbor", "a.b"),
        (UPLINK, "chirpstack", ""),
        (b"ioc/v1/s0/networks/tts-1/v3/song-cam@ttn/devices/do-man-03/up", "thethings", ""),
    ],
)
def test_route(topic: bytes, route: str, device: str) -> None:
    found = ROUTES.find(topic)
    assert isinstance(found, Found)
    assert (found.route.name, found.device) == (route, device)
    assert found.shard == topic.split(b"/")[2].decode()


@pytest.mark.parametrize(
    "topic",
    [
        b"ioc/v1/s0/networks/cs-1/application/17/device/24e1/event/join",
        b"ioc/v1/s0/networks/tts-1/v3/song-cam@ttn/devices/do-man-03/down/queued",
        b"ioc/v1/s0/networks/tts-1/v3/song-cam@ttn/devices/do-man-03/up/normalized",
    ],
)
def test_without_readings(topic: bytes) -> None:
    assert ROUTES.find(topic) is None


@pytest.mark.parametrize(
    "topic",
    [
        b"",
        b"ioc/v1/s0/devices/air-001",
        b"ioc/v1/s0/devices/air-001/telemetry/",
        b"ioc/v1/s0/devices/air-001/telemetry\n",
        b"ioc/v1/s0/devices/\xff/telemetry",
        b"ioc/v1/S0/devices/air-001/telemetry",
        b"ioc/v1/s0/networks/a.b/application/17/device/24e1/event/up",
        b"ioc/v1/s0/networks/cs-1/up",
    ],
)
def test_bad_topic(topic: bytes) -> None:
    found = ROUTES.find(topic)
    assert isinstance(found, Refused)
    assert found.reason == "bad_topic"


def test_a_payload_names_devices_of_its_network_only() -> None:
    found = ROUTES.find(UPLINK)
    assert isinstance(found, Found)
    assert found.device_called("24e124710c1f08a2") == "cs-1.24e124710c1f08a2"


@pytest.mark.parametrize(
    ("named", "reason"),
    [("", "no_device"), ("a/b", "bad_device_name"), ("x" * 60, "bad_device_name"), ("ô", "bad_device_name")],
)
def test_names_that_no_device_has(named: str, reason: str) -> None:
    found = ROUTES.find(UPLINK)
    assert isinstance(found, Found)
    refused = found.device_called(named)
    assert isinstance(refused, Refused)
    assert refused.reason == reason


@given(network=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,9}", fullmatch=True), named=st.text(max_size=20))
def test_no_name_reaches_into_another_network(network: str, named: str) -> None:
    found = ROUTES.find(f"ioc/v1/s0/networks/{network}/application/1/device/1/event/up".encode())
    assert isinstance(found, Found)
    name = found.device_called(named)
    assert isinstance(name, Refused) or name.split(".", 1) == [network, named]


@given(topic=st.binary(max_size=80))
def test_any_topic_is_answered(topic: bytes) -> None:
    found = ROUTES.find(topic)
    assert found is None or isinstance(found, Found | Refused)
