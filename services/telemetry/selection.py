"""Which series a caller means. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.telemetry.domain import SeriesName
from services.telemetry.rollups import Mean

MOST_SERIES = MOST_DEVICES = 1_000
MOST_WORDS = 100  # quantities or channels


@dataclass(frozen=True, slots=True)
class Selector:
    """The series named, and every registered channel that meets all of the others that are set."""

    series: tuple[SeriesName, ...] = ()
    devices: tuple[str, ...] = ()
    area_code: str = ""
    map_date: date | None = None  # None: today's
    quantities: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    @property
    def filters(self) -> bool:
        """Whether it chooses from the registry, besides those named."""
        return bool(self.devices or self.area_code or self.quantities or self.channels)

    @property
    def is_empty(self) -> bool:
        """It chooses nothing at all."""
        return not self.series and not self.filters


class Chosen(NamedTuple):
    """A series. `quantity` None: not in the registry; `series_id` None: it never had a reading."""

    name: SeriesName
    quantity: str | None
    unit: str
    interval_s: int | None  # promised between two readings
    series_id: int | None
    mean: Mean = Mean.ARITHMETIC  # that its roll-ups are folded by

    @property
    def is_known(self) -> bool:
        """Whether anybody has ever heard of it."""
        return self.quantity is not None or self.series_id is not None
