"""What a dataset of records is folded into, and which of its measures are summed in one go. Pure.

An entity is one standing row, or one subject with all its standing events. A measure is a sum over entities;
those that look at the same moment, place and breakdown are a family, summed by one statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple

from services.indicators.area_units import UNITS
from services.indicators.takes import LEVELS, SUMS, Fold, Take
from services.records.cycles import LifeCycle
from services.records.datasets import Dataset

ZONE = "Asia/Ho_Chi_Minh"
MEASURES_A_STATEMENT = 1_000
# What is kept of an entity besides its dataset, as the table's columns are named and in their order.
ENTITY = (
    "key", "base", "area", "organisation", "at", "late", "fields", "moments", "worked_s", "due", "due_soon",
)  # fmt: skip
# Fields that say since or until when a row holds: without them, an identity is that of what holds.
_OF_TIME = frozenset({"holds_from", "period_from", "period_to", "as_of", "day"})


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure, compiled: SQL over the columns of its source, whose `values` it names.

    `when`: the moment whose local day is the cell's; of levels the one from which on it is in the stock.
    `ends`: of levels, the moment from which on it is not; None: it stays. `of`: the number that is summed, or
    the key that is counted. `moment`: of max_of_sum, its time key. `area`, `organisation`: fields; "" none.
    `chain`, `lasts`: of holdings, the fields of what holds (() as the dataset's identity says) and how long;
    `unit`: as long as the unit of its area is on the map.
    """

    number: int
    name: str
    dataset: str
    take: Take
    fold: Fold
    when: str
    where: str = "true"
    of: str | None = None
    ends: str | None = None
    moment: str | None = None
    by: tuple[str, ...] = ()
    area: str = ""
    organisation: str = ""
    chain: tuple[str, ...] = ()
    lasts: Literal["until_next", "period", "year", "unit"] = "until_next"

    @property
    def is_level(self) -> bool:
        """Whether it is a stock, which is the sum of all that came and went."""
        return self.fold in LEVELS

    @property
    def place(self) -> tuple[str, str]:
        """The fields of area and organisation."""
        return self.area, self.organisation


class Family(NamedTuple):
    """Measures that one statement sums: all alike but for `where` and `of`."""

    first: Measure
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A dataset, as the fold needs it.

    `columns`: what measures may name, with how it is read of a kept entity, whose fields are `f` and whose
    moments are `m`. `values`: the parameters that the SQL of its measures names.
    """

    dataset: Dataset
    columns: Mapping[str, str]
    values: Mapping[str, object]
    is_counted_by_clock: bool  # whether a measure asks for working time or a deadline

    @property
    def key(self) -> str:
        return self.dataset.key

    @property
    def is_map(self) -> bool:
        """Whether it is the area map, of which no records tell."""
        return self.key == UNITS.key

    @property
    def life_cycle(self) -> LifeCycle | None:
        return self.dataset.life_cycle

    @property
    def base(self) -> tuple[str, ...]:
        """The fields of what holds; () where rows happen instead of holding."""
        if self.dataset.kind == "events":
            return ()
        return tuple(name for name in self.dataset.identity if name not in _OF_TIME)


def families(measures: Iterable[Measure]) -> list[Family]:
    """Measures of one dataset in as few statements as there can be."""
    grouped: dict[object, list[Measure]] = {}
    for one in measures:
        alone = one.number if one.fold not in SUMS or one.fold is Fold.PRESENCE else None
        alike = (one.take, one.when, one.ends, one.by, one.place, one.chain, one.lasts)
        grouped.setdefault((*alike, one.is_level, one.of is None, alone), []).append(one)
    return [
        Family(turn[0], tuple(turn))
        for group in grouped.values()
        for turn in _turns(group, MEASURES_A_STATEMENT)
    ]


def chain_of(fields: Sequence[str], row: str) -> str:
    """The text that rows of the same thing that holds share, from the fields of `row`."""
    members = ", ".join(f"{row}->'{name}'" for name in fields)
    return f"jsonb_build_array({members})::text"


def midnight(day: str) -> str:
    """The moment at which a local day begins."""
    return f"(({day})::timestamp AT TIME ZONE '{ZONE}')"


def presence(number: int, dataset: Dataset, area: str, organisation: str) -> Measure:
    """The measure that says where and when a source reported at all, for one choice of place."""
    take = Take.SUBJECTS if dataset.life_cycle is not None else Take.ROWS
    return Measure(
        number,
        presence_name(dataset.key, area, organisation),
        dataset.key,
        take,
        Fold.PRESENCE,
        "at",
        area=area,
        organisation=organisation,
    )


def presence_name(dataset: str, area: str, organisation: str) -> str:
    """Its name, which no declared measure can have."""
    return f"@{dataset}/{area}/{organisation}"


def _turns(items: Sequence[Measure], size: int) -> Iterator[list[Measure]]:
    iterator = iter(items)
    while turn := list(islice(iterator, size)):
        yield turn
