"""The datasets that are declared: the files of a folder, read once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from services.records.datasets import BadDataset, Dataset, parse_dataset

DECLARED = Path(__file__).parent / "datasets"  # those that the product brings


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
