"""A table in any of the formats → batches of rows, their words in ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

from services.runtime.tables import mapping as mappings
from services.runtime.tables.csv_rows import csv_rows
from services.runtime.tables.domain import Batch, Cell, Problem, Record, plain
from services.runtime.tables.json_rows import json_array, json_lines
from services.runtime.tables.xlsx_rows import xlsx_rows

ROWS_A_BATCH = 2000
_ROWS: dict[str, Callable[[BinaryIO, mappings.Mapping], Iterator[Record | Problem]]] = {
    "csv": csv_rows,
    "json": json_array,
    "jsonl": json_lines,
    "xlsx": xlsx_rows,
}


class Line(NamedTuple):
    """One row by the names of its fields."""

    number: int
    values: dict[str, Cell]


def read_batches(
    stream: BinaryIO, mapping: mappings.Mapping, rows_a_batch: int = ROWS_A_BATCH
) -> Iterator[Batch]:
    """All rows in the order of the file, in memory bounded by the batch.

    Raises:
        TableError: the file cannot be read (on); rows of earlier batches were handed on.
    """
    names, constants = mapping.names, tuple(mapping.constants.values())
    translations = [_translation(name, mapping) for name in mapping.columns]
    found = _ROWS[mapping.format](stream, mapping)
    while True:
        some = list(islice(found, rows_a_batch))
        if not some:
            return
        records = [one for one in some if type(one) is Record]
        problems = [one for one in some if type(one) is Problem]
        rows = _translated([record.cells for record in records], translations)
        if constants:
            rows = [row + constants for row in rows]
        yield Batch(names, [record.line for record in records], rows, problems)


def read(stream: BinaryIO, mapping: mappings.Mapping) -> Iterator[Line | Problem]:
    """As `read_batches`, one at a time; the lines of a batch before its problems."""
    for batch in read_batches(stream, mapping):
        lines = (
            Line(line, dict(zip(batch.names, row, strict=True)))
            for line, row in zip(batch.lines, batch.rows, strict=True)
        )
        yield from chain(lines, batch.problems)


def _translated(
    rows: list[tuple[Cell, ...]], translations: list[Callable[[Cell], Cell] | None]
) -> list[tuple[Cell, ...]]:
    if not rows or not any(translations):
        return [tuple(row) for row in rows]
    columns = [
        column if translate is None else map(translate, column)
        for column, translate in zip(zip(*rows, strict=True), translations, strict=True)
    ]
    return list(zip(*columns, strict=True))


def _translation(name: str, mapping: mappings.Mapping) -> Callable[[Cell], Cell] | None:
    words = mapping.values.get(name)
    if words is not None:
        return _ours({plain(theirs): ours for theirs, ours in words.items()})
    return _pointed if name in mapping.point else None


def _ours(words: Mapping[str, Cell]) -> Callable[[Cell], Cell]:
    def translate(cell: Cell) -> Cell:
        if cell is None:
            return None
        return words.get(plain(str(cell)), cell)

    return translate


def _pointed(cell: Cell) -> Cell:
    """Text of a number with a decimal point as that number; other text as it stands, for others to refuse."""
    if not isinstance(cell, str):
        return cell
    text = plain(cell)
    if not text.removeprefix("-").replace(".", "", 1).isdecimal() or not text.isascii():
        return cell
    return float(text) if "." in text else int(text)
