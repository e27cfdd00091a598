"""One factor a pair of units, exact where the units are, and a clear word where there is none."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.codecs.senml_units import UNITS as SENML
from iot_gateway.samples import Refused
from iot_gateway.units import IDENTITY, Conversion, Units, spelled

UNITS = Units()


@pytest.mark.parametrize(
    ("sent", "wanted", "value", "expected"),
    [
        ("°F", "°C", 77.0, 25.0),
        ("°F", "°C", -40.0, -40.0),
        ("°C", "°F", 25.0, 77.0),
        ("K", "°C", 300.0, 26.85),
        ("mg/m³", "µg/m³", 0.035, 35.0),
        ("µg/m³", "mg/m³", 35.0, 0.035),
        ("ug/m3", "µg/m³", 12.3, 12.3),
        ("km/h", "m/s", 36.0, 10.0),
        ("Pa", "hPa", 101_325.0, 1013.25),
        ("l/s", "m³/h", 10.0, 36.0),
        ("dS/m", "µS/cm", 1.5, 1500.0),
        ("ppb", "ppm", 420.0, 0.42),
        ("kWh", "MJ", 1.0, 3.6),
        ("°C/h", "°F/h", 5.0, 9.0),  # a difference has no offset
        ("1", "%", 0.5, 50.0),
        ("kvarh", "varh", 1.5, 1500.0),
    ],
)
def test_conversion(sent: str, wanted: str, value: float, expected: float) -> None:
    way = UNITS.conversion(sent, wanted)
    assert isinstance(way, Conversion)
    assert way.apply(value) == expected


@pytest.mark.parametrize("unit", ["µg/m³", "\u03bcg/m\u00b3", "µg/m3", "°C", "lượt", "AQI"])
def test_a_unit_is_itself_however_it_is_spelled(unit: str) -> None:
    assert UNITS.conversion(unit, spelled(unit)) is IDENTITY


@pytest.mark.parametrize(
    ("sent", "wanted", "reason", "word"),
    [
        ("ppm", "µg/m³", "unit_mismatch", "gas"),
        ("°C", "µg/m³", "unit_mismatch", "different things"),
        ("xe", "lượt", "unknown_unit", "'xe'"),
        ("°C", "độ nóng", "unknown_unit", "độ nóng"),
        ("°C", "", "unit_mismatch", "no unit"),
        ("dB", "dBm", "unit_mismatch", "no factor"),
        ("pH", "mH", "unit_mismatch", "no factor"),  # pint reads pH as picohenry
        ("Np", "%", "unit_mismatch", ""),
    ],
)
def test_what_cannot_be_converted_says_why(sent: str, wanted: str, reason: str, word: str) -> None:
    way = UNITS.conversion(sent, wanted)
    assert isinstance(way, Refused)
    assert way.reason == reason
    assert word in way.detail


def test_pint_is_asked_once_for_a_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    units = Units()
    first = units.conversion("°F", "°C")
    monkeypatch.setattr(units, "_convert", lambda *_: pytest.fail("asked again"))
    assert units.conversion("°F", "°C") is first


@given(value=st.floats(-1e6, 1e6))
@pytest.mark.parametrize("pair", [("°F", "°C"), ("mmHg", "hPa"), ("°", "rad"), ("kn", "m/s"), ("in", "mm")])
def test_there_and_back(pair: tuple[str, str], value: float) -> None:
    there, back = UNITS.conversion(*pair), UNITS.conversion(*reversed(pair))
    assert isinstance(there, Conversion)
    assert isinstance(back, Conversion)
    assert math.isclose(back.apply(there.apply(value)), value, rel_tol=1e-12, abs_tol=1e-9)


@pytest.mark.parametrize("name", sorted(SENML))
def test_senml_units_are_known(name: str) -> None:
    assert UNITS.problem(SENML[name]) is None
