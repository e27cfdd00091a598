"""Shapes that real provinces have: narrow land full of stations, islands far out, an outline alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from services.simulator.province import build_province
from services.simulator.settings import SEED
from tests.e2e import played_map
from tests.e2e import played_parts as parts
from tests.e2e.conftest import TOKEN
from tests.e2e.looking import DIST, faults
from tests.e2e.played_hub import PlayedHub
from tests.fixtures.servers import without
from tests.fixtures.waiting import eventually

pytestmark = pytest.mark.one_store("a page shows what it is sent, whatever kept it")

STATIONS = 12
SHOW: dict[str, Any] = {
    "type": "show",
    "mode": "board",
    "boards": ["doc"],
    "board": "doc",
    "seconds": 30,
    "incident": None,
    "wall": {"id": 1, "name": "Tường 1"},
    "language": "vi",
    "simulated": True,
}
# How far each station's box reaches over the land, px: below zero it stands beside it.
OVER_LAND = """() => {
  const land = document.querySelector('.commune:not(.far)').getBoundingClientRect();
  return [...document.querySelectorAll('.station rect:first-child')].map(e => e.getBoundingClientRect())
    .map(box => Math.min(box.right - land.left, land.right - box.left));
}"""


def square(x: float, y: float, width: float, height: float) -> list[list[list[float]]]:
    """A piece of a boundary, clockwise as the hub's maps are drawn."""
    return [[[x, y], [x, y + height], [x + width, y + height], [x + width, y], [x, y]]]


def outline() -> dict[str, Any]:
    """A province whose communes nobody has drawn: a strip of land, and islets far to the east."""
    pieces = [square(109, 11, 0.45, 1.4), square(109.5, 11.9, 0.05, 0.05)]
    pieces += [square(113 + number / 4, 11.1, 0.05, 0.05) for number in range(4)]
    unit = {"code": "56", "vi": "Tỉnh Khánh Hòa", "en": "Khánh Hòa Province"}
    feature = {
        "type": "Feature",
        "properties": unit,
        "geometry": {"type": "MultiPolygon", "coordinates": pieces},
    }
    return {"type": "FeatureCollection", "features": [feature]}


def board() -> dict[str, Any]:
    frame = played_map.overview(build_province(SEED, datetime(2026, 1, 1, tzinfo=UTC)).areas)
    (panel,) = (one for one in frame["board"]["panels"] if one["panel"] == "map")
    marks = [
        {**panel["marks"][0], "device": f"air-{i:03}", "at": [109.2 + i % 3 / 20, 11.05 + i * 0.11]}
        for i in range(STATIONS)
    ]
    shown = {**panel, "marks": marks, **parts.at(0, 0, 5, 4)}
    return {**frame, "board": {**frame["board"], "board": "doc", "panels": [shown]}}


@pytest.fixture(scope="module")
def hub() -> Iterator[PlayedHub]:
    if not (DIST / "index.html").is_file():
        without("the wall page is not built")
    hub = PlayedHub(DIST, {"doc": board()}, outline(), parts.NOW_MS)
    yield hub
    hub.close()


def opened(chromium: Browser, hub: PlayedHub, width: int, height: int) -> Page:
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.add_init_script(f"localStorage.setItem('{TOKEN}', 'doc')")
    page.goto(f"http://127.0.0.1:{hub.port}/")
    page.locator('.board[data-settled="true"]').wait_for()
    eventually(lambda: page.locator(".station").count() == STATIONS)
    return page


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920)])
def test_narrow_land_is_seen_beside_its_stations_and_far_islands_have_a_frame(
    chromium: Browser, hub: PlayedHub, width: int, height: int
) -> None:
    page = opened(chromium, hub, width, height)
    mark = page.locator(".simulated")
    assert not mark.is_visible()
    hub.push(SHOW)
    mark.wait_for()
    if folder := os.environ.get("HAIDANG_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/shapes-{width}.png")
    assert mark.text_content() == "MÔ PHỎNG"
    assert faults(page) == []
    assert page.locator(".commune.far").count() == 1
    over = page.evaluate(OVER_LAND)
    assert len(over) == STATIONS
    assert sum(reach <= 0 for reach in over) >= 11, "a column either side, and what does not fit there"
    page.close()
