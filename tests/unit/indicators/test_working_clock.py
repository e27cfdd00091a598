"""Working time by the clock that grows is what the calendar counts day by day."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from services.indicators.working_clock import SOON, WorkingClock
from services.records.catalogue import CALENDAR, load_calendar
from services.records.dates import VIETNAM
from services.records.lifecycle import Event
from services.records.working_time import Allowance, AllowanceUnit, OutsideCalendar, Pause, deadline, worked
from tests.unit.records.declared import dossiers

BEGINS = datetime(2025, 8, 25, tzinfo=VIETNAM)  # National Day is ahead
MONDAY = datetime(2025, 10, 6, 8, tzinfo=VIETNAM)


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
    for _ in range(200):
        start = BEGINS + timedelta(minutes=order.randrange(60 * 24 * 30))
        end = start + timedelta(minutes=order.randrange(60 * 24 * 15))
        assert clock.at(end) - clock.at(start) == slow(clock, start, end)


def pauses_after(start: datetime, order: Random) -> list[Pause]:
    """Up to three, apart from each other, some ending with a working day; the last may still go on."""
    pauses: list[Pause] = []
    at = start
    for _ in range(order.randrange(4)):
        since = at + timedelta(minutes=order.randrange(60 * 24 * 4))
        to = since + timedelta(minutes=order.randrange(1, 60 * 24 * 4))
        if order.random() < 0.3:
            to = max(since, to.replace(hour=17, minute=30))
        pauses.append((since, to))
        at = to
    if pauses and order.random() < 0.3:
        pauses[-1] = (pauses[-1][0], None)
    order.shuffle(pauses)
    return pauses


@pytest.mark.parametrize("unit", ["working_days", "working_hours"])
def test_a_deadline_is_that_of_the_calendar(unit: AllowanceUnit) -> None:
    calendar, order = load_calendar(CALENDAR), Random(11)
    clock, open_ones = WorkingClock(calendar), 0
    for _ in range(500):
        start = BEGINS + timedelta(minutes=order.randrange(60 * 24 * 30))
        allowance, pauses = Allowance(order.randrange(1, 30), unit), pauses_after(start, order)
        due = deadline(calendar, start, allowance, pauses)
        assert clock.deadline(start, allowance, pauses) == due, (start, allowance, pauses)
        open_ones += due is None
    assert 20 < open_ones < 200


@pytest.mark.parametrize("unit", ["working_days", "working_hours"])
def test_what_the_calendar_does_not_cover_has_no_deadline(unit: AllowanceUnit) -> None:
    calendar = load_calendar(CALENDAR)
    for start in (datetime(2018, 12, 1, tzinfo=VIETNAM), datetime(2026, 12, 31, 17, tzinfo=VIETNAM)):
        for count in (deadline, lambda _, *told: WorkingClock(calendar).deadline(*told)):
            with pytest.raises(OutsideCalendar):
                count(calendar, start, Allowance(1, unit))


def test_back_is_the_earliest_moment_with_no_more_left() -> None:
    calendar, order = load_calendar(CALENDAR), Random(13)
    clock, second = WorkingClock(calendar), timedelta(seconds=1)
    for _ in range(200):
        until = BEGINS + timedelta(minutes=order.randrange(60 * 24 * 30))
        since = clock.back(until, SOON)
        assert worked(calendar, since, until) == SOON
        assert worked(calendar, since - second, until) == SOON + second
    with pytest.raises(OutsideCalendar):
        clock.back(datetime(2019, 1, 2, 9, tzinfo=VIETNAM), SOON)


def test_a_subject_counts_without_its_pauses_once_its_clock_has_stopped() -> None:
    clock, life = WorkingClock(load_calendar(CALENDAR)), dossiers().life_cycle
    assert life is not None
    events = [Event(MONDAY, "received"), Event(MONDAY + timedelta(hours=1), "paused")]
    assert clock.read(life, events, None, None).worked is None
    events += [
        Event(MONDAY + timedelta(days=1), "resumed"),
        Event(MONDAY + timedelta(days=1, hours=1), "resolved"),
    ]
    assert clock.read(life, events[::-1], None, None).worked == timedelta(hours=2)


def test_it_is_due_by_its_allowance_else_as_its_source_says() -> None:
    clock, life = WorkingClock(load_calendar(CALENDAR)), dossiers().life_cycle
    assert life is not None
    received = [Event(MONDAY, "received")]
    stated = MONDAY + timedelta(days=3)
    assert clock.read(life, received, None, None)[1:] == (None, None)
    assert clock.read(life, [], 2, stated).due is None  # its clock has not begun
    told = clock.read(life, received, None, stated)
    assert (told.due, told.due_soon) == (stated, MONDAY + timedelta(days=2))
    by_days = clock.read(life, received, 2, stated)
    assert by_days.due == MONDAY + timedelta(days=2, hours=9, minutes=30)
    assert by_days.due_soon == MONDAY + timedelta(days=1, hours=9, minutes=30)
    paused = [*received, Event(MONDAY + timedelta(hours=1), "paused")]
    assert clock.read(life, paused, 2, stated)[1:] == (None, None)
