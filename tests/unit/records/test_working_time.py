"""Deadlines in working time, against an oracle that walks minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.records.dates import VIETNAM
from services.records.working_time import (
    Allowance,
    Calendar,
    OutsideCalendar,
    Pause,
    deadline,
    parse_calendar,
    worked,
)

TEXT = resources.files("services.records").joinpath("calendar.toml").read_text("utf-8")
CALENDAR = parse_calendar(TEXT)
QUARTER = timedelta(minutes=15)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def days(amount: int) -> Allowance:
    return Allowance(amount, "working_days")


def hours(amount: int) -> Allowance:
    return Allowance(amount, "working_hours")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2019-01-05", True),  # a Saturday, for 31 December 2018
        ("2020-01-29", False),  # Mùng 5, in lieu of a Sunday
        ("2021-02-10", False),  # 29 tháng Chạp, in lieu of a Saturday
        ("2023-05-03", False),  # in lieu of 30 April, a Sunday; 2 May is in lieu of Giỗ Tổ
        ("2024-04-29", False),
        ("2024-05-04", True),
        ("2025-01-27", False),
        ("2025-02-03", True),
        ("2025-04-26", True),
        ("2025-05-02", False),
        ("2025-09-01", False),
        ("2026-01-02", False),
        ("2026-01-10", True),
        ("2026-02-16", False),
        ("2026-02-23", True),
        ("2026-04-27", False),  # in lieu of Giỗ Tổ, a Sunday
        ("2026-08-22", True),
        ("2026-08-31", False),
    ],
)
def test_the_calendar_knows_tet_days_in_lieu_and_swapped_days(day: str, works: bool) -> None:
    assert CALENDAR.works(date.fromisoformat(day)) is works


def test_each_year_has_the_holidays_of_the_law_and_gives_back_what_it_swaps() -> None:
    for year in range(2019, 2027):
        weekdays = [date(year, 1, 1) + timedelta(index) for index in range(365 + (year % 4 == 0))]
        off = sum(not CALENDAR.works(day) for day in weekdays if day.isoweekday() < 6)
        made_up = sum(CALENDAR.works(day) for day in weekdays if day.isoweekday() > 5)
        holidays = 10 if year < 2021 else 11 if year < 2026 else 12
        # 2019 makes up for the last day of 2018.
        assert off - made_up + (year == 2019) == holidays, year


def test_outside_the_years_that_are_known_nothing_is_answered() -> None:
    with pytest.raises(OutsideCalendar, match="2019-01-01 to 2026-12-31"):
        deadline(CALENDAR, at("2026-12-31T10:00"), days(1))


@pytest.mark.parametrize(
    ("start", "allowance", "pauses", "due"),
    [
        ("2025-10-01T08:12", days(1), [], "2025-10-02T17:30"),
        ("2025-10-03T16:00", days(1), [], "2025-10-06T17:30"),  # over a weekend
        ("2025-01-24T10:00", days(2), [], "2025-02-04T17:30"),  # over Tết
        ("2025-04-25T10:00", days(1), [], "2025-04-26T17:30"),  # a Saturday that is worked on
        ("2025-04-28T10:00", days(2), [], "2025-05-05T17:30"),
        ("2025-10-01T10:30", hours(1), [], "2025-10-01T11:30"),
        ("2025-10-01T10:30", hours(2), [], "2025-10-01T14:30"),
        ("2025-10-01T10:30", hours(8), [], "2025-10-02T10:30"),
        ("2025-10-01T20:00", hours(1), [], "2025-10-02T08:30"),
        ("2025-10-01T08:00", days(2), [("2025-10-02T09:00", "2025-10-02T15:00")], "2025-10-03T17:30"),
        ("2025-10-01T08:00", days(2), [("2025-10-02T09:00", "2025-10-06T15:00")], "2025-10-07T17:30"),
        ("2025-10-01T08:00", hours(4), [("2025-10-01T09:30", "2025-10-01T14:30")], "2025-10-01T17:00"),
        (
            "2025-10-01T08:00",
            hours(4),
            [("2025-10-01T10:00", "2025-10-01T10:30"), ("2025-10-01T09:30", "2025-10-01T14:30")],
            "2025-10-01T17:00",
        ),
        (
            "2025-10-01T08:00",
            hours(4),
            [("2025-10-01T09:30", "2025-10-01T14:30"), ("2025-10-01T10:00", "2025-10-01T10:30")],
            "2025-10-01T17:00",
        ),
        ("2025-10-01T08:00", days(2), [("2025-10-02T09:00", None)], None),
        ("2025-10-01T08:00", days(1), [("2025-10-02T18:00", None)], "2025-10-02T17:30"),
        ("2025-10-01T08:00", hours(2), [("2025-10-01T11:00", None)], "2025-10-01T10:00"),
    ],
)
def test_deadlines_by_hand(
    start: str, allowance: Allowance, pauses: list[tuple[str, str | None]], due: str | None
) -> None:
    spans: list[Pause] = [(at(since), at(to) if to else None) for since, to in pauses]
    assert deadline(CALENDAR, at(start), allowance, spans) == (at(due) if due else None)


def test_another_zone_is_the_same_moment() -> None:
    utc = at("2025-10-02T01:00").astimezone(UTC)
    assert deadline(CALENDAR, utc, days(1)) == at("2025-10-03T17:30")


def runs(moment: datetime, pauses: Sequence[Pause]) -> bool:
    return not any(since <= moment and (to is None or moment < to) for since, to in pauses)


def is_worked(calendar: Calendar, moment: datetime) -> bool:
    # Half past seven to half past eleven, half past one to half past five.
    free = {special.day: not special.works for special in calendar.days}
    day = moment.date()
    if free.get(day, day.isoweekday() > 5):
        return False
    return time(7, 30) <= moment.time() < time(11, 30) or time(13, 30) <= moment.time() < time(17, 30)


def walk(start: datetime, allowance: Allowance, pauses: Sequence[Pause]) -> datetime | None:
    """The oracle: quarter of an hour by quarter of an hour, until the allowance is used up."""
    left, moment = allowance.amount * (4 if allowance.unit == "working_hours" else 1), start
    for _ in range(4 * 24 * 120):
        if allowance.unit == "working_hours":
            left -= is_worked(CALENDAR, moment) and runs(moment, pauses)
            moment += QUARTER
            if left == 0:
                return moment
        else:
            moment += QUARTER
            ends = moment.time() == time(17, 30) and is_worked(CALENDAR, moment - QUARTER)
            left -= ends and moment.date() > start.date() and runs(moment, pauses)
            if left == 0:
                return moment
    return None


starts = st.integers(0, 4 * 24 * 700).map(lambda quarters: at("2024-12-01T00:00") + quarters * QUARTER)


@st.composite
def pauses_after(draw: st.DrawFn, start: datetime) -> list[Pause]:
    """Some pauses behind a start, one after the other, the last perhaps without an end."""
    edges = sorted(draw(st.sets(st.integers(0, 4 * 24 * 20), max_size=6)))
    moments = [start + edge * QUARTER for edge in edges]
    found: list[Pause] = list(zip(moments[::2], moments[1::2], strict=False))
    return [*found, (moments[-1], None)] if len(moments) % 2 else found


@settings(max_examples=60, deadline=None)
@given(st.data(), starts, st.integers(1, 30), st.sampled_from(["working_days", "working_hours"]))
def test_a_deadline_is_what_walking_finds(
    data: st.DataObject, start: datetime, amount: int, unit: str
) -> None:
    pauses = data.draw(pauses_after(start))
    allowance = Allowance(amount, unit)  # type: ignore[arg-type]
    found = deadline(CALENDAR, start, allowance, pauses)
    assert found == walk(start, allowance, pauses)
    assert deadline(CALENDAR, start, allowance, pauses[::-1]) == found
    if found is not None and unit == "working_hours":
        assert worked(CALENDAR, start, found, pauses) == timedelta(hours=amount)


@settings(max_examples=60, deadline=None)
@given(st.data(), starts, st.integers(0, 4 * 24 * 20))
def test_working_time_is_what_counting_finds(data: st.DataObject, start: datetime, quarters: int) -> None:
    pauses = data.draw(pauses_after(start))
    until = start + quarters * QUARTER
    counted = sum(
        is_worked(CALENDAR, start + index * QUARTER) and runs(start + index * QUARTER, pauses)
        for index in range(quarters)
    )
    assert worked(CALENDAR, start, until, pauses) == counted * QUARTER


def test_hours_are_those_of_their_time() -> None:
    later = "[[weeks]]\nfrom = 2025-10-06\ndays = [1, 2, 3, 4, 5, 6]\n"
    later += 'hours = [["08:00", "16:00"]]\nsource = "QĐ"\n'
    changed = parse_calendar(TEXT + later)
    assert deadline(changed, at("2025-10-02T08:00"), days(1)) == at("2025-10-03T17:30")
    assert deadline(changed, at("2025-10-10T08:00"), days(1)) == at("2025-10-11T16:00")
    assert deadline(changed, at("2025-10-03T17:00"), hours(1)) == at("2025-10-06T08:30")


def test_a_calendar_that_contradicts_itself_is_refused() -> None:
    for was, becomes in (
        ('["07:30", "11:30"]', '["11:30", "07:30"]'),
        ("days = [1, 2, 3, 4, 5]", "days = [1, 9]"),
        ("from = 1999-10-02", "from = 2020-01-01"),
        ("last = 2026-12-31", "last = 2020-12-31"),
    ):
        assert was in TEXT
        with pytest.raises(ValueError):
            parse_calendar(TEXT.replace(was, becomes, 1))


def test_an_allowance_of_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="at least one"):
        deadline(CALENDAR, at("2025-10-01T08:00"), days(0))
