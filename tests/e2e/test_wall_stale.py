"""What is old looks old, within the age that was promised for it."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator

from tests.e2e.conftest import WallPage
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually

pytestmark = pytest.mark.one_store("a page shows what the hub sends, whatever kept it")

# The tile about silence itself stays true when everything falls silent: its number falls.
LIVE_TILES = {"pm25-mean", "aqi-worst", "pm25-max", "noise-max", "water-max", "speed-min", "power-sum"}
PAINT_S = 2.0  # the page looks at its clock every second
SETTLED = {
    "HAIDANG_SIMULATOR_HISTORY_HOURS": "3",
    "HAIDANG_SIMULATOR_BACKLOG_RATE": "400",
    "HAIDANG_SIMULATOR_TROUBLES": "false",  # they come by the clock
}
SCALE = {"HAIDANG_SIMULATOR_INTERVAL_SCALE": "0.2"}
# Longest promise on this wall: the mean of stations that report every 3 s, three times, and its computation.
LONGEST_PROMISE_S = 3 * 3 + 5 + 10


def test_every_live_tile_and_station_is_stale_when_the_simulator_is_killed(
    centre: Stack, open_wall: Callable[..., WallPage]
) -> None:
    for process in ("gateway", "relay", "worker", "hub"):
        centre.start(process)
    simulator = centre.start("simulator", **SETTLED, **SCALE)
    wall = open_wall()
    tiles = {panel: wall.tile(panel) for panel in LIVE_TILES}
    marks = wall.page.locator('.station:not([data-device="demo-001"]), .mark')
    been_fresh: set[str] = set()

    def each_has_been_fresh() -> bool:
        """One after the other: on a slow machine a station that reports every second is old now and then."""
        been_fresh.update(panel for panel, tile in tiles.items() if is_fresh(tile))
        been_fresh.update(f"mark {n}" for n, old in enumerate(attributes(marks, "stale")) if old == "false")
        return len(been_fresh) == len(tiles) + marks.count()

    eventually(each_has_been_fresh, 80, "for every tile and station to be live")

    simulator.kill()
    killed = time.monotonic()

    deadline_s = LONGEST_PROMISE_S + PAINT_S
    eventually(lambda: all(is_stale(tile) for tile in tiles.values()), deadline_s, "for stale tiles")
    assert time.monotonic() - killed <= deadline_s
    eventually(lambda: set(attributes(marks, "stale")) == {"true"}, deadline_s, "for stale stations")
    for tile in tiles.values():
        assert "QUÁ HẠN" in (tile.text_content() or "")
    assert "tỉnh mô phỏng" in wall.strip()
    assert "CHỈ 0/73 TRẠM có số mới" in wall.strip()


def is_fresh(tile: Locator) -> bool:
    return tile.get_attribute("data-stale") == "false" and tile.get_attribute("data-value") != ""


def is_stale(tile: Locator) -> bool:
    return tile.get_attribute("data-stale") == "true"


def attributes(marks: Locator, name: str) -> list[str]:
    found: list[str] = marks.evaluate_all(f"nodes => nodes.map(node => node.dataset.{name})")
    return found
