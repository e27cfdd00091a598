"""An XLSX workbook to be filled in: headings, notes, drop-down lists and checks of what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import BinaryIO, Literal, NamedTuple

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

ROWS = 5000  # that are checked while somebody types; more may be filled in
_HEADING, _REQUIRED = PatternFill("solid", fgColor="DDE6F0"), PatternFill("solid", fgColor="F7DEC4")
_FORMATS = {
    "text": "@",
    "day": "dd/mm/yyyy",
    "moment": "dd/mm/yyyy hh:mm",
    "whole": "#,##0",
    "number": "General",
}
_LONGEST_MESSAGE = 255  # characters, a limit of the format


class TemplateColumn(NamedTuple):
    """One column. `choices`: of its drop-down list; `least`, `most`: limits of numbers, inclusive."""

    heading: str
    note: str
    kind: Literal["text", "day", "moment", "whole", "number"]
    required: bool = False
    choices: Sequence[str] = ()
    least: Decimal | None = None
    most: Decimal | None = None


class TemplateWords(NamedTuple):
    """What the workbook says around the columns, in the language of those who fill it in."""

    sheet: str
    lists_sheet: str
    error_title: str
    required: str


def write_template(stream: BinaryIO, columns: Sequence[TemplateColumn], words: TemplateWords) -> None:
    """Writes the workbook: headings in row 1, a sheet of the lists' values that is hidden."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # a new workbook has one
    sheet.title = words.sheet
    sheet.freeze_panes = "A2"
    lists = book.create_sheet(words.lists_sheet)
    lists.sheet_state = "hidden"
    for number, column in enumerate(columns, start=1):
        _write_heading(sheet, number, column, words)
        for row, choice in enumerate(column.choices, start=1):
            lists.cell(row, number, choice)
        _check(sheet, number, column, words)
    book.save(stream)


def _write_heading(sheet: Worksheet, number: int, column: TemplateColumn, words: TemplateWords) -> None:
    cell = sheet.cell(1, number, column.heading)
    cell.font = Font(bold=True)
    cell.fill = _REQUIRED if column.required else _HEADING
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    note = "\n".join(part for part in (words.required if column.required else "", column.note) if part)
    if note:
        cell.comment = Comment(note, "")
    letter = get_column_letter(number)
    sheet.column_dimensions[letter].width = max(14, min(40, len(column.heading) + 4))
    # Typed cells take the format of their column: a code such as 0123 stays as it is typed.
    sheet.column_dimensions[letter].number_format = _FORMATS[column.kind]


def _check(sheet: Worksheet, number: int, column: TemplateColumn, words: TemplateWords) -> None:
    rule = _rule(number, column, words)
    if rule is None:
        return
    rule.allow_blank = not column.required
    rule.errorTitle, rule.error = words.error_title, column.note[:_LONGEST_MESSAGE] or column.heading
    rule.showErrorMessage = True
    letter = get_column_letter(number)
    rule.add(f"{letter}2:{letter}{ROWS + 1}")
    sheet.add_data_validation(rule)


def _rule(number: int, column: TemplateColumn, words: TemplateWords) -> DataValidation | None:
    if column.choices:
        letter, last = get_column_letter(number), len(column.choices)
        source = f"{quote_sheetname(words.lists_sheet)}!${letter}$1:${letter}${last}"
        return DataValidation(type="list", formula1=source)
    if column.kind in ("whole", "number"):
        low, high = column.least, column.most
        kind: Literal["whole", "decimal"] = "whole" if column.kind == "whole" else "decimal"
        if low is not None and high is not None:
            return DataValidation(type=kind, operator="between", formula1=f"{low:f}", formula2=f"{high:f}")
        if high is not None:
            return DataValidation(type=kind, operator="lessThanOrEqual", formula1=f"{high:f}")
        least = Decimal(-(10**15)) if low is None else low
        return DataValidation(type=kind, operator="greaterThanOrEqual", formula1=f"{least:f}")
    if column.kind in ("day", "moment"):
        return DataValidation(type="date", operator="greaterThanOrEqual", formula1="DATE(1900,1,1)")
    return None
