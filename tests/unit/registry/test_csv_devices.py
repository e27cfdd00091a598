"""Devices from CSV: every line gets its own verdict."""

import unicodedata
from datetime import UTC, datetime

import pytest

from services.registry.csv_devices import BadFile, read
from services.registry.domain import Channel

HEADING = "device,kind,name_vi,shard,longitude,latitude,commissioned_at,reporting_interval_s,channels"
GOOD = (
    "air-1,air,Trạm Một,s0,109.2,12.25,2026-01-02,60,"
    '"pm25|pm25_mass_concentration|µg/m³|0|1000;rh|humidity|%"'
)


def test_a_good_line() -> None:
    (line,) = read(f"\ufeff{HEADING}\r\n{unicodedata.normalize('NFD', GOOD)}\r\n")
    assert line.faults == []
    assert line.device is not None
    assert line.device.name_vi == "Trạm Một"
    assert line.device.commissioned_at == datetime(2026, 1, 1, 17, tzinfo=UTC)  # midnight in Việt Nam
    assert line.device.channels == (
        Channel("pm25", "pm25_mass_concentration", "µg/m³", 0, 1000),
        Channel("rh", "humidity", "%"),
    )


def test_each_bad_line_is_told_with_its_column_and_the_others_are_devices() -> None:
    lines = read(
        "\n".join(
            [
                HEADING,
                GOOD,
                GOOD.replace("109.2", "east").replace("air-1", "air-2"),
                GOOD.replace("12.25", "95").replace("air-1", "air-3"),
                GOOD.replace("pm25|pm25_mass_concentration|µg/m³|0|1000", "pm25").replace("air-1", "air-4"),
                "",
                GOOD,
                GOOD.replace("air-1", "air-5") + ",more",
                "air-6",
            ]
        )
    )
    found = {line.number: [(fault.field, fault.reason) for fault in line.faults] for line in lines}
    assert found.pop(9)[:2] == [("longitude", "cannot_be_read"), ("latitude", "cannot_be_read")]
    assert found == {
        2: [],
        3: [("longitude", "cannot_be_read")],
        4: [("latitude", "out_of_range")],
        5: [("channels", "cannot_be_read")],
        7: [("device", "repeated")],
        8: [("", "too_many_fields")],
    }


def test_semicolons_and_decimal_commas() -> None:
    heading = HEADING.replace(",", ";")
    (line,) = read(
        f"{heading};state\nair-1;air;Trạm;s0;109,2;12,25;2026-01-02T08:00+07:00;60;pm25|q;provisioned\n"
    )
    assert line.faults == []
    assert line.device is not None
    assert (line.device.longitude, line.device.state) == (109.2, "provisioned")


@pytest.mark.parametrize("text", ["", "device,kind\na,b", f"{HEADING},colour\n", f"{HEADING},device\n"])
def test_files_that_cannot_be_read(text: str) -> None:
    with pytest.raises(BadFile):
        read(text)
