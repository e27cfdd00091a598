"""What is promised of a dataset, as it declares it: how often, by whom, and who is called. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import Literal

import msgspec

from services.records.periods import Period, parse_period
from services.records.working_time import Allowance, AllowanceUnit

_WORKING: tuple[tuple[timedelta, AllowanceUnit], ...] = (
    (timedelta(days=1), "working_days"),
    (timedelta(hours=1), "working_hours"),
)


class Promise(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, dict=True):
    """How often rows are expected and of whom, from which age one is late, and whom to call when none come.

    `working_time`: `every` is so many working days or hours. `each`: organisations of these kinds hand in,
    each its own, "commune" being the authority of one; empty: the dataset comes as a whole.
    """

    every: str
    duty_vi: str
    late_after: str = ""
    working_time: bool = False
    each: tuple[Literal["department", "agency", "commune"], ...] = ()

    @cached_property
    def interval(self) -> Period:
        """`every`, parsed."""
        return parse_period(self.every)

    @cached_property
    def grace(self) -> Period | None:
        """`late_after`, parsed; None: nothing is late."""
        return parse_period(self.late_after) if self.late_after else None

    @cached_property
    def allowance(self) -> Allowance | None:
        """`every` in working time; None: it is in plain time.

        Raises:
            ValueError: neither whole days nor whole hours.
        """
        if not self.working_time:
            return None
        for length, unit in _WORKING:
            amount, rest = divmod(self.interval.exact, length)
            if amount and not rest and not self.interval.months:
                return Allowance(amount, unit)
        raise ValueError("working_time: `every` is whole days or whole hours")


def promise_faults(promise: Promise, by_organisation: bool) -> Iterator[str]:
    """What is wrong with a promise. `by_organisation`: whether the rows are figures of organisations."""
    for key, period in (("every", promise.every), ("late_after", promise.late_after)):
        try:
            if period or key == "every":
                parse_period(period)
        except ValueError as error:
            yield f"{key}: {error}"
            return
    try:
        promise.allowance  # noqa: B018
    except ValueError as error:
        yield str(error)
    if promise.each and not by_organisation:
        yield "each: only of figures, and there must be an organisation"
