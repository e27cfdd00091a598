"""Owns the translation between the simulated office and the messages of the gRPC API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import grpc
from ioc.areas.v1 import organisations_pb2 as areas
from ioc.areas.v1 import organisations_pb2_grpc
from ioc.records.v1 import records_pb2 as records
from ioc.records.v1 import records_pb2_grpc

from services.simulator.office.domain import Agency

FIRST_LINE = 2  # as in a file, below its header
CHUNK_LINES = 2_000

_KINDS = {
    "department": areas.ORGANISATION_KIND_DEPARTMENT,
    "agency": areas.ORGANISATION_KIND_AGENCY,
    "authority": areas.ORGANISATION_KIND_AUTHORITY,
    "other": areas.ORGANISATION_KIND_OTHER,
}


class Batch(NamedTuple):
    """What became of a batch. `is_whole`: its end has come; `is_pending`: somebody has to approve it."""

    number: int
    key: str
    is_whole: bool
    is_pending: bool
    lines: int
    refused: int


def organisations_stub(channel: grpc.Channel) -> Any:
    return organisations_pb2_grpc.OrganisationsServiceStub(channel)


def records_stub(channel: grpc.Channel) -> Any:
    return records_pb2_grpc.RecordsServiceStub(channel)


def organisations_request(agencies: Sequence[Agency]) -> areas.ChangeOrganisationsRequest:
    return areas.ChangeOrganisationsRequest(
        organisations=[
            areas.Organisation(
                code=one.code,
                name_vi=one.name_vi,
                name_en=one.name_en,
                kind=_KINDS[one.kind],
                serves=one.serves,
                valid_from=one.since.isoformat(),
                valid_to=one.until.isoformat() if one.until else "",
            )
            for one in agencies
        ]
    )


def batches_request(dataset: str) -> records.ListBatchesRequest:
    return records.ListBatchesRequest(dataset=dataset, page_size=100)


def batches_of(response: records.ListBatchesResponse) -> list[Batch]:
    """The newest first."""
    return [to_batch(message) for message in response.batches]


def approve_request(batch: int) -> records.ApproveBatchRequest:
    return records.ApproveBatchRequest(batch=batch)


def submit_requests(
    dataset: str, key: str, lines: Sequence[Mapping[str, str]], author: str = "", document: str = ""
) -> Iterator[records.SubmitRequest]:
    """A whole stream: the header, then the lines."""
    header = records.Header(dataset=dataset, idempotency_key=key, author=author, document=document)
    yield records.SubmitRequest(header=header)
    for start in range(0, len(lines), CHUNK_LINES):
        part = lines[start : start + CHUNK_LINES]
        names = sorted({name for cells in part for name in cells})
        columns = [
            records.Column(field=name, texts=[cells.get(name, "") for cells in part]) for name in names
        ]
        numbers = range(FIRST_LINE + start, FIRST_LINE + start + len(part))
        yield records.SubmitRequest(chunk=records.Chunk(lines=numbers, columns=columns))


def to_batch(message: records.Batch) -> Batch:
    return Batch(
        message.batch,
        message.idempotency_key,
        message.HasField("completed_at"),
        message.approval == records.APPROVAL_PENDING,
        message.lines,
        message.rejected,
    )


_STAMP = "%Y%m%dT%H%M%S%z"


class Span(NamedTuple):
    """What is handed in together: what comes after `since` and not after `until`, whole seconds.

    `is_past`: the past of a source, of which nothing is told that began before it.
    """

    since: datetime
    until: datetime
    is_past: bool = False


def key_of(office: str, dataset: str, span: Span) -> str:
    """The idempotency key of a span; `office`: its name."""
    kind = "past" if span.is_past else "since"
    return f"{office}:{dataset}:{kind}:{span.since:{_STAMP}}:{span.until:{_STAMP}}"


def span_of(key: str, office: str) -> Span | None:
    """What a batch is of; None: it is not one of the office of that name."""
    owner, *rest = key.split(":")
    if owner != office or len(rest) != 4:
        return None
    _, kind, since, until = rest
    return Span(datetime.fromisoformat(since), datetime.fromisoformat(until), kind == "past")
