"""Every figure that there should be, and what any figure comes to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from tests.truth.plain import (
    administrative_reform,
    digital_data,
    digital_infrastructure,
    dossiers,
    e_office,
    economy,
    information_security,
    office_work,
    own_work,
    plans,
    procedures,
    public_services,
    safety,
    social,
)
from tests.truth.plain.cells import Limits
from tests.truth.plain.figures import FIGURES, Figure, Number
from tests.truth.plain.province import Place, Province
from tests.truth.plain.scope import Ratio, Scope, Silent

WRITTEN = (  # each names its figures as it is read
    administrative_reform,
    digital_data,
    digital_infrastructure,
    dossiers,
    e_office,
    economy,
    information_security,
    office_work,
    own_work,
    plans,
    procedures,
    public_services,
    safety,
    social,
)


class Slot(NamedTuple):
    """A figure's place in the table of figures. `breakdown`: `field=value`, or ""."""

    figure: str
    kind: str
    subject: str
    breakdown: str
    period: str
    start: date


class Told(NamedTuple):
    """What a figure comes to, None: it is missing; and the datasets that were looked at for it."""

    value: Number | None
    datasets: frozenset[str]


def answer(province: Province, slot: Slot) -> Number | None:
    """What a figure comes to; None: it is missing."""
    return told(province, slot).value


def told(province: Province, slot: Slot) -> Told:
    """The same, with what was looked at."""
    named = FIGURES[slot.figure]
    place = Place(slot.kind, slot.subject, *(slot.breakdown.split("=", 1) if slot.breakdown else ()))
    scope = Scope(province, place, slot.start, next_start(slot.period, slot.start))
    if named.sums_months and slot.period == "year":
        return Told(_of_months(named, scope), frozenset(scope.datasets))
    return Told(_answer(named, scope), frozenset(scope.datasets))


def required(
    province: Province, figure: str, areas: list[str], organisations: list[str], since: date
) -> Iterator[tuple[Slot, Told]]:
    """All that must be published and what it comes to: days from one on, longer periods from further back."""
    named = FIGURES[figure]
    for place in _places(province, named, areas, organisations):
        for period in named.periods:
            for start in _starts(period, since, province.now.date()):
                breakdown = f"{place.field}={place.value}" if place.field else ""
                slot = Slot(figure, place.kind, place.subject, breakdown, period, start)
                found = told(province, slot)
                if must_be_told(slot, found):
                    yield slot, found


def must_be_told(slot: Slot, found: Told) -> bool:
    """A breakdown that is zero and divided by nothing need not be."""
    if found.value is None:
        return False
    return bool(found.value) or not slot.breakdown or isinstance(found.value, Ratio)


def next_start(period: str, start: date) -> date:
    """The first day behind a period."""
    if period == "day":
        return start + timedelta(days=1)
    months = {"month": 1, "quarter": 3, "year": 12}[period]
    index = start.year * 12 + start.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _answer(named: Figure, scope: Scope) -> Number | None:
    try:
        return named.of(scope)
    except Silent:
        return None


def _of_months(named: Figure, year: Scope) -> Fraction | None:
    """The sum of the months up to the last that has a value; of a year that is over, of all twelve."""
    months = []
    for number in range(1, 13):
        start = date(year.start.year, number, 1)
        scope = Scope(year.province, year.place, start, next_start("month", start))
        months.append(_answer(named, scope))
        year.datasets |= scope.datasets
    if year.province.now.year == year.start.year:
        while months and months[-1] is None:
            months.pop()
    known = [one for one in months if one is not None and not isinstance(one, Limits)]
    return Ratio(sum(known, Fraction(0))) if months and len(known) == len(months) else None


def _places(province: Province, named: Figure, areas: list[str], organisations: list[str]) -> Iterator[Place]:
    subjects = {"area": areas, "organisation": organisations, "province": [""]}
    for kind in named.kinds:
        for subject in subjects[kind]:
            yield Place(kind, subject)
            for field in named.by:
                for value in sorted(_values(province, named, field)):
                    yield Place(kind, subject, field, value)


def _values(province: Province, named: Figure, field: str) -> set[str]:
    """What a breakdown's field says in the datasets that a figure looks at."""
    scope = Scope(province, Place("province", ""), date(2000, 1, 1), date(2100, 1, 1))
    _answer(named, scope)
    return {value for dataset in scope.datasets for value in province.values(dataset, field)}


def _starts(period: str, since: date, today: date) -> Iterator[date]:
    start = {"day": since, "month": date(today.year, 7, 1)}.get(period, date(today.year - 1, 1, 1))
    while start <= today:
        yield start
        start = next_start(period, start)
