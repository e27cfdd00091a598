"""Which reports are owed in a period, and what became of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from services.indicators.figures import Window, next_start
from services.indicators.reports import Report, Slot, counted, reports, slots
from services.indicators.scores import Counts
from services.records.datasets import Dataset, parse_dataset
from services.records.dates import VIETNAM
from tests.integration.figures_world import shipped_calendar
from tests.unit.records.declared import DOSSIERS

MONTHLY = """
key = "tested.months"
title_vi = "Thử"
title_en = "Tested"
system_vi = "Thử"
kind = "figures"
identity = ["month"]
event_time = "month"
[promise]
every = "P1M"
late_after = "P45D"
duty_vi = "Thử"
[[fields]]
name = "month"
title_vi = "Tháng"
title_en = "Month"
type = "date"
required = true
"""
HOUR = timedelta(hours=1)


def events(every: str, working: bool = False) -> Dataset:
    head, tail = DOSSIERS.split("[promise]")
    promise = f'every = "{every}"\nduty_vi = "Thử"\nworking_time = {str(working).lower()}'
    return parse_dataset(f"{head}[promise]\n{promise}\n{tail[tail.index('[[') :]}")


def local(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=VIETNAM)


def window(period: str, month: int, day: int = 1) -> Window:
    start = date(2025, month, day)
    return Window(period, start, next_start(period, start))


def owed(dataset: Dataset, of: Window) -> list[Slot]:
    return slots(dataset, of, shipped_calendar())


def test_figures_are_owed_by_the_periods_that_they_are_of() -> None:
    october = Slot(local(10, 1), local(11, 1), local(10, 1) + timedelta(days=45), by_period=True)
    assert owed(parse_dataset(MONTHLY), window("month", 10)) == [october]
    assert [one.start for one in owed(parse_dataset(MONTHLY), window("quarter", 10))] == [
        local(10, 1),
        local(11, 1),
        local(12, 1),
    ]
    # A day of a month is told by the report on the month.
    assert owed(parse_dataset(MONTHLY), window("day", 10, 20)) == [october]


def test_quarters_are_those_of_the_year() -> None:
    quarterly = parse_dataset(MONTHLY.replace("P1M", "P3M").replace("P45D", "P130D"))
    assert [one.start for one in owed(quarterly, window("year", 1))] == [
        local(1, 1),
        local(4, 1),
        local(7, 1),
        local(10, 1),
    ]
    assert [one.start for one in owed(quarterly, window("month", 11))] == [local(10, 1)]


def test_events_are_owed_in_every_interval() -> None:
    found = owed(events("PT15M"), window("day", 10, 6))
    assert len(found) == 96
    assert found[0] == Slot(local(10, 6), local(10, 6, 0, 15), local(10, 6, 0, 15), by_period=False)
    assert [one.start.day for one in owed(events("P7D"), window("month", 10))] == [6, 13, 20, 27]  # Mondays


def test_of_working_time_only_working_hours_and_days_count() -> None:
    # 5 October 2025 was a Sunday.
    assert owed(events("PT1H", working=True), window("day", 10, 5)) == []
    monday = owed(events("PT1H", working=True), window("day", 10, 6))
    hours = shipped_calendar().hours(date(2025, 10, 6))
    assert len(monday) == sum((closes - opens) // HOUR for opens, closes in hours)
    assert (monday[0].start, monday[0].due_at) == (local(10, 6), hours[0][0] + HOUR)  # the night is its own
    assert monday[-1].due_at == hours[-1][1]
    days = owed(events("P1D", working=True), window("month", 10))
    assert len(days) == 23
    assert days[0].due_at == shipped_calendar().hours(date(2025, 10, 1))[-1][1]


def test_beyond_the_calendar_nothing_is_held_against_anybody() -> None:
    future = Window("month", date(2090, 1, 1), date(2090, 2, 1))
    assert owed(events("PT1H", working=True), future) == []


FIRST, SECOND, THIRD = (
    Slot(local(10, day), local(10, day + 1), local(10, day + 1), by_period=False) for day in (1, 2, 3)
)


@pytest.mark.parametrize(
    ("came", "now", "expected"),
    [
        ({FIRST: local(10, 1, 9)}, local(10, 1, 12), [Report(FIRST.due_at, local(10, 1, 9))]),
        ({}, local(10, 1, 12), []),  # nothing is due yet
        ({}, local(10, 2, 0, 1), [Report(FIRST.due_at, None)]),
        (
            {FIRST: local(10, 3, 8), SECOND: local(10, 3, 8), THIRD: local(10, 3, 8)},
            local(10, 3, 12),
            [Report(one.due_at, local(10, 3, 8)) for one in (FIRST, SECOND, THIRD)],
        ),
    ],
)
def test_what_has_fallen_due_or_come_is_judged(
    came: dict[Slot, datetime], now: datetime, expected: list[Report]
) -> None:
    assert reports([FIRST, SECOND, THIRD], came, None, now) == expected


def test_of_a_pulled_source_quiet_intervals_before_its_last_answer_are_unknown() -> None:
    came = {SECOND: local(10, 2, 9)}
    found = reports([FIRST, SECOND, THIRD], came, local(10, 3, 0, 30), local(10, 5))
    assert found == [Report(SECOND.due_at, local(10, 2, 9)), Report(THIRD.due_at, None)]


def test_reports_are_counted() -> None:
    on_time, late = Report(local(10, 2), local(10, 1)), Report(local(10, 3), local(10, 4))
    never = Report(local(10, 4), None)
    assert counted([]) == Counts()
    assert counted([on_time, never, late]) == Counts(due=3, came=2, on_time=1, promised=1, alive=1)
    assert counted([on_time, late, never]).alive == 0
