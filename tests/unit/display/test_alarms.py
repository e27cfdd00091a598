"""Alarms reach every wall: each change once and in order, or a snapshot; however slow the wall is."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.display import alarms
from services.display.alarms import CHANGES_KEPT, Alarms, Change
from services.display.board import Keys, Resolved
from services.display.live import LiveBoard, Wall
from services.display.state import BoardState
from tests.unit.display.played_line import PlayedLine


def change(number: int, alarm: str = "1", state: str = "raised") -> Change:
    told = {"alarm": alarm, "state": state, "severity": "warning", "revision": number}
    return Change(number, told, {"change": number, "alarm": told})


def seen(frames: list[dict[str, Any]]) -> list[int]:
    return [one["change"] for frame in frames for one in frame.get("alarm_changes", ())]


STEPS = ["change", "wall 0", "wall 1", "offer", "turn 0", "turn 1", "choke 0", "choke 1", "look"]


@given(st.lists(st.sampled_from(STEPS), max_size=60))
def test_any_slicing_tells_every_change_once_and_in_order(steps: list[str]) -> None:
    board = LiveBoard(Resolved("b", {}, Keys()), BoardState("e"), lambda: 0)
    lines = [PlayedLine(is_free=False), PlayedLine(is_free=False)]
    walls = [Wall(line) for line in lines]
    for wall in walls:
        board.enter(wall)
    board.state.put_alarms([])
    got: list[list[int]] = [[], []]
    count = 0
    for step in [*steps, "offer", "wall 0", "wall 1"]:
        if step == "change":
            count += 1
            board.state.take_alarm(change(count))
        elif step == "look":  # a change that no fact told of
            count += 1
            board.state.put_alarms([change(count).alarm])
        elif step == "offer":
            board._offer()
        elif step.startswith("turn"):
            lines[int(step[-1])].turn()
        elif step.startswith("choke"):
            lines[int(step[-1])].chokes = True
        else:
            which = int(step[-1])
            while owed := board.next_frame(walls[which]):
                frame = json.loads(owed[1])
                if owed[0] == "snapshot":  # in place of everything up to it
                    active = frame["alarms"]["active"]
                    got[which] = list(range(1, active[0]["revision"] + 1)) if active else []
                else:
                    got[which] += seen([frame])
        for which, line in enumerate(lines):
            got[which] += seen(line.told())
    assert got == [list(range(1, count + 1))] * 2


def test_who_lags_beyond_what_is_kept_gets_a_snapshot() -> None:
    state = BoardState("e")
    state.put_alarms([])
    state.commit()
    for number in range(CHANGES_KEPT + 1):
        state.take_alarm(change(number))
        state.commit()
    assert not state.can_resume("e", 1)
    assert state.can_resume("e", 2)
    assert len(state.since(2).alarm_changes) == CHANGES_KEPT


def test_what_is_cleared_or_spoken_for_is_shown_no_more() -> None:
    shown = Alarms()
    shown.put([change(1, "a").alarm, change(1, "b").alarm, change(1, "c", "cleared").alarm], 1)
    assert shown.told()["counts"] == {"warning": 2}
    shown.take(change(2, "a", "closed"), 2)
    shown.take(change(2, "b", "suppressed"), 3)
    assert shown.active == {}


def test_before_the_first_look_nothing_is_said() -> None:
    assert not alarms.Alarms().is_known
