"""The page fits its screen: nothing cut, nothing scrolls, everything large enough to be read from afar.

With HAIDANG_SCREENSHOTS=folder the screens are also kept as pictures, to be looked at.
"""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import WallPage
from tests.e2e.looking import CAPITAL, SCROLLS
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually

pytestmark = pytest.mark.one_store("a page shows what the hub sends, whatever kept it")

SETTLED = {
    "HAIDANG_SIMULATOR_HISTORY_HOURS": "4",
    "HAIDANG_SIMULATOR_BACKLOG_RATE": "400",
    "HAIDANG_SIMULATOR_TROUBLES": "false",  # they come by the clock
}
# Letters may stand out of their box where it is set tighter than the font: a little is no cut.
CUT = """() => [...document.querySelectorAll('#wall *')]
  .filter(e => e.clientWidth > 0 && getComputedStyle(e).display !== 'inline')
  .map(e => [e, parseFloat(getComputedStyle(e).fontSize)])
  .filter(([e, em]) => e.scrollWidth > e.clientWidth + 0.1 * em || e.scrollHeight > e.clientHeight + 0.3 * em)
  .map(([e]) => `${e.getAttribute('class')}: ${e.textContent.slice(0, 60)}`)"""
# What grows upwards over what stands above it makes nothing scroll.
OVER_TITLE = """() => document.querySelector('.legend').getBoundingClientRect().top
  - document.querySelector('.map-body').getBoundingClientRect().top"""
TEXTS = """() => [...document.querySelectorAll('#wall *')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .map(e => [e.classList.contains('tile-value'), parseFloat(getComputedStyle(e).fontSize), e.textContent])"""
SHADED = """() => [...document.querySelectorAll('.commune')]
  .filter(e => e.dataset.stale === 'false' && e.dataset.value)
  .map(e => getComputedStyle(e).fill)"""
UNKNOWN = "rgb(38, 41, 44)"
DRAWN_IN_IT = """() => document.fonts.check('500 20px "Be Vietnam Pro"', 'Ộ Ễ Ự Ẵ Ỹ đ')"""


@pytest.mark.parametrize(
    ("width", "height", "query"),
    [(1920, 1080, ""), (3840, 2160, ""), (1080, 1920, ""), (1920, 1080, "?lang=en")],
)
def test_nothing_is_cut_and_everything_is_large(
    centre: Stack, open_wall: Callable[..., WallPage], width: int, height: int, query: str
) -> None:
    for process in ("gateway", "relay", "worker", "hub"):
        centre.start(process)
    centre.start("simulator", **SETTLED, HAIDANG_SIMULATOR_INTERVAL_SCALE="0.2")
    wall = open_wall(width, height, query)
    eventually(lambda: wall.tile("aqi-worst").get_attribute("data-value") != "", 40)
    eventually(lambda: wall.page.locator(".commune").count() == 27)

    if folder := os.environ.get("HAIDANG_SCREENSHOTS"):
        # A simulated device may be silent just now, also one whose line would be drawn.
        eventually(lambda: wall.page.locator(".line-name:not([hidden])").count() >= 2, 30)
        wall.page.screenshot(path=f"{folder}/wall-{width}x{height}{query.replace('?', '-')}.png")
    scale = min(width, height) / 1080
    assert "\n".join(cut_texts(wall.page)) == ""
    assert not wall.page.evaluate(SCROLLS)
    assert wall.page.evaluate(OVER_TITLE) >= 0, "the legend covers the map's title"
    capital = wall.page.evaluate(CAPITAL)
    for is_value, size, text in wall.page.evaluate(TEXTS):
        assert size * capital >= (46 if is_value else 24) * scale, text
    shades = eventually(lambda: wall.page.evaluate(SHADED), 20)
    assert UNKNOWN not in shades, "an area with a value is shaded"
    family = wall.page.evaluate("getComputedStyle(document.body).fontFamily")
    assert family.startswith('"Be Vietnam Pro"')
    assert wall.page.evaluate(DRAWN_IN_IT)


def cut_texts(page: Page) -> list[str]:
    found: list[str] = page.evaluate(CUT)
    return found


def test_however_much_is_missing_the_strip_is_not_cut(
    centre: Stack, open_wall: Callable[..., WallPage]
) -> None:
    """Only the hub runs, and the wall is narrow: every other part is missing, and every station."""
    centre.start("hub")
    wall = open_wall(1080, 1920)
    eventually(lambda: "5 thành phần · CHỈ 0/" in wall.strip(), 30)
    assert "strip" not in "\n".join(cut_texts(wall.page))
