"""What is usual for an hour of the week: median and MAD of the same hour in past weeks. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final, NamedTuple

from services.alarms.durations import HOUR_MS, WEEK_MS
from services.alarms.rules import FEWEST_WEEKS

# Of normally distributed values, the standard deviation is 1.4826 × MAD (Rousseeuw and Croux 1993, JASA 88).
SIGMA_OF_MAD: Final = 1.4826
# Where past weeks were all alike, MAD is 0 and anything would be unusual: at least this share of the median.
LEAST_SHARE: Final = 0.02
LEAST: Final = 1e-9


class Usual(NamedTuple):
    """Of one hour: median and median absolute deviation of the means of `weeks` past ones."""

    median: float
    mad: float
    weeks: int

    @property
    def scale(self) -> float:
        """What departures are counted in, in the unit of the values."""
        return max(SIGMA_OF_MAD * self.mad, LEAST_SHARE * abs(self.median), LEAST)

    def departure(self, value: float) -> float:
        """How many scales a value lies above the median."""
        return (value - self.median) / self.scale


def usual_of(means: Sequence[float]) -> Usual | None:
    """None where too few weeks are known."""
    if len(means) < FEWEST_WEEKS:
        return None
    middle = median(means)
    return Usual(middle, median(abs(mean - middle) for mean in means), len(means))


def slot_of(at_ms: int) -> int:
    """The hour of a moment, its start; hours of Việt Nam and of UTC begin together."""
    return at_ms - at_ms % HOUR_MS


def past_slots(slot: int, weeks: int) -> list[int]:
    """The same hour of the week in the weeks before, the newest first."""
    return [slot - number * WEEK_MS for number in range(1, weeks + 1)]
