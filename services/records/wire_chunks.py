"""What is handed in, as it is sent: headers and chunks in protobuf, cells of refused lines in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import msgspec
from ioc.records.v1 import records_pb2 as pb

from services.records.domain import Header, RefusedLine
from services.records.faults import Fault
from services.records.fields import Field
from services.records.words import Cell
from services.runtime.rpc_errors import InvalidRequest

MOST_ROWS = 10_000  # in a chunk


class Table(NamedTuple):
    """A chunk as columns by field, each with a cell a line."""

    lines: list[int]
    columns: dict[str, Sequence[Cell]]
    unreadable: list[RefusedLine]


def to_header(header: pb.Header) -> Header:
    """As it was sent; whether it may be so is asked elsewhere."""
    return Header(
        header.dataset,
        header.idempotency_key,
        header.validate_only,
        header.author.strip(),
        header.document.strip(),
        header.content_sha256,
    )


def to_table(chunk: pb.Chunk) -> Table:
    """The cells of a chunk.

    Raises:
        InvalidRequest: columns of other lengths, lines that do not ascend, or too many of them.
    """
    lines = list(chunk.lines)
    unreadable = [
        RefusedLine(one.line, Fault("", one.reason[:100], one.detail_vi[:500], one.detail_en[:500]), None)
        for one in chunk.unreadable
    ]
    if len(lines) + len(unreadable) > MOST_ROWS:
        raise InvalidRequest([("chunk.lines", "too_many", f"at most {MOST_ROWS} lines a chunk")])
    numbers = [one.line for one in unreadable]
    for field, some in (("chunk.lines", lines), ("chunk.unreadable", numbers)):
        if some and (some[0] < 1 or sorted(set(some)) != some):
            raise InvalidRequest([(field, "not_ascending", "lines ascend from 1, each once")])
    if not set(lines).isdisjoint(numbers):
        raise InvalidRequest([("chunk.unreadable", "repeated", "a line is among the rows too")])
    return Table(lines, _columns(chunk), unreadable)


def _columns(chunk: pb.Chunk) -> dict[str, Sequence[Cell]]:
    columns: dict[str, Sequence[Cell]] = {}
    for column in chunk.columns:
        if column.field in columns:
            raise InvalidRequest([("chunk.columns", "repeated", f"{column.field!r} is there twice")])
        cells: Sequence[Cell] = list(column.texts) or [_cell(cell) for cell in column.cells]
        if len(cells) != len(chunk.lines):
            detail = f"{column.field}: {len(cells)} cells, {len(chunk.lines)} lines"
            raise InvalidRequest([("chunk.columns", "other_length", detail)])
        columns[column.field] = cells
    return columns


def _cell(cell: Any) -> Cell:
    said = cell.WhichOneof("said")
    return None if said is None else cast(Cell, getattr(cell, said))


def kept_cells(fields: Mapping[str, Field], cells: Mapping[str, Cell]) -> str:
    """JSON of the cells that may be kept of a line that is refused: none of personal data."""
    return msgspec.json.encode(
        {name: cell for name, cell in cells.items() if name in fields and fields[name].personal is None}
    ).decode()


def to_cells(text: str, path: str) -> dict[str, Cell]:
    """The cells of a JSON object; of an empty text, none.

    Raises:
        InvalidRequest: it is no object of texts, numbers, booleans and nulls.
    """
    try:
        return msgspec.json.decode(text, type=dict[str, str | int | float | bool | None]) if text else {}
    except (msgspec.DecodeError, ValueError) as error:
        raise InvalidRequest([(path, "bad_json", str(error))]) from None
