"""Requests that mend, withdraw and decide: their limits, then the step that does it."""

from __future__ import annotations

from datetime import UTC, datetime

from ioc.records.v1 import records_pb2 as pb

from services.records import changing, store_names, store_read
from services.records.domain import RefusedLine
from services.records.rows import Row
from services.records.rpc_fields import check_text
from services.records.rpc_known import Known
from services.records.wire import to_pb_batch, to_pb_refused
from services.records.wire_chunks import kept_cells, to_cells
from services.runtime.db import Connection
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.trace import new_trace_id

MOST_MENDED = 1_000
LONGEST_REASON = 500  # characters


def mend_rows(
    connection: Connection, request: pb.MendRowsRequest, known: Known, by: str
) -> pb.MendRowsResponse:
    """Judges refused lines anew, with other cells or on another day's map."""
    given = {mend.line: mend.cells_json for mend in request.rows}
    _check_lines(request, given)
    batch = changing.locked(connection, request.batch)
    kept = store_read.refused_lines(connection, request.batch, list(given))
    now = datetime.now(UTC)
    checker = known.checker(batch.dataset, store_names.names(connection))
    fields = known.dataset(batch.dataset).columns
    rows: list[Row] = []
    still: list[RefusedLine] = []
    for line in sorted(given):
        if line not in kept:
            raise NotFound("rows", "unknown_line", f"line {line} is not refused, or was mended")
        cells = {**to_cells(kept[line].cells or "", "rows"), **to_cells(given[line], "rows")}
        judged = checker.check_row(cells, line, now)
        if isinstance(judged, Row):
            rows.append(judged)
        else:
            still.append(RefusedLine(line, judged.faults[0], kept_cells(fields, cells), judged.told))
    batch = changing.mend(connection, request.batch, rows, still, by, now, new_trace_id())
    return pb.MendRowsResponse(batch=to_pb_batch(batch), rejected=map(to_pb_refused, still))


def withdraw_batch(
    connection: Connection, request: pb.WithdrawBatchRequest, by: str
) -> pb.WithdrawBatchResponse:
    """From now on it counts no more."""
    reason = _reason(request.reason, required=True)
    batch = changing.withdraw(connection, request.batch, by, reason, datetime.now(UTC), new_trace_id())
    return pb.WithdrawBatchResponse(batch=to_pb_batch(batch))


def approve_batch(
    connection: Connection, request: pb.ApproveBatchRequest, by: str
) -> pb.ApproveBatchResponse:
    """From now on it counts, or it is refused."""
    reason = _reason(request.reason, required=request.refuse)
    now = datetime.now(UTC)
    batch = changing.decide(connection, request.batch, not request.refuse, by, reason, now, new_trace_id())
    return pb.ApproveBatchResponse(batch=to_pb_batch(batch))


def _check_lines(request: pb.MendRowsRequest, given: dict[int, str]) -> None:
    if not given:
        raise InvalidRequest([("rows", "empty", "name at least one line")])
    if len(request.rows) > MOST_MENDED:
        raise InvalidRequest([("rows", "too_many", f"at most {MOST_MENDED} a call")])
    if len(given) < len(request.rows):
        raise InvalidRequest([("rows", "repeated", "each line once")])


def _reason(text: str, required: bool) -> str:
    reason = text.strip()
    if required and not reason:
        raise InvalidRequest([("reason", "required", "say why")])
    if len(reason) > LONGEST_REASON:
        raise InvalidRequest([("reason", "too_long", f"at most {LONGEST_REASON} characters")])
    check_text("reason", reason)
    return reason
