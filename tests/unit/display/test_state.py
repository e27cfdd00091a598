"""A board's state by position, and what one wall is owed of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.display.domain import Line, Value
from services.display.mailbox import Mailbox, Owed
from services.display.state import BoardState


def value(number: float, at: int = 0) -> Value:
    return Value(number, at, at, "live", 1000, (at,))


def test_one_commit_is_one_position_however_much_was_put() -> None:
    state = BoardState("e")
    assert state.put_values([("a", value(1, 1)), ("b", value(2, 1))], "t1")
    assert state.put_values([("a", value(3, 2))], "t2")
    changes = state.commit()
    assert changes is not None
    assert (changes.position, changes.values["a"].v, changes.trace_ids) == (1, 3, ("t1", "t2"))
    assert state.commit() is None


def test_older_values_change_nothing() -> None:
    state = BoardState("e")
    state.put_values([("a", value(1, 5))])
    state.commit()
    assert not state.put_values([("a", value(9, 4)), ("a", value(9, 5))])
    assert state.commit() is None


def test_since_holds_each_changed_key_once_with_its_newest_value() -> None:
    state = BoardState("e")
    for at in range(1, 4):
        state.put_values([("a", value(at, at))])
        state.commit()
    state.put_values([("b", value(7, 1))])
    state.commit()
    assert {key: found.v for key, found in state.since(1).values.items()} == {"a": 3, "b": 7}
    assert {key: found.v for key, found in state.since(3).values.items()} == {"b": 7}
    assert state.since(4).values == {}


def test_lines_and_missing_parts_are_changes_too() -> None:
    state = BoardState("e")
    assert state.patch_lines({"a": Line(((1, 1.0),))}, oldest_ms=0)
    assert not state.patch_lines({"a": Line(((1, 1.0),))}, oldest_ms=0)
    assert state.put_missing({"worker": 5})
    assert not state.put_missing({"worker": 5})
    changes = state.commit()
    assert changes is not None
    assert changes.missing_changed
    assert changes.lines["a"].points == ((1, 1.0),)


@pytest.mark.parametrize(
    ("epoch", "position", "possible"), [("e", 0, True), ("e", 2, False), ("f", 0, False)]
)
def test_only_a_position_of_this_epoch_can_be_resumed(epoch: str, position: int, possible: bool) -> None:
    state = BoardState("e")
    state.put_values([("a", value(1))])
    state.commit()
    assert state.can_resume(epoch, position) is possible


def test_a_wall_that_keeps_up_gets_the_frame_of_all() -> None:
    mailbox = Mailbox(snapshot_after=10)
    mailbox.resume("e", 4)
    mailbox.offer(b"five", 5)
    assert mailbox.owed("e", 5) is Owed.FRAME
    assert mailbox.frame == b"five"


def test_deltas_that_pile_up_become_one_and_are_counted() -> None:
    mailbox = Mailbox(snapshot_after=10)
    mailbox.resume("e", 4)
    for position in (5, 6, 7):
        mailbox.offer(b"frame", position)
    assert mailbox.owed("e", 7) is Owed.MERGED
    assert mailbox.frame is None
    assert mailbox.merged == 2


def test_a_wall_far_behind_or_of_another_epoch_starts_anew() -> None:
    mailbox = Mailbox(snapshot_after=10)
    assert mailbox.owed("e", 0) is Owed.SNAPSHOT
    mailbox.resume("e", 4)
    assert mailbox.owed("e", 4) is Owed.NOTHING
    assert mailbox.owed("e", 15) is Owed.SNAPSHOT
    assert mailbox.owed("f", 4) is Owed.SNAPSHOT


Steps = st.lists(st.one_of(st.integers(0, 3), st.just("look")), max_size=40)


@given(Steps)
def test_a_wall_that_looks_now_and_then_ends_with_the_same_values(steps: list[int | str]) -> None:
    """Whatever is merged, skipped or sent as it is: the wall holds what the board holds."""
    state, mailbox = BoardState("e"), Mailbox(snapshot_after=5)
    shown: dict[str, Value] = {}
    frames: dict[bytes, dict[str, Value]] = {}

    def look() -> None:
        owed = mailbox.owed("e", state.position)
        if owed is Owed.SNAPSHOT:
            shown.clear()
            shown.update(state.values)
        elif owed is Owed.FRAME and mailbox.frame is not None:
            shown.update(frames[mailbox.frame])
        elif owed is Owed.MERGED:
            shown.update(state.since(mailbox.position).values)
        mailbox.resume("e", state.position)

    for at, step in enumerate([*steps, "look"], start=1):
        if step == "look":
            look()
            continue
        state.put_values([(f"k{step}", value(at, at))])
        changes = state.commit()
        assert changes is not None
        frame = str(changes.position).encode()
        frames[frame] = dict(changes.values)
        mailbox.offer(frame, changes.position)
    assert shown == state.values
