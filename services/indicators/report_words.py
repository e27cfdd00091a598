"""What a report calls subjects, breakdowns and sources: by their Vietnamese names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.records.datasets import Dataset

# Code, Vietnamese name, first day and first day behind of a unit or an organisation.
Named = tuple[str, str, date, date | None]


@dataclass(frozen=True)
class Names:
    """Everything that a report calls by a name. `subjects`: by kind and code, the newest name first."""

    datasets: Mapping[str, Dataset]
    subjects: Mapping[tuple[str, str], Sequence[Named]]

    def subject(self, kind: str, code: str, day: date) -> str:
        """The name that a subject had on a day, else its newest one; "" where it has none."""
        told = self.subjects.get((kind, code), ())
        there = [name for _, name, since, until in told if since <= day and (until is None or day < until)]
        return next(iter([*there, *(name for _, name, _, _ in told)]), "")

    def breakdown(self, told: str, datasets: Iterable[str]) -> str:
        """field=value by the names that one of these datasets gives to both."""
        name, _, code = told.partition("=")
        for key in datasets:
            field = self.datasets[key].by_name.get(name) if key in self.datasets else None
            if field is not None:
                choice = next((one.vi for one in field.choices if one.code == code), code)
                return f"{field.title_vi}: {choice or 'không ghi'}"
        return told

    def sources(self, datasets: Iterable[str]) -> str:
        """What datasets are called, each with its key."""
        return "; ".join(
            f"{self.datasets[key].title_vi} ({key})" if key in self.datasets else key for key in datasets
        )


def by_code(kind: str, named: Iterable[Named]) -> dict[tuple[str, str], list[Named]]:
    """The names of subjects of a kind by code, the newest first."""
    found: dict[tuple[str, str], list[Named]] = {}
    for one in sorted(named, key=lambda one: one[2], reverse=True):
        found.setdefault((kind, one[0]), []).append(one)
    return found
