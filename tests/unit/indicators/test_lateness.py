"""The league table of who reports late."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.indicators.lateness import Lateness, league
from services.indicators.reports import Report
from services.indicators.working_clock import WorkingClock
from services.records.dates import VIETNAM
from tests.integration.figures_world import shipped_calendar

CLOCK = WorkingClock(shipped_calendar())
NAMES = {"a": "Sở Đa", "b": "Sở Dung", "c": "Sở Ân", "d": "Sở An", "e": "Sở Bình"}
H = timedelta(hours=1)


def at(day: int, hour: int) -> datetime:
    return datetime(2025, 10, day, hour, tzinfo=VIETNAM)  # 6 October is a Monday


def table(owed: dict[str, list[Report]]) -> list[Lateness]:
    return league(owed, NAMES.__getitem__, CLOCK, at(10, 9))


def test_what_is_late_is_measured_in_working_time_and_what_never_came_so_far() -> None:
    (one,) = table(
        {
            "a": [
                Report(at(6, 9), at(6, 8)),
                Report(at(6, 9), at(6, 11)),  # 2 h
                Report(at(3, 16), at(6, 9)),  # over a weekend
                Report(at(10, 8), None),  # so far 1 h
            ]
        }
    )
    weekend = CLOCK.at(at(6, 9)) - CLOCK.at(at(3, 16))
    assert weekend < timedelta(hours=8)
    assert (one.due, one.on_time, one.late, one.never) == (4, 1, 2, 1)
    assert one.worst == max(weekend, 2 * H)
    assert one.median == sorted([2 * H, weekend, H])[1]


def test_the_worst_comes_first_and_nobody_is_left_out() -> None:
    good = [Report(at(6, 9), at(6, 8))]
    half = [*good, Report(at(6, 9), at(6, 10))]
    found = table({"a": half, "b": half, "c": good, "d": good, "e": [*good, Report(at(6, 9), at(6, 11))]})
    # Half of the reports on time: the later at worst first, equals by name; D stands before Đ, A before Â.
    assert [one.name_vi for one in found] == ["Sở Bình", "Sở Dung", "Sở Đa", "Sở An", "Sở Ân"]
    assert [(one.median, one.worst) for one in found[3:]] == [(None, None)] * 2


def test_beyond_the_calendar_lateness_is_not_known_but_counts() -> None:
    due = datetime(2090, 1, 3, tzinfo=VIETNAM)
    (one,) = table({"a": [Report(due, due + H)], "b": []})
    assert (one.late, one.median, one.worst) == (1, None, None)
