"""What is due and how late it is: of submissions, periods, organisations; in plain and in working time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.records.catalogue import CALENDAR as CALENDAR_FILE
from services.records.catalogue import load_calendar
from services.records.datasets import BadDataset, Dataset, parse_dataset
from services.records.dates import VIETNAM
from services.records.freshness import Expected, Heard, State, due_at, standings
from tests.unit.records.declared import DOSSIERS

CALENDAR = load_calendar(CALENDAR_FILE)
FRIDAY = datetime(2025, 10, 31, 17, 0, tzinfo=VIETNAM)  # half an hour before the office closes
BEGUN = datetime(2025, 10, 3, 9, tzinfo=VIETNAM)


def declared(promise: str, kind: str = "events") -> Dataset:
    """DOSSIERS under another promise; as figures without their life cycle."""
    text = DOSSIERS.replace('every = "PT1H"\nlate_after = "P1D"', promise)
    if kind != "events":
        text = text[: text.index("[life_cycle]")].replace('kind = "events"', f'kind = "{kind}"')
    return parse_dataset(text)


def due(dataset: Dataset, heard: Heard) -> datetime | None:
    return due_at(dataset, heard, CALENDAR)


def test_a_submission_is_due_an_interval_after_the_last() -> None:
    dataset = declared('every = "PT1H"\nlate_after = "P1D"')
    assert due(dataset, Heard(BEGUN, FRIDAY)) == FRIDAY + timedelta(hours=1)


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("PT1H", datetime(2025, 11, 3, 8, 0, tzinfo=VIETNAM)),  # half an hour of Friday, half of Monday
        ("P1D", datetime(2025, 11, 3, 17, 30, tzinfo=VIETNAM)),
        ("P2D", datetime(2025, 11, 4, 17, 30, tzinfo=VIETNAM)),
    ],
)
def test_a_promise_in_working_time_rests_at_the_weekend(every: str, expected: datetime) -> None:
    dataset = declared(f'every = "{every}"\nworking_time = true')
    assert due(dataset, Heard(BEGUN, FRIDAY)) == expected


def test_a_holiday_is_no_working_time() -> None:
    dataset = declared('every = "P1D"\nworking_time = true')
    before = datetime(2025, 8, 29, 10, tzinfo=VIETNAM)  # Friday before National Day, 1 and 2 September
    assert due(dataset, Heard(before, before)) == datetime(2025, 9, 3, 17, 30, tzinfo=VIETNAM)


def test_beyond_the_calendar_working_time_is_plain_time() -> None:
    dataset = declared('every = "P1D"\nworking_time = true')
    last = datetime(CALENDAR.last.year + 1, 3, 1, 10, tzinfo=VIETNAM)
    assert due(dataset, Heard(last, last)) == last + timedelta(days=1)


def test_figures_are_due_by_their_periods() -> None:
    month = declared('every = "P1M"\nlate_after = "P45D"', "figures")
    september = datetime(2025, 8, 31, 17, tzinfo=UTC)  # midnight of 1 September in Việt Nam
    expected = datetime(2025, 11, 15, tzinfo=VIETNAM)  # 45 days from 1 October
    assert due(month, Heard(BEGUN, FRIDAY, september)) == expected
    assert due(month, Heard(BEGUN)) == BEGUN + timedelta(days=45)


def test_figures_whose_grace_is_for_a_closing_are_due_by_submission() -> None:
    daily = declared('every = "P1D"\nlate_after = "P35D"', "figures")
    assert due(daily, Heard(BEGUN, FRIDAY, FRIDAY)) == FRIDAY + timedelta(days=1)


def test_nothing_is_late_of_what_never_began() -> None:
    (one,) = standings(declared('every = "PT1H"'), Heard(), {}, [], CALENDAR, FRIDAY)
    assert (one.state, one.due_at, one.overdue) == (State.NEVER, None, timedelta(0))


@pytest.mark.parametrize(
    ("age", "state", "overdue"),
    [
        (timedelta(hours=1), State.ON_TIME, timedelta(0)),
        (timedelta(hours=1, seconds=1), State.LATE, timedelta(seconds=1)),
        (timedelta(days=2), State.LATE, timedelta(days=2, hours=-1)),
    ],
)
def test_late_is_what_is_past_its_due_time(age: timedelta, state: State, overdue: timedelta) -> None:
    dataset = declared('every = "PT1H"')
    (one,) = standings(dataset, Heard(BEGUN, FRIDAY), {}, [], CALENDAR, FRIDAY + age)
    assert (one.state, one.overdue) == (state, overdue)


def test_each_organisation_answers_for_itself() -> None:
    dataset = declared('every = "P1M"\nlate_after = "P45D"\neach = ["commune"]', "figures")
    october = datetime(2025, 10, 1, tzinfo=VIETNAM)
    of = {"H32.31": Heard(None, FRIDAY, october), "H32.99": Heard(None, FRIDAY, october)}
    new = datetime(2025, 11, 20, tzinfo=VIETNAM)
    expected = [
        Expected("H32.31", "UBND phường Nha Trang", datetime(2025, 7, 1, tzinfo=VIETNAM)),
        Expected("H32.32", "UBND phường Bắc Nha Trang", datetime(2025, 7, 1, tzinfo=VIETNAM)),
        Expected("H32.33", "UBND phường Cam Ranh", new),
    ]
    now = datetime(2025, 12, 1, tzinfo=VIETNAM)
    found = standings(dataset, Heard(BEGUN, FRIDAY, october), of, expected, CALENDAR, now)
    assert [(one.organisation, one.state, one.due_at) for one in found] == [
        ("H32.31", State.ON_TIME, datetime(2025, 12, 16, tzinfo=VIETNAM)),
        ("H32.32", State.LATE, BEGUN + timedelta(days=45)),
        ("H32.33", State.ON_TIME, new + timedelta(days=45)),
    ]


@pytest.mark.parametrize(
    ("promise", "kind", "named"),
    [
        ('every = "P1M"\nworking_time = true', "events", "promise.working_time"),
        ('every = "PT15M"\nworking_time = true', "events", "promise.working_time"),
        ('every = "PT1H"\neach = ["commune"]', "events", "promise.each"),
        ('every = "P1M"\neach = ["ward"]', "figures", "each"),
    ],
)
def test_a_promise_that_cannot_be_is_named(promise: str, kind: str, named: str) -> None:
    with pytest.raises(BadDataset, match=named):
        declared(promise, kind)
