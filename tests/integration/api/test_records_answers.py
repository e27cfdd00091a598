"""What is asked of records that stand: by breakdown, by revision, and the clock of a subject."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import grpc
from ioc.records.v1 import records_pb2 as pb

from services.records.dates import VIETNAM
from services.runtime.rpc_times import to_timestamp
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata
from tests.integration.api.records_world import (
    KEY,
    counts,
    declared,
    hand_in,
    life,
    refused,
    row,
    stub,
    values,
)

__all__ = ["declared", "hand_in", "stub"]

Submit = Callable[..., pb.Batch]


def by(**wanted: str) -> list[pb.Breakdown]:
    return [pb.Breakdown(name=name, value=value) for name, value in wanted.items()]


def test_records_are_asked_for_by_breakdown_page_by_page(
    stub: Any, metadata: Metadata, hand_in: Submit
) -> None:
    channels = ["online", "desk", "online", "", "online"]
    hand_in([row(number) | {"channel": one} for number, one in enumerate(channels)], "channels")

    def dossiers(**wanted: str) -> list[str]:
        return [one["dossier"] for one in values(stub, metadata, breakdowns=by(**wanted))]

    assert dossiers(channel="online") == ["H32-0000000", "H32-0000002", "H32-0000004"]
    assert dossiers(channel="desk") == ["H32-0000001"]
    assert dossiers(channel="") == ["H32-0000003"]
    assert dossiers(channel="online", event="received") == dossiers(channel="online")
    assert dossiers(channel="online", event="resolved") == []
    first = pb.ListRecordsRequest(dataset=KEY, page_size=2, breakdowns=by(channel="online"))
    token = stub.ListRecords(first, metadata=metadata).next_page_token
    other = pb.ListRecordsRequest(dataset=KEY, page_size=2, page_token=token, breakdowns=by(channel="desk"))
    assert refused(lambda: stub.ListRecords(other, metadata=metadata))[0] is grpc.StatusCode.INVALID_ARGUMENT


def test_a_breakdown_that_is_not_the_datasets_is_named(stub: Any, metadata: Metadata) -> None:
    for wanted, field in (
        (by(channel="online", fee="50000"), "breakdowns[1].name"),
        (by(citizen="a"), "breakdowns[0].name"),
        (by(channel="by pigeon"), "breakdowns[0].value"),
        (by(channel="online") * 2, "breakdowns[1].name"),
    ):
        request = pb.ListRecordsRequest(dataset=KEY, breakdowns=wanted)
        code, detail = refused(lambda request=request: stub.ListRecords(request, metadata=metadata))
        assert code is grpc.StatusCode.INVALID_ARGUMENT
        assert field in detail


def test_pages_go_on_while_batches_go_and_their_duplicates_come_back(
    stub: Any, metadata: Metadata, hand_in: Submit
) -> None:
    rows = [row(number) for number in range(4)]
    first = hand_in(rows, "first")
    assert counts(hand_in(rows[2:], "second")) == (0, 2, 0, 0)
    page = stub.ListRecords(pb.ListRecordsRequest(dataset=KEY, page_size=3), metadata=metadata)
    assert [(one.batch, one.line) for one in page.records] == [(first.batch, line) for line in (2, 3, 4)]

    stub.WithdrawBatch(pb.WithdrawBatchRequest(batch=first.batch, reason="sai"), metadata=metadata)

    request = pb.ListRecordsRequest(dataset=KEY, page_size=3, page_token=page.next_page_token)
    (last,) = stub.ListRecords(request, metadata=metadata).records
    assert (last.batch, last.line) == (first.batch + 1, 3)
    assert [one["dossier"] for one in values(stub, metadata)] == ["H32-0000002", "H32-0000003"]


def test_the_sources_revision_decides_and_is_kept_where_a_line_is_mended(
    stub: Any, metadata: Metadata, hand_in: Submit
) -> None:
    def standing() -> tuple[int, int]:
        (one,) = stub.ListRecords(pb.ListRecordsRequest(dataset=KEY), metadata=metadata).records
        return one.revision, json.loads(one.values_json)["fee"]

    said = [
        row(1, fee=fee) | {"revision": revision} for fee, revision in (("10", "2"), ("20", ""), ("30", "1"))
    ]
    assert counts(hand_in(said, "out-of-order")) == (1, 0, 2, 0)
    assert standing() == (2, 10)
    assert counts(hand_in(said, "replayed")) == (0, 3, 0, 0)
    assert standing() == (2, 10)

    batch = hand_in([row(1, fee="nhiều") | {"revision": "3"}, row(1) | {"revision": "x"}], "to-mend")
    assert counts(batch) == (0, 0, 0, 2)
    mend = pb.Mend(line=2, cells_json='{"fee": "40"}')
    stub.MendRows(pb.MendRowsRequest(batch=batch.batch, rows=[mend]), metadata=metadata)
    assert standing() == (3, 40)


def clock_of(stub: Any, metadata: Metadata, as_of: datetime | None = None) -> pb.SubjectClock:
    request = pb.GetSubjectRequest(dataset="onestop.dossiers", life_subject="H32-0000001")
    if as_of:
        request.as_of.CopyFrom(to_timestamp(as_of))
    clock: pb.SubjectClock = stub.GetSubject(request, metadata=metadata).clock
    return clock


def test_a_subjects_clock_is_read_as_of_a_moment(
    stub: Any, metadata: Metadata, hand_in: Submit, declared: Database
) -> None:
    assert counts(hand_in(life(declared), "a-life", dataset="onestop.dossiers")) == (3, 0, 0, 0)
    started = datetime(2025, 10, 1, 8, tzinfo=VIETNAM)

    running = clock_of(stub, metadata, started + timedelta(hours=2))
    assert (running.state, running.worked_s) == (pb.CLOCK_STATE_RUNNING, 7200)
    assert (running.deadline, running.pauses) == (pb.DEADLINE_AHEAD, [])
    assert running.due_at == to_timestamp(datetime(2025, 10, 6, 17, 30, tzinfo=VIETNAM))
    assert running.as_of == to_timestamp(started + timedelta(hours=2))
    assert not running.HasField("stopped_at")

    paused = clock_of(stub, metadata, datetime(2025, 10, 4, tzinfo=VIETNAM))
    assert (paused.state, paused.worked_s, paused.deadline) == (
        pb.CLOCK_STATE_PAUSED, 9 * 3600, pb.DEADLINE_AHEAD,
    )  # fmt: skip
    assert not paused.HasField("due_at")
    assert paused.pauses[0].start == to_timestamp(datetime(2025, 10, 2, 9, tzinfo=VIETNAM))
    assert not paused.pauses[0].HasField("end")

    now = clock_of(stub, metadata)
    assert (now.state, now.deadline) == (pb.CLOCK_STATE_RUNNING, pb.DEADLINE_OVERDUE)
    assert now.due_at == to_timestamp(datetime(2025, 10, 8, 17, 30, tzinfo=VIETNAM))
    assert now.stated_due_at == to_timestamp(datetime(2025, 10, 7, 17, tzinfo=VIETNAM))
    assert (now.allowance, now.allowance_unit) == (3, "working_days")
    assert now.pauses[0].end == to_timestamp(datetime(2025, 10, 6, 14, 30, tzinfo=VIETNAM))

    before = clock_of(stub, metadata, started - timedelta(seconds=1))
    assert (before.state, before.worked_s) == (pb.CLOCK_STATE_NOT_STARTED, 0)
    assert not before.HasField("started_at")

    beyond = clock_of(stub, metadata, datetime(9999, 12, 31, tzinfo=VIETNAM))
    assert beyond.outside_calendar
    assert not beyond.HasField("worked_s")
    assert beyond.started_at == to_timestamp(started)
