"""What a measure is over some cells: a state that merges with others in any order, and the number that it says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from enum import StrEnum
from typing import Final, NamedTuple

# Sums of states are exact: no sum of a province needs as many digits.
_EXACT: Final = Context(prec=400)
# Of divisions and roots: 34 digits, as decimal128 has.
PRECISE: Final = Context(prec=34)


class Fold(StrEnum):
    """How entities become a measure."""

    COUNT = "count"
    SUM = "sum"
    LEVEL = "level"
    DISTINCT = "distinct"
    DISTINCT_LEVEL = "distinct_level"
    POOL = "pool"
    MAX = "max"
    MIN = "min"
    MAX_OF_SUM = "max_of_sum"
    LAST = "last"


class Member(NamedTuple):
    """What has one key: how many entities, and the sum of their amounts. None are left where `n` is 0."""

    n: int
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class State:
    """A measure over cells.

    `n`: entities. `total`: of count the same, of sum and level the sum. `members`: of distinct and distinct_level
    by what is counted, of pool, max and min by the number itself as text, of max_of_sum and last by the
    time as text in the order of time. `low`, `high`: where the total is known only to lie between them.
    `missing`: its source has said nothing for these cells; that is not zero.
    """

    fold: Fold
    n: int = 0
    total: Decimal = Decimal(0)
    members: Mapping[str, Member] = field(default_factory=dict)
    missing: bool = False
    low: Decimal | None = None
    high: Decimal | None = None

    def merged(self, other: State) -> State:
        """Both together. Missing only where both are.

        Raises:
            ValueError: of different folds.
        """
        if self.fold != other.fold:
            raise ValueError(f"{self.fold} and {other.fold} do not merge")
        bounded = self.low is not None or other.low is not None
        return State(
            self.fold,
            self.n + other.n,
            _EXACT.add(self.total, other.total),
            _together(self.members, other.members),
            self.missing and other.missing,
            _EXACT.add(self.bounds[0], other.bounds[0]) if bounded else None,
            _EXACT.add(self.bounds[1], other.bounds[1]) if bounded else None,
        )

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """Between which the total lies; twice the total where it is exact."""
        low = self.total if self.low is None else self.low
        return low, self.total if self.high is None else self.high

    def numbers(self) -> list[tuple[Decimal, int]]:
        """Of a pool, max or min: the numbers in order, each with how often it is there."""
        found = [(Decimal(key), member.n) for key, member in self.members.items() if member.n > 0]
        return sorted(found)


def number_of(state: State) -> tuple[Decimal, Decimal] | None:
    """The number that a state says, as (low, high), equal where it is exact; None where it is missing.

    Of no entities a count, sum, level and distinct are 0; a maximum, minimum and last of nothing are missing.

    Raises:
        ValueError: of a pool, of which only percentiles and the mean are numbers.
    """
    if state.missing:
        return None
    members = {key: member for key, member in state.members.items() if member.n > 0}
    match state.fold:
        case Fold.COUNT:
            return Decimal(state.n), Decimal(state.n)
        case Fold.SUM | Fold.LEVEL:
            return state.bounds
        case Fold.DISTINCT | Fold.DISTINCT_LEVEL:
            return Decimal(len(members)), Decimal(len(members))
        case Fold.POOL:
            raise ValueError("a pool is no number")
    if not members:
        return None
    match state.fold:
        case Fold.MAX:
            best = state.numbers()[-1][0]
        case Fold.MIN:
            best = state.numbers()[0][0]
        case Fold.LAST:
            best = members[max(members)].amount
        case _:
            best = max(member.amount for member in members.values())
    return best, best


def mean(state: State) -> Decimal | None:
    """Of a pool: the sum of its numbers by how many they are; None of an empty one."""
    numbers = [] if state.missing else state.numbers()
    if not numbers:
        return None
    total = Decimal(0)
    for number, n in numbers:
        total = _EXACT.add(total, _EXACT.multiply(number, Decimal(n)))
    return PRECISE.divide(total, Decimal(sum(n for _, n in numbers)))


def percentile(state: State, percent: int) -> Decimal | None:
    """Of a pool, exact; None of an empty one.

    Linear between closest ranks: with the N numbers in order from 0, the one at rank (N − 1)·percent/100. It is type 7 of
    R. J. Hyndman and Y. Fan, Sample Quantiles in Statistical Packages, The American Statistician 50 (1996).
    """
    numbers = [] if state.missing else state.numbers()
    if not numbers:
        return None
    whole, hundredths = divmod((sum(n for _, n in numbers) - 1) * percent, 100)
    below = _at(numbers, whole)
    above = _at(numbers, whole + 1) if hundredths else below
    step = _EXACT.multiply(_EXACT.subtract(above, below), Decimal(hundredths).scaleb(-2))
    return _EXACT.add(below, step)


def _at(numbers: list[tuple[Decimal, int]], rank: int) -> Decimal:
    for number, n in numbers:
        if rank < n:
            return number
        rank -= n
    raise IndexError(rank)


def _together(one: Mapping[str, Member], other: Mapping[str, Member]) -> dict[str, Member]:
    merged = dict(one)
    for key, (n, amount) in other.items():
        before = merged.get(key, Member(0))
        merged[key] = Member(before.n + n, _EXACT.add(before.amount, amount))
    return {key: member for key, member in merged.items() if member != Member(0)}
