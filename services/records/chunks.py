"""Lines of a table as a chunk: rows that can be stored, and those that are refused with what may be kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.records.domain import Chunk, RefusedLine
from services.records.fields import Field
from services.records.rows import Checker, Rejected, Row
from services.records.wire_chunks import Table, kept_cells


def judged(checker: Checker, fields: Mapping[str, Field], table: Table, now: datetime) -> Chunk:
    """Each line of a table whose columns are right."""
    if not table.lines:
        return Chunk((), table.unreadable)
    found = checker.check_columns(table.columns, table.lines, now)
    rows = [row for row in found if type(row) is Row]
    refused = table.unreadable
    if len(rows) < len(found):
        refusals = [
            RefusedLine(
                line,
                one.faults[0],
                kept_cells(fields, {name: cells[index] for name, cells in table.columns.items()}),
                one.told,
            )
            for index, (line, one) in enumerate(zip(table.lines, found, strict=True))
            if isinstance(one, Rejected)
        ]
        refused = sorted([*refused, *refusals], key=lambda one: one.line)
    return Chunk(rows, refused)
