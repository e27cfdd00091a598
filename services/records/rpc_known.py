"""What a server knows of datasets: their declarations, what checks their rows, and the working calendar."""

from __future__ import annotations

from collections.abc import Mapping

from services.records.catalogue import CALENDAR, DECLARED, Declared, load_calendar, load_datasets
from services.records.datasets import Dataset
from services.records.privacy import SHORTEST_KEY, Pseudonyms
from services.records.rows import Checker, Directory
from services.records.settings import RecordsSettings
from services.runtime.rpc_errors import InvalidRequest, NotFound

_NOBODYS = Pseudonyms(b"\0" * SHORTEST_KEY)  # for datasets without pseudonyms, where there is no key


class Known:
    """The datasets of this server, and the days and hours that its province works."""

    def __init__(self, settings: RecordsSettings) -> None:
        folders = (DECLARED, *([settings.datasets] if settings.datasets else ()))
        self.declared: Mapping[str, Declared] = load_datasets(*folders)
        self.calendar = load_calendar(settings.calendar or CALENDAR)
        self._pseudonyms = settings.pseudonyms

    def dataset(self, key: str) -> Dataset:
        """Raises NotFound where no dataset has this key."""
        declared = self.declared.get(key)
        if declared is None:
            raise NotFound("dataset", "unknown_dataset", f"there is no dataset {key!r}; ListDatasets tells")
        return declared.dataset

    def checker(self, key: str, directory: Directory) -> Checker:
        """A checker of one stream's own.

        Raises:
            InvalidRequest: the dataset has pseudonyms, and this server no key to make them.
        """
        dataset = self.dataset(key)
        if self._pseudonyms is None and pseudonymous(dataset):
            detail = "set HAIDANG_RECORDS_PSEUDONYM_KEY to at least 32 characters"
            raise InvalidRequest([("dataset", "no_pseudonym_key", detail)])
        return Checker(dataset, directory, self._pseudonyms or _NOBODYS)


def pseudonymous(dataset: Dataset) -> frozenset[str]:
    """The fields that are kept as pseudonyms."""
    return frozenset(field.name for field in dataset.fields if field.personal == "pseudonym")
