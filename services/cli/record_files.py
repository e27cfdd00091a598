"""A file of records, as the messages of a submission: read through once before anything is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from ioc.records.v1 import records_pb2 as pb

from services.runtime.tables.domain import Batch, Cell
from services.runtime.tables.mapping import Mapping
from services.runtime.tables.reading import read_batches

ROWS_A_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A file that can be read from its first to its last line."""

    path: Path
    mapping: Mapping
    sha256: str  # of the file and how it is mapped
    lines: int

    @property
    def key(self) -> str:
        """The idempotency key of those who choose none: the same file is the same batch."""
        return f"file:{self.sha256}"


def looked_through(path: Path, mapping: Mapping) -> RecordFile:
    """The file, read to its end: what is wrong with it as a whole is said before any of it is sent.

    Raises:
        TableError: it cannot be read (on).
    """
    with path.open("rb") as stream:
        lines = sum(len(batch.lines) + len(batch.problems) for batch in _batches(stream, mapping))
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    digest.update(repr(mapping).encode())
    return RecordFile(path, mapping, digest.hexdigest(), lines)


def chunks(file: RecordFile, after: int) -> Iterator[pb.SubmitRequest]:
    """Its lines behind one that the server has."""
    with file.path.open("rb") as stream:
        for batch in _batches(stream, file.mapping):
            last = max([*batch.lines[-1:], *(one.line for one in batch.problems[-1:])], default=0)
            if last > after:
                yield pb.SubmitRequest(chunk=to_chunk(batch))


def to_chunk(batch: Batch) -> pb.Chunk:
    """Rows as columns."""
    columns = zip(batch.names, zip(*batch.rows, strict=True), strict=True) if batch.rows else ()
    return pb.Chunk(
        lines=batch.lines,
        columns=[_column(name, cells) for name, cells in columns],
        unreadable=[pb.Unreadable(**problem._asdict()) for problem in batch.problems],
    )


def submit(stub: Any, header: pb.Header, file: RecordFile) -> pb.SubmitResponse:
    """Sends what the server does not have yet.

    Raises:
        grpc.RpcError: as the call; sent again, it goes on behind what was stored.
    """
    after = 0 if header.validate_only else _last_line(stub, header.idempotency_key)

    def messages() -> Iterator[pb.SubmitRequest]:
        yield pb.SubmitRequest(header=header)
        yield from chunks(file, after)

    answer: pb.SubmitResponse = stub.Submit(messages())
    return answer


def _last_line(stub: Any, key: str) -> int:
    try:
        return int(stub.GetBatch(pb.GetBatchRequest(idempotency_key=key)).batch.last_line)
    except grpc.RpcError as error:
        lost: Any = error
        if lost.code() in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED):
            return 0
        raise


def _batches(stream: Any, mapping: Mapping) -> Iterator[Batch]:
    return read_batches(stream, mapping, ROWS_A_CHUNK)


def _column(name: str, cells: tuple[Cell, ...]) -> pb.Column:
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return pb.Column(field=name, texts=cells)  # type: ignore[arg-type]
    if kinds <= {str, type(None)}:
        return pb.Column(field=name, texts=[cell or "" for cell in cells])  # type: ignore[misc]
    return pb.Column(field=name, cells=map(_cell, cells))


def _cell(cell: Cell) -> pb.Cell:
    match cell:
        case None:
            return pb.Cell()
        case bool():
            return pb.Cell(boolean=cell)
        case int() if -(2**63) <= cell < 2**63:
            return pb.Cell(integer=cell)
        case int():
            return pb.Cell(text=str(cell))
        case float():
            return pb.Cell(number=cell)
    return pb.Cell(text=cell)
