"""Records over gRPC: verdicts, what stands and stood, who may decide, watches, and what is never stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import grpc
import psycopg
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.records.v1 import records_pb2 as pb

from services.runtime import outbox
from services.runtime.db import connect
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.records_world import (
    FIGURES,
    KEY,
    counts,
    declared,
    hand_in,
    refused,
    row,
    stub,
    values,
)

__all__ = ["declared", "hand_in", "stub"]


def publish(database: Database) -> None:
    """Gives positions, as the relay does."""
    with connect(database.dsn("records"), "test") as connection:
        outbox.assign_positions(connection, "records", 1000)


def test_each_line_has_its_verdict_and_a_replay_changes_nothing(
    stub: Any, metadata: Metadata, hand_in: Callable[..., pb.Batch]
) -> None:
    rows = [row(1), row(2), row(1), row(1, fee="60.000"), row(3) | {"fee": "=1+1"}]

    batch = hand_in(rows, "one")

    assert counts(batch) == (2, 1, 1, 1)
    assert batch.lines == 5
    assert batch.late == 3
    verdicts = stub.ListVerdicts(pb.ListVerdictsRequest(batch=batch.batch), metadata=metadata)
    assert list(verdicts.lines) == [2, 3, 4, 5, 6]
    assert list(verdicts.verdicts) == [1, 1, 2, 3, 4]
    (rejected,) = stub.ListRejected(pb.ListRejectedRequest(batch=batch.batch), metadata=metadata).rows
    assert (rejected.line, rejected.field, rejected.reason) == (6, "fee", "formula_in_cell")
    assert "citizen" not in json.loads(rejected.cells_json)
    stood = values(stub, metadata)
    assert [one["fee"] for one in stood] == [60000, 50000]

    assert counts(hand_in(rows, "two")) == (0, 4, 0, 1)
    assert values(stub, metadata) == stood
    again = hand_in(rows, "one")
    assert (again.batch, counts(again)) == (batch.batch, counts(batch))


def test_another_content_needs_another_key(hand_in: Callable[..., pb.Batch]) -> None:
    hand_in([row(1)], "key", content_sha256="a" * 64)

    code, detail = refused(lambda: hand_in([row(2)], "key", content_sha256="b" * 64))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert "key" in detail
    code, _ = refused(lambda: hand_in([row(1), row(2)], "key", content_sha256="a" * 64))
    assert code is grpc.StatusCode.INVALID_ARGUMENT


def test_what_is_only_validated_is_not_stored(
    stub: Any, metadata: Metadata, hand_in: Callable[..., pb.Batch]
) -> None:
    rows = [row(1), row(1), row(2) | {"event": "nonsense"}]
    batch = hand_in(rows, "", validate_only=True)

    assert (batch.batch, counts(batch)) == (0, (1, 1, 0, 1))
    assert not stub.ListBatches(pb.ListBatchesRequest(), metadata=metadata).batches
    assert values(stub, metadata) == []


def test_wrong_columns_leave_nothing_behind(
    stub: Any, metadata: Metadata, hand_in: Callable[..., pb.Batch]
) -> None:
    without_event = {name: cell for name, cell in row(1).items() if name != "event"}
    for rows in ([without_event], [row(1) | {"shoe_size": "44"}]):
        code, _ = refused(lambda rows=rows: hand_in(rows, "bad"))
        assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert not stub.ListBatches(pb.ListBatchesRequest(), metadata=metadata).batches


def test_a_batch_is_withdrawn_as_a_whole_and_what_was_known_stays_known(
    stub: Any, metadata: Metadata, hand_in: Callable[..., pb.Batch]
) -> None:
    hand_in([row(1), row(2)], "first")
    second = hand_in([row(1, fee="70.000"), row(3)], "second")
    before = Timestamp()
    before.GetCurrentTime()
    assert [one["fee"] for one in values(stub, metadata)] == [70000, 50000, 50000]

    request = pb.WithdrawBatchRequest(batch=second.batch, reason="nhập nhầm kỳ")
    batch = stub.WithdrawBatch(request, metadata=metadata).batch

    assert batch.HasField("withdrawn_at")
    assert [one["fee"] for one in values(stub, metadata)] == [50000, 50000]
    assert [one["fee"] for one in values(stub, metadata, known_at=before)] == [70000, 50000, 50000]
    assert counts(hand_in([row(1, fee="70.000"), row(3)], "third")) == (1, 0, 1, 0)
    assert len(values(stub, metadata)) == 3


def test_typed_in_figures_count_once_a_second_person_approves(
    stub: Any, metadata: Metadata, hand_in: Callable[..., pb.Batch], new_token: Callable[..., str]
) -> None:
    second = bearer(new_token("records.approve", name="second"))
    code, _ = refused(lambda: hand_in([row(1)], "no-author", dataset=FIGURES))
    assert code is grpc.StatusCode.INVALID_ARGUMENT
    said = {"author": "Nguyễn Văn An", "document": "12/BC-SNV", "dataset": FIGURES}
    batch = hand_in([row(1)], "typed", **said)
    assert batch.approval == pb.APPROVAL_PENDING
    assert values(stub, metadata, FIGURES) == []

    request = pb.ApproveBatchRequest(batch=batch.batch)
    code, _ = refused(lambda: stub.ApproveBatch(request, metadata=metadata))
    assert code is grpc.StatusCode.PERMISSION_DENIED
    assert values(stub, metadata, FIGURES) == []

    approved = stub.ApproveBatch(request, metadata=second).batch
    assert (approved.approval, approved.decided_by) == (pb.APPROVAL_APPROVED, "second")
    assert len(values(stub, metadata, FIGURES)) == 1
    long_before = approved.opened_at
    assert values(stub, metadata, FIGURES, known_at=long_before) == []

    other = hand_in([row(2)], "refused", **said)
    refuse = pb.ApproveBatchRequest(batch=other.batch, refuse=True, reason="sai kỳ")
    assert stub.ApproveBatch(refuse, metadata=second).batch.approval == pb.APPROVAL_REFUSED
    assert len(values(stub, metadata, FIGURES)) == 1
    assert counts(hand_in([row(2)], "once-more", **said)) == (1, 0, 0, 0)


def test_rejected_rows_are_mended_and_replayed(
    stub: Any, metadata: Metadata, hand_in: Callable[..., pb.Batch], declared: Database
) -> None:
    batch = hand_in([row(1) | {"fee": "nhiều"}, row(2) | {"filed_at": "22367"}, row(3)], "mend")
    assert counts(batch) == (1, 0, 0, 2)
    with psycopg.connect(declared.dsn("areas")) as connection:
        connection.execute(
            "INSERT INTO areas.units (code, name_vi, name_en, level, parent_code, valid_from)"
            " VALUES ('22367', 'Bắc Nha Trang', '', 'commune', '56', '2020-01-01')"
        )
    mends = [pb.Mend(line=2, cells_json='{"fee": "nhiều lắm"}'), pb.Mend(line=3)]
    answer = stub.MendRows(pb.MendRowsRequest(batch=batch.batch, rows=mends), metadata=metadata)
    assert counts(answer.batch) == (2, 0, 0, 1)
    assert [one.line for one in answer.rejected] == [2]

    mends = [pb.Mend(line=2, cells_json='{"fee": "40.000"}')]
    answer = stub.MendRows(pb.MendRowsRequest(batch=batch.batch, rows=mends), metadata=metadata)
    assert counts(answer.batch) == (3, 0, 0, 0)
    assert not stub.ListRejected(pb.ListRejectedRequest(batch=batch.batch), metadata=metadata).rows
    verdicts = stub.ListVerdicts(pb.ListVerdictsRequest(batch=batch.batch), metadata=metadata)
    assert list(verdicts.verdicts) == [1, 1, 1]
    assert sorted(one["fee"] for one in values(stub, metadata)) == [40000, 50000, 50000]


def test_pseudonyms_are_for_those_who_may_see_them(
    stub: Any, metadata: Metadata, hand_in: Callable[..., pb.Batch], new_token: Callable[..., str]
) -> None:
    hand_in([row(1) | {"applicant": "Nguyễn Văn A"}], "people")

    (all_of_it,) = values(stub, metadata)
    (without,) = values(stub, bearer(new_token("records.read", name="reader")))
    assert len(all_of_it.pop("citizen")) == 32
    assert all_of_it == without
    assert "056" not in json.dumps(without)
    assert "Nguyễn" not in json.dumps(without)


def test_a_subject_is_where_its_events_say(
    stub: Any, metadata: Metadata, hand_in: Callable[..., pb.Batch]
) -> None:
    hand_in([row(1, "resolved", minutes=60), row(1, "received"), row(2, "resumed")], "lives")

    life = stub.GetSubject(pb.GetSubjectRequest(dataset=KEY, life_subject="H32-0000001"), metadata=metadata)
    assert (life.state, life.ended, life.incomplete) == ("resolved", True, False)
    other = stub.GetSubject(pb.GetSubjectRequest(dataset=KEY, life_subject="H32-0000002"), metadata=metadata)
    assert (other.state, other.incomplete) == ("resumed", True)


def test_a_watch_has_every_change_and_resumes(
    stub: Any, metadata: Metadata, hand_in: Callable[..., pb.Batch], declared: Database
) -> None:
    stream = stub.WatchRecords(pb.WatchRecordsRequest(), metadata=metadata, timeout=20)
    opening = next(stream)
    assert not opening.HasField("change")
    batch = hand_in([row(1), row(2)], "watched")
    publish(declared)
    seen = next(stream)
    assert (seen.change.batch, seen.change.cause, seen.change.rows) == (batch.batch, "appended", 2)
    assert list(seen.change.areas) == ["22366"]
    assert list(seen.change.organisations) == ["H32.05"]
    assert len(seen.change.days) == 1
    stream.cancel()

    stub.WithdrawBatch(pb.WithdrawBatchRequest(batch=batch.batch, reason="sai"), metadata=metadata)
    publish(declared)
    resumed = stub.WatchRecords(
        pb.WatchRecordsRequest(resume_token=seen.resume_token), metadata=metadata, timeout=20
    )
    changes = [one.change.cause for _, one in zip(range(2), resumed, strict=False)]
    assert changes == ["", "withdrawn"]


def test_a_token_of_areas_sees_their_records_only(
    stub: Any, hand_in: Callable[..., pb.Batch], new_token: Callable[..., str], declared: Database
) -> None:
    with psycopg.connect(declared.dsn("areas")) as connection:
        connection.execute(
            "INSERT INTO areas.units (code, name_vi, name_en, level, parent_code, valid_from)"
            " VALUES ('22400', 'Cam Ranh', '', 'commune', '56', '2020-01-01')"
        )
    hand_in([row(1), row(2) | {"filed_at": "22400"}, row(3) | {"filed_at": ""}], "areas")

    within = bearer(new_token("records.read", name="commune", areas=["22400"]))
    assert [one["dossier"] for one in values(stub, within)] == ["H32-0000002"]
