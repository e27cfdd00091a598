"""The rows of a CSV file (RFC 4180, with the mapping's delimiter)."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import BinaryIO

from services.runtime.tables.domain import MOST_COLUMNS, Cell, Problem, Record, TableError
from services.runtime.tables.mapping import Mapping, places
from services.runtime.tables.text import lines


def csv_rows(stream: BinaryIO, mapping: Mapping) -> Iterator[Record | Problem]:
    """One a record; lines without any cell are none. `line`: where the record begins, in the file.

    Raises:
        TableError: the encoding, a line's length, the headings, a quote that is never closed.
    """
    source = lines(stream, mapping.encoding)
    skipped = len(list(islice(source, mapping.header_row - 1)))
    reader = csv.reader(source, delimiter=mapping.delimiter, strict=True)
    try:
        headings = next(reader, [])
    except csv.Error as error:
        raise _no_headings(mapping.header_row) from error
    if not headings or len(headings) > MOST_COLUMNS:
        raise _no_headings(mapping.header_row)
    pick, width = _picker(places(headings, mapping, mapping.header_row)), len(headings)
    while True:
        line = skipped + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield _unreadable(line, error)
            continue
        if cells is None:
            return
        if len(cells) == width:
            if any(cells):
                yield Record(line, pick(cells))
        elif any(cells):
            yield _other_width(line, len(cells), width)


def _picker(indices: Sequence[int]) -> Callable[[Sequence[Cell]], tuple[Cell, ...]]:
    if len(indices) == 1:
        only = indices[0]
        return lambda cells: (cells[only],)
    return itemgetter(*indices)


def _unreadable(line: int, error: csv.Error) -> Problem:
    # Both mean that everything since the quote was taken for one cell: the lines behind it are lost.
    if "field limit" in str(error) or "unexpected end" in str(error):
        detail = f"a quote in or behind line {line} is never closed"
        raise TableError(
            "unclosed_quote", f"Dấu ngoặc kép từ dòng {line} không được đóng", detail, line
        ) from error
    return Problem(line, "bad_quotes", "Dấu ngoặc kép đặt sai chỗ", str(error))


def _other_width(line: int, cells: int, width: int) -> Problem:
    vi, en = f"Dòng có {cells} ô, tiêu đề có {width}", f"{cells} cells under {width} headings"
    return (
        Problem(line, "too_many_fields", vi, en) if cells > width else Problem(line, "too_few_fields", vi, en)
    )


def _no_headings(line: int) -> TableError:
    return TableError(
        "no_headings",
        f"Dòng {line} không phải dòng tiêu đề (1 đến {MOST_COLUMNS} cột)",
        f"no row of 1 to {MOST_COLUMNS} headings",
        line,
    )
