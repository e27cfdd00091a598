"""Which reports a dataset's promise asks for in a period, when each falls due, and what became of it. Pure.

Figures that are due by their periods owe a report for each: due `late_after` from its beginning, come with
the first row of it. All else owes something in every interval: due at its end, come with whatever came first
from its beginning on. What begins before the promise did is not owed, see `scoring.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from services.indicators.figures import Window
from services.indicators.scores import Counts
from services.records.datasets import Dataset
from services.records.dates import VIETNAM
from services.records.periods import Period
from services.records.working_time import Allowance, Calendar, OutsideCalendar

_DAY = timedelta(days=1)
_MONDAY = datetime(1970, 1, 5, tzinfo=VIETNAM)  # from which weeks and shorter intervals are counted


class Slot(NamedTuple):
    """An interval in which something is owed: [start, finish). `by_period`: of event time, not of coming."""

    start: datetime
    finish: datetime
    due_at: datetime
    by_period: bool


class Report(NamedTuple):
    """Something that was owed. `came_at`: None where it has not come."""

    due_at: datetime
    came_at: datetime | None

    @property
    def is_on_time(self) -> bool:
        """Whether it came, and not after it was due."""
        return self.came_at is not None and self.came_at <= self.due_at


def slots(dataset: Dataset, window: Window, calendar: Calendar) -> list[Slot]:
    """The intervals that begin within a window; where none does, the one that covers its beginning.

    Of working time on days that the calendar does not cover there are none: nobody knows what is owed there.
    """
    allowance = dataset.promise.allowance
    if allowance is not None and dataset.due_by_period(_midnight(window.start)) is None:
        return list(_working_slots(allowance, window, calendar))
    interval = dataset.promise.interval
    start, finish = _midnight(window.start), _midnight(window.finish)
    covering = _floor(interval, start)
    first = covering if covering == start else interval.after(covering)
    found = list(_plain_slots(dataset, first, finish))
    return found or list(_plain_slots(dataset, covering, start))


def reports(
    owed: Sequence[Slot],
    first_came: Mapping[Slot, datetime],
    answered_at: datetime | None,
    now: datetime,
) -> list[Report]:
    """What became of what is owed, of what has fallen due or come, in order.

    Args:
        first_came: when the first thing came that counts for a slot, be it late; absent: nothing has.
        answered_at: when a pulled source last answered. What came of it is kept, not that it had nothing: of
            intervals before then in which nothing came nobody knows whether anything was owed.
    """
    found = []
    for slot in owed:
        report = Report(slot.due_at, first_came.get(slot))
        is_quiet = not (report.is_on_time or slot.by_period)
        if report.came_at is None and slot.due_at > now:
            continue
        if is_quiet and answered_at is not None and slot.due_at <= answered_at:
            continue
        found.append(report)
    return found


def counted(owed: Sequence[Report]) -> Counts:
    """The reports of one source and whoever owes them, in order."""
    if not owed:
        return Counts()
    return Counts(
        due=len(owed),
        came=sum(report.came_at is not None for report in owed),
        on_time=sum(report.is_on_time for report in owed),
        promised=1,
        alive=int(owed[-1].came_at is not None),
    )


def _plain_slots(dataset: Dataset, start: datetime, before: datetime) -> Iterator[Slot]:
    """The intervals that begin in [start, before)."""
    while start < before:
        finish = dataset.promise.interval.after(start)
        due = dataset.due_by_period(start)
        yield Slot(start, finish, due or finish, due is not None)
        start = finish


def _working_slots(allowance: Allowance, window: Window, calendar: Calendar) -> Iterator[Slot]:
    """Working days end with the last hour that is worked, hours where they end; nights go to what follows."""
    day = window.start
    while day < window.finish:
        try:
            hours = calendar.hours(day)
        except OutsideCalendar:
            hours = ()
        start = _midnight(day)
        for due in _ends(allowance, day, hours, calendar):
            yield Slot(start, due, due, False)
            start = due
        day += _DAY


def _ends(
    allowance: Allowance, day: date, hours: Sequence[tuple[datetime, datetime]], calendar: Calendar
) -> Iterator[datetime]:
    if not hours:
        return
    if allowance.unit == "working_days":
        if allowance.amount == 1 or _number_of(day, calendar) % allowance.amount == 0:
            yield hours[-1][1]
        return
    length = left = timedelta(hours=allowance.amount)
    for opens, closes in hours:
        while closes - opens >= left:
            opens, left = opens + left, length
            yield opens
        left -= closes - opens


def _number_of(day: date, calendar: Calendar) -> int:
    """Which working day of its year it is."""
    first = max(date(day.year, 1, 1), calendar.first)
    return sum(calendar.works(first + _DAY * number) for number in range((day - first).days + 1))


def _floor(interval: Period, moment: datetime) -> datetime:
    """The beginning of the interval that a moment is in: of months counted from January."""
    if interval.exact and interval.months:
        return moment
    if interval.months:
        year, month = divmod((moment.year * 12 + moment.month - 1) // interval.months * interval.months, 12)
        return moment.replace(year=year, month=month + 1, day=1)
    return moment - (moment - _MONDAY) % interval.exact


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)
