"""A report, and its CSV: what it says of itself, one row of headings, then rows as they come."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import TextIOWrapper
from typing import IO, NamedTuple

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # by which programs take a text for a formula


class Rounded(NamedTuple):
    """A number as it is shown: already rounded, with so many digits after the point."""

    number: Decimal
    decimals: int


ReportCell = str | int | Rounded | None


class Report(NamedTuple):
    """`about`: lines above the table, each a label and what it says."""

    title: str
    about: Sequence[tuple[str, str]]
    headings: Sequence[str]
    rows: Iterable[Sequence[ReportCell]]


def write_csv(stream: IO[bytes], report: Report) -> None:
    """UTF-8 with a byte order mark, by which spreadsheets know it; a point before decimals."""
    text = TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([report.title])
    writer.writerows(report.about)
    writer.writerow([])
    writer.writerow(report.headings)
    writer.writerows([_said(one) for one in row] for row in report.rows)
    text.detach()


def _said(value: ReportCell) -> str:
    if value is None:
        return ""
    if isinstance(value, Rounded):
        return f"{value.number:.{value.decimals}f}"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
