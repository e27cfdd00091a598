"""Figures as they were published: which one is meant, and what is told of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from services.indicators.figures import State

PERIODS = ("day", "month", "quarter", "year")
KINDS = ("area", "organisation", "province")  # in the order of their names


class Thing(NamedTuple):
    """What a figure is about, apart from the time. `subject`: '' of the province; `breakdown`: '' of all."""

    indicator: str
    kind: str
    subject: str
    breakdown: str


class Slot(NamedTuple):
    """A figure without its version."""

    thing: Thing
    period: str
    start: date


class Figure(NamedTuple):
    """A version of a figure with its receipt. `position`: of records, up to which its run knew them."""

    indicator: str
    subject_kind: str
    subject: str
    breakdown: str
    period: str
    period_start: date
    version: int
    state: State
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    expected: int | None
    used: int
    late: int
    rejected: int
    formula_version: int
    run: int
    known_at: datetime
    position: int

    @property
    def thing(self) -> Thing:
        """What it is about."""
        return Thing(*self[:4])

    @property
    def slot(self) -> Slot:
        """The same with its period."""
        return Slot(self.thing, self.period, self.period_start)


class Change(NamedTuple):
    """A version that followed one which was final. `batches`: of records, which its run took in."""

    after: Figure
    before: Figure
    batches: tuple[int, ...]
    why: str

    @property
    def difference(self) -> Decimal | None:
        """After less before; None where one has no value."""
        if self.after.value is None or self.before.value is None:
            return None
        return self.after.value - self.before.value


class Watched(NamedTuple):
    """What a watch is told of. `indicators`: none for all; `personal`: those that count persons."""

    indicators: frozenset[str]
    kinds: frozenset[str]
    personal: frozenset[str]

    def has(self, thing: Thing) -> bool:
        """Whether it is told of this."""
        return thing.kind in self.kinds and (not self.indicators or thing.indicator in self.indicators)

    def hides(self, thing: Thing) -> bool:
        """Whether without numbers."""
        return thing.indicator in self.personal and (thing.kind != "province" or thing.breakdown != "")


def persons(figure: Figure) -> int:
    """How many persons a figure tells of: of a ratio those above the line. Of what is missing 0."""
    count = figure.value if figure.numerator is None else figure.numerator
    return 0 if count is None else int(count)


def best_first(
    figures: Iterable[Figure], direction: str, is_hidden: Callable[[Figure], bool]
) -> list[Figure]:
    """Figures of subjects beside each other: the best as the direction says, of equals by subject; those
    without a
    value, or a hidden one, last. Where neither more nor less is better, the highest first."""

    def place(figure: Figure) -> tuple[bool, Decimal, str]:
        subject = figure.subject
        if figure.value is None or is_hidden(figure):
            return True, Decimal(0), subject
        return False, figure.value if direction == "down" else -figure.value, subject

    return sorted(figures, key=place)
