"""The shipped boards on a real database and bus: lists, figures with what is beside them, alarms."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

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
from tests.fixtures.processes import Running
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
