"""A configuration becomes routes, or says which entry is wrong, where, and why."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from iot_gateway.codecs.catalogue import find_formats
from iot_gateway.routes import Field, Found, Routes
from iot_gateway.routes_reading import BadRoutes, read_routes
from iot_gateway.routes_settings import RoutesSettings, load_routes
from iot_gateway.units import Units

FORMATS = find_formats()
UNITS = Units()

GOOD = """
[[route]]
name = "weather"
topic = "ioc/v1/{shard}/networks/loriot-1/up/{device}"
format = "json"
device = "loriot-{named}"
ignore = ["battery", "radio.*"]
devices = { "0001" = "air-001" }
fields = { tempF = { channel = "temperature", unit = "°F" }, rh = "humidity" }
"""


def read(text: str) -> Routes:
    return read_routes(tomllib.loads(text), FORMATS, UNITS)


def test_a_full_entry() -> None:
    (route,) = read(GOOD).routes
    assert route.network == "loriot-1"
    assert route.naming == "loriot-{named}"
    assert route.fields == {"tempF": Field("temperature", "°F"), "rh": Field("humidity")}
    assert route.devices == {"0001": "air-001"}
    assert [name for name in ("battery", "battery2", "radio.rssi", "radio") if route.ignores(name)] == [
        "battery",
        "radio.rssi",
    ]


def one(topic: str = "ioc/v1/{shard}/devices/{device}/x", format: str = "json", more: str = "") -> str:
    return f'[[route]]\nname = "one"\ntopic = "{topic}"\nformat = "{format}"\n{more}'


NETWORK = "ioc/v1/{shard}/networks/{network}/up"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "file: route: there has to be at least one"),
        ("rout = 1\n" + one(), "file: rout: unknown"),
        (one() + one(), "route one: name: another route has the same name"),
        ('[[route]]\ntopic = "ioc/v1/{shard}/devices/{device}/x"\nformat = "json"', "route 1: name: give"),
        (one("a/b/c"), "route one: topic: goes on from"),
        (one("ioc/v1/s0/devices/{device}/x"), "route one: topic: goes on from"),
        (one("ioc/v1/{shard}/devices/{device}"), "route one: topic: goes on from"),
        (one("ioc/v1/{shard}/devices/{device}/{device}"), "topic: {device} has its place at the beginning"),
        (one("ioc/v1/{shard}/devices/{device}/{who}"), "topic: '{who}' is no level"),
        (one("ioc/v1/{shard}/devices/{device}/x+"), "topic: 'x+' is no level"),
        (one("ioc/v1/{shard}/devices/{device}/commands"), "topic: commands go to devices"),
        (one("ioc/v1/{shard}/devices/{device}/#"), "topic: # fits only"),
        (one("ioc/v1/{shard}/networks/a.b/x", "chirpstack"), "topic: 'a.b' is no name of a network server"),
        (one("ioc/v1/{shard}/networks/+/x", "chirpstack"), "topic: '+' is no name of a network server"),
        (one(format="xml"), "route one: format: 'xml' is none of chirpstack, json"),
        (one(NETWORK), "route one: format: names no device"),
        (one(more='device = "{named}"'), "route one: device: below devices, the topic names the device"),
        (
            one(NETWORK, "chirpstack", 'device = "{named}"'),
            "route one: device: without {network}, one server",
        ),
        (one(NETWORK, "chirpstack", 'device = "{network}"'), "route one: device: has to contain {named}"),
        (one(NETWORK, "chirpstack", 'device = "{network}.{named}.{x}"'), "route one: device: "),
        (
            one(NETWORK, "chirpstack", 'devices = { a = "air-001" }'),
            "route one: devices: only below a network",
        ),
        (one(more="ignore = 3"), "route one: ignore: a list"),
        (one(more='ignore = ["a*b"]'), "route one: ignore: a * stands at the end"),
        (one(more='colour = "red"'), "route one: colour: unknown"),
        (one(more="fields = 3"), "route one: fields: a table"),
        (one(more="fields = { a = 3 }"), "route one: fields.a: a channel, or"),
        (one(more='fields = { a = "Nhiệt độ" }'), "route one: fields.a: 'Nhiệt độ' is no channel"),
        (
            one(more='fields = { a = { channel = "b", unit = "độ nóng" } }'),
            "fields.a: unknown unit 'độ nóng'",
        ),
        (one(more='fields = { a = { channel = "b", unit = "" } }'), "route one: fields.a: say the unit"),
        (one() + '[[without_readings]]\ntopic = "x"', "without_readings 1: topic: goes on from"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    with pytest.raises(BadRoutes) as raised:
        read(text)
    assert said in str(raised.value)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadRoutes) as raised:
        read(one("x", "xml", "ignore = 3\nfields = 3"))
    assert len(raised.value.faults) == 4


def test_the_shipped_routes_leave_the_fast_path_to_the_standard_topic() -> None:
    routes = load_routes(RoutesSettings(), UNITS)
    assert routes.routes[0].name == "json"
    assert routes.is_plain("ioc/v1/s0/devices/air-001/telemetry")
    assert not routes.is_plain("ioc/v1/s0/devices/air-001/senml")


def test_a_mapping_on_the_standard_topic_closes_the_fast_path() -> None:
    routes = read(one("ioc/v1/{shard}/devices/{device}/telemetry", more='fields = { t = "temp" }'))
    assert not routes.is_plain("ioc/v1/s0/devices/air-001/telemetry")


def test_a_file_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "routes.toml").write_text(GOOD, "utf-8")
    monkeypatch.setenv("HAIDANG_GATEWAY_ROUTES", str(tmp_path / "routes.toml"))
    found = load_routes(RoutesSettings(), UNITS).find(b"ioc/v1/s0/networks/loriot-1/up/0001")
    assert isinstance(found, Found)
    assert found.device_called("") == "air-001"
