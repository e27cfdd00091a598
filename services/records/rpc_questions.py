"""What gRPC requests ask of the records: their limits, then the store, then the answer."""

from __future__ import annotations

from collections.abc import Collection

from ioc.records.v1 import records_pb2 as pb

from services.records import store, store_read
from services.records.datasets import Dataset
from services.records.domain import LATE, Approval
from services.records.rpc_fields import breakdowns, check_text, moment
from services.records.rpc_known import Known, pseudonymous
from services.records.wire import (
    Change,
    to_pb_batch,
    to_pb_change,
    to_pb_dataset,
    to_pb_record,
    to_pb_refused,
)
from services.runtime.db import Connection
from services.runtime.mailbox import Entry
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.rpc_times import from_microseconds, to_microseconds

DEFAULT_PAGE, LARGEST_PAGE = 100, 1_000
LARGEST_BATCH = 2**63 - 1
PERSONAL = "records.personal"  # the scope that shows pseudonyms


def list_datasets(known: Known, request: pb.ListDatasetsRequest) -> pb.ListDatasetsResponse:
    """All declarations, or one."""
    if request.key:
        known.dataset(request.key)
        return pb.ListDatasetsResponse(datasets=[to_pb_dataset(known.declared[request.key])])
    return pb.ListDatasetsResponse(datasets=map(to_pb_dataset, known.declared.values()))


def get_batch(connection: Connection, request: pb.GetBatchRequest, by: str) -> pb.GetBatchResponse:
    """By number, or by the key of the caller's own."""
    check_text("idempotency_key", request.idempotency_key)
    if request.batch:
        batch = store.batch_by_number(connection, request.batch)
    else:
        batch = store.batch_by_key(connection, by, request.idempotency_key)
    if batch is None:
        raise NotFound("batch", "unknown_batch", "there is no such batch")
    return pb.GetBatchResponse(batch=to_pb_batch(batch))


def list_batches(connection: Connection, request: pb.ListBatchesRequest) -> pb.ListBatchesResponse:
    """One page, the newest first."""
    check_text("dataset", request.dataset)
    approval = ""
    if request.approval:
        name = pb.Approval.Name(request.approval) if request.approval in pb.Approval.values() else ""
        if not name:
            raise InvalidRequest([("approval", "unknown", "not one of the words")])
        approval = Approval[name.removeprefix("APPROVAL_")].value
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    query = ("ListBatches", request.dataset, approval)
    key = unseal(request.page_token, query, (int,))
    before = int(key[0]) if key else LARGEST_BATCH
    batches = store.batches_before(connection, request.dataset, approval, before, size + 1)
    more = len(batches) > size
    return pb.ListBatchesResponse(
        batches=map(to_pb_batch, batches[:size]),
        next_page_token=seal(query, [batches[size - 1].batch]) if more else "",
    )


def list_verdicts(connection: Connection, request: pb.ListVerdictsRequest) -> pb.ListVerdictsResponse:
    """One page: the lines of one chunk, as it came."""
    _require_batch(connection, request.batch)
    query = ("ListVerdicts", request.batch)
    key = unseal(request.page_token, query, (int,))
    found = store_read.verdicts_after(connection, request.batch, int(key[0]) if key else 0)
    if found is None:
        return pb.ListVerdictsResponse()
    lines, said = found
    mended = store_read.mended_verdicts(connection, request.batch, lines[0], lines[-1])
    bytes_ = [mended.get(line, byte) for line, byte in zip(lines, said, strict=True)]
    return pb.ListVerdictsResponse(
        lines=lines,
        verdicts=[byte % LATE for byte in bytes_],  # type: ignore[misc]  # the numbers are the same
        late=[byte >= LATE for byte in bytes_],
        next_page_token=seal(query, [lines[-1]]),
    )


def list_rejected(connection: Connection, request: pb.ListRejectedRequest) -> pb.ListRejectedResponse:
    """One page of lines that are refused and not mended."""
    _require_batch(connection, request.batch)
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    query = ("ListRejected", request.batch)
    key = unseal(request.page_token, query, (int,))
    rows = store_read.refused_after(connection, request.batch, int(key[0]) if key else 0, size + 1)
    more = len(rows) > size
    return pb.ListRejectedResponse(
        rows=map(to_pb_refused, rows[:size]),
        next_page_token=seal(query, [rows[size - 1].line]) if more else "",
    )


def list_records(
    connection: Connection, request: pb.ListRecordsRequest, known: Known, scopes: Collection[str]
) -> pb.ListRecordsResponse:
    """One page of the records that stand, or stood."""
    dataset = known.dataset(request.dataset)
    wanted = _wanted(request, dataset)
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    key = unseal(request.page_token, wanted, (int, int, int))
    after = (from_microseconds(int(key[0]), "page_token"), int(key[1]), int(key[2])) if key else None
    versions = store_read.records(connection, wanted, after, size + 1)
    left_out = frozenset() if PERSONAL in scopes else pseudonymous(dataset)
    last = versions[size - 1] if len(versions) > size else None
    return pb.ListRecordsResponse(
        records=[to_pb_record(version, left_out) for version in versions[:size]],
        next_page_token=seal(wanted, [to_microseconds(last.at), *last.kept]) if last else "",
    )


def watch_response(entry: Entry[Change], datasets: Collection[str]) -> pb.WatchRecordsResponse:
    """A fact as watched; empty `datasets` means all."""
    change = entry.body
    wanted = change is not None and (not datasets or change.dataset in datasets)
    return pb.WatchRecordsResponse(
        resume_token=entry.resume_token,
        position=entry.position.position,
        change=to_pb_change(change, entry.trace_id) if change is not None and wanted else None,
    )


def _wanted(request: pb.ListRecordsRequest, dataset: Dataset) -> store_read.Wanted:
    check_text("area_code", request.area_code)
    check_text("organisation", request.organisation)
    return store_read.Wanted(
        request.dataset,
        moment(request, "start", request.start),
        moment(request, "end", request.end),
        request.area_code,
        request.organisation,
        moment(request, "known_at", request.known_at),
        breakdowns(dataset, request.breakdowns),
    )


def _require_batch(connection: Connection, number: int) -> None:
    if store.batch_by_number(connection, number) is None:
        raise NotFound("batch", "unknown_batch", f"there is no batch {number}")
