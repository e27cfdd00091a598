"""The rows of a sheet of an XLSX workbook, read only, cells as they stand: nothing is calculated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from services.runtime.tables.domain import LONGEST_CELL, MOST_COLUMNS, Cell, Problem, Record, TableError
from services.runtime.tables.mapping import Mapping, places
from services.runtime.tables.xlsx_guard import check_workbook

LAST_ROW = 1 << 20  # that a sheet can have


def xlsx_rows(stream: BinaryIO, mapping: Mapping) -> Iterator[Record | Problem]:
    """One a row of the sheet; empty rows are none. `line`: the row's number in the sheet.

    A formula comes as its text, `=…`; a percentage as text with its sign; days and times as in ISO 8601.

    Raises:
        TableError: what `check_workbook` says, no such sheet, the headings.
    """
    check_workbook(stream)
    try:
        book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        yield from _rows(_sheet(book, mapping.sheet), mapping)
    except (
        InvalidFileException,
        ParseError,
        BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
    ) as error:
        raise TableError(
            "bad_file", "Tệp không phải bảng tính XLSX đúng dạng", f"no sound XLSX: {error}"
        ) from error


def _sheet(book: Any, name: str) -> Any:
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    found = [sheet for sheet in book.worksheets if sheet.title == name] if name else visible[:1]
    if not found:
        there = ", ".join(sheet.title for sheet in visible)
        raise TableError(
            "no_sheet", f"Không có trang tính “{name}”; có: {there}", f"no sheet {name!r}; there: {there}"
        )
    found[0].reset_dimensions()  # what the file says of its size need not be so
    return found[0]


def _rows(sheet: Any, mapping: Mapping) -> Iterator[Record | Problem]:
    start = mapping.header_row
    rows = enumerate(sheet.iter_rows(min_row=start, max_row=LAST_ROW, max_col=MOST_COLUMNS), start=start)
    _, headings = next(rows, (start, ()))
    indices = places([cell.value for cell in headings], mapping, start)
    for line, cells in rows:
        try:
            values = [_value(cells[index]) if index < len(cells) else None for index in indices]
        except OverflowError as error:
            yield Problem(line, "cannot_be_read", "Ô không đọc được", str(error))
            continue
        if any(value not in (None, "") for value in values):
            yield Record(line, tuple(values))


def _value(cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        return value if isinstance(value, str) and value.startswith("=") else "=…"
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return _percentage(value) if "%" in (cell.number_format or "") else value
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)[: LONGEST_CELL + 1]


def _percentage(value: float) -> str:
    """0.422 as `42.2%`; a fourth digit where three behind the point might be taken for thousands."""
    text = f"{(Decimal(f'{value:.15g}') * 100).normalize():f}"
    return f"{text}0%" if len(text.partition(".")[2]) == 3 else f"{text}%"
