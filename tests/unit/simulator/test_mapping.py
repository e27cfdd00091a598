"""Mapping files: each mistake is answered with the name of its field."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from services.simulator import mapping as mapping_module
from services.simulator.mapping import MappingError, load_mapping

AIRNOW = Path(mapping_module.__file__).parent / "mappings/airnow_pm25.json"


@pytest.fixture
def content() -> dict[str, Any]:
    return dict(json.loads(AIRNOW.read_text(encoding="utf-8")))


def load(content: object, folder: Path) -> mapping_module.Mapping:
    file = folder / "mapping.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return load_mapping(file)


def test_the_mapping_that_is_shipped_is_valid() -> None:
    found = load_mapping(AIRNOW)

    assert [value.channel for value in found.values] == ["pm25"]
    assert found.time.stamp == "end"
    assert found.qc is not None
    assert found.qc.valid == ("Valid",)


def test_toml_says_the_same(tmp_path: Path) -> None:
    file = tmp_path / "mapping.toml"
    file.write_text(
        '[time]\ncolumn = "t"\nformat = "iso8601"\n\n'
        '[[values]]\ncolumn = "v"\nchannel = "pm25"\nquantity = "q"\nunit = "µg/m³"\n',
        encoding="utf-8",
    )

    found = load_mapping(file)

    assert found.time.time_zone == "Asia/Ho_Chi_Minh"
    assert found.columns == [("time.column", "t"), ("values.0.column", "v")]


MISTAKES = [
    (lambda c: c.pop("time"), "time: Field required"),
    (lambda c: c["time"].pop("column"), "time.column: Field required"),
    (lambda c: c["time"].update(time_zone="Asia/Hanoi"), "time.time_zone: .*'Asia/Hanoi' is no time zone"),
    (lambda c: c["time"].update(stamp="middle"), "time.stamp: Input should be 'start' or 'end'"),
    (lambda c: c["time"].pop("interval_s"), 'time: .*stamp = "end" needs interval_s'),
    (lambda c: c["values"][0].pop("unit"), "values.0.unit: Field required"),
    (lambda c: c["values"][0].update(channel="PM 2.5"), "values.0.channel: String should match"),
    (lambda c: c["values"][0].update(sentinels=["x"]), "values.0.sentinels.0: Input should be a valid"),
    (lambda c: c.update(values=[]), "values: .*at least 1 item"),
    (lambda c: c["values"].append(deepcopy(c["values"][0])), "mapping: .*the same channel"),
    (lambda c: c["qc"].update(valid=[]), "qc.valid: .*at least 1 item"),
    (lambda c: c.update(sentinel=-999), "sentinel: Extra inputs are not permitted"),
    (lambda c: c["device"].update(latitude=121), "device.latitude: Input should be less than or equal to 90"),
    (lambda c: c.update(encoding="utf-16"), "encoding: .*does not write a line end as one byte"),
    (lambda c: c.update(encoding="klingon"), "encoding: .*'klingon' is no encoding"),
]


@pytest.mark.parametrize(("spoil", "message"), MISTAKES, ids=[message for _, message in MISTAKES])
def test_a_mistake_names_its_field(content: dict[str, Any], tmp_path: Path, spoil: Any, message: str) -> None:
    spoil(content)

    with pytest.raises(MappingError, match=message):
        load(content, tmp_path)


def test_a_file_that_is_no_json_or_not_there_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")

    with pytest.raises(MappingError, match=r"broken\.json: Expecting property name"):
        load_mapping(broken)
    with pytest.raises(MappingError, match=r"nowhere\.json"):
        load_mapping(tmp_path / "nowhere.json")
