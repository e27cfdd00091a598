"""The league table of who reports late: of reports that were owed, those that were, worst first. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from services.indicators.reports import Report
from services.indicators.vietnamese_order import vietnamese_key
from services.indicators.working_clock import WorkingClock
from services.records.working_time import OutsideCalendar


class Lateness(NamedTuple):
    """What became of the reports that a subject owed: `due` = `on_time` + `late` + `never`.

    `median`, `worst`: working time by which those that were not on time are late, so far where they have not
    come; None: all were on time, or the calendar does not cover their days.
    """

    subject: str
    name_vi: str
    due: int
    on_time: int
    late: int
    never: int
    median: timedelta | None
    worst: timedelta | None


def league(
    owed: Mapping[str, Sequence[Report]], name: Callable[[str], str], clock: WorkingClock, now: datetime
) -> list[Lateness]:
    """All who owed anything: the smallest share on time first, of equals who was later at worst, then by name
    in Vietnamese order, then by code.
    """
    found = [_lateness(subject, name(subject), some, clock, now) for subject, some in owed.items() if some]
    return sorted(found, key=_place)


def _place(one: Lateness) -> tuple[object, ...]:
    worst = one.worst or timedelta(0)
    return one.on_time / one.due, -worst, vietnamese_key(one.name_vi), one.subject


def _lateness(
    subject: str, name_vi: str, owed: Iterable[Report], clock: WorkingClock, now: datetime
) -> Lateness:
    reports = list(owed)
    missed = [one for one in reports if not one.is_on_time]
    never = sum(one.came_at is None for one in missed)
    known = [length for one in missed if (length := _late_by(one, clock, now)) is not None]
    return Lateness(
        *(subject, name_vi, len(reports), len(reports) - len(missed), len(missed) - never, never),
        median(known) if known else None,  # type: ignore[type-var]  # lengths of time can be halved
        max(known, default=None),
    )


def _late_by(report: Report, clock: WorkingClock, now: datetime) -> timedelta | None:
    try:
        return clock.at(report.came_at or now) - clock.at(report.due_at)
    except OutsideCalendar:
        return None
