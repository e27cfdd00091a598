"""The operators' page in Chromium: sign in, handle an alarm, hand over, see where a figure came from."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from services.alarms import store
from services.alarms.domain import Severity
from services.alarms.rules import parse_rules
from services.display import board_file, store_boards
from services.display import store as display
from services.display.board_plan import Revision
from services.display.walls import Report
from services.registry.tokens import issue
from services.runtime import outbox
from services.runtime.db import connect
from tests.fixtures.processes import CHECKOUT, Running
from tests.fixtures.record_samples import samples
from tests.fixtures.servers import Database
from tests.fixtures.stack import Stack
from tests.fixtures.walls import pair
from tests.integration.alarms_world import LIMIT
from tests.integration.api.sample_centre import sample_centre
from tests.integration.api.test_alarms import RAISED, put
from tests.integration.figures_world import Engine

pytestmark = pytest.mark.one_store("a page shows what the API answers, whatever keeps telemetry")

AXE = CHECKOUT / "dashboards/wall/node_modules/axe-core/axe.min.js"
SCOPES = (
    *("access.self", "alarms.read", "alarms.handle", "areas.read", "areas.staff", "indicators.read"),
    *("walls.read", "walls.operate"),
)
BOARDS = Path(board_file.__file__).parent / "boards"
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


def token(stack: Stack, *scopes: str) -> str:
    with psycopg.connect(stack.wiring.dsns["registry"]) as connection:
        return issue(connection, "ca-đêm", scopes, None)


@pytest.fixture
def open_page(stack: Stack, desk: Running, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Signs in on a page of the desk; any error of the page fails the test."""
    secret = token(stack, *SCOPES)
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


def test_acts_are_offered_by_the_scopes_of_the_token(
    stack: Stack, alarm: int, open_page: Callable[..., Page]
) -> None:
    walls_of(stack, ("Tường 3", None, timedelta(days=2)))
    page = open_page(token=token(stack, *(one for one in SCOPES if one != "walls.operate")))
    buttons = page.get_by_role("main").get_by_role("button")
    row = page.get_by_role("row").filter(has_text=STATION)
    expect(row.get_by_role("button")).to_have_text(["Nhận xử lý", "Tạm gác", "Ghi chú", "Diễn biến"])
    page.get_by_role("link", name="Tường và bảng").click()
    expect(page.get_by_role("row").filter(has_text="Tường 3").first).to_contain_text("mất kết nối")
    expect(page.get_by_text("không có quyền: Ghép màn hình, Chiếm màn hình")).to_be_visible()
    expect(buttons).to_have_count(0)
    nothing_serious(page, "walls-read")

    page = open_page(token=token(stack, *(one for one in SCOPES if one != "alarms.handle")))
    buttons = page.get_by_role("main").get_by_role("button")
    expect(page.get_by_role("row").filter(has_text=STATION)).to_be_visible()
    expect(page.get_by_text("không có quyền: Nhận xử lý, Tạm gác, Bỏ gác, Ghi chú.")).to_be_visible()
    expect(buttons).to_have_text(["Diễn biến"])
    nothing_serious(page, "alarms-read")
    page.get_by_role("link", name="Trực ca").click()
    expect(page.get_by_text("không có quyền: Ghi vào nhật ký, Bàn giao ca.")).to_be_visible()
    expect(buttons).to_have_text(["Kiểm tra nhật ký"])
    page.get_by_role("link", name="Tường và bảng").click()
    expect(page.get_by_role("button", name="Ghép màn hình")).to_be_visible()
    expect(page.get_by_text("không có quyền")).to_be_hidden()


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


def walls_of(stack: Stack, *walls: tuple[str, Report | None, timedelta]) -> None:
    """Walls by name: what each said, and how long ago; one that said nothing has left since."""
    now = datetime.now(UTC)
    with connect(stack.wiring.dsns["display"], "test") as connection:
        for name, report, ago in walls:
            pair(stack.wiring.dsns["display"], "moi-truong", "tong-quan", name=name)
            number = next(one.wall for one in display.walls(connection) if one.name == name)
            at = now - ago
            connection.execute("UPDATE display.walls SET paired_at = %s WHERE wall = %s", (at, number))
            told = report and report._replace(at_ms=round(at.timestamp() * 1000))
            display.put_reports(connection, {number: (at if told else None, told)}, at)


def test_walls_are_listed_with_how_they_do_and_boards_with_their_panels(
    stack: Stack, open_page: Callable[..., Page]
) -> None:
    report = Report(0, "moi-truong", 42_000, -3_200, 48_000_000, 60, "index-8wl5NRw1.js", 3840, 2160)
    moment = timedelta(seconds=1)
    walls_of(
        stack,
        ("Tường 3", report, moment),
        ("Tường Ộ Ễ Ự", report._replace(behind_ms=0, clock_offset_ms=40, heap_bytes=None), moment),
        ("Tường Ẵ Ỹ đ", None, timedelta(days=2)),
    )
    text = (BOARDS / "moi-truong.json").read_text("utf-8").replace("Môi trường", "Môi trường, Ộ Ễ")
    with connect(stack.wiring.dsns["display"], "test") as connection:
        store_boards.add(connection, [Revision("moi-truong", 3, datetime.now(UTC), "lan", text)])
    page = open_page("#tuong")
    expect(page.get_by_text("Tường 3 chậm 42 giây")).to_be_visible()  # said, too
    rows = page.get_by_role("region", name="Các tường").get_by_role("row")
    slow, right, gone = (rows.filter(has_text=name) for name in ("Tường 3", "Tường Ộ Ễ Ự", "Tường Ẵ Ỹ đ"))
    for word in ("chậm 42 giây", "Môi trường, Ộ Ễ", "đồng hồ chậm 3,2 giây", "bộ nhớ 48 MB", "60 hình/giây"):
        expect(slow).to_contain_text(word)
    expect(slow).to_contain_text("3840×2160, bản dựng index-8wl5NRw1.js")
    expect(right).to_contain_text("kịp thời")
    expect(right).to_contain_text("đồng hồ đúng, 60 hình/giây")
    left = (datetime.now(UTC) - timedelta(days=2)).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    expect(gone).to_contain_text(f"mất kết nối từ {left:%H:}")
    expect(gone).to_contain_text(f"{left:%d/%m}")

    boards = page.get_by_role("region", name="Các bảng").get_by_role("row")
    applied = boards.filter(has_text="Môi trường, Ộ Ễ")
    expect(applied).to_contain_text("đã áp dụng")
    expect(applied).to_contain_text("lần sửa 3, lan, ")
    expect(applied).to_contain_text("Tường 3 (đang hiện)")
    summary = applied.get_by_text(re.compile(r"^\d+ ô$"))
    summary.focus()
    page.keyboard.press("Enter")
    panel = applied.get_by_role("listitem").filter(has_text="VN_AQI từng ngày lịch")
    expect(panel).to_be_visible()
    expect(boards.filter(has_text="Tổng quan")).to_contain_text("đi kèm phần mềm")
    with connect(stack.wiring.dsns["display"], "test") as connection:
        told = report._replace(at_ms=round(datetime.now(UTC).timestamp() * 1000), fps=30)
        display.put_reports(connection, {1: (datetime.now(UTC), told)}, datetime.now(UTC))
    expect(slow).to_contain_text("30 hình/giây", timeout=8_000)
    expect(panel).to_be_visible()  # it is still open
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    nothing_serious(page, "walls")


def test_a_wall_is_paired_held_taken_over_and_revoked_from_the_page(
    stack: Stack, chromium: Browser, open_page: Callable[..., Page]
) -> None:
    stack.start("hub", HAIDANG_HUB_PEERS="{}")
    screen = chromium.new_page(viewport={"width": 1920, "height": 1080})
    screen.goto(f"http://127.0.0.1:{stack.ports.wall}/")
    code = screen.locator(".pairing-code")
    expect(code).to_have_text(re.compile(r"^[2-9A-Z]{3} [2-9A-Z]{3}$"))
    page = open_page("#tuong")
    dialog, board = page.get_by_role("dialog"), screen.locator("main.board")

    page.get_by_role("button", name="Ghép màn hình").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("sai sai")
    dialog.get_by_label("Tên, ví dụ").fill("Tường Ộ Ễ Ự")
    dialog.get_by_role("checkbox", name="Tổng quan").check()
    dialog.get_by_role("checkbox", name="Môi trường").check()
    dialog.get_by_label("Mỗi bảng đứng").fill("3600")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("không màn hình nào đang hiện mã này")
    nothing_serious(page, "pairing")
    dialog.get_by_label("Mã trên màn hình").fill((code.text_content() or "").lower())
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã thực hiện.")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Tường Ộ Ễ Ự").first
    expect(row).to_contain_text("quay vòng mỗi 3.600 giây")
    expect(board).to_have_attribute("data-board", "moi-truong")

    row.get_by_role("button", name="Giữ bảng").click()
    dialog.get_by_role("combobox").select_option("tong-quan")
    dialog.get_by_role("button", name="Giữ bảng").click()
    expect(board).to_have_attribute("data-board", "tong-quan")
    expect(row).to_contain_text("giữ một bảng")
    row.get_by_role("button", name="Quay vòng lại").click()
    expect(row).to_contain_text("quay vòng mỗi")

    page.get_by_role("button", name="Chiếm màn hình cho sự cố").click()
    dialog.get_by_label("Dòng chữ phía trên").fill("Cháy ở chợ Đầm, Ộ Ễ")
    dialog.get_by_role("combobox").select_option("moi-truong")
    dialog.get_by_role("button", name="Chiếm màn hình").click()
    expect(screen.locator(".incident")).to_have_text("Cháy ở chợ Đầm, Ộ Ễ")
    incident = page.get_by_role("region", name="Sự cố").get_by_role("row").filter(has_text="chợ Đầm")
    expect(incident).to_contain_text("tất cả")
    nothing_serious(page, "incident")
    incident.get_by_role("button", name="Trả màn hình").click()
    expect(screen.locator(".incident")).to_be_hidden()
    expect(page.get_by_role("region", name="Sự cố")).to_be_hidden()

    with screen.expect_event("load"):
        row.get_by_role("button", name="Tải lại").click()
    row.get_by_role("button", name="Thiết lập").click()
    dialog.get_by_role("checkbox", name="Môi trường").uncheck()
    dialog.get_by_role("button", name="Thiết lập").click()
    expect(row).to_contain_text("giữ một bảng")
    text = (BOARDS / "tong-quan.json").read_text("utf-8").replace("Tổng quan", "Tổng quan Ẵ Ỹ")
    with connect(stack.wiring.dsns["display"], "test") as connection:
        store_boards.add(connection, [Revision("tong-quan", 1, datetime.now(UTC), "lan", text)])
    expect(screen.get_by_text("Tổng quan Ẵ Ỹ")).to_be_visible()  # applied, and not loaded anew

    row.get_by_role("button", name="Thu hồi").click()
    expect(dialog).to_contain_text("Tường Ộ Ễ Ự không còn là tường nữa")
    page.keyboard.press("Escape")
    expect(row.get_by_role("button", name="Thu hồi")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Thu hồi").click()
    expect(page.get_by_text("Chưa có tường nào.")).to_be_visible()
    expect(code).to_have_text(re.compile(r"^[2-9A-Z]{3} "))
    screen.close()
