"""The shipped boards on a real database and bus: lists, figures with what is beside them, alarms."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import grpc
import psycopg
import pytest
from ioc.display.v1 import boards_pb2 as pb
from ioc.display.v1.boards_pb2_grpc import BoardsServiceStub

from services.alarms.board import Say, Setting, say
from services.alarms.domain import Act, Event, Subject
from services.alarms.rules import parse_rules
from services.alarms.store_alarms import Selection, alarms, transition
from services.alarms.storm import Limits, Storm
from services.areas.domain import Unit
from services.areas.store import put_units
from services.display import board_file
from services.indicators import store_definitions
from services.indicators.catalogue import load_catalogue
from services.indicators.store_wall import grounds
from services.registry.store import put_devices
from services.registry.tokens import issue
from services.runtime.rpc_settings import RpcSettings
from tests.fixtures.processes import Running
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database
from tests.fixtures.stack import Stack
from tests.integration.alarms_world import LIMIT
from tests.integration.test_hub import Wall, meter, run, wall

pytestmark = pytest.mark.one_store("walls and frames; figures and alarms are in tables of their own")

SHIPPED = Path(board_file.__file__).parent / "boards"
CATALOGUE = Path(store_definitions.__file__).parent / "catalogue"
FIGURE = "f/PS-21/month/province/-/-"
NOW = datetime.now(UTC)
MONTH = date(NOW.year, NOW.month, 1)
(RULE,) = parse_rules("test.toml", LIMIT)[0]


@pytest.fixture
def hub(stack: Stack) -> Running:
    """A hub with the shipped boards, whose province has a meter and one figure."""
    datasets = grounds().datasets
    with psycopg.connect(stack.wiring.dsns["areas"]) as connection:
        put_units(connection, [Unit("99", "Tỉnh Thử", "", "province", "", date(2025, 7, 1), None, 1, None)])
    with psycopg.connect(stack.wiring.dsns["registry"]) as connection:
        put_devices(connection, [meter(1)])
    with psycopg.connect(stack.wiring.dsns["indicators"]) as connection:
        store_definitions.apply(connection, load_catalogue(datasets, CATALOGUE), datasets, "test", NOW)
        put_figure(connection, 7)
    return stack.start("hub", HAIDANG_HUB_PEERS="{}", HAIDANG_HUB_PROVINCE="99")


def put_figure(connection: psycopg.Connection, value: int) -> None:
    """The figure of this month, as the engine writes it."""
    row = connection.execute(
        "INSERT INTO indicators.runs (known_at, log, epoch, position, batches, why, trace_id)"
        " VALUES (now(), 'records', gen_random_uuid(), 0, '{}', 'clock', 't') RETURNING run"
    ).fetchone()
    assert row is not None
    connection.execute(
        "INSERT INTO indicators.figures VALUES ('PS-21', 'province', '', '', 'month', %s, 1, 'provisional',"
        " %s, NULL, NULL, NULL, NULL, NULL, 7, 0, 0, 1, %s, now(), now())",
        (MONTH, value, row[0]),
    )


def raise_alarm(stack: Stack) -> None:
    with psycopg.connect(stack.wiring.dsns["alarms"]) as connection:
        now = datetime.now(UTC)
        subject = Subject("channel", "test-001/laeq", "test-001", "99")
        say(connection, [Say(0, RULE, subject, 2, 230.0)], Setting(Storm(Limits()), {}, {}, now, "t"))
        (one,) = alarms(connection, Selection(), 2)
        transition(connection, one.alarm, Event.ACKNOWLEDGE, Act(now, by="lan"), "t")


def names_of_lists(screen: Wall) -> set[str]:
    return {name for frame in screen.frames for name in frame.get("lists", ())}


def test_every_shipped_board_is_told_with_its_lists_and_figures(stack: Stack, hub: Running) -> None:
    async def scene() -> None:
        for file in sorted(SHIPPED.glob("*.json")):
            definition = board_file.parse(file.read_bytes())
            async with wall(stack, board=definition.board) as screen:
                await screen.hear(lambda it: any("alarms" in frame for frame in it.frames))
                board = next(frame["board"] for frame in screen.frames if frame["type"] == "snapshot")
                assert [panel["id"] for panel in board["panels"]] == [one.id for one in definition.panels]
                lists = {panel["list"] for panel in board["panels"] if "list" in panel}
                if not lists <= names_of_lists(screen):
                    await screen.hear(lambda it, lists=lists: lists <= names_of_lists(it))  # type: ignore[misc]
        async with wall(stack) as screen:
            await screen.hear(lambda it: it.value(FIGURE) == 7)
            told = screen.values[FIGURE]
            assert (told["period"], told["state"]) == ("month", "provisional")
            assert told["until_ms"] > told["at_ms"]
            assert told["target"]["op"] in ("at_least", "at_most")
            assert set(told["scores"]) == {"right", "complete", "clean", "live"}

    run(scene())
    assert not [one for one in hub.events() if one["event"] == "hub.read_failed"]


def test_each_change_of_an_alarm_comes_by_itself_and_in_order(stack: Stack, hub: Running) -> None:
    stack.start("relay")

    def told(screen: Wall) -> list[dict[str, object]]:
        return [one for frame in screen.frames for one in frame.get("alarm_changes", ())]

    async def scene() -> None:
        async with wall(stack) as screen:
            await screen.hear(lambda it: any("alarms" in frame for frame in it.frames))
            raise_alarm(stack)
            await screen.hear(
                lambda it: len(told(it)) >= 2 or any(f.get("alarms", {}).get("active") for f in it.frames), 15
            )
            assert all(one["change"] < next_["change"] for one, next_ in pairwise(told(screen)))  # type: ignore[operator]
        async with wall(stack) as screen:
            await screen.hear(lambda it: any(f.get("alarms", {}).get("active") for f in it.frames))
            (shown,) = screen.frames[-1]["alarms"]["active"]
            assert (shown["state"], shown["acknowledged_by"], shown["severity"]) == (
                "acknowledged",
                "lan",
                "serious",
            )

    run(scene())
    assert not [one for one in hub.events() if one["event"] == "hub.read_failed"]


def test_an_applied_board_is_on_every_wall_that_shows_it_at_once_and_a_refused_one_is_not(
    stack: Stack, database: Database, hub: Running
) -> None:
    raw = json.loads((SHIPPED / "tong-quan.json").read_text("utf-8"))
    raw["title"]["vi"] = "Tổng quan Ộ Ễ Ự"
    del raw["panels"][0]
    panels = [one["id"] for one in raw["panels"]]
    wrong = json.dumps(raw | {"panels": [{**raw["panels"][0], "colour": "red"}]})
    with psycopg.connect(stack.wiring.dsns["registry"]) as connection:
        metadata = (("authorization", f"Bearer {issue(connection, 'lan', ('walls.operate',), None)}"),)

    def boards_of(screen: Wall) -> list[list[str]]:
        told = [frame["board"] for frame in screen.frames if frame["type"] == "snapshot"]
        return [[panel["id"] for panel in board["panels"]] for board in told]

    async def scene(stub: BoardsServiceStub) -> None:
        async def call(method: str, request: object) -> None:
            await asyncio.to_thread(getattr(stub, method), request, metadata=metadata, timeout=10)

        def files(text: str) -> list[pb.BoardFile]:
            return [pb.BoardFile(name="b", text=text)]

        async with wall(stack) as one, wall(stack) as two, wall(stack, board="moi-truong") as other:
            for screen in (one, two, other):
                await screen.hear(lambda it: it.resume is not None)
            before = boards_of(one)[-1]
            with pytest.raises(grpc.RpcError):
                await call("ApplyBoards", pb.ApplyBoardsRequest(files=files(wrong)))
            await call("ApplyBoards", pb.ApplyBoardsRequest(files=files(json.dumps(raw))))
            for screen in (one, two):
                frame = await screen.hear(lambda it: boards_of(it)[-1] == panels, 5)
                assert frame["board"]["title"]["vi"] == "Tổng quan Ộ Ễ Ự"
                assert all(told in (before, panels) for told in boards_of(screen))
            await call("ResetBoard", pb.ResetBoardRequest(board="tong-quan"))
            await one.hear(lambda it: boards_of(it)[-1] == before, 5)
            await other.hear(lambda it: it.frames[-1]["type"] == "heartbeat")
            assert len(boards_of(other)) == 1  # it was not disturbed

    with (
        serving_contexts(database, ("display",), RpcSettings(port=0)) as where,
        grpc.insecure_channel(where) as channel,
    ):
        run(scene(BoardsServiceStub(channel)))
    assert not [one for one in hub.events() if one["event"] in ("hub.read_failed", "hub.board_refused")]
