"""Figures: which measures each is made of, what its cells come to, and what becomes of its versions. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from services.indicators.entities import Measure
from services.indicators.language.evaluate import Answer, evaluate, summed
from services.indicators.language.formula import Operand
from services.indicators.language.nodes import Call, Node, walk
from services.indicators.language.numbers import Number
from services.indicators.limits import between
from services.indicators.takes import Fold

# What of nothing is 0; a maximum, minimum, last value or percentile of nothing is missing.
_ZERO = frozenset({Fold.COUNT, Fold.SUM, Fold.LEVEL, Fold.DISTINCT, Fold.DISTINCT_LEVEL})


MOST = 10_000  # from here on are the slots of what parts come to at most; no formula has as many parts


class State(StrEnum):
    """What is known of a figure's future: provisional may be replaced, the others only be followed."""

    PROVISIONAL = "provisional"
    FINAL = "final"
    RESTATED = "restated"


class Part(NamedTuple):
    """A measure in a formula. `presence`: the measure that says where and when its source reported. `most`:
    what it comes to at most, where entities may be known within limits only; `measure` is the least then.
    """

    operand: Operand
    measure: Measure
    presence: Measure
    most: Measure | None = None

    def counted(self, slot: int) -> Iterator[tuple[int, Measure]]:
        """What its inputs belong to, by slot; `slot`: of the measure."""
        yield slot, self.measure
        if self.most is not None:
            yield MOST + slot, self.most

    def by_slot(self, slot: int) -> Iterator[tuple[int, Measure]]:
        """The same with its presence, in the odd slot."""
        yield from self.counted(slot)
        yield slot + 1, self.presence


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator, compiled. `sums_months`: a year is the sum of the formula's months."""

    id: str
    version: int
    formula: Node
    parts: tuple[Part, ...]
    levels: tuple[str, ...]
    periods: tuple[str, ...]
    fresh: timedelta
    by: tuple[str, ...] = ()
    sums_months: bool = False

    @property
    def datasets(self) -> frozenset[str]:
        """The datasets that it is made of."""
        return frozenset(part.measure.dataset for part in self.parts)

    @property
    def is_annualised(self) -> bool:
        """Whether its figures of an open period are otherwise with every day that begins."""
        return any(isinstance(node, Call) and node.function == "annualised" for node in walk(self.formula))

    def is_by_months(self, period: str) -> bool:
        """Whether a figure of this period is made month by month."""
        return self.sums_months and period == "year"


class Use(NamedTuple):
    """How a measure enters figures of an indicator: a row of the table of uses.

    `slot`: even of parts, odd of the presence beside each. `part`: where its breakdown has `field`, from 1.
    """

    measure: int
    indicator: str
    slot: int
    subject_kind: str
    period: str
    field: str
    part: int
    fold: str
    is_stock: bool
    is_ago: bool
    is_presence: bool
    is_by_months: bool


class Cells(NamedTuple):
    """What the cells of a measure come to in the scope of a figure.

    `number`: None where nothing is counted. `blank`: entities that belong there and lack the number.
    """

    n: int
    number: Number
    late: int = 0
    blank: int = 0


# What figures are made of: cells by month of the window (0: it is one) and slot; without cells: absent.
Found = Mapping[tuple[int, int], Cells]


class Window(NamedTuple):
    """The days of a figure: [start, finish)."""

    period: str
    start: date
    finish: date

    def days(self, today: date) -> int:
        """How many of them have passed: while it is open, up to `today`, which counts; else all."""
        return max(0, (min(self.finish, today + timedelta(days=1)) - self.start).days)

    @property
    def months(self) -> list[Window]:
        """The months in it."""
        found, start = [], self.start
        while start < self.finish:
            found.append(Window("month", start, next_start("month", start)))
            start = found[-1].finish
        return found


class Computed(NamedTuple):
    """A figure, computed. `expected`: entities that belong here; `used`: those that had what is needed."""

    answer: Answer
    expected: int
    used: int
    late: int


class Standing(NamedTuple):
    """The version of a figure that stands."""

    version: int
    state: State
    computed: Computed


class Written(NamedTuple):
    """A version to be written; in place of a provisional one of the same number."""

    version: int
    state: State
    computed: Computed


def uses_of(indicator: Indicator) -> Iterator[Use]:
    """Every way in which a change of a cell reaches figures of an indicator."""
    for index, part in enumerate(indicator.parts):
        for kind in indicator.levels:
            for period in indicator.periods:
                for field in ("", *indicator.by):
                    one = Use(
                        part.measure.number,
                        indicator.id,
                        2 * index,
                        kind,
                        period,
                        field,
                        part.measure.by.index(field) + 1 if field else 0,
                        part.measure.fold,
                        part.measure.is_level,
                        part.operand.year_ago,
                        False,
                        indicator.is_by_months(period),
                    )
                    for slot, measure in part.by_slot(2 * index):
                        is_presence = measure is part.presence
                        yield one._replace(
                            measure=measure.number,
                            slot=slot,
                            part=0 if is_presence else one.part,
                            fold=measure.fold,
                            is_presence=is_presence,
                        )


def compute(indicator: Indicator, window: Window, found: Found, today: date) -> Computed:
    """A figure from what the cells of its slots come to; `today`: the local day as of which that is known.

    A measure without an entity in scope is zero where its source reported, and missing where it did not.
    A year that is the sum of its months goes up to the last that has a value, once it is over to December.
    """
    if not indicator.is_by_months(window.period):
        return _counted(indicator, _answer(indicator, window, found, 0, today), found, [0])
    months = {
        one.start.month: _answer(indicator, one, found, one.start.month, today) for one in window.months
    }
    is_over = window.finish <= today
    last = max((month for month, answer in months.items() if is_over or _has_value(answer)), default=0)
    answer = summed(answer for month, answer in months.items() if month <= last)
    return _counted(indicator, answer, found, list(months))


def has_reported(indicator: Indicator, found: Found, month: int, index: int) -> bool:
    """Whether the dataset of a part reported in its scope and window.

    Its presence says so, or a part over the same dataset and window has entities there: a denominator that
    counts something (what fell due that day) is a report, though nothing happened.
    """
    presence = found.get((month, 2 * index + 1))
    if presence is not None and presence.n > 0:
        return True
    asked = indicator.parts[index]
    return any(
        cells.n > 0 or cells.blank > 0
        for other, part in enumerate(indicator.parts)
        if part.measure.dataset == asked.measure.dataset
        and part.operand.year_ago == asked.operand.year_ago
        and (cells := found.get((month, 2 * other))) is not None
    )


def measure_at(indicator: Indicator, slot: int) -> Measure:
    """The measure whose inputs are in a slot."""
    at = slot % MOST
    return dict(indicator.parts[at // 2].counted(at))[slot]


def cells_of(indicator: Indicator, found: Found, month: int, index: int) -> Cells | None:
    """What a part comes to; what is known of it within limits is an interval."""
    part, cells = indicator.parts[index], found.get((month, 2 * index))
    if cells is None or part.most is None:
        return cells
    most = found.get((month, MOST + 2 * index))
    return cells._replace(number=between(cells.number, most.number if most is not None else None))


def _answer(indicator: Indicator, window: Window, found: Found, month: int, today: date) -> Answer:
    numbers: dict[Operand, Number] = {}
    for index, part in enumerate(indicator.parts):
        if (cells := cells_of(indicator, found, month, index)) is not None and cells.n:
            numbers[part.operand] = cells.number
        else:
            numbers[part.operand] = _of_none(indicator, found, month, index)
    return evaluate(indicator.formula, numbers, window.days(today))


def _of_none(indicator: Indicator, found: Found, month: int, index: int) -> Number:
    """What is known where nothing is counted; of entities all of which lack the number nothing is, as of
    silence.
    """
    cells = found.get((month, 2 * index))
    is_blank = cells is not None and cells.blank > 0
    is_zero = indicator.parts[index].measure.fold in _ZERO and not is_blank
    return Decimal(0) if is_zero and has_reported(indicator, found, month, index) else None


def _counted(indicator: Indicator, answer: Answer, found: Found, months: list[int]) -> Computed:
    """Of each dataset what its widest measure counts; months of a year together."""
    expected = used = late = 0
    for month in months:
        widest: dict[str, tuple[int, int, int]] = {}
        for index, part in enumerate(indicator.parts):
            cells = found.get((month, 2 * index))
            if cells is not None:
                told = (cells.n, cells.blank, cells.late)
                widest[part.measure.dataset] = max(told, widest.get(part.measure.dataset, (0, 0, 0)))
        expected += sum(n + blank for n, blank, _ in widest.values())
        used += sum(n for n, _, _ in widest.values())
        late += sum(one for _, _, one in widest.values())
    return Computed(answer, expected, used, late)


def advance(standing: Standing | None, computed: Computed) -> Written | None:
    """What is to be written; None: what stands is right.

    A figure begins with its first value, or where both sides of its division are known. A final one is
    followed only by another value, not by another count.
    """
    if standing is None:
        return Written(1, State.PROVISIONAL, computed) if _is_told(computed.answer) else None
    if standing.computed == computed:
        return None
    if standing.state is State.PROVISIONAL:
        return Written(standing.version, State.PROVISIONAL, computed)
    if standing.computed.answer == computed.answer:
        return None
    return Written(standing.version + 1, State.RESTATED, computed)


def _is_told(answer: Answer) -> bool:
    """Whether a value is known, exactly or between bounds, or is missing because it was divided by zero."""
    is_divided = answer.numerator is not None and answer.denominator is not None
    return is_divided or _has_value(answer)


def _has_value(answer: Answer) -> bool:
    return any(one is not None for one in (answer.value, answer.low, answer.high))


def period_start(period: str, day: date) -> date:
    """The first day of the period that a day is in."""
    match period:
        case "day":
            return day
        case "month":
            return day.replace(day=1)
        case "quarter":
            return date(day.year, day.month - (day.month - 1) % 3, 1)
        case "year":
            return date(day.year, 1, 1)
    raise ValueError(period)


def next_start(period: str, start: date) -> date:
    """The first day of the period behind one."""
    months = {"day": 0, "month": 1, "quarter": 3, "year": 12}[period]
    if not months:
        return start + timedelta(days=1)
    index = start.year * 12 + start.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
