"""All that is known of the province on a day, and which of it belongs to a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from tests.truth.plain.datasets import KINDS
from tests.truth.plain.entities import Commune, Entity

When = Callable[[Entity], datetime | None]


class Place(NamedTuple):
    """Of whom a figure is. `kind`: area, organisation or province; `field`: of the breakdown, or ""."""

    kind: str
    subject: str
    field: str = ""
    value: str = ""


class Stay(NamedTuple):
    """From when to when something is in a stock; None: it is still."""

    begins: datetime
    ends: datetime | None


class Fields(NamedTuple):
    """The fields that say the place; "" none."""

    area: str
    organisation: str


class Province:
    """Entities by dataset, as known at a moment, and the communes that there ever were."""

    def __init__(
        self, entities: Mapping[str, list[Entity]], communes: Sequence[Commune], now: datetime
    ) -> None:
        self.now = now
        self.communes = communes
        self._entities = entities
        self._kept: dict[object, object] = {}

    def with_dataset(self, dataset: str, entities: list[Entity]) -> Province:
        """The same, but for one dataset."""
        return Province({**self._entities, dataset: entities}, self.communes, self.now)

    def fields(self, dataset: str, area: str | None, organisation: str | None) -> Fields:
        kind = KINDS[dataset]
        return Fields(
            kind.area if area is None else area, kind.organisation if organisation is None else organisation
        )

    def of(self, dataset: str, fields: Fields, place: Place) -> list[Entity]:
        """The entities of a place."""
        return self._once(("of", dataset, fields, place), lambda: list(self._of(dataset, fields, place)))

    def by_day(self, dataset: str, fields: Fields, place: Place, when: When) -> dict[date, list[Entity]]:
        """Those of a place, by the day of a moment that has come."""

        def made() -> dict[date, list[Entity]]:
            found: dict[date, list[Entity]] = {}
            for one in self.of(dataset, fields, place):
                moment = when(one)
                if moment is not None and moment <= self.now:
                    found.setdefault(moment.date(), []).append(one)
            return found

        return self._once(("by_day", dataset, fields, place, when), made)

    def stays(
        self, dataset: str, fields: Fields, place: Place, begins: When, ends: When
    ) -> list[tuple[Stay, Entity]]:
        """Those of a place that were ever in a stock."""

        def made() -> list[tuple[Stay, Entity]]:
            told = [(begins(one), ends(one), one) for one in self.of(dataset, fields, place)]
            return [(stay, one) for since, to, one in told if (stay := self._stay(since, to)) is not None]

        return self._once(("stays", dataset, fields, place, begins, ends), made)

    def holdings(
        self, dataset: str, fields: Fields, place: Place, since: str, lasts: str, same: tuple[str, ...]
    ) -> list[tuple[Stay, Entity]]:
        """Rows that held: each until the next of the same begins, at most for its period, year or commune."""

        def made() -> list[tuple[Stay, Entity]]:
            every = self._once(
                ("chains", dataset, since, lasts, same), lambda: self._chains(dataset, since, lasts, same)
            )
            return [told for told in every if is_of(told[1], fields, place)]

        return self._once(("holdings", dataset, fields, place, since, lasts, same), made)

    def reported(self, dataset: str, fields: Fields, place: Place) -> list[date]:
        """Days on which the source was heard of a place, whatever the breakdown."""
        bare = Place(place.kind, place.subject)

        def made() -> list[date]:
            last = self.now.date()
            return sorted(
                {
                    day
                    for one in self.of(dataset, fields, bare)
                    for day in one.days
                    if day <= last and one.at <= self.now
                }
            )

        return self._once(("reported", dataset, fields, bare), made)

    def values(self, dataset: str, field: str) -> set[str]:
        """What a field says anywhere."""
        return self._once(
            ("values", dataset, field), lambda: {one.text(field) or "" for one in self._entities[dataset]}
        )

    def _of(self, dataset: str, fields: Fields, place: Place) -> Iterator[Entity]:
        return (one for one in self._entities[dataset] if is_of(one, fields, place))

    def _stay(self, begins: datetime | None, ends: datetime | None) -> Stay | None:
        if begins is None or begins > self.now or (ends is not None and begins >= ends):
            return None
        return Stay(begins, None if ends is None or ends > self.now else ends)

    def _chains(
        self, dataset: str, since: str, lasts: str, same: tuple[str, ...]
    ) -> list[tuple[Stay, Entity]]:
        names = same or KINDS[dataset].holder
        chains: dict[tuple[str | None, ...], list[Entity]] = {}
        for one in self._entities[dataset]:
            chains.setdefault(tuple(one.text(name) for name in names), []).append(one)
        found = []
        for chain in chains.values():
            chain.sort(key=lambda one: (one.moment(since), one.moment("as_of") or one.at))
            for index, one in enumerate(chain):
                begins = one.moment(since)
                following = [chain[index + 1].moment(since)] if index + 1 < len(chain) else []
                ends = min((to for to in (*following, self._longest(one, begins, lasts)) if to), default=None)
                if (stay := self._stay(begins, ends)) is not None:
                    found.append((stay, one))
        return found

    def _longest(self, one: Entity, begins: datetime | None, lasts: str) -> datetime | None:
        if lasts == "period":
            to = one.moment("period_to")
            return None if to is None else to + timedelta(days=1)
        if lasts == "year" and begins is not None:
            return begins.replace(year=begins.year + 1, month=1, day=1)
        if lasts == "commune":
            told = one.text(one.kind.area)
            return next((commune.until for commune in self.communes if commune.code == told), None)
        return None

    def _once(self, key, make):  # type: ignore[no-untyped-def]
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


def is_of(one: Entity, fields: Fields, place: Place) -> bool:
    """Whether an entity belongs to a place."""
    if place.field and (one.text(place.field) or "") != place.value:
        return False
    if place.kind == "province":
        return True
    name = fields.area if place.kind == "area" else fields.organisation
    return bool(name) and one.text(name) == place.subject
