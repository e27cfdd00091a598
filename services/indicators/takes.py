"""What is measured, and how it becomes a number: the words of definitions, cells and formulas. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Take(StrEnum):
    """What of a dataset is measured. Holdings: rows that hold until the next one of the same."""

    ROWS = "rows"
    SUBJECTS = "subjects"
    HOLDINGS = "holdings"


class Fold(StrEnum):
    """How entities become a number."""

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
    PRESENCE = "presence"  # whether the source reported at all; no definition declares it


FLOWS: Final = frozenset({Fold.COUNT, Fold.SUM})  # what happened: two windows add up
LEVELS: Final = frozenset({Fold.LEVEL, Fold.DISTINCT_LEVEL})  # what was there at the end of a window
SETS: Final = frozenset({Fold.DISTINCT, Fold.DISTINCT_LEVEL})
EXTREMES: Final = frozenset({Fold.MAX, Fold.MIN, Fold.MAX_OF_SUM})
SUMS: Final = frozenset({*FLOWS, Fold.LEVEL, Fold.PRESENCE})  # kept in cells; the others by member
