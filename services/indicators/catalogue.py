"""The definitions that are declared: the files of some folders, checked as a whole.

All but `load_catalogue` is pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from services.indicators.declared import (
    GROUPS,
    BadDefinitions,
    Complaint,
    Definitions,
    Indicator,
    Measure,
    parse_definitions,
)
from services.indicators.indicator_faults import indicator_faults
from services.indicators.measure_faults import measure_faults
from services.records.datasets import Dataset

SHIPPED: Final = Path(__file__).parent / "catalogue"


class Catalogue(NamedTuple):
    """All definitions, by name and id, ordered; `groups`: of each indicator, the group that it is of."""

    measures: Mapping[str, Measure]
    indicators: Mapping[str, Indicator]
    groups: Mapping[str, str]


def load_catalogue(datasets: Mapping[str, Dataset], *folders: Path) -> Catalogue:
    """The catalogue of all files of some folders.

    Raises:
        BadDefinitions: see `assembled`.
    """
    paths = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    return assembled([(path.name, path.read_text(encoding="utf-8")) for path in paths], datasets)


def assembled(files: Sequence[tuple[str, str]], datasets: Mapping[str, Dataset]) -> Catalogue:
    """The catalogue of files, given as names and texts. Files of one name are of one group.

    Raises:
        BadDefinitions: a file cannot be one, or the whole contradicts itself or the datasets; all faults.
    """
    parsed: list[Definitions] = []
    problems: list[Complaint] = []
    for file, text in files:
        try:
            parsed.append(parse_definitions(file, text))
        except BadDefinitions as error:
            problems += error.problems
    problems += [problem for one in parsed if (problem := _group_problem(one)) is not None]
    problems += _twice(parsed)
    measures = {measure.name: measure for one in parsed for measure in one.measures}
    for one in parsed:
        problems += _problems(one, measures, datasets)
    if problems:
        raise BadDefinitions(problems)
    indicators = {indicator.id: indicator for one in parsed for indicator in one.indicators}
    groups = {indicator.id: one.group for one in parsed for indicator in one.indicators}
    return Catalogue(dict(sorted(measures.items())), dict(sorted(indicators.items())), groups)


def _group_problem(one: Definitions) -> Complaint | None:
    return (
        None
        if one.group in GROUPS
        else Complaint(one.file, "", "", f"is named after a group: {', '.join(GROUPS)}")
    )


def _twice(parsed: Sequence[Definitions]) -> Iterator[Complaint]:
    first: dict[str, str] = {}
    for one in parsed:
        names = [f"measures.{measure.name}" for measure in one.measures]
        for entry in [*names, *(f"indicators.{indicator.id}" for indicator in one.indicators)]:
            if entry in first:
                yield Complaint(one.file, entry, "", f"is declared already, in {first[entry]}")
            first.setdefault(entry, one.file)


def _problems(
    one: Definitions, measures: Mapping[str, Measure], datasets: Mapping[str, Dataset]
) -> Iterator[Complaint]:
    for measure in one.measures:
        for key, reason in measure_faults(measure, datasets):
            yield Complaint(one.file, f"measures.{measure.name}", key, reason)
    for indicator in one.indicators:
        for key, reason in indicator_faults(indicator, measures, datasets):
            yield Complaint(one.file, f"indicators.{indicator.id}", key, reason)
