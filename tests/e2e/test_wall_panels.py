"""Every kind of panel in every state, language and screen: nothing overlaps, is cut, or is too small.

The frames are played by the test itself, so each screen is there within a second.
With HAIDANG_SCREENSHOTS=folder the screens are also kept as pictures, to be looked at.
"""

import gzip
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from services.simulator.province import build_province
from services.simulator.settings import SEED
from tests.e2e import played_boards as played
from tests.e2e import played_map
from tests.e2e import played_parts as parts
from tests.e2e.conftest import TOKEN
from tests.e2e.looking import DIST, faults
from tests.e2e.played_hub import PlayedHub
from tests.fixtures.servers import without
from tests.fixtures.waiting import eventually

pytestmark = pytest.mark.one_store("a page shows what it is sent, whatever kept it")

AREAS = build_province(SEED, datetime(2026, 1, 1, tzinfo=UTC)).areas
BOARDS = ["so-lieu", "danh-sach", "luoi", "tong-quan"]
ROWS = {"states", "ranking", "table", "late", "list", "alarms"}
KINDS = ROWS | {"value", "lines", "map", "calendar", "matrix", "text", "clock"}
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def hub() -> Iterator[PlayedHub]:
    if not (DIST / "index.html").is_file():
        without("the wall page is not built")
    made = [played.figures(), played.lists(), played.grids(), played_map.overview(AREAS)]
    boards = {one["board"]["board"]: one for one in made}
    boards |= {"chua-xem": {**played.figures(), "alarms": None}, "chen-chuc": crowded()}
    hub = PlayedHub(DIST, boards, played_map.map_of(AREAS), parts.NOW_MS)
    yield hub
    hub.close()


def crowded() -> dict[str, Any]:
    """A low map with fourteen stations along one road, from south to north."""
    frame = played_map.overview(AREAS)
    (panel,) = (one for one in frame["board"]["panels"] if one["panel"] == "map")
    longitude, latitude = panel["marks"][0]["at"]
    marks = [
        {**panel["marks"][0], "device": f"air-{i:03}", "at": [longitude + i * 0.002, latitude + i * 0.012]}
        for i in range(14)
    ]
    lowered = {**panel, "marks": marks, **parts.at(0, 0, 12, 4)}
    return {**frame, "board": {**frame["board"], "board": "chen-chuc", "panels": [lowered]}}


@pytest.fixture
def open_board(chromium: Browser, hub: PlayedHub) -> Iterator[Open]:
    """Opens a board; any error of the page fails the test."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_page(board: str, width: int = 1920, height: int = 1080, more: str = "", **how: Any) -> Page:
        page = chromium.new_page(viewport={"width": width, "height": height}, **how)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.add_init_script(f"localStorage.setItem('{TOKEN}', '{board}')")
        page.goto(f"http://127.0.0.1:{hub.port}/?{more.removeprefix('&')}")
        page.locator('.board[data-settled="true"]').wait_for()
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert errors == []


SCREENS = [
    *((board, 1920, 1080, "") for board in BOARDS),
    *((board, 1080, 1920, "") for board in BOARDS),
    *((board, 1920, 1080, "&lang=en") for board in BOARDS),
    ("so-lieu", 3840, 2160, ""),
    ("tong-quan", 3840, 2160, ""),
    ("danh-sach", 1080, 1920, "&lang=en"),
]


@pytest.mark.parametrize(("board", "width", "height", "more"), SCREENS)
def test_a_screen_is_whole(open_board: Open, board: str, width: int, height: int, more: str) -> None:
    page = open_board(board, width, height, more)
    if page.locator(".map").count():
        page.locator(".commune").first.wait_for(state="attached")
    if folder := os.environ.get("HAIDANG_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{board}-{width}x{height}{more.replace('&', '-')}.png")
    assert faults(page) == []


@pytest.mark.parametrize(("width", "height"), [(1080, 1920), (1920, 1080)])
def test_stations_close_to_each_other_do_not_cover_each_other(
    open_board: Open, width: int, height: int
) -> None:
    page = open_board("chen-chuc", width, height)
    eventually(lambda: page.locator(".station").count() == 14)
    if folder := os.environ.get("HAIDANG_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/chen-chuc-{width}.png")
    assert faults(page) == []


def test_every_kind_of_panel_is_among_them() -> None:
    boards = [played.figures(), played.lists(), played.grids(), played_map.overview(AREAS)]
    assert {panel["panel"] for one in boards for panel in one["board"]["panels"]} == KINDS


def said(page: Page, panel: str) -> str:
    return page.locator(f'[data-panel="{panel}"]').inner_text().replace("\n", " ")


def figure(page: Page, panel: str) -> str:
    return page.locator(f'[data-panel="{panel}"] .tile-value').first.text_content() or ""


def test_a_figure_says_its_period_its_state_its_target_and_its_past(open_board: Open) -> None:
    page = open_board("so-lieu", 3840, 2160)
    final, restated = said(page, "final"), said(page, "unmet")
    assert figure(page, "final") == "98,7"
    assert all(word in final for word in ("chốt", "tháng 10", "mục tiêu 95", "năm trước +1,2"))
    assert all(word in restated for word in ("điều chỉnh", "tháng 10", "mục tiêu 80", "kỳ trước +2,2"))
    assert "ngày trước" not in final, "a month has a name, not an age"
    assert "quý IV" in said(page, "trend")
    assert "tạm tính" in said(page, "trend")
    marks = page.locator('[data-panel="unmet"] .score')
    assert (marks.get_attribute("data-score"), marks.get_attribute("data-level")) == ("complete", "poor")
    live = said(page, "air")
    assert "giây trước" in live
    eventually(lambda: said(page, "air") != live, 20, "for the seconds of a live value")


def test_stale_is_unmistakable_without_colour(open_board: Open) -> None:
    tile = open_board("so-lieu").locator('[data-panel="stale"]')
    assert tile.get_attribute("data-stale") == "true"
    assert "QUÁ HẠN" in tile.inner_text()
    looks = tile.evaluate("e => [getComputedStyle(e).backgroundImage, getComputedStyle(e).outlineStyle]")
    assert "repeating-linear-gradient" in looks[0]
    assert looks[1] == "dashed"


def test_what_is_not_known_is_no_zero(open_board: Open) -> None:
    page = open_board("so-lieu")
    assert figure(page, "none") == "–"
    assert figure(page, "hidden") == "ẩn"
    assert "dưới 5 người" in said(page, "hidden")
    assert figure(page, "interval") == "90,1–95,3"
    grid = open_board("luoi")
    assert grid.locator('.matrix-cell[data-key="m/3/3"]').get_attribute("data-sign") == "none"


def test_agencies_with_most_holes_are_seen_first(open_board: Open) -> None:
    page = open_board("luoi")
    signs = page.locator(".matrix-cell").evaluate_all("cells => cells.map(cell => cell.dataset.sign)")
    holes = [signs[at : at + 4].count("cross") for at in range(0, len(signs), 4)]
    assert holes == sorted(holes, reverse=True)
    assert holes[0] > 0
    names = page.locator(".matrix-name").all_inner_texts()
    assert len(set(names)) == len(holes)


def test_english_says_the_same(open_board: Open) -> None:
    page = open_board("so-lieu", more="&lang=en")
    assert figure(page, "final") == "98.7"
    assert all(word in said(page, "final") for word in ("final", "October", "target 95"))
    assert "STALE" in said(page, "stale")
    assert "SERIOUS: VN_AQI bad" in page.locator(".alerts").inner_text()


def test_the_strip_tells_the_severest_alarm_and_falls_calm(open_board: Open, hub: PlayedHub) -> None:
    page = open_board("luoi")
    strip = page.locator(".alerts")
    assert "NGHIÊM TRỌNG: VN_AQI xấu" in strip.inner_text()
    assert "từ 12:51 · và 3 cảnh báo khác" in strip.inner_text()
    worse = parts.alarm(
        9, "emergency", parts.words("Vỡ đê Ễ Ự", "Dyke broken"), parts.words("Đê Ẵ Ỹ", "Dyke")
    )

    hub.push(changes(2, {**worse, "began_ms": parts.NOW_MS}))

    eventually(lambda: strip.get_attribute("data-severity") == "emergency", 20)
    assert "KHẨN CẤP: Vỡ đê Ễ Ự" in strip.inner_text()
    gone = [{**alarm, "state": "cleared", "revision": 2} for alarm in (*parts.alarms(), worse)]
    hub.push(changes(3, *gone))
    eventually(lambda: strip.inner_text() == "Không có cảnh báo", 20)
    assert strip.get_attribute("data-severity") == "none"


def changes(position: int, *alarms: dict[str, Any]) -> dict[str, Any]:
    told = [{"change": i, "at_ms": 0, "event": "raise", "alarm": alarm} for i, alarm in enumerate(alarms)]
    return {"type": "delta", "position": position, "alarm_changes": told}


def test_a_hub_that_has_not_looked_at_alarms_yet_is_shown_and_its_silence_said(open_board: Open) -> None:
    page = open_board("chua-xem")
    assert page.locator(".alerts").inner_text() == "Máy chủ chưa gửi cảnh báo"
    assert figure(page, "final") == "98,7"


def test_many_deltas_leave_the_document_as_large_as_it_was(open_board: Open, hub: PlayedHub) -> None:
    page = open_board("danh-sach")
    nodes = "() => document.getElementsByTagName('*').length"
    lists = played.lists()["lists"]
    before = page.evaluate(nodes)
    for position in range(2, 202):
        value = parts.live(float(position))
        hub.push({"type": "delta", "position": position, "values": {"s/0": value}, "lists": lists})
    row = page.locator('[data-panel="states"] [data-key="s/0"]')
    eventually(lambda: row.get_attribute("data-value") == "201", 10)
    assert page.evaluate(nodes) <= before + 20, "figures have boxes of their own, nothing else grows"


def test_at_night_it_is_darker_unless_something_must_be_seen(open_board: Open, hub: PlayedHub) -> None:
    hub.set_clock(parts.NIGHT_MS)
    try:
        page = open_board("luoi", reduced_motion="reduce")
    finally:
        hub.set_clock(parts.NOW_MS)
    veil = page.locator(".veil")
    assert veil.get_attribute("data-night") == "true"
    assert float(veil.evaluate("e => getComputedStyle(e).opacity")) > 0.3
    assert veil.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"
    hub.push(changes(2, parts.alarm(9, "emergency", parts.words("Vỡ đê", "Dyke"), parts.words("Đê", "Dyke"))))
    eventually(lambda: veil.get_attribute("data-night") == "false", 20)


def test_the_page_is_small() -> None:
    if not DIST.is_dir():
        without("the wall page is not built")
    files = [path for path in DIST.rglob("*") if path.suffix in {".html", ".js", ".css", ".svg"}]
    assert sum(len(gzip.compress(path.read_bytes(), 6)) for path in files) <= 250 * 1024
