"""The sources that are declared: sources.toml of a folder with its mappings, looked over at the start."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from services.records.pulling import BadSources, Source, parse_sources
from services.records.rpc_known import Known
from services.runtime.rpc_errors import NotFound
from services.runtime.tables.mapping import BadMapping, Mapping, parse_mapping

FILE = "sources.toml"


class Pulled(NamedTuple):
    """A source, and how its rows become those of a dataset."""

    source: Source
    mapping: Mapping


def load_sources(folder: Path | None, known: Known) -> tuple[Pulled, ...]:
    """All of a folder; none without the folder or the file.

    Raises:
        BadSources: the file, a mapping, or what a dataset asks for; with the name of the source.
    """
    if folder is None or not (folder / FILE).exists():
        return ()
    sources = parse_sources((folder / FILE).read_text(encoding="utf-8"))
    pulled = tuple(Pulled(source, read_mapping(source, folder)) for source in sources)
    for one in pulled:
        for fault in _faults(one, known):
            raise BadSources(f"{one.source.name}: {fault}")
    return pulled


def read_mapping(source: Source, folder: Path) -> Mapping:
    """The mapping that a source names.

    Raises:
        BadSources: it cannot be read, or is not of JSON.
    """
    try:
        mapping = parse_mapping((folder / source.mapping).read_text(encoding="utf-8"))
    except (BadMapping, OSError, UnicodeDecodeError) as error:
        raise BadSources(f"{source.name}.mapping: {error}") from error
    if mapping.format != "json":
        raise BadSources(f"{source.name}.mapping: format: what is pulled is JSON")
    return mapping


def _faults(one: Pulled, known: Known) -> list[str]:
    try:
        dataset = known.dataset(one.mapping.dataset)
    except NotFound as error:
        return [str(error)]
    fields = dataset.columns
    faults = [f"no field {name!r} in {dataset.key}" for name in one.mapping.names if name not in fields]
    faults += [
        f"{dataset.key} requires {field.name!r}"
        for field in dataset.stored
        if field.required and field.name not in one.mapping.names
    ]
    if dataset.approval and not (one.source.author and one.source.document):
        faults.append(f"{dataset.key} requires an author and a document")
    return faults
