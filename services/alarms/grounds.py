"""What alarms are evaluated by on this server, read once a process: rules, storm control, working time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.alarms.rule_files import SHIPPED, load_rules, load_storm
from services.alarms.rules import Rule
from services.alarms.schedule import WorkingTime
from services.alarms.settings import AlarmsSettings
from services.alarms.storm import Storm
from services.records.catalogue import CALENDAR, DECLARED, load_calendar, load_datasets
from services.records.datasets import Dataset
from services.records.settings import RecordsSettings
from services.records.working_time import Calendar


@dataclass(frozen=True, slots=True)
class Grounds:
    """`rules`: of the files; those in force are in the database."""

    settings: AlarmsSettings
    rules: Sequence[Rule]
    storm: Storm
    calendar: Calendar
    working: WorkingTime
    datasets: Mapping[str, Dataset]


def grounds_of(settings: AlarmsSettings, records: RecordsSettings) -> Grounds:
    """Those of this process.

    Raises:
        ValueError: a file cannot be one; says which and why.
    """
    folders = rule_folders(settings)
    office = office_of(records)
    return Grounds(
        settings,
        load_rules(*folders),
        load_storm(*folders),
        office.calendar,
        office.working,
        office.datasets,
    )


@dataclass(frozen=True, slots=True)
class Office:
    """What promises and working time are judged by, without the rules of the files."""

    calendar: Calendar
    working: WorkingTime
    datasets: Mapping[str, Dataset]


def office_of(records: RecordsSettings) -> Office:
    """That of this process.

    Raises:
        ValueError: a file cannot be one; says which and why.
    """
    datasets = load_datasets(DECLARED, *([records.datasets] if records.datasets else ()))
    calendar = load_calendar(records.calendar or CALENDAR)
    return Office(calendar, WorkingTime(calendar), {key: one.dataset for key, one in datasets.items()})


def rule_folders(settings: AlarmsSettings) -> list[Path]:
    """Where rules are: the product's own, and the province's."""
    return [SHIPPED, *([settings.rules] if settings.rules else [])]
