"""What reading a table yields, and what makes a whole file unreadable. Pure."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

Cell = str | int | float | bool | None

# A line, a cell or an element longer than this belongs to no table that a person or a system would send.
LONGEST_LINE = 1 << 20  # bytes; of UTF-16 characters
LONGEST_CELL = 128 << 10  # characters
MOST_COLUMNS = 512


class Record(NamedTuple):
    """The cells of one row, in the order of the mapping's columns. `line`: as README.md counts."""

    line: int
    cells: tuple[Cell, ...]


class Problem(NamedTuple):
    """A line of which no row can be made; the others go on."""

    line: int
    reason: str
    detail_vi: str
    detail_en: str


class Batch(NamedTuple):
    """Some rows in the order of the file. `names`: the fields, one a cell; `lines`: one a row."""

    names: tuple[str, ...]
    lines: list[int]
    rows: list[tuple[Cell, ...]]
    problems: list[Problem]


class TableError(Exception):
    """The file as a whole cannot be read, or not beyond `line` (None: it is no matter of a line)."""

    def __init__(self, reason: str, detail_vi: str, detail_en: str, line: int | None = None) -> None:
        where = "" if line is None else f"line {line}: "
        super().__init__(f"{where}{detail_en}")
        self.reason, self.detail_vi, self.detail_en, self.line = reason, detail_vi, detail_en, line


def plain(text: str) -> str:
    """A heading or word in one form: NFC, single plain spaces."""
    return unicodedata.normalize("NFC", " ".join(text.replace("\ufeff", "").split()))
