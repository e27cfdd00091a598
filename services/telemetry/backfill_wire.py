"""Rows of a backfill between protobuf and domain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat

from ioc.telemetry.v1 import series_pb2 as pb

from services.runtime.rpc_errors import InvalidRequest
from services.telemetry.backfill import VALID, Block, Outcome, Row, Unreadable
from services.telemetry.domain import Verdict
from services.telemetry.rpc_checks import check_text
from services.telemetry.series_wire import series_name

MOST_ROWS = 10_000  # in one request
LONGEST_LINE = 4_096  # bytes
LARGEST_REVISION = 2**31 - 1  # the column's type
LONGEST_FLAG = 100  # characters

_VERDICTS = {
    Verdict.STORED: pb.ROW_VERDICT_STORED,
    Verdict.DUPLICATE: pb.ROW_VERDICT_DUPLICATE,
    Verdict.CORRECTED: pb.ROW_VERDICT_CORRECTED,
    Verdict.CONFLICTING: pb.ROW_VERDICT_CONFLICTING,
    Verdict.QUARANTINED: pb.ROW_VERDICT_QUARANTINED,
    Verdict.SKIPPED: pb.ROW_VERDICT_SKIPPED,
}


def to_blocks(request: pb.BackfillReadingsRequest) -> list[Block]:
    """The rows by series.

    Raises:
        InvalidRequest: arrays of different lengths, or too many rows.
    """
    count = sum(len(block.observed_at_ms) for block in request.series) + len(request.unreadable)
    if count > MOST_ROWS:
        raise InvalidRequest([("series", "too_many", f"at most {MOST_ROWS} rows a request, got {count}")])
    return [_block(message, f"series[{index}]") for index, message in enumerate(request.series)]


def to_unreadable(request: pb.BackfillReadingsRequest) -> list[Unreadable]:
    """The lines that are no rows."""
    for index, message in enumerate(request.unreadable):
        check_text(f"unreadable[{index}].device", message.device)
        if len(message.line) > LONGEST_LINE:
            detail = f"at most {LONGEST_LINE} bytes, got {len(message.line)}"
            raise InvalidRequest([(f"unreadable[{index}].line", "too_long", detail)])
    return [Unreadable(message.device, message.line) for message in request.unreadable]


def response(sequence: int, outcomes: Sequence[Outcome], trace_id: str) -> pb.BackfillReadingsResponse:
    """What became of each row."""
    return pb.BackfillReadingsResponse(
        sequence=sequence,
        verdict=[_VERDICTS[outcome.verdict] for outcome in outcomes],
        reasons=_reasons(outcomes),
        trace_id=trace_id,
    )


def _reasons(outcomes: Sequence[Outcome]) -> Iterator[pb.RowReason]:
    for row, outcome in enumerate(outcomes):
        if outcome.reason:
            yield pb.RowReason(row=row, reason=outcome.reason, detail=outcome.detail)


def _block(message: pb.BackfillSeries, path: str) -> Block:
    name, count = series_name(message.series, f"{path}.series"), len(message.observed_at_ms)
    for field, length in (
        ("value", len(message.value)),
        ("revision", len(message.revision) or count),
        ("qc", len(message.qc) or count),
    ):
        if length != count:
            detail = f"{length} elements, observed_at_ms has {count}"
            raise InvalidRequest([(f"{path}.{field}", "other_length", detail)])
    if message.revision and max(message.revision) > LARGEST_REVISION:
        raise InvalidRequest([(f"{path}.revision", "out_of_range", f"at most {LARGEST_REVISION}")])
    rows = map(
        Row,
        message.observed_at_ms,
        message.value,
        message.revision or repeat(0),
        [_flag(text, path) for text in message.qc] or repeat(VALID),
    )
    return Block(name, message.unit, list(rows))


def _flag(text: str, path: str) -> str:
    check_text(f"{path}.qc", text)
    if len(text) > LONGEST_FLAG:
        raise InvalidRequest([(f"{path}.qc", "too_long", f"at most {LONGEST_FLAG} characters")])
    return text or VALID
