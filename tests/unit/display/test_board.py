"""Selectors of a board on a catalogue."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.display import board as board_module
from services.display.board_file import parse
from services.display.board_panels import Definition, selections
from services.display.domain import Catalogue, Station
from services.display.resolving import resolve
from services.indicators.definitions import DEFINITIONS
from tests.unit.display.test_domain import CATALOGUE, area

SHIPPED = sorted((Path(board_module.__file__).parent / "boards").glob("*.json"))


def one_panel(**panel: Any) -> Definition:
    common = {"id": "p", "title": {"vi": "P", "en": "P"}, "at": {"x": 0, "y": 0, "w": 4, "h": 4}}
    return parse(json.dumps({"board": "b", "title": {"vi": "B", "en": "B"}, "panels": [common | panel]}))


def one_value(**item: Any) -> Definition:
    return one_panel(panel="value", items=[{"decimals": 0, **item}])


def first(resolved: board_module.Resolved) -> dict[str, Any]:
    panel: dict[str, Any] = resolved.description["panels"][0]
    return panel


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_shipped_boards_can_be_shown_on_anything(file: Path) -> None:
    definition = parse(file.read_bytes())
    assert definition.board == file.stem
    for catalogue in (Catalogue(), CATALOGUE):
        panels = resolve(definition, catalogue).description["panels"]
        assert [panel["id"] for panel in panels] == [panel.id for panel in definition.panels]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_shipped_boards_show_indicators_that_are_computed(file: Path) -> None:
    shown = [of for panel in parse(file.read_bytes()).panels for _, of in selections(panel)]
    named = {of.indicator for of in shown if of.indicator and not of.period}
    assert named <= DEFINITIONS.keys()


def test_a_channel_of_a_kind_becomes_one_key_a_station() -> None:
    resolved = resolve(one_value(kind="air", channel="pm25", pick="max"), CATALOGUE)
    (item,) = first(resolved)["items"]
    assert item["keys"] == ["r/a/pm25", "r/b/pm25", "r/c/pm25", "r/d/pm25"]
    assert item["unit"] == {"vi": "µg/m³", "en": "µg/m³"}
    assert item["places"]["r/a/pm25"]["area_vi"] == "Xã 561"
    assert "area_vi" not in item["places"]["r/d/pm25"]
    assert resolved.keys.readings["r/a/pm25"].fresh_for_ms == 35_000


def test_the_province_is_found_where_the_devices_stand() -> None:
    panel = one_value(indicator="pm25_mean_hour", subject="$province", source_kind="air")
    for catalogue, code, keys in (
        (CATALOGUE, "", ["i/pm25_mean_hour/56"]),
        (CATALOGUE, "80", ["i/pm25_mean_hour/80"]),
        (Catalogue(), "", []),
    ):
        (item,) = first(resolve(panel, catalogue, code))["items"]
        assert item["keys"] == keys


def test_the_promise_of_a_mean_comes_from_its_stations_and_that_of_a_timer_from_its_period() -> None:
    mean = one_value(indicator="m", subject="$province", source_kind="air", period_s=3600)
    timer = one_value(indicator="t", subject="$province", period_s=300)
    assert resolve(mean, CATALOGUE).keys.indicators["i/m/56"] == board_module.KeyRule(45_000, "input")
    assert resolve(timer, CATALOGUE).keys.indicators["i/t/56"] == board_module.KeyRule(610_000, "known")
    daily = replace(CATALOGUE, stays_ms={"m": 86_400_000})
    assert resolve(mean, daily).keys.indicators["i/m/56"] == board_module.KeyRule(86_445_000, "input")


def test_a_commune_without_stations_is_not_made_by_a_timer() -> None:
    lonely = Catalogue(CATALOGUE.stations, (*CATALOGUE.areas, area("563", "commune", "56")))
    shade = {"indicator": "m", "source_kind": "air", "period_s": 3600, "steps": [1]}
    resolved = resolve(one_panel(panel="map", shade=shade), lonely)
    assert resolved.keys.indicators["i/m/563"].age_from == "input"
    assert set(first(resolved)["shade"]["keys"]) == {"561", "562", "563"}


def test_a_map_marks_chips_first_and_other_devices_by_their_first_channel() -> None:
    pump = Station("pump", "water", "Bơm", "Pump", "561", 109.1, 12.1, 60, {"level": "m", "flow": "m³/s"})
    catalogue = Catalogue((*CATALOGUE.stations[:1], pump), CATALOGUE.areas)
    stations = {"kind": "air", "indicator": "vn_aqi_hour"}
    marks = first(resolve(one_panel(panel="map", stations=stations, others=True), catalogue))["marks"]
    assert [mark["key"] for mark in marks] == ["i/vn_aqi_hour/a", "r/pump/flow"]
    assert marks[1]["at"] == [109.1, 12.1]


AIR = {"kind": "air", "channel": "pm25", "hours": 1}


def test_lines_take_the_first_stations_up_to_the_limit() -> None:
    resolved = resolve(one_panel(panel="lines", of=AIR, limit=2), CATALOGUE)
    assert [series["key"] for series in first(resolved)["series"]] == ["r/a/pm25", "r/b/pm25"]
    assert resolved.keys.lines["r/a/pm25"].span_ms == 3_600_000
