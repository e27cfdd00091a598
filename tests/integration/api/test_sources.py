"""Promises and pulled sources over gRPC: who is late, whom to call, and how sources do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from ioc.records.v1 import records_pb2
from ioc.records.v1 import sources_pb2 as pb
from ioc.records.v1.records_pb2_grpc import RecordsServiceStub
from ioc.records.v1.sources_pb2_grpc import SourcesServiceStub

from services.records import rpc_submit, store_sources
from services.records.pulling import OPENS_AFTER, Source
from services.runtime.db import connect
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.records_world import KEY, declared, row, submission
from tests.unit.records.declared import DOSSIERS

__all__ = ["declared"]

MONTHLY = "onestop.monthly"
HOUR = timedelta(hours=1)


@pytest.fixture
def stub(declared: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """Beside the datasets that are declared, one that each department hands in by the month."""
    text = DOSSIERS[: DOSSIERS.index("[life_cycle]")].replace('"onestop.dossiers"', f'"{MONTHLY}"')
    text = text.replace('kind = "events"', 'kind = "figures"')
    text = text.replace(
        'every = "PT1H"\nlate_after = "P1D"', 'every = "P1M"\nlate_after = "P45D"\neach = ["department"]'
    )
    (tmp_path / "datasets/monthly.toml").write_text(text, encoding="utf-8")
    with psycopg.connect(declared.dsn("areas")) as connection:
        connection.execute(
            "INSERT INTO areas.organisations (code, name_vi, kind, valid_from)"
            " VALUES ('H32.06', 'Sở Tư pháp', 'department', '2020-01-01')"
        )
        connection.execute(
            "INSERT INTO areas.answering (source, organisation, account, valid_from, position_vi, contact)"
            " VALUES (%(s)s, 'H32.05', 'an', '2020-01-01', 'Chuyên viên', '0258'),"
            " (%(s)s, 'H32.06', 'binh', '2020-01-01', 'Văn thư', ''),"
            " ('onestop.other', 'H32.06', 'chi', '2020-01-01', 'Văn thư', '')",
            {"s": MONTHLY},
        )
    return SourcesServiceStub(request.getfixturevalue("channel"))


@pytest.fixture
def hand_in(channel: grpc.Channel, metadata: Metadata, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Hands in a row, as if some time ago."""

    def submit(key: str, ago: timedelta, dataset: str = KEY, **cells: str) -> records_pb2.Batch:
        monkeypatch.setattr(rpc_submit, "_now", lambda: datetime.now(UTC) - ago)
        messages = submission([row(1) | cells], key, dataset=dataset)
        return RecordsServiceStub(channel).Submit(messages, metadata=metadata, timeout=30).batch

    return submit


def promises(stub: Any, metadata: Metadata, **wanted: Any) -> dict[tuple[str, str], Any]:
    """By dataset and organisation, page by page of two."""
    found: dict[tuple[str, str], Any] = {}
    token = ""
    while True:
        request = pb.ListPromisesRequest(page_size=2, page_token=token, **wanted)
        answer = stub.ListPromises(request, metadata=metadata, timeout=10)
        found |= {(one.dataset, one.organisation): one for one in answer.promises}
        token = answer.next_page_token
        if not token:
            return found


def test_a_promise_begins_with_what_counts_and_is_late_behind_its_due_time(
    stub: Any, hand_in: Any, metadata: Metadata, channel: grpc.Channel
) -> None:
    before = promises(stub, metadata)
    assert {one.state for one in before.values()} == {pb.PROMISE_STATE_NEVER}
    assert list(before) == sorted(before)
    assert len(before) > 50

    hand_in("first", 3 * HOUR)
    (late,) = promises(stub, metadata, state=pb.PROMISE_STATE_LATE).values()
    assert (late.dataset, late.organisation, late.title_vi) == (KEY, "", "Hồ sơ một cửa điện tử")
    assert late.due_at.seconds - late.heard_at.seconds == 3600
    assert late.overdue_s == pytest.approx(7200, abs=60)
    assert late.duty_vi == "Trung tâm Phục vụ hành chính công"

    second = hand_in("second", 0 * HOUR, fee="60.000")
    on_time = promises(stub, metadata, dataset=KEY)[KEY, ""]
    assert (on_time.state, on_time.overdue_s) == (pb.PROMISE_STATE_ON_TIME, 0)

    withdrawal = records_pb2.WithdrawBatchRequest(batch=second.batch, reason="nhầm")
    RecordsServiceStub(channel).WithdrawBatch(withdrawal, metadata=metadata)
    assert promises(stub, metadata, dataset=KEY)[KEY, ""].state == pb.PROMISE_STATE_LATE


def test_each_department_answers_for_itself_and_is_named_with_whom_to_call(
    stub: Any, hand_in: Any, metadata: Metadata, new_token: Any, channel: grpc.Channel
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=200)
    hand_in("begun", timedelta(days=200), MONTHLY, occurred_at=f"{long_ago:%d/%m/%Y %H:%M}")
    first = hand_in("now", 0 * HOUR, MONTHLY)
    hand_in("repeated", 0 * HOUR, MONTHLY)
    withdrawal = records_pb2.WithdrawBatchRequest(batch=first.batch, reason="nhầm")
    RecordsServiceStub(channel).WithdrawBatch(withdrawal, metadata=metadata)

    found = promises(stub, metadata, dataset=MONTHLY)
    assert [(code, one.state) for (_, code), one in found.items()] == [
        ("H32.05", pb.PROMISE_STATE_ON_TIME),
        ("H32.06", pb.PROMISE_STATE_LATE),
    ]
    late = found[MONTHLY, "H32.06"]
    assert late.organisation_vi == "Sở Tư pháp"
    assert not late.HasField("heard_at")
    assert [(one.account, one.position_vi, one.contact) for one in late.contacts] == [("binh", "Văn thư", "")]
    assert list(promises(stub, metadata, organisation="H32.06")) == [(MONTHLY, "H32.06")]

    without_staff = bearer(new_token("records.read", name="reader"))
    assert not promises(stub, without_staff, dataset=MONTHLY)[MONTHLY, "H32.06"].contacts


def a_source(name: str, dataset: str) -> tuple[Source, str]:
    url = "https://onestop.example:8443/events?since={cursor}"
    return Source(name=name, url=url, mapping="m.toml", next_cursor="next", first_cursor="0"), dataset


def test_sources_say_where_they_are_and_how_they_do(
    stub: Any, metadata: Metadata, declared: Database
) -> None:
    now = datetime.now(UTC)
    with connect(declared.dsn("records"), "test") as connection:
        gone = [a_source(name, KEY) for name in ("a", "b", "gone")]
        store_sources.declare(connection, gone, now)
        store_sources.declare(
            connection, [a_source("a", KEY), a_source("b", KEY), a_source("c", MONTHLY)], now
        )
        (asked,) = store_sources.claim(connection, {"a": now + HOUR}, 1, now)
        assert store_sources.claim(connection, {"a": now + HOUR}, 1, now) == []
        store_sources.succeeded(connection, asked, "7", 12, now, now + HOUR)
        store_sources.failed(connection, "b", "HTTP 503\0", OPENS_AFTER, now, now + HOUR)

    first = stub.ListSources(pb.ListSourcesRequest(page_size=2), metadata=metadata, timeout=10)
    request = pb.ListSourcesRequest(page_size=2, page_token=first.next_page_token)
    second = stub.ListSources(request, metadata=metadata, timeout=10)

    a, b, c = (*first.sources, *second.sources)
    assert not second.next_page_token
    assert (a.name, a.host, a.cursor, a.pages, a.lines) == ("a", "onestop.example:8443", "7", 1, 12)
    assert (b.breaker, b.failures, b.last_error) == (pb.BREAKER_OPEN, OPENS_AFTER, "HTTP 503\ufffd")
    assert (c.breaker, c.cursor, c.HasField("succeeded_at")) == (pb.BREAKER_CLOSED, "0", False)
    of = stub.ListSources(pb.ListSourcesRequest(dataset=MONTHLY), metadata=metadata, timeout=10).sources
    assert [one.name for one in of] == ["c"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"dataset": "no.such"}, grpc.StatusCode.NOT_FOUND),
        ({"state": 99}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"page_size": 1_001}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"page_token": "x"}, grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
def test_what_cannot_be_asked_is_refused(
    wanted: dict[str, Any], code: grpc.StatusCode, stub: Any, metadata: Metadata
) -> None:
    with pytest.raises(grpc.RpcError) as failed:
        stub.ListPromises(pb.ListPromisesRequest(**wanted), metadata=metadata, timeout=10)
    error: Any = failed.value
    assert error.code() is code
