"""A file of records, as the messages of a submission: read and parsed once, before anything is sent."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import grpc
from ioc.records.v1 import records_pb2 as pb

from services.runtime.tables.domain import Batch, Cell
from services.runtime.tables.mapping import Mapping
from services.runtime.tables.reading import read_batches

ROWS_A_CHUNK = 5_000
_BEFORE = struct.Struct("<II")  # of each message: its length, and its last line


class RecordFile:
    """The messages of a file, on disk until the end of the `with`: memory holds one at a time.

    `sha256`: of them all, so of what the file says and how it is mapped. `lines`: how many there are.
    """

    def __init__(self, spool: BinaryIO, sha256: str, lines: int) -> None:
        self._spool, self.sha256, self.lines = spool, sha256, lines

    @property
    def key(self) -> str:
        """The idempotency key of those who choose none: the same content is the same batch."""
        return f"file:{self.sha256}"

    def chunks(self, after: int) -> Iterator[pb.SubmitRequest]:
        """Its lines behind one that the server has; any number of times."""
        self._spool.seek(0)
        while before := self._spool.read(_BEFORE.size):
            length, last = _BEFORE.unpack(before)
            message = self._spool.read(length)
            if last > after:
                yield pb.SubmitRequest.FromString(message)

    def __enter__(self) -> RecordFile:
        return self

    def __exit__(self, *error: object) -> None:
        self._spool.close()


def looked_through(stream: BinaryIO, mapping: Mapping) -> RecordFile:
    """A file, read to its end: what is wrong with it as a whole is said before any of it is sent.

    Raises:
        TableError: it cannot be read (on).
        OSError: there is no room for its messages.
    """
    spool = TemporaryFile()  # noqa: SIM115  # closed by RecordFile, or with the process
    digest, lines = hashlib.sha256(repr(mapping).encode()), 0
    for batch in read_batches(stream, mapping, ROWS_A_CHUNK):
        message = pb.SubmitRequest(chunk=to_chunk(batch)).SerializeToString(deterministic=True)
        last = max([*batch.lines[-1:], *(one.line for one in batch.problems[-1:])])
        digest.update(message)
        spool.write(_BEFORE.pack(len(message), last))
        spool.write(message)
        lines += len(batch.lines) + len(batch.problems)
    return RecordFile(spool, digest.hexdigest(), lines)


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
        yield from file.chunks(after)

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
