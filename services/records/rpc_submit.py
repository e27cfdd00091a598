"""A stream that hands in a batch: judged and stored a chunk at a time, each chunk once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ioc.records.v1 import records_pb2 as pb

from services.records import changing, store, store_names
from services.records.chunks import judged
from services.records.domain import Approval, Batch, Chunk, Header, RefusedLine, Verdict, late_among
from services.records.rows import Checker
from services.records.rpc_known import Known
from services.records.wire import to_pb_batch, to_pb_refused
from services.records.wire_chunks import Table, to_header, to_table
from services.runtime.db import Connection
from services.runtime.rpc_database import Database
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.trace import new_trace_id

MOST_TOLD = 1_000  # refused lines in the answer
LONGEST_KEY, LONGEST_TEXT = 200, 200  # characters
_KEY = re.compile(r"[!-~]{1,200}")
_SHA256 = re.compile(r"([0-9a-f]{64})?")


async def submit(
    database: Database, known: Known, by: str, requests: AsyncIterator[pb.SubmitRequest]
) -> pb.SubmitResponse:
    """Takes a whole stream.

    Raises:
        InvalidRequest: nothing of the chunk that is named was stored, nor will be as it stands.
        Unavailable: nothing of a chunk was stored, or it is not known; to send the stream again is harmless.
    """
    submission: Submission | None = None
    async for request in requests:
        if submission is None:
            header = await _checked(request, known)
            checker = known.checker(header.dataset, await database.statements(store_names.names))
            submission = Submission(database, known, by, header, checker)
        elif request.WhichOneof("part") != "chunk":
            raise InvalidRequest([("chunk", "required", "after the header come chunks")])
        else:
            await submission.take(request.chunk)
    if submission is None:
        raise InvalidRequest([("header", "required", "a stream begins with its header")])
    return await submission.finish()


class Submission:
    """One stream. Its batch is made with the first chunk whose columns are right, so that a bad file leaves
    nothing behind."""

    def __init__(self, database: Database, known: Known, by: str, header: Header, checker: Checker) -> None:
        self._database, self._known, self._by, self._header = database, known, by, header
        self._checker = checker
        self._columns: set[frozenset[str]] = set()  # sets of columns that were found right
        self._batch: Batch | None = None
        self._refused: list[RefusedLine] = []

    async def take(self, message: pb.Chunk) -> None:
        """Judges a chunk, and stores it unless it is only to be validated."""
        now = _now()
        # Thousands of rows take a tenth of a second, for which the event loop would answer nobody.
        chunk = await asyncio.to_thread(self._judged, message, now)
        if self._header.validate_only:
            found = await self._database.run(changing.judge, self._header.dataset, chunk)
            self._batch = _counted(self._batch or self._blank(now), chunk, found)
        else:
            batch = self._batch or await self._open(now)
            trace_id = new_trace_id()
            self._batch, chunk, _ = await self._database.run(
                changing.append, batch.batch, chunk, now, trace_id
            )
        self._refused += chunk.refused[: MOST_TOLD - len(self._refused)]

    async def finish(self) -> pb.SubmitResponse:
        """What became of all of it."""
        now = _now()
        if self._header.validate_only:
            batch = replace(self._batch or self._blank(now), completed_at=now)
        else:
            opened = self._batch or await self._open(now)
            batch = await self._database.run(changing.complete, opened.batch, now)
        return pb.SubmitResponse(batch=to_pb_batch(batch), rejected=map(to_pb_refused, self._refused))

    def _judged(self, message: pb.Chunk, now: datetime) -> Chunk:
        table = to_table(message)
        self._check_columns(table)
        fields = self._known.dataset(self._header.dataset).columns
        return judged(self._checker, fields, table, now)

    def _check_columns(self, table: Table) -> None:
        names = frozenset(table.columns)
        if names in self._columns or not table.lines:
            return
        faults = self._checker.header_faults(list(table.columns))
        if faults:
            raise InvalidRequest(
                [("chunk.columns", one.reason, f"{one.field}: {one.detail_en}") for one in faults]
            )
        self._columns.add(names)

    async def _open(self, now: datetime) -> Batch:
        needs_approval = self._known.dataset(self._header.dataset).approval
        batch = await self._database.run(_open, self._header, self._by, needs_approval, now)
        self._batch = batch
        return batch

    def _blank(self, now: datetime) -> Batch:
        said = self._header
        named = (
            said.dataset,
            self._by,
            said.idempotency_key,
            said.content_sha256,
            said.author,
            said.document,
        )
        return Batch(
            0, *named, now, None, 0, 0, 0, 0, 0, 0, Approval.NOT_NEEDED, "", None, "", None, None, ""
        )


def _now() -> datetime:
    return datetime.now(UTC)


def _open(connection: Connection, header: Header, by: str, needs_approval: bool, now: datetime) -> Batch:
    batch = store.open_batch(connection, header, by, needs_approval, now)
    if (batch.dataset, batch.content_sha256) != (header.dataset, header.content_sha256):
        detail = f"the key belongs to batch {batch.batch}, of another dataset or content"
        raise InvalidRequest([("header.idempotency_key", "idempotency_key_reused", detail)])
    return batch


def _counted(batch: Batch, chunk: Chunk, found: Sequence[Verdict]) -> Batch:
    return replace(
        batch,
        last_line=max(batch.last_line, chunk.last_line),
        stored=batch.stored + found.count(Verdict.STORED),
        duplicate=batch.duplicate + found.count(Verdict.DUPLICATE),
        corrected=batch.corrected + found.count(Verdict.CORRECTED),
        rejected=batch.rejected + len(chunk.refused),
        late=batch.late + late_among(chunk.rows, found),
    )


async def _checked(request: pb.SubmitRequest, known: Known) -> Header:
    if request.WhichOneof("part") != "header":
        raise InvalidRequest([("header", "required", "a stream begins with its header")])
    header = to_header(request.header)
    dataset = known.dataset(header.dataset)
    if not header.validate_only and not _KEY.fullmatch(header.idempotency_key):
        detail = f"1 to {LONGEST_KEY} printable ASCII characters without spaces"
        raise InvalidRequest([("header.idempotency_key", "bad_idempotency_key", detail)])
    if not _SHA256.fullmatch(header.content_sha256):
        raise InvalidRequest([("header.content_sha256", "bad_text", "64 hexadecimal digits, or nothing")])
    for field, text in (("header.author", header.author), ("header.document", header.document)):
        if len(text) > LONGEST_TEXT:
            raise InvalidRequest([(field, "too_long", f"at most {LONGEST_TEXT} characters")])
        if not text.isprintable():
            raise InvalidRequest([(field, "control_character", "remove control characters")])
        if dataset.approval and not text and not header.validate_only:
            detail = "figures that people type in come with their author and the number of their document"
            raise InvalidRequest([(field, "required", detail)])
    return header
