"""What facts and snapshots do to the boards."""

import asyncio
import json
from typing import Any

import msgspec
import pytest

from services.display.board_file import parse
from services.display.board_panels import Definition
from services.display.content import Content
from services.display.domain import Catalogue, Line, LogPosition
from services.display.live import GATHER_S, Wall
from services.display.resolving import resolve
from services.display.sources import BoardContent, Loaded
from services.display.sources_alarms import AlarmLook
from services.runtime.bus import Envelope
from tests.unit.display.played_line import PlayedLine
from tests.unit.display.test_domain import CATALOGUE
from tests.unit.display.test_wire import STORED

AT = {"x": 0, "y": 0, "w": 4, "h": 4}
WORDS = {"vi": "B", "en": "B"}
BOARD = parse(
    json.dumps(
        {
            "board": "b",
            "title": WORDS,
            "panels": [
                {
                    "id": "p",
                    "panel": "value",
                    "title": WORDS,
                    "at": AT,
                    "items": [{"kind": "air", "channel": "pm25", "pick": "max", "decimals": 0}],
                },
                {
                    "id": "l",
                    "panel": "lines",
                    "title": WORDS,
                    "at": AT | {"x": 4},
                    "of": {"kind": "air", "channel": "pm25", "hours": 24},
                    "limit": 1,
                },
            ],
        }
    )
)
NOW_MS = 100_000_000


def envelope(position: int, epoch: str = "t", body: Any = STORED) -> Envelope:
    return Envelope(
        epoch, position, f"trace-{position}", "telemetry.stored", msgspec.Raw(json.dumps(body).encode())
    )


def loaded(telemetry: int, epoch: str = "t", version: str = "v1", board: Definition = BOARD) -> Loaded:
    catalogue = Catalogue(CATALOGUE.stations, CATALOGUE.areas, version)
    resolved = resolve(board, catalogue)
    heads = {"telemetry": LogPosition(epoch, telemetry), "indicators": LogPosition("i", 0)}
    boards = {"b": BoardContent(resolved, [], {"r/a/pm25": Line(((NOW_MS, 1.0),))})}
    return Loaded(catalogue, heads, boards, AlarmLook(LogPosition("a", 0), [], None, {}))


def content_at(telemetry: int) -> Content:
    content = Content([BOARD], "", lambda: NOW_MS)
    content.take_loaded(loaded(telemetry))
    return content


@pytest.fixture(autouse=True)
def loop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flushing belongs to the event loop; here it is asked for and not done."""
    if "flushed" not in request.node.name:
        monkeypatch.setattr("services.display.live.LiveBoard.changed", lambda _self: None)


def test_the_next_fact_is_applied_and_a_known_one_is_not() -> None:
    content = content_at(4)
    assert not content.take_fact(envelope(5))
    assert content.boards["b"].state.values["r/a/pm25"].v == 3.5
    changed = {**STORED, "readings": {**STORED["readings"], "observed_at_ms": [9000, 9000, 9000]}}
    assert not content.take_fact(envelope(5, body=changed))
    assert content.boards["b"].state.values["r/a/pm25"].at_ms == 2000


def test_a_jump_is_applied_and_asks_for_the_database() -> None:
    content = content_at(4)
    assert content.take_fact(envelope(7))
    assert content.boards["b"].state.values["r/a/pm25"].v == 3.5
    assert not content.take_fact(envelope(8))


def test_a_fact_that_is_not_understood_asks_for_the_database() -> None:
    assert content_at(4).take_fact(envelope(5, body={"series": 1}))


def test_a_look_at_the_database_keeps_the_epoch_while_history_is_the_same() -> None:
    content = content_at(4)
    epoch = content.boards["b"].state.epoch
    content.take_loaded(loaded(9))
    assert content.boards["b"].state.epoch == epoch
    content.take_loaded(loaded(2, epoch="restored"))
    assert content.boards["b"].state.epoch != epoch


def test_other_devices_are_another_board() -> None:
    content = content_at(4)
    content.put_missing({"worker": 5})
    epoch = content.boards["b"].state.epoch
    content.take_loaded(loaded(4, version="v2"))
    assert content.boards["b"].state.epoch != epoch
    assert content.boards["b"].state.missing == {"worker": 5}


def test_logs_that_grew_without_a_fact_are_noticed() -> None:
    content = content_at(4)
    indicators = LogPosition("i", 0)
    assert not content.lags_behind({"telemetry": LogPosition("t", 4), "indicators": indicators})
    assert content.lags_behind({"telemetry": LogPosition("t", 5), "indicators": indicators})
    assert content.lags_behind({"telemetry": LogPosition("u", 1), "indicators": indicators})


def test_lines_touched_by_facts_are_told_once_with_the_oldest_time() -> None:
    content = content_at(4)
    content.take_fact(envelope(5))
    rules, since_ms = content.touched_lines()
    assert (set(rules), since_ms) == ({"r/a/pm25"}, 1000)
    assert content.touched_lines() == ({}, 0)


def test_a_change_is_flushed_once_to_every_wall_as_the_same_bytes() -> None:
    async def scene() -> None:
        content = content_at(4)
        board = content.boards["b"]
        walls = [Wall(PlayedLine(is_free=False)) for _ in range(2)]
        for wall in walls:
            board.enter(wall)
        await asyncio.sleep(2 * GATHER_S)
        for wall in walls:
            assert (board.next_frame(wall) or ("", b""))[0] == "snapshot"
            assert board.next_frame(wall) is None
        content.take_fact(envelope(5))
        content.take_fact(
            envelope(
                6,
                body={
                    **STORED,
                    "readings": {
                        **STORED["readings"],
                        "value": [1.0, 9.0, 2.0],
                        "observed_at_ms": [3000, 3000, 3000],
                    },
                },
            )
        )
        await asyncio.sleep(2 * GATHER_S)
        one, other = board.next_frame(walls[0]), board.next_frame(walls[1])
        assert one is not None
        assert other is not None
        assert one[1] is other[1], "encoded once"
        delta = json.loads(one[1])
        assert delta["values"]["r/b/pm25"]["v"] == 9.0
        assert delta["trace_id"] == "trace-6"

    asyncio.run(scene())


def test_a_board_of_which_only_what_is_told_beside_a_number_changed_is_another() -> None:
    def board(**more: str) -> Definition:
        raw = json.loads(msgspec.json.encode(BOARD))
        raw["panels"][0]["items"] = [{"indicator": "PS-21", "period": "month", "decimals": 0, **more}]
        return parse(json.dumps(raw))

    content = content_at(4)
    for definition, before in ((board(), ""), (board(before="last_year"), "last_year")):
        content.set_definitions([definition])
        content.take_loaded(loaded(4, board=definition))
        (rule,) = content.boards["b"].resolved.keys.figures.values()
        assert rule.before == before
