"""What the simulated office is made of: who is in it, what it says, when that reaches the centre. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from services.simulator.domain import FIRST_DAY, Area


class Line(NamedTuple):
    """A line that is handed in. `at`: when it reaches the centre; never before what it tells."""

    at: datetime
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Agency:
    """An organisation that hands in. `kind`: as the areas context calls it; `serves`: code of a unit."""

    code: str
    name_vi: str
    name_en: str
    kind: str
    serves: str
    since: date = FIRST_DAY
    until: date | None = None


@dataclass(frozen=True)
class Office:
    """Everybody who hands in. `volume`: factor on how many dossiers, calls, tickets there are."""

    seed: int
    province: Area
    communes: tuple[Area, ...]
    agencies: tuple[Agency, ...]
    volume: float = 1.0
    named: Mapping[str, Agency] = field(default_factory=dict)  # those with a part of their own
    since: date = FIRST_DAY  # from when on it is there: of nothing that began before anything is said

    @property
    def name(self) -> str:
        """No other office has it."""
        return f"office-{self.province.code}-{self.seed}"

    def of_kind(self, kind: str) -> tuple[Agency, ...]:
        """Those that are there today."""
        return tuple(one for one in self.agencies if one.kind == kind and one.until is None)

    @property
    def departments(self) -> tuple[Agency, ...]:
        return self.of_kind("department")

    @property
    def authorities(self) -> tuple[Agency, ...]:
        """People's committees of the communes, in the order of the communes."""
        return self.of_kind("authority")

    @property
    def offices(self) -> tuple[Agency, ...]:
        """Who works on dossiers and with computers: departments, then authorities."""
        return self.departments + self.authorities

    def chance(self, *key: object) -> Random:
        """Draws that depend on the seed and the key alone."""
        return Random(":".join(map(str, ("office", self.seed, *key))))

    def count(self, chance: Random, usual: float) -> int:
        """How many of something there are this time: around `usual`, by the office's volume."""
        wanted = usual * self.volume * chance.uniform(0.7, 1.3)
        return int(wanted) + (chance.random() < wanted % 1)

    def somewhere(self, chance: Random) -> Area:
        """A commune, the larger the more often."""
        return chance.choices(self.communes, [one.population for one in self.communes])[0]

    def commune(self, number: int) -> Area:
        """One by its number; there may be fewer."""
        return self.communes[number % len(self.communes)]

    def authority_of(self, commune: Area) -> Agency:
        return self.authorities[self.communes.index(commune)]


Rows = Callable[[Office, Random, date], Iterable[Line]]
Starts = Callable[[date, date], Iterator[date]]


@dataclass(frozen=True, slots=True)
class Source:
    """What is handed in of a dataset.

    `starts`: the days or periods between two days; `rows`: what begins in one of them, its lines in any
    order, the last at most `takes` after the start. `back`: how far the past reaches that is handed in at the
    beginning. `amounts`: numbers that are mistyped now and then. `typed`: figures that a second person
    approves. `sampled`: of its far past only some days are told, enough for shares.
    """

    dataset: str
    starts: Starts
    rows: Rows
    back: timedelta
    takes: timedelta
    amounts: tuple[str, ...] = ()
    typed: bool = False
    sampled: bool = False
