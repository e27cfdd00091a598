"""The table of transitions: what happens, what does not, and what a change of severity does to handling."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alarms.domain import (
    LIFE,
    Act,
    Alarm,
    Event,
    Refused,
    Severity,
    State,
    Suppression,
    advance,
    wanted,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
RAISED = Alarm(
    *(1, "r/channel/a/pm25", "r", 1, "channel", "a/pm25", "a", "22333"),
    *(State.RAISED, Severity.WARNING, Severity.WARNING, NOW, NOW),
)


def acted(alarm: Alarm, event: Event, **act: object) -> Alarm:
    done = advance(alarm, event, Act(NOW, **act))  # type: ignore[arg-type]
    assert isinstance(done, Alarm), done
    return done


def acknowledged() -> Alarm:
    return acted(RAISED, Event.ACKNOWLEDGE, by="lan", note="đang xem")


def shelved(of: Alarm = RAISED) -> Alarm:
    return acted(of, Event.SHELVE, by="lan", note="bảo trì", until=NOW + timedelta(hours=1))


def test_a_shelf_gives_back_what_was_acknowledged() -> None:
    assert acted(shelved(), Event.UNSHELVE).state is State.RAISED
    assert acted(shelved(acknowledged()), Event.UNSHELVE).state is State.ACKNOWLEDGED


@pytest.mark.parametrize("alarm", [acknowledged(), shelved()], ids=["acknowledged", "shelved"])
def test_what_gets_worse_is_to_be_looked_at_again(alarm: Alarm) -> None:
    worse = acted(alarm, Event.WORSEN, severity=Severity.SERIOUS)
    assert (worse.state, worse.acknowledged_at, worse.shelved_until) == (State.RAISED, None, None)
    better = acted(alarm, Event.EASE, severity=Severity.NOTICE)
    assert (better.state, better.peak_severity) == (alarm.state, Severity.WARNING)


@pytest.mark.parametrize(
    ("alarm", "event", "since"),
    [
        (RAISED, Event.ESCALATE, "then"),
        (RAISED, Event.WORSEN, "raised"),  # nobody has answered it so far
        (acknowledged(), Event.WORSEN, "then"),
        (shelved(), Event.WORSEN, "then"),
        (shelved(), Event.UNSHELVE, "then"),
        (replace(RAISED, suppressed=Suppression.GROUP, group_alarm=7), Event.RELEASE, "then"),
    ],
)
def test_an_answer_is_waited_for_from_when_it_is_shown_and_unanswered(
    alarm: Alarm, event: Event, since: str
) -> None:
    then = NOW + timedelta(hours=1)
    done = advance(alarm, event, Act(then, severity=Severity.SERIOUS))
    assert isinstance(done, Alarm)
    assert done.waits_since == (then if since == "then" else NOW)


def test_a_cleared_alarm_that_comes_back_is_the_same_and_new() -> None:
    cleared = acted(acknowledged(), Event.CLEAR)
    earlier = NOW - timedelta(hours=1)
    again = acted(cleared, Event.RAISE, severity=Severity.NOTICE, evidence_at=NOW, began_at=earlier)
    assert (again.times, again.acknowledged_at, again.cleared_at, again.state) == (
        2,
        None,
        None,
        State.RAISED,
    )
    assert (again.began_at, again.value_at) == (earlier, NOW)


@pytest.mark.parametrize(
    ("event", "act", "reason"),
    [
        (Event.SHELVE, {"by": "lan", "note": "x"}, "bad_until"),
        (Event.SHELVE, {"by": "lan", "note": "x", "until": NOW}, "bad_until"),
        (Event.SHELVE, {"by": "lan", "until": NOW + timedelta(1)}, "no_note"),
        (Event.ACKNOWLEDGE, {}, "no_name"),
        (Event.NOTE, {"by": "lan"}, "no_note"),
        (Event.WORSEN, {"severity": Severity.WARNING}, "not_worse"),
        (Event.EASE, {"severity": Severity.WARNING}, "not_better"),
        (Event.CLOSE, {}, "no_such_transition"),
        (Event.RAISE, {}, "no_such_transition"),
        (Event.UNSHELVE, {}, "no_such_transition"),
    ],
)
def test_what_does_not_happen_says_why(event: Event, act: dict[str, object], reason: str) -> None:
    refused = advance(RAISED, event, Act(NOW, **act))  # type: ignore[arg-type]
    assert isinstance(refused, Refused)
    assert refused.reason == reason


README = Path(__file__).parents[3] / "services/alarms/README.md"


def test_the_table_is_the_one_that_people_read() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("| state |"))
    heads, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines[begin : begin + 7]
    ]
    told = {
        (State(state), Event(event)): State(cell.split(" or ")[0])
        for state, *cells in rows
        for event, cell in zip(heads[1:], cells, strict=True)
        if cell != "–"
    }
    events = {event for _, event in told}
    assert told == {(state, event): to for (state, event), to in LIFE.items() if event in events}


acts = st.builds(
    Act,
    st.just(NOW),
    by=st.sampled_from(["", "lan"]),
    note=st.sampled_from(["", "vì"]),
    until=st.sampled_from([None, NOW + timedelta(hours=1)]),
    severity=st.sampled_from([None, *Severity]),
    evidence_at=st.sampled_from([None, NOW]),
)


@given(st.lists(st.tuples(st.sampled_from(list(Event)), acts), max_size=40))
def test_whatever_comes_only_the_table_happens(events: list[tuple[Event, Act]]) -> None:
    alarm = RAISED
    for event, act in events:
        done = advance(alarm, event, act)
        if isinstance(done, Refused):
            continue
        expected = LIFE[alarm.state, event]
        assert done.state is expected or (event is Event.UNSHELVE and done.state is State.ACKNOWLEDGED)
        assert done.revision == alarm.revision + 1
        assert (done.state is State.SHELVED) == (done.shelved_until is not None)
        assert (done.state is State.CLOSED) == (done.closed_at is not None)
        assert done.peak_severity >= done.severity
        assert done.state not in (State.CLEARED, State.CLOSED) or done.cleared_at is not None
        alarm = done


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("severity", [0, 1, 2, 3])
def test_what_is_wanted_can_happen_and_is_enough(state: State, severity: int) -> None:
    if state is State.CLOSED:
        return
    alarm = replace(
        RAISED,
        state=state,
        shelved_until=NOW if state is State.SHELVED else None,
        cleared_at=NOW if state is State.CLEARED else None,
    )
    event = wanted(alarm, severity)
    if event is None:
        assert alarm.is_active == bool(severity)
        return
    act = Act(NOW, severity=Severity(severity) if severity else None, evidence_at=NOW)
    done = advance(alarm, event, act)
    assert isinstance(done, Alarm)
    assert wanted(done, severity) is None
