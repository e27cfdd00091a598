"""What definitions are checked with and computed by, read once a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.indicators.area_units import with_map
from services.indicators.settings import IndicatorsSettings
from services.indicators.working_clock import WorkingClock
from services.records.catalogue import CALENDAR, DECLARED, load_calendar, load_datasets
from services.records.datasets import Dataset
from services.records.settings import RecordsSettings


@dataclass(frozen=True, slots=True)
class Grounds:
    """What definitions are checked with and computed by on this server."""

    settings: IndicatorsSettings
    datasets: Mapping[str, Dataset]
    working: WorkingClock


def grounds_of(settings: IndicatorsSettings, records: RecordsSettings) -> Grounds:
    """Those of this process."""
    datasets = load_datasets(DECLARED, *([records.datasets] if records.datasets else ()))
    calendar = load_calendar(records.calendar or CALENDAR)
    declared = with_map({key: one.dataset for key, one in datasets.items()})
    return Grounds(settings, declared, WorkingClock(calendar))
