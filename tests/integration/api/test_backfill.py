"""Rows handed in over gRPC: admitted and classified as if the gateway had received them, and told so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import psycopg
import pytest
from ioc.telemetry.v1 import series_pb2 as pb
from ioc.telemetry.v1 import series_pb2_grpc as pb_grpc
from ioc.telemetry.v1 import telemetry_pb2

from services.telemetry import backfill, store
from services.telemetry.domain import SeriesName
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.readings import T0_MS, batch, put
from tests.integration.api.series_world import TEMP, WIND, a_device, register

pytestmark = pytest.mark.both_stores

STORED, DUPLICATE, CORRECTED, CONFLICTING, QUARANTINED, SKIPPED = range(1, 7)
Stub = pb_grpc.SeriesServiceStub


@pytest.fixture
def series(channel: grpc.Channel, database: Database) -> Stub:
    register(database, a_device("st-1"), a_device("st-2"))
    return pb_grpc.SeriesServiceStub(channel)


def rows(name: SeriesName, values: dict[int, float], **more: Any) -> pb.BackfillSeries:
    """Values by minute after T0."""
    return pb.BackfillSeries(
        series=telemetry_pb2.SeriesName(device=name.device, channel=name.channel),
        observed_at_ms=[T0_MS + minute * 60_000 for minute in values],
        value=values.values(),
        **more,
    )


def request(number: int, *series: pb.BackfillSeries, **more: Any) -> pb.BackfillReadingsRequest:
    return pb.BackfillReadingsRequest(sequence=number, series=series, **more)


def answers(
    stub: Stub, metadata: Metadata, *requests: pb.BackfillReadingsRequest
) -> list[pb.BackfillReadingsResponse]:
    return list(stub.BackfillReadings(iter(requests), metadata=metadata, timeout=20))


def test_the_api_answers_others_while_rows_are_judged(
    series: Stub, metadata: Metadata, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, answered = backfill.judge, threading.Event()

    def judge(*arguments: Any) -> backfill.Judged:
        assert answered.wait(10), "nobody was answered meanwhile"
        return real(*arguments)

    monkeypatch.setattr(backfill, "judge", judge)
    stream = series.BackfillReadings(iter([request(1, rows(TEMP, {0: 1.0}))]), metadata=metadata, timeout=20)
    refused = series.QuerySeries.future(pb.QuerySeriesRequest(), metadata=metadata)
    assert refused.exception(timeout=5).code() is grpc.StatusCode.INVALID_ARGUMENT
    answered.set()
    assert [list(one.verdict) for one in stream] == [[STORED]]


def test_every_row_has_its_verdict_and_the_ledger_says_the_same(
    series: Stub, metadata: Metadata, database: Database
) -> None:
    put(database, batch("a", [(TEMP, 0, 1.0), (TEMP, 1, 2.0)]))
    late = 10**13
    first = rows(TEMP, {0: 1.0, 1: 9.0, 2: 3.0, 3: float("nan")}, qc=["", "", "", "Suspect"])
    future = rows(TEMP, {})
    future.observed_at_ms.append(late)
    future.value.append(1.0)

    one, two = answers(
        series,
        metadata,
        request(7, first, future, rows(SeriesName("ghost", "temp"), {0: 1.0})),
        request(8, rows(TEMP, {1: 5.0}, revision=[1]), rows(WIND, {0: 36.0}, unit="km/h")),
    )

    assert (one.sequence, list(one.verdict)) == (
        7,
        [DUPLICATE, CONFLICTING, STORED, SKIPPED, QUARANTINED, QUARANTINED],
    )
    reasons = {each.row: each.reason for each in one.reasons}
    assert reasons == {3: "qc_rejected", 4: "time_in_future", 5: "unknown_device"}
    assert (two.sequence, list(two.verdict)) == (8, [CORRECTED, STORED])
    with psycopg.connect(database.dsn("telemetry")) as connection:
        ledger = {entry.device: entry for entry in store.ledger(connection)}
        values = {(r.device, r.channel): r.value for r in store.latest(connection)}
        kept = store.quarantine(connection)
        assert store.imbalance(connection, *_always()) == 0
    assert (ledger["st-1"].received, ledger["st-1"].stored, ledger["st-1"].duplicate) == (8, 3, 1)
    assert (ledger["st-1"].conflicting, ledger["st-1"].corrected) == (1, 1)
    assert (ledger["st-1"].quarantined, ledger["st-1"].skipped, ledger["ghost"].quarantined) == (1, 1, 1)
    assert values["st-2", "wind"] == 10.0
    assert {(item.device, item.reason) for item in kept} == {
        ("st-1", "qc_rejected"),
        ("st-1", "time_in_future"),
        ("ghost", "unknown_device"),
    }


def _always() -> tuple[Any, Any]:
    from datetime import UTC, datetime

    return datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def test_to_repeat_a_stream_stores_nothing_new(series: Stub, metadata: Metadata) -> None:
    said = [request(n, rows(TEMP, {m: float(m) for m in range(n * 100, n * 100 + 100)})) for n in range(5)]

    first = answers(series, metadata, *said)
    again = answers(series, metadata, *said)

    assert {verdict for response in first for verdict in response.verdict} == {STORED}
    assert {verdict for response in again for verdict in response.verdict} == {DUPLICATE}
    assert [response.sequence for response in again] == [0, 1, 2, 3, 4]
    assert len({response.trace_id for response in (*first, *again)}) == 10


def test_lines_that_are_no_rows_are_kept_with_their_bytes(
    series: Stub, metadata: Metadata, database: Database
) -> None:
    line = pb.UnreadableLine(device="st-1", line=b"2026-11-20;\xff\x00;abc")

    (response,) = answers(series, metadata, request(1, rows(TEMP, {0: 1.0}), unreadable=[line]))

    assert list(response.verdict) == [STORED, QUARANTINED]
    assert [(each.row, each.reason) for each in response.reasons] == [(1, "unreadable_line")]
    with psycopg.connect(database.dsn("telemetry")) as connection:
        (item,) = store.quarantine(connection)
    assert (item.payload, item.device) == (line.line, "st-1")


def test_a_device_that_is_registered_later_replays_what_was_handed_in(
    series: Stub, channel: grpc.Channel, metadata: Metadata, database: Database
) -> None:
    name = SeriesName("later", "pm25")
    answers(series, metadata, request(1, rows(name, {0: 5.0, 1: 6.0})))
    register(database, a_device("later"))

    from ioc.telemetry.v1 import telemetry_pb2_grpc

    stub = telemetry_pb2_grpc.TelemetryServiceStub(channel)
    done = stub.ReplayQuarantined(
        telemetry_pb2.ReplayQuarantinedRequest(filter=telemetry_pb2.QuarantineFilter(device="later")),
        metadata=metadata,
    )

    assert (done.stored, {outcome.outcome for outcome in done.outcomes}) == (2, {"replayed"})


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (request(2, rows(TEMP, {0: 1.0}, unit="kg")), "series[0].unit"),
        (request(2, rows(TEMP, {0: 1.0}, revision=[1, 2])), "series[0].revision"),
        (request(2, rows(TEMP, {0: 1.0}, revision=[2**31])), "series[0].revision"),
        (request(2, rows(SeriesName("st-1", ""), {0: 1.0})), "series[0].series.channel"),
        (request(2, rows(TEMP, dict.fromkeys(range(10001), 1.0))), "series"),
        (request(2, unreadable=[pb.UnreadableLine(line=b"x" * 4097)]), "unreadable[0].line"),
    ],
)
def test_what_is_refused_ends_the_stream_and_keeps_what_was_answered(
    series: Stub, metadata: Metadata, database: Database, bad: pb.BackfillReadingsRequest, field: str
) -> None:
    responses = series.BackfillReadings(
        iter([request(1, rows(TEMP, {0: 1.0})), bad]), metadata=metadata, timeout=20
    )
    assert list(next(responses).verdict) == [STORED]
    with pytest.raises(grpc.RpcError) as refused:
        next(responses)

    assert (refused.value.code().name, refused.value.details().split(": ")[0]) == ("INVALID_ARGUMENT", field)
    with psycopg.connect(database.dsn("telemetry")) as connection:
        assert [entry.received for entry in store.ledger(connection)] == [1]


def test_a_stream_ends_with_its_token(
    series: Stub, new_token: Callable[..., str], database: Database
) -> None:
    def requests() -> Iterator[pb.BackfillReadingsRequest]:
        yield request(1, rows(TEMP, {0: 1.0}))
        with psycopg.connect(database.dsn("registry")) as connection:
            connection.execute("UPDATE registry.tokens SET revoked_at = now()")
        for number in range(2, 1000):
            yield request(number, rows(TEMP, {number: 1.0}))
            if stop.wait(0.05):
                return

    import threading

    stop = threading.Event()
    with pytest.raises(grpc.RpcError) as ended:
        list(series.BackfillReadings(requests(), metadata=bearer(new_token("telemetry.write")), timeout=30))
    stop.set()

    assert ended.value.code() is grpc.StatusCode.UNAUTHENTICATED
