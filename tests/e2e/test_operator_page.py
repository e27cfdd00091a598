"""The operators' page in Chromium: sign in, handle an alarm, hand over, see where a figure came from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from services.alarms import store
from services.alarms.domain import Severity
from services.alarms.rules import parse_rules
from services.registry.tokens import issue
from services.runtime import outbox
from services.runtime.db import connect
from tests.fixtures.processes import CHECKOUT, Running
from tests.fixtures.record_samples import samples
from tests.fixtures.servers import Database
from tests.fixtures.stack import Stack
from tests.integration.alarms_world import LIMIT
from tests.integration.api.sample_centre import sample_centre
from tests.integration.api.test_alarms import RAISED, put
from tests.integration.figures_world import Engine

pytestmark = pytest.mark.one_store("a page shows what the API answers, whatever keeps telemetry")

AXE = CHECKOUT / "dashboards/wall/node_modules/axe-core/axe.min.js"
SCOPES = ("access.self", "alarms.read", "alarms.handle", "areas.read", "areas.staff", "indicators.read")
STATION = "Trạm Ộ Ễ Ự Ẵ Ỹ đ"


@pytest.fixture
def alarm(stack: Stack) -> int:
    """A serious one, raised an hour ago."""
    (rule,), _ = parse_rules("test.toml", LIMIT)
    with connect(stack.wiring.dsns["alarms"], "test") as connection:
        store.apply_rules(connection, [rule], "test", RAISED)
        return put(connection, "station", STATION, "", Severity.SERIOUS)


@pytest.fixture
def desk(stack: Stack) -> Running:
    stack.start("api")
    return stack.start("desk")


@pytest.fixture
def open_page(stack: Stack, desk: Running, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Signs in on a page of the desk; any error of the page fails the test."""
    with psycopg.connect(stack.wiring.dsns["registry"]) as connection:
        secret = issue(connection, "ca-đêm", SCOPES, None)
    pages: list[Page] = []
    errors: list[str] = []

    def open_one(section: str = "", token: str = secret) -> Page:
        page = chromium.new_page(viewport={"width": 1440, "height": 900})
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"http://127.0.0.1:{stack.ports.desk}/{section}")
        page.get_by_label("Mã truy cập").fill(token)
        page.keyboard.press("Enter")
        return page

    yield open_one
    for page in pages:
        page.close()
    assert errors == []


def relay(stack: Stack) -> None:
    with connect(stack.wiring.dsns["alarms"], "test") as connection:
        outbox.assign_positions(connection, "alarms", 1_000)


def nothing_serious(page: Page, name: str) -> None:
    """By axe, of what screen readers and keyboards meet."""
    if folder := os.environ.get("HAIDANG_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"operator-{name}.png", full_page=True)
    page.evaluate(AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_an_alarm_is_taken_on_shelved_and_handed_over_with_the_keyboard_alone(
    stack: Stack, alarm: int, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    row = page.get_by_role("row").filter(has_text=STATION)
    expect(row).to_contain_text("Nghiêm trọng")
    expect(row).to_contain_text("Mới")
    nothing_serious(page, "alarms")

    row.get_by_role("button", name="Nhận xử lý").focus()
    page.keyboard.press("Enter")
    nothing_serious(page, "dialog")
    page.keyboard.type("đã gọi trạm")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã thực hiện.")).to_be_visible()
    expect(row).to_contain_text("Đã nhận")
    expect(row).to_contain_text("ca-đêm")

    row.get_by_role("button", name="Tạm gác").click()
    page.get_by_label("Lý do").fill("đang thay cảm biến")
    page.get_by_role("dialog").get_by_role("button", name="Tạm gác").click()
    expect(row).to_contain_text("đang thay cảm biến")
    row.get_by_role("button", name="Diễn biến").click()
    expect(page.get_by_role("dialog")).to_contain_text("đã gọi trạm")
    page.keyboard.press("Escape")

    page.get_by_role("link", name="Trực ca").click()
    page.get_by_role("button", name="Bàn giao ca").click()
    page.get_by_label("Nội dung bàn giao cho ca sau").fill("Trạm đang thay cảm biến, gọi lại lúc 6 giờ")
    page.get_by_role("dialog").get_by_role("button", name="Bàn giao ca").click()
    expect(page.get_by_role("row").filter(has_text="gọi lại lúc 6 giờ")).to_contain_text("bàn giao ca")
    page.get_by_role("button", name="Kiểm tra nhật ký").click()
    expect(page.get_by_text("Nhật ký nguyên vẹn")).to_be_visible()
    nothing_serious(page, "duty")


def test_a_new_alarm_is_said_and_a_lost_line_too(
    stack: Stack, alarm: int, desk: Running, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    expect(page.get_by_role("row").filter(has_text=STATION)).to_be_visible()
    with connect(stack.wiring.dsns["alarms"], "test") as connection:
        put(connection, "station", "air-002", "", Severity.EMERGENCY)
    relay(stack)
    expect(page.get_by_text("Khẩn cấp mới: PM2.5 cao air-002")).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("air-002")  # the most severe first

    desk.kill()
    expect(page.get_by_text("Mất kết nối từ ")).to_be_visible()
    stack.start("desk")
    expect(page.get_by_text("Mất kết nối từ ")).to_be_hidden()
    expect(page.locator("tbody tr").first).to_contain_text("air-002")


def test_a_wrong_token_is_refused_in_words(stack: Stack, open_page: Callable[..., Page]) -> None:
    page = open_page(token="hdt_nobody")
    expect(page.get_by_role("alert")).to_contain_text("Mã không đúng")
    nothing_serious(page, "sign-in")


def test_a_figure_is_explained_down_to_its_records(
    stack: Stack, database: Database, open_page: Callable[..., Page]
) -> None:
    engine = Engine(database, datetime.now(UTC), daily_stock_days=1)
    with sample_centre(database) as centre:
        for sample in samples():
            if sample.stem == "onestop_dossiers":
                centre.hand_in(sample)
    engine.now = datetime.now(UTC)
    engine.catch_up()
    engine.close()
    page = open_page("#chi-so")
    page.get_by_label("Tìm chỉ số").fill("PS-09")
    page.get_by_role("button", name="Xem").click()
    row = page.get_by_role("row").filter(has_text="PS-09").first
    row.get_by_role("button", name="Giải thích").click()
    expect(page.get_by_role("heading", name="PS-09")).to_be_visible()
    expect(page.get_by_text("Cách tính").first).to_be_visible()
    records = page.get_by_role("region", name="Bản ghi gốc").get_by_role("row")
    expect(records.nth(1)).to_contain_text(":")  # batch:line
    nothing_serious(page, "figure")
    page.get_by_role("link", name="Thay đổi").click()
    expect(page.get_by_role("heading", name="Chỉ số đã công bố bị thay đổi")).to_be_visible()
    nothing_serious(page, "changes")
