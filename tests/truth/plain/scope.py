"""A figure's place and days, what was there and happened there; and the few sums that figures are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from tests.truth.plain.cells import Limits
from tests.truth.plain.entities import Entity
from tests.truth.plain.province import Fields, Place, Province, Stay, When

_Said = TypeVar("_Said", Fraction, Fraction | Limits)


class Silent(Exception):
    """Nothing was heard that would tell: what is missing is not zero."""


class Ratio(Fraction):
    """A figure that was divided by something that is there."""


def at(one: Entity) -> datetime:
    """The moment of a row."""
    return one.at


@lru_cache
def first(*events: str) -> When:
    return lambda one: one.first(*events)


@lru_cache
def last(*events: str) -> When:
    return lambda one: one.last(*events)


@lru_cache
def told(field: str) -> When:
    """The moment that a field says."""
    return lambda one: one.moment(field)


def never(one: Entity) -> None:
    """No moment: what began goes on."""
    return


class Scope:
    """A place in [start, finish). What it answers is a list; of what was never heard of, it raises Silent."""

    def __init__(self, province: Province, place: Place, start: date, finish: date) -> None:
        self.province, self.place, self.start, self.finish = province, place, start, finish
        self.datasets: set[str] = set()

    @property
    def days(self) -> int:
        """How many have passed, today with them."""
        return (min(self.finish, self.province.now.date() + timedelta(days=1)) - self.start).days

    def year_ago(self) -> Scope:
        """The same days a year earlier."""
        earlier = Scope(self.province, self.place, _earlier(self.start), _earlier(self.finish))
        earlier.datasets = self.datasets
        return earlier

    def happened(
        self, dataset: str, when: When = at, area: str | None = None, organisation: str | None = None
    ) -> list[Entity]:
        """What has its moment in these days: rows, or subjects."""
        fields = self._looked(dataset, area, organisation)
        days = self.province.by_day(dataset, fields, self.place, when)
        found = [one for day, some in days.items() if self.start <= day < self.finish for one in some]
        heard = self.province.reported(dataset, fields, self.place)
        return self._or_silent(found, any(self.start <= day < self.finish for day in heard))

    def stock(
        self,
        dataset: str,
        begins: When,
        ends: When = never,
        area: str | None = None,
        organisation: str | None = None,
    ) -> list[Entity]:
        """What is there at the end of the last day."""
        fields = self._looked(dataset, area, organisation)
        return self._there(dataset, fields, self.province.stays(dataset, fields, self.place, begins, ends))

    def held(
        self, dataset: str, since: str, lasts: str = "", same: tuple[str, ...] = (), area: str | None = None
    ) -> list[Entity]:
        """The rows that hold at the end of the last day."""
        fields = self._looked(dataset, area, None)
        return self._there(
            dataset, fields, self.province.holdings(dataset, fields, self.place, since, lasts, same)
        )

    def communes(self) -> int:
        """How many there are at the end of the last day, whether anything was heard of them or not."""
        return sum(
            commune.since.date() < self.finish
            and commune.since <= self.province.now
            and (commune.until is None or commune.until.date() >= self.finish)
            and self.place.kind in ("province", "area")
            and (self.place.kind == "province" or commune.code == self.place.subject)
            for commune in self.province.communes
        )

    def _there(self, dataset: str, fields: Fields, stays: Iterable[tuple[Stay, Entity]]) -> list[Entity]:
        found = [
            one
            for stay, one in stays
            if stay.begins.date() < self.finish and (stay.ends is None or stay.ends.date() >= self.finish)
        ]
        heard = self.province.reported(dataset, fields, self.place)
        return self._or_silent(found, bool(heard) and heard[0] < self.finish)

    def _looked(self, dataset: str, area: str | None, organisation: str | None) -> Fields:
        self.datasets.add(dataset)
        return self.province.fields(dataset, area, organisation)

    def _or_silent(self, found: list[Entity], was_heard: bool) -> list[Entity]:
        if not found and not was_heard:
            raise Silent
        return found


def only(items: Iterable[Entity], **wanted: object) -> list[Entity]:
    """Those whose fields say what is wanted: a word, one of several, or yes or no."""
    return [one for one in items if all(_says(one, name, value) for name, value in wanted.items())]


def knowing(items: Iterable[Entity], *names: str) -> list[Entity]:
    """Those that say these fields at all, in numbers that are known."""
    return [one for one in items if all(one.number(name) is not None for name in names)]


def total(items: Sequence[Entity], name: str) -> Fraction:
    """The sum of a field; silent if there are some, and none knows it."""
    numbers = [number for one in items if (number := one.number(name)) is not None]
    if items and not numbers:
        raise Silent
    return sum(numbers, Fraction(0))


def summed(items: Iterable[Entity], of: Callable[[Entity], Fraction]) -> Fraction:
    return sum(map(of, items), Fraction(0))


def ratio(part: Fraction | int, whole: Fraction | int) -> Ratio:
    """Silent where there is nothing to divide by."""
    if whole == 0:
        raise Silent
    return Ratio(Fraction(part) / whole)


def percent(part: Fraction | int, whole: Fraction | int) -> Ratio:
    return Ratio(100 * ratio(part, whole))


def share(part: Sequence[Entity], whole: Sequence[Entity]) -> Ratio:
    return percent(len(part), len(whole))


def newest(items: Iterable[Entity], of: Callable[[Entity], _Said | None]) -> _Said:
    """What the last that says it says."""
    known = [(one.at, number) for one in items if (number := of(one)) is not None]
    if not known:
        raise Silent
    return max(known, key=lambda one: one[0])[1]


def mean(numbers: Sequence[Fraction]) -> Ratio:
    return ratio(sum(numbers, Fraction(0)), len(numbers))


def percentile(numbers: Sequence[Fraction], percent: int) -> Ratio:
    """Of sorted numbers the one at (n - 1) * percent / 100, between two in proportion."""
    if not numbers:
        raise Silent
    ordered = sorted(numbers)
    place = Fraction((len(ordered) - 1) * percent, 100)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return Ratio(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def _says(one: Entity, name: str, wanted: object) -> bool:
    if isinstance(wanted, bool):
        return one.yes(name) is wanted
    return one.text(name) in (wanted if isinstance(wanted, tuple) else (wanted,))


def _earlier(day: date) -> date:
    return day.replace(year=day.year - 1)
