"""The datasets that are declared and the calendar of working time: files, read once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from services.records.datasets import BadDataset, Dataset, parse_dataset
from services.records.working_time import Calendar, parse_calendar

DECLARED = Path(__file__).parent / "datasets"  # those that the product brings
CALENDAR = Path(__file__).with_name("calendar.toml")  # likewise


class Declared(NamedTuple):
    """A dataset, and its file as it is."""

    dataset: Dataset
    text: str


def load_datasets(*folders: Path) -> Mapping[str, Declared]:
    """By key, ordered.

    Raises:
        BadDataset: a file cannot be one, or two have the same key; with the name of the file.
    """
    found: dict[str, Declared] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        text = path.read_text(encoding="utf-8")
        try:
            dataset = parse_dataset(text)
        except BadDataset as error:
            raise BadDataset(f"{path.name}: {error}") from error
        if dataset.key in found:
            raise BadDataset(f"{path.name}: there is another dataset {dataset.key!r}")
        found[dataset.key] = Declared(dataset, text)
    return dict(sorted(found.items()))


def load_calendar(path: Path) -> Calendar:
    """The days and hours that are worked.

    Raises:
        ValueError: the file cannot be one; with its name.
    """
    try:
        return parse_calendar(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
