"""What a formula is made from: the numbers that measures come to over a window. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from typing import Final, NamedTuple, TypeAlias

# Sums are exact: none of a province needs as many digits.
_EXACT: Final = Context(prec=400)
# Of divisions and roots: 34 digits, as decimal128 has.
PRECISE: Final = Context(prec=34)


class Interval(NamedTuple):
    """A number that lies between two, inclusive; equal where it is known."""

    low: Decimal
    high: Decimal

    @property
    def exact(self) -> Decimal | None:
        """The number, where it is known."""
        return self.low if self.low == self.high else None


class Pool(NamedTuple):
    """Numbers in ascending order, and how often each is there (at least once)."""

    values: Sequence[Decimal]
    counts: Sequence[int]

    def mean(self) -> Decimal | None:
        """The sum of the numbers by how many they are; None of an empty pool."""
        if not self.values:
            return None
        total = Decimal(0)
        for value, n in zip(self.values, self.counts, strict=True):
            total = _EXACT.add(total, _EXACT.multiply(value, Decimal(n)))
        return PRECISE.divide(total, Decimal(sum(self.counts)))

    def percentile(self, percent: int) -> Decimal | None:
        """Exact; None of an empty pool.

        Linear between closest ranks: with the N numbers in order from 0, the one at rank (N − 1)·percent/100.
        It is type 7 of R. J. Hyndman and Y. Fan, Sample Quantiles in Statistical Packages, The American
        Statistician 50 (1996).
        """
        if not self.values:
            return None
        whole, hundredths = divmod((sum(self.counts) - 1) * percent, 100)
        below = self._at(whole)
        above = self._at(whole + 1) if hundredths else below
        step = _EXACT.multiply(_EXACT.subtract(above, below), Decimal(hundredths).scaleb(-2))
        return _EXACT.add(below, step)

    def _at(self, rank: int) -> Decimal:
        for value, n in zip(self.values, self.counts, strict=True):
            if rank < n:
                return value
            rank -= n
        raise IndexError(rank)


# None: missing, which is not zero.
Number: TypeAlias = Decimal | Interval | Pool | None
