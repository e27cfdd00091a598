"""Facts in JSON; batches, refused lines, records and datasets in protobuf."""

from __future__ import annotations

from typing import cast

import msgspec
from ioc.records.v1 import records_pb2 as pb

from services.records.catalogue import Declared
from services.records.domain import Batch, Cause, RefusedLine, Touched
from services.records.fields import Field
from services.records.store_read import Refusal, Version
from services.runtime.rpc_times import to_timestamp, to_timestamp_or_none

APPENDED = "records.appended"


class Change(msgspec.Struct, frozen=True):
    """A records.appended fact: which batch, why, and what it touches. Codes and days are in order.

    `first_line`, `last_line`: the lines of the batch that it tells of; 0: all of them.
    """

    dataset: str
    batch: int
    cause: Cause
    rows: int
    areas: list[str]
    organisations: list[str]
    days: list[str]
    first_line: int = 0
    last_line: int = 0


_change_decoder = msgspec.json.Decoder(Change)


def appended(dataset: str, batch: int, cause: Cause, what: Touched) -> bytes:
    """The body of a records.appended fact."""
    lists = (list(what.areas), list(what.organisations), list(what.days))
    lines = (what.first_line, what.last_line)
    return msgspec.json.encode(Change(dataset, batch, cause, what.rows, *lists, *lines))


def to_change(body: bytes) -> Change:
    """The fact again.

    Raises:
        ValueError: it is no such fact.
    """
    return _change_decoder.decode(body)


def without(payload: str, names: frozenset[str]) -> str:
    """A payload without some of its fields; the others as they are, digit by digit."""
    if not names:
        return payload
    members = msgspec.json.decode(payload, type=dict[str, msgspec.Raw])
    return msgspec.json.encode({name: raw for name, raw in members.items() if name not in names}).decode()


def to_pb_batch(batch: Batch) -> pb.Batch:
    """The protobuf form; what is not there stays absent."""
    return pb.Batch(
        batch=batch.batch,
        dataset=batch.dataset,
        idempotency_key=batch.idempotency_key,
        submitted_by=batch.submitted_by,
        author=batch.author,
        document=batch.document,
        opened_at=to_timestamp(batch.opened_at),
        completed_at=to_timestamp_or_none(batch.completed_at),
        last_line=batch.last_line,
        lines=batch.lines,
        stored=batch.stored,
        duplicate=batch.duplicate,
        corrected=batch.corrected,
        rejected=batch.rejected,
        late=batch.late,
        approval=cast(pb.Approval, pb.Approval.Value(f"APPROVAL_{batch.approval.name}")),
        decided_by=batch.decided_by,
        decided_at=to_timestamp_or_none(batch.decided_at),
        withdrawn_at=to_timestamp_or_none(batch.counts_until),
        withdrawn_by=batch.withdrawn_by,
        reason_given=batch.reason_given,
    )


def to_pb_refused(one: RefusedLine | Refusal) -> pb.RejectedRow:
    """A line that is refused."""
    field, reason, detail_vi, detail_en = one.fault if isinstance(one, RefusedLine) else one[1:5]
    return pb.RejectedRow(
        line=one.line,
        field=field,
        reason=reason,
        detail_vi=detail_vi,
        detail_en=detail_en,
        cells_json=one.cells or "",
    )


def to_pb_record(version: Version, left_out: frozenset[str]) -> pb.Record:
    """A version without some of its fields."""
    return pb.Record(
        batch=version.batch,
        line=version.line,
        at=to_timestamp(version.at),
        recorded_at=to_timestamp(version.recorded_at),
        area_code=version.area,
        organisation=version.organisation,
        late=version.late,
        values_json=without(version.payload, left_out),
        revision=version.revision,
    )


def to_pb_change(change: Change, trace_id: str) -> pb.RecordsChange:
    """A fact as it is watched."""
    return pb.RecordsChange(
        dataset=change.dataset,
        batch=change.batch,
        cause=change.cause.value,
        rows=change.rows,
        areas=change.areas,
        organisations=change.organisations,
        days=change.days,
        trace_id=trace_id,
    )


def to_pb_dataset(declared: Declared) -> pb.Dataset:
    """A declaration, with its file."""
    dataset = declared.dataset
    return pb.Dataset(
        key=dataset.key,
        title_vi=dataset.title_vi,
        title_en=dataset.title_en,
        system_vi=dataset.system_vi,
        kind=dataset.kind,
        identity=dataset.identity,
        event_time=dataset.event_time,
        fields=map(_to_pb_field, dataset.fields),
        indicators=dataset.indicators,
        approval=dataset.approval,
        promise_every=dataset.promise.every,
        duty_vi=dataset.promise.duty_vi,
        has_life_cycle=dataset.life_cycle is not None,
        declaration=declared.text,
    )


def _to_pb_field(field: Field) -> pb.Field:
    return pb.Field(
        name=field.name,
        title_vi=field.title_vi,
        title_en=field.title_en,
        type=field.type,
        required=field.required,
        unit=field.unit or "",
        personal=field.personal or "",
        choices=[choice.code for choice in field.choices],
    )
