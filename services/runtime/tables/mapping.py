"""The mapping file of a table: which column is which field. Pure. README.md documents every key."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from services.runtime.tables.domain import Cell, TableError, plain

# As files declare them, and as Python calls them. UTF-8 may begin with a byte-order mark, UTF-16 must.
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "windows-1258": "cp1258",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
}


class BadMapping(ValueError):
    """The mapping cannot be used; the text names the key and what is wrong with it."""


class Mapping(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The whole file. `columns`: heading of each field; `values`: words of a field's column in our words."""

    dataset: str
    format: Literal["csv", "json", "jsonl", "xlsx"]
    columns: dict[str, str]
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""
    header_row: int = 1
    rows_at: str = ""
    constants: dict[str, str | int | float | bool] = {}
    values: dict[str, dict[str, str | int | float | bool]] = {}
    point: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of a row: those of columns, then the constants."""
        return (*self.columns, *self.constants)


def parse_mapping(text: str) -> Mapping:
    """The mapping that a TOML file tells.

    Raises:
        BadMapping: no TOML, an unknown key, or one that cannot be.
    """
    try:
        told: dict[str, Any] = tomllib.loads(text)
        mapping = msgspec.convert(told, Mapping)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadMapping(str(error)) from error
    for fault in _faults(mapping):
        raise BadMapping(fault)
    return mapping


def _faults(mapping: Mapping) -> Sequence[str]:
    faults = []
    if mapping.encoding.lower() not in ENCODINGS:
        faults.append(f"encoding: one of {', '.join(ENCODINGS)}")
    elif mapping.format in ("json", "jsonl") and not mapping.encoding.lower().startswith("utf"):
        faults.append("encoding: JSON is UTF-8 or UTF-16")
    if len(mapping.delimiter) != 1 or mapping.delimiter in '"\r\n':
        faults.append("delimiter: one character, no quote and no line end")
    if not 1 <= mapping.header_row <= 1000:
        faults.append("header_row: from 1 to 1000")
    if not mapping.columns:
        faults.append("columns: at least one")
    headings = [plain(heading) for heading in mapping.columns.values()]
    if len(set(headings)) < len(headings):
        faults.append("columns: two fields have the same heading")
    faults += [f"constants: {name} is a column too" for name in mapping.constants if name in mapping.columns]
    for key, names in (("values", tuple(mapping.values)), ("point", mapping.point)):
        faults += [f"{key}: {name} is no column" for name in names if name not in mapping.columns]
    return faults


def places(headings: Sequence[Cell], mapping: Mapping, line: int) -> list[int]:
    """Where each field of the mapping's columns stands.

    Raises:
        TableError: missing_column, repeated_column.
    """
    # A number may be a heading; an empty cell is none, not even one that is called "None".
    there = ["" if heading is None else plain(str(heading)) for heading in headings]
    found = []
    for name, heading in mapping.columns.items():
        times = there.count(plain(heading))
        if not times:
            vi, en = f"Không có cột “{heading}” ({name})", f"no column {heading!r} ({name})"
            raise TableError("missing_column", vi, en, line)
        if times > 1:
            vi, en = f"Có nhiều cột “{heading}” ({name})", f"several columns {heading!r} ({name})"
            raise TableError("repeated_column", vi, en, line)
        found.append(there.index(plain(heading)))
    return found
