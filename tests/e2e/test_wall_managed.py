"""A screen becomes a wall, shows what it is told, and is one no longer: as someone in the room sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import psycopg
import pytest
from ioc.display.v1 import walls_pb2 as pb
from ioc.display.v1.walls_pb2_grpc import WallsServiceStub
from playwright.sync_api import Browser, Page, expect

from services.registry.tokens import issue
from tests.e2e.conftest import WallPage
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually

pytestmark = pytest.mark.one_store("a page shows what the hub sends, whatever kept it")

BOARDS = ["tong-quan", "moi-truong"]


class Operator:
    """Whoever manages walls."""

    def __init__(self, stack: Stack, channel: grpc.Channel) -> None:
        with psycopg.connect(stack.wiring.dsns["registry"]) as connection:
            secret = issue(connection, "kíp trực", ("walls.read", "walls.operate"), None)
        self._stub = WallsServiceStub(channel)
        self._metadata = (("authorization", f"Bearer {secret}"),)

    def does(self, method: str, request: Any) -> Any:
        return getattr(self._stub, method)(request, metadata=self._metadata, timeout=10)

    def wall(self) -> pb.Wall:
        (found,) = self.does("ListWalls", pb.ListWallsRequest()).walls
        return found


@pytest.fixture
def operator(centre: Stack) -> Iterator[Operator]:
    centre.start("api")
    with grpc.insecure_channel(f"127.0.0.1:{centre.ports.grpc}") as channel:
        yield Operator(centre, channel)


@pytest.fixture
def open_screen(chromium: Browser, centre: Stack) -> Iterator[Callable[..., Page]]:
    """Opens the page on a screen of its own; any error of the page fails the test."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_page(query: str = "") -> Page:
        page = chromium.new_page(viewport={"width": 1920, "height": 1080})
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"http://127.0.0.1:{centre.ports.wall}/{query}")
        return page

    yield open_page
    for page in pages:
        page.close()
    assert errors == []


def board_of(page: Page) -> str | None:
    return page.locator("main.board").get_attribute("data-board")


def test_a_screen_shows_a_code_becomes_a_wall_and_shows_a_code_again_once_revoked(
    centre: Stack, operator: Operator, open_screen: Callable[..., Page]
) -> None:
    centre.start("hub")
    page = open_screen()
    code = page.locator(".pairing-code")
    expect(code).to_have_text(re.compile(r"^[2-9A-Z]{3} [2-9A-Z]{3}$"))
    request = pb.PairWallRequest(code=(code.text_content() or "").lower(), name="Tường Ộ Ễ Ự", boards=BOARDS)
    paired = operator.does("PairWall", request)
    assert paired.code == ""
    page.locator(".tile").first.wait_for()
    assert board_of(page) == "tong-quan"
    assert page.evaluate("Object.keys(localStorage)") == ["haidang-wall-token"]

    eventually(lambda: operator.wall().report.board == "tong-quan", 30, "for a report")
    wall = operator.wall()
    assert (wall.report.width, wall.report.height) == (1920, 1080)
    assert abs(wall.report.clock_offset_ms) < 5_000
    assert wall.report.build.startswith("index-")
    assert wall.report.heap_bytes > 1_000_000
    assert wall.HasField("connected_since")

    page.reload()
    page.locator(".tile").first.wait_for()  # it is still the wall
    operator.does("RevokeWall", pb.RevokeWallRequest(wall=wall.wall))
    expect(code).to_have_text(re.compile(r"^[2-9A-Z]{3} "))
    assert page.evaluate("localStorage.length") == 0


def test_a_code_that_was_given_out_is_good_once(
    centre: Stack, operator: Operator, open_screen: Callable[..., Page]
) -> None:
    centre.start("hub")
    given = operator.does("PairWall", pb.PairWallRequest(name="Tường 1", boards=BOARDS))
    page = open_screen(f"?pair={given.code}")
    page.locator(".tile").first.wait_for()
    assert "pair" not in page.url
    page.goto(f"http://127.0.0.1:{centre.ports.wall}/?pair={given.code}")  # as a kiosk does after a power cut
    page.locator(".tile").first.wait_for()
    other = open_screen(f"?pair={given.code}")
    expect(other.locator(".pairing-code")).not_to_be_empty()


def test_a_wall_rotates_stays_where_it_is_pushed_and_is_taken_over(
    centre: Stack, operator: Operator, open_wall: Callable[..., WallPage]
) -> None:
    centre.start("hub")
    page = open_wall(boards=BOARDS).page
    number = operator.wall().wall
    operator.does("ChangeWall", pb.ChangeWallRequest(wall=number, seconds=5))
    eventually(lambda: board_of(page) == "moi-truong", 30, "for the other board")
    # From now on nothing changes by itself, however long the machine takes.
    operator.does("ChangeWall", pb.ChangeWallRequest(wall=number, seconds=3600, pushed="tong-quan"))
    eventually(lambda: board_of(page) == "tong-quan", 20, "for the pushed board")

    begun = operator.does("TakeOver", pb.TakeOverRequest(board="moi-truong", text_vi="Cháy ở chợ Đầm, Ộ Ễ"))
    eventually(lambda: board_of(page) == "moi-truong", 20, "for the incident")
    expect(page.locator(".incident")).to_have_text("Cháy ở chợ Đầm, Ộ Ễ")
    operator.does("Release", pb.ReleaseRequest(incident=begun.incident.incident))
    eventually(lambda: board_of(page) == "tong-quan", 20, "for what was there before")
    expect(page.locator(".incident")).to_be_hidden()

    with page.expect_event("load"):
        operator.does("ReloadWalls", pb.ReloadWallsRequest())
    page.locator(".tile").first.wait_for()
    done = operator.does("ListWallChanges", pb.ListWallChangesRequest()).changes
    assert [one.what for one in done] == ["reload", "released", "incident", "changed", "changed", "screen"]
    assert {one.by for one in done[:-1]} == {"kíp trực"}
