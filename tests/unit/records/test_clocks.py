"""The clock of a subject as of a moment, by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.records.catalogue import CALENDAR, load_calendar
from services.records.clocks import Outcome, Reading, State, Told, read
from services.records.cycles import Clock, LifeCycle
from services.records.dates import VIETNAM
from services.records.lifecycle import Event
from services.records.working_time import Allowance
from tests.unit.records.declared import dossiers

DAYS = load_calendar(CALENDAR)
# Wednesday 1 October 2025, 08:00; offices work 07:30-11:30 and 13:30-17:30.
RECEIVED, PAUSED, RESUMED, RESOLVED = "01T08:00", "02T09:00", "06T14:30", "08T10:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2025-10-{text}").replace(tzinfo=VIETNAM)


def told(text: str, name: str, allowed: int | None = None, due: str = "") -> Told:
    return Told(Event(at(text), name), allowed, at(due) if due else None)


def life(unit: str = "working_days") -> tuple[LifeCycle, Clock]:
    found = dossiers().life_cycle
    assert found is not None
    moves = {"starts": ("received",), "pauses": ("paused",), "continues": ("resumed",)}
    return found, Clock(**moves, stops=("resolved", "withdrawn"), allowance_unit=unit)  # type: ignore[arg-type]


def reading(events: list[Told], as_of: str, unit: str = "working_days") -> Reading:
    return read(*life(unit), DAYS, events, at(as_of))


WHOLE = [
    told(RECEIVED, "received", allowed=3),
    told(PAUSED, "paused"),
    told(RESUMED, "resumed"),
    told(RESOLVED, "resolved"),
]


@pytest.mark.parametrize(
    ("as_of", "state", "hours", "due", "outcome"),
    [
        ("01T07:59", State.NOT_STARTED, 0, None, None),
        ("01T10:00", State.RUNNING, 2, "06T17:30", Outcome.AHEAD),
        ("02T09:00", State.PAUSED, 9, None, Outcome.AHEAD),
        ("04T12:00", State.PAUSED, 9, None, Outcome.AHEAD),
        ("06T15:30", State.RUNNING, 10, "08T17:30", Outcome.AHEAD),
        ("08T10:00", State.STOPPED, 22.5, "08T17:30", Outcome.MET),
        ("20T10:00", State.STOPPED, 22.5, "08T17:30", Outcome.MET),
    ],
)
def test_a_life_at_its_moments(
    as_of: str, state: State, hours: float, due: str | None, outcome: Outcome | None
) -> None:
    found = reading(WHOLE, as_of)
    assert (found.state, found.worked) == (state, timedelta(hours=hours))
    assert (found.due, found.outcome) == (at(due) if due else None, outcome)
    assert not found.outside_calendar


def test_a_deadline_that_has_passed_is_overdue_and_stopping_later_misses_it() -> None:
    begun = [told(RECEIVED, "received", allowed=8)]
    assert reading(begun, "02T08:00", "working_hours").outcome is Outcome.AHEAD
    assert reading(begun, "02T08:01", "working_hours").outcome is Outcome.OVERDUE
    ended = [*begun, told("02T08:01", "resolved")]
    assert reading(ended, "09T00:00", "working_hours").outcome is Outcome.MISSED
    # A pause that begins once the time is over saves nothing.
    late = [*begun, told("02T09:00", "paused")]
    assert reading(late, "03T00:00", "working_hours").outcome is Outcome.OVERDUE


def test_what_the_last_event_says_is_right_and_an_allowance_is_above_the_sources_moment() -> None:
    events = [told(RECEIVED, "received", 1, "02T17:00"), told("02T08:00", "paused", 9, "03T17:00")]
    found = reading([*events, told("02T08:30", "resumed")], "02T09:00")
    assert found.allowance == Allowance(9, "working_days")
    assert found.stated_due == at("03T17:00")
    assert reading(events[:1], "02T09:00").allowance == Allowance(1, "working_days")
    stated = [told(RECEIVED, "received", due="02T17:00")]
    assert reading(stated, "02T17:00").outcome is Outcome.AHEAD
    assert reading(stated, "02T17:01").outcome is Outcome.OVERDUE
    both = [told(RECEIVED, "received", 3, "02T17:00")]
    assert reading(both, "02T17:01").outcome is Outcome.AHEAD


def test_without_a_deadline_nothing_is_said_of_it() -> None:
    found = reading([told(RECEIVED, "received")], "02T09:00")
    assert (found.allowance, found.due, found.stated_due, found.outcome) == (None, None, None, None)


def test_where_the_calendar_does_not_reach_is_said_and_not_guessed() -> None:
    events = [told(RECEIVED, "received", allowed=1000)]
    found = reading(events, "01T10:00")
    assert (found.worked, found.due, found.outcome) == (timedelta(hours=2), None, None)
    assert found.outside_calendar
    later = read(*life(), DAYS, [told(RECEIVED, "received", 1)], datetime.max.replace(tzinfo=UTC))
    assert (later.state, later.worked, later.outcome) == (State.RUNNING, None, Outcome.OVERDUE)
    assert later.outside_calendar


names = st.sampled_from(["received", "paused", "resumed", "resolved"])
some = st.lists(
    st.builds(lambda day, name: told(f"{day:02}T09:00", name), st.integers(1, 30), names), max_size=8
)


@given(some, st.integers(1, 29))
def test_time_only_grows_and_what_comes_later_changes_no_earlier_reading(
    events: list[Told], day: int
) -> None:
    early, late = reading(events, f"{day:02}T12:00"), reading(events, f"{day + 1:02}T12:00")
    assert early.worked is not None
    assert late.worked is not None
    if early.state is not State.NOT_STARTED:
        assert early.worked <= late.worked <= early.worked + timedelta(hours=8)
    before = [one for one in events if one.event.at <= at(f"{day:02}T12:00")]
    assert reading(before, f"{day:02}T12:00") == early
