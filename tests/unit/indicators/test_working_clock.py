"""Working time by the clock that grows is what the calendar counts day by day."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from services.indicators.working_clock import WorkingClock
from services.records.catalogue import CALENDAR, load_calendar
from services.records.dates import VIETNAM
from services.records.lifecycle import Event
from tests.unit.records.declared import dossiers


def slow(clock: WorkingClock, start: datetime, end: datetime) -> timedelta:
    """The minutes of every day's hours, one by one."""
    calendar = load_calendar(CALENDAR)
    total = timedelta(0)
    day = start.date()
    while day <= end.date():
        for opens, closes in calendar.hours(day):
            total += max(timedelta(0), min(closes, end) - max(opens, start))
        day += timedelta(days=1)
    return total


def test_a_difference_is_what_lies_between() -> None:
    clock, order = WorkingClock(load_calendar(CALENDAR)), Random(7)
    begins = datetime(2025, 8, 25, tzinfo=VIETNAM)  # with National Day in it
    for _ in range(200):
        start = begins + timedelta(minutes=order.randrange(60 * 24 * 30))
        end = start + timedelta(minutes=order.randrange(60 * 24 * 15))
        assert clock.at(end) - clock.at(start) == slow(clock, start, end)


def test_a_subject_counts_without_its_pauses_once_its_clock_has_stopped() -> None:
    clock, life = WorkingClock(load_calendar(CALENDAR)), dossiers().life_cycle
    assert life is not None
    monday = datetime(2025, 10, 6, 8, tzinfo=VIETNAM)
    events = [Event(monday, "received"), Event(monday + timedelta(hours=1), "paused")]
    assert clock.seconds(life, events) is None
    events += [
        Event(monday + timedelta(days=1), "resumed"),
        Event(monday + timedelta(days=1, hours=1), "resolved"),
    ]
    assert clock.seconds(life, events[::-1]) == 2 * 3600
