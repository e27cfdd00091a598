"""Files of the map and of organisations: CSV lists, GeoJSON, and the TOML that names them."""

import csv
import json
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ioc.areas.v1 import areas_pb2, map_pb2, organisations_pb2

from services.cli.client import EXIT_USAGE, CommandError

Line = Mapping[str, str]

_LISTS = {
    "units": {"file", "valid_from", "valid_to"},
    "predecessors": {"file", "day"},
    "changes": {"file", "day"},
    "boundaries": {"file", "day"},
}
_BASES = {"": 0, "population": 1, "area": 2, "decree": 3}
_EXTENTS = {"whole": 1, "part": 2}
_LEVELS = {"province": 1, "district": 2, "commune": 3}
_KINDS = {"department": 1, "agency": 2, "authority": 3, "other": 4}


def read_map(file: Path) -> Any:
    """The request that a map file asks for; its paths are relative to it.

    Raises:
        CommandError: a file cannot be read; the sentence names it, the line and the column.
    """
    request = map_pb2.ChangeMapRequest()
    for name, entries in _manifest(file).items():
        for entry in entries:
            path = file.parent / str(entry["file"])
            if name == "units":
                request.units.extend(_units(path, entry))
            elif name == "predecessors":
                request.statements.extend(_statements(path, _day(file, entry, "day")))
            elif name == "changes":
                request.declared.extend(_declared(path, _day(file, entry, "day")))
            else:
                request.boundaries.extend(_boundaries(path, _day(file, entry, "day")))
    return request


def read_organisations(organisations: Path | None, changes: Path | None, answering: Path | None) -> Any:
    """The request that lists of organisations, their changes and answering staff ask for.

    Raises:
        CommandError: a file cannot be read; the sentence names it, the line and the column.
    """
    request = organisations_pb2.ChangeOrganisationsRequest()
    if organisations:
        request.organisations.extend(_each(organisations, _organisation, "code", "name_vi", "kind", "serves"))
    if changes:
        request.changes.extend(_each(changes, _organisation_change, "day", "old_code", "new_code", "extent"))
    if answering:
        request.answering.extend(
            _each(answering, _answering, "source", "organisation", "account", "position_vi", "valid_from")
        )
    return request


def read_values(file: Path) -> list[Any]:
    """Values by code.

    Raises:
        CommandError: the file cannot be read.
    """
    return list(
        _each(file, lambda line: map_pb2.AreaValue(code=line["code"], value=line["value"]), "code", "value")
    )


def _manifest(file: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        content = tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError as error:
        raise _bad(file, f"not TOML: {error}") from None
    for name, entries in content.items():
        if name not in _LISTS or not isinstance(entries, list):
            raise _bad(file, f"{name}: write [[{']], [['.join(_LISTS)}]]")
        for entry in entries:
            if unknown := entry.keys() - _LISTS[name]:
                raise _bad(file, f"[[{name}]]: {', '.join(sorted(unknown))} is not known")
            if "file" not in entry:
                raise _bad(file, f"[[{name}]]: file is missing")
    return content


def _day(file: Path, entry: Mapping[str, Any], key: str) -> str:
    day = entry.get(key)
    if type(day) is not date:
        raise _bad(file, f"{entry['file']}: {key} must be a date such as 2025-07-01")
    return day.isoformat()


def _units(path: Path, entry: Mapping[str, Any]) -> Iterator[Any]:
    first, end = (str(entry.get(key, "")) for key in ("valid_from", "valid_to"))

    def unit(line: Line) -> Any:
        population = line.get("population", "")
        return areas_pb2.Unit(
            code=line["code"],
            name_vi=line.get("name_vi") or line.get("name", ""),
            name_en=line.get("name_en", ""),
            level=_word(line, "level", _LEVELS),
            parent_code=line["parent_code"],
            valid_from=line.get("valid_from") or first,
            valid_to=line.get("valid_to") or end,
            population=int(population) if population else None,
        )

    return _each(path, unit, "code", "level", "parent_code")


def _statements(path: Path, day: str) -> Iterator[Any]:
    return _each(
        path,
        lambda line: map_pb2.Statement(code=line["code"], day=day, words_vi=line["predecessors_vi"]),
        "code",
        "predecessors_vi",
    )


def _declared(path: Path, day: str) -> Iterator[Any]:
    def change(line: Line) -> Any:
        return map_pb2.DeclaredChange(
            day=day,
            old_code=line["old_code"],
            new_code=line["new_code"],
            extent=_word(line, "extent", _EXTENTS),
            weight=line.get("weight", ""),
            basis=_word(line, "basis", _BASES),
        )

    return _each(path, change, "old_code", "new_code", "extent")


def _boundaries(path: Path, day: str) -> Iterator[Any]:
    try:
        features = json.loads(_text(path))["features"]
        for feature in features:
            yield map_pb2.Boundary(
                code=feature["properties"]["code"],
                day=day,
                boundary_geojson=json.dumps(feature["geometry"], separators=(",", ":")),
            )
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        detail = f"not a GeoJSON FeatureCollection whose features have a property code: {error}"
        raise _bad(path, detail) from None


def _organisation(line: Line) -> Any:
    return organisations_pb2.Organisation(
        code=line["code"],
        name_vi=line["name_vi"],
        name_en=line.get("name_en", ""),
        kind=_word(line, "kind", _KINDS),
        parent_code=line.get("parent_code", ""),
        serves=line["serves"],
        valid_from=line.get("valid_from", ""),
        valid_to=line.get("valid_to", ""),
    )


def _organisation_change(line: Line) -> Any:
    return organisations_pb2.OrganisationChange(
        day=line["day"],
        old_code=line["old_code"],
        new_code=line["new_code"],
        extent=_word(line, "extent", _EXTENTS),
        weight=line.get("weight", ""),
        basis=_word(line, "basis", _BASES),
    )


def _answering(line: Line) -> Any:
    return organisations_pb2.Answering(
        source=line["source"],
        organisation=line["organisation"],
        account=line["account"],
        position_vi=line["position_vi"],
        contact=line.get("contact", ""),
        valid_from=line["valid_from"],
        valid_to=line.get("valid_to", ""),
    )


def _each(path: Path, make: Callable[[Line], Any], *required: str) -> Iterator[Any]:
    """Every line of a CSV file as a message; a fault names line and what is wrong."""
    reader = csv.DictReader(_text(path).splitlines(), strict=True)
    try:
        if missing := set(required) - set(reader.fieldnames or ()):
            raise _bad(path, f"the column {', '.join(sorted(missing))} is missing")
        for line in reader:
            if None in line or None in line.values():
                raise _bad(path, f"line {reader.line_num}: more or fewer fields than headings")
            yield make({key: value.strip() for key, value in line.items()})
    except (csv.Error, ValueError) as error:
        raise _bad(path, f"line {reader.line_num}: {error}") from None


def _word(line: Line, column: str, words: Mapping[str, Any]) -> Any:
    """What the cell's word stands for."""
    told = line.get(column, "")
    if told not in words:
        known = ", ".join(word for word in words if word)
        raise ValueError(f"{column}: {told!r} is none of {known}")
    return words[told]


def _text(path: Path) -> str:
    try:
        return unicodedata.normalize("NFC", path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise _bad(path, "not UTF-8") from None
    except OSError as error:
        raise _bad(path, error.strerror or str(error)) from None


def _bad(path: Path, detail: str) -> CommandError:
    return CommandError(f"{path}: {detail}", EXIT_USAGE)
