"""Watching readings: nothing is skipped, nothing comes twice, and a watch can be resumed."""

from collections.abc import Iterator
from itertools import islice

import grpc
import psycopg
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from ioc.areas.v1 import areas_pb2, areas_pb2_grpc
from ioc.telemetry.v1 import telemetry_pb2 as pb
from ioc.telemetry.v1 import telemetry_pb2_grpc as pb_grpc

from services.runtime import outbox
from services.runtime.rpc_metrics import WATCHERS
from services.runtime.rpc_settings import RpcSettings
from services.telemetry import rpc_watch, wire
from services.telemetry.domain import SeriesName
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database
from tests.fixtures.waiting import eventually
from tests.integration.api.conftest import Metadata
from tests.integration.api.readings import AIR, NOISE, batch, put, put_device
from tests.integration.api.test_areas import commune, province

pytestmark = pytest.mark.both_stores

DEADLINE_S = 20


@pytest.fixture
def telemetry(channel: grpc.Channel) -> pb_grpc.TelemetryServiceStub:
    return pb_grpc.TelemetryServiceStub(channel)


def watch(
    telemetry: pb_grpc.TelemetryServiceStub,
    metadata: Metadata,
    token: str = "",
    devices: tuple[str, ...] = (),
) -> Iterator[pb.WatchReadingsResponse]:
    request = pb.WatchReadingsRequest(resume_token=token, devices=devices)
    return telemetry.WatchReadings(request, metadata=metadata, timeout=DEADLINE_S)


def values(responses: Iterator[pb.WatchReadingsResponse]) -> list[float]:
    return [value for r in responses for series in r.series for value in series.readings.value]


def test_a_watch_opens_with_a_token_then_sends_what_is_stored(
    telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, database: Database
) -> None:
    put(database, batch("before", [(AIR, 0, 1.0)]))
    responses = watch(telemetry, metadata)

    opening = next(responses)
    put(database, batch("f" * 32, [(AIR, 1, 2.0), (NOISE, 1, 60.0), (AIR, 2, 3.0)]))
    first = next(responses)

    assert (opening.position, len(opening.series)) == (1, 0)
    assert (first.position, first.trace_id) == (2, "f" * 32)
    air = next(series for series in first.series if series.series.device == "air-001")
    assert list(air.readings.value) == [2.0, 3.0]
    assert len(air.readings.observed_at_ms) == len(air.readings.received_at_ms) == 2


def test_a_resumed_watch_has_everything_once(
    telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, database: Database
) -> None:
    responses = watch(telemetry, metadata)
    token = next(responses).resume_token
    seen: list[float] = []
    for round_number in range(4):
        first = round_number * 75
        put(database, *(batch(f"t{n}", [(AIR, n, float(n))]) for n in range(first, first + 75)))
        # Every round a new client comes, is ended after 50 facts, and leaves the rest to the next one.
        responses = watch(telemetry, metadata, token)
        for response in islice(responses, 51):
            token = response.resume_token
            seen += values(iter([response]))
        responses.cancel()  # type: ignore[attr-defined]
    responses = watch(telemetry, metadata, token)
    while len(seen) < 300:
        seen += values(iter([next(responses)]))

    assert seen == [float(n) for n in range(300)]


def test_a_client_that_was_away_catches_up_and_goes_on_live(
    telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, database: Database
) -> None:
    other = watch(telemetry, metadata)  # keeps the process's reader busy at the head
    token = next(other).resume_token
    put(database, *(batch(f"t{n}", [(AIR, n, float(n))]) for n in range(250)))
    assert values(islice(other, 250)) == [float(n) for n in range(250)]

    late = watch(telemetry, metadata, token)
    assert values(islice(late, 251)) == [float(n) for n in range(250)]
    put(database, batch("live", [(AIR, 300, 300.0)]))

    assert values(islice(late, 1)) == values(islice(other, 1)) == [300.0]


def test_only_the_devices_asked_for(
    telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, database: Database
) -> None:
    responses = watch(telemetry, metadata, devices=("noise-001",))
    next(responses)
    put(database, batch("a", [(AIR, 0, 1.0)]), batch("b", [(AIR, 1, 1.0), (NOISE, 1, 60.0)]))

    assert values(islice(responses, 1)) == [60.0]


def test_by_quantity_and_series_also_of_a_device_that_comes_later(
    telemetry: pb_grpc.TelemetryServiceStub,
    metadata: Metadata,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rpc_watch, "FRESH_S", 0.0)
    put_device(database, "noise-001", "leq", "dB")
    named = pb.SeriesName(device="air-001", channel="pm25")
    by_quantity = telemetry.WatchReadings(
        pb.WatchReadingsRequest(quantities=["q"], series=[named]), metadata=metadata, timeout=DEADLINE_S
    )
    next(by_quantity)
    later = SeriesName("later-1", "leq")

    put(database, batch("a", [(AIR, 0, 1.0), (NOISE, 0, 60.0), (later, 0, 70.0)]))
    first = values(islice(by_quantity, 1))
    put_device(database, "later-1", "leq", "dB")
    put(database, batch("b", [(later, 1, 71.0), (SeriesName("air-001", "pm10"), 1, 5.0)]))

    assert sorted(first) == [1.0, 60.0]
    assert values(islice(by_quantity, 1)) == [71.0]
    with pytest.raises(grpc.RpcError) as refused:
        next(telemetry.WatchReadings(pb.WatchReadingsRequest(area_code="99"), metadata=metadata))
    assert refused.value.code() is grpc.StatusCode.NOT_FOUND


def test_by_quantity_the_first_reading_of_a_new_device_is_there(
    telemetry: pb_grpc.TelemetryServiceStub,
    metadata: Metadata,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rpc_watch, "FRESH_S", 3_600.0)
    put_device(database, "noise-001", "leq", "dB")
    request = pb.WatchReadingsRequest(quantities=["q"])
    responses = telemetry.WatchReadings(request, metadata=metadata, timeout=DEADLINE_S)
    next(responses)

    put(database, batch("a", [(NOISE, 0, 60.0)]))
    assert values(islice(responses, 1)) == [60.0]
    put_device(database, "later-1", "leq", "dB")
    put(database, batch("b", [(SeriesName("later-1", "leq"), 1, 71.0), (AIR, 1, 1.0)]))

    assert values(islice(responses, 1)) == [71.0]


def test_by_area_a_new_map_is_noticed(
    telemetry: pb_grpc.TelemetryServiceStub,
    channel: grpc.Channel,
    metadata: Metadata,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rpc_watch, "FRESH_S", 0.0)
    areas = areas_pb2_grpc.AreasServiceStub(channel)
    units = [province("56"), province("79"), commune("22333")]
    areas.PutUnits(areas_pb2.PutUnitsRequest(units=units), metadata=metadata)
    put_device(database, "air-001", "pm25", "µg/m³")
    with psycopg.connect(database.dsn("registry")) as connection:
        connection.execute("UPDATE devices SET area_code = '22333'")
    put(database, batch("before", [(AIR, 0, 1.0)]))
    request = pb.WatchReadingsRequest(area_code="79")
    responses = telemetry.WatchReadings(request, metadata=metadata, timeout=DEADLINE_S)
    next(responses)

    moved = [commune("22333", parent_code="79")]
    areas.PutUnits(areas_pb2.PutUnitsRequest(units=moved), metadata=metadata)
    put(database, batch("after", [(AIR, 1, 2.0)]))

    assert values(islice(responses, 1)) == [2.0]


@pytest.mark.parametrize("trouble", ["pruned", "another epoch", "the future"])
def test_a_token_that_the_log_cannot_serve_is_out_of_range(
    telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, database: Database, trouble: str
) -> None:
    token = next(watch(telemetry, metadata)).resume_token
    put(database, *(batch(f"t{n}", [(AIR, n, float(n))]) for n in range(3)))
    with psycopg.connect(database.dsn("telemetry")) as connection:
        if trouble == "pruned":
            connection.execute("DELETE FROM outbox WHERE position < 3")
        elif trouble == "another epoch":
            connection.execute("UPDATE outbox_head SET epoch = gen_random_uuid()")
        else:
            token = watch_to_the_end(telemetry, metadata, token)
            connection.execute("DELETE FROM outbox")
            connection.execute("UPDATE outbox_head SET assigned = 0")

    with pytest.raises(grpc.RpcError) as ended:
        list(watch(telemetry, metadata, token))

    assert ended.value.code() is grpc.StatusCode.OUT_OF_RANGE
    assert "watch without a resume token" in ended.value.details()


def watch_to_the_end(telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, token: str) -> str:
    return list(islice(watch(telemetry, metadata, token), 4))[-1].resume_token


def test_a_damaged_token_is_refused(telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        next(watch(telemetry, metadata, "not a token"))

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (RpcSettings(port=0, mailbox_facts=20, grace_s=1), "slow_client"),
        (RpcSettings(port=0, send_timeout_s=0.5, mailbox_bytes=2**30, grace_s=1), "client_stalled"),
    ],
    ids=["the mailbox overflows", "nothing is taken"],
)
def test_a_client_that_reads_too_slowly_is_ended_and_can_resume(
    database: Database, metadata: Metadata, settings: RpcSettings, reason: str
) -> None:
    with (
        serving_contexts(database, ["telemetry"], settings) as address,
        grpc.insecure_channel(address) as channel,
    ):
        telemetry = pb_grpc.TelemetryServiceStub(channel)
        responses = watch(telemetry, metadata)
        token = next(responses).resume_token
        eventually(lambda: WATCHERS.labels("telemetry")._value.get() == 1)
        put_wide_facts(database, 40)
        if reason == "client_stalled":
            eventually(lambda: WATCHERS.labels("telemetry")._value.get() == 0, because="nobody reads")
        got = 0
        with pytest.raises(grpc.RpcError) as ended:  # noqa: PT012
            for response in responses:
                token, got = response.resume_token, got + 1

        info = error_details_pb2.ErrorInfo()
        assert rpc_status.from_call(ended.value).details[0].Unpack(info)
        assert (ended.value.code(), info.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, reason)
        assert got < 40
        rest = islice(watch(telemetry, metadata, token), 41 - got)
        assert [response.position for response in rest] == list(range(got, 41))


def put_wide_facts(database: Database, count: int) -> None:
    """Facts of some 200 kB as sent: a connection takes on about 4 MB without being read."""
    body = wire.encode(
        wire.stored_fact(batch("wide", [(AIR, n, float(n)) for n in range(8000)]), range(8000))
    )
    with psycopg.connect(database.dsn("telemetry")) as connection:
        for _ in range(count):
            outbox.append(connection, "telemetry", wire.STORED, body, "t")
        outbox.assign_positions(connection, "telemetry", count)


def test_watchers_are_limited(database: Database, metadata: Metadata) -> None:
    settings = RpcSettings(port=0, max_watchers=2, grace_s=1)
    with (
        serving_contexts(database, ["telemetry"], settings) as address,
        grpc.insecure_channel(address) as channel,
    ):
        telemetry = pb_grpc.TelemetryServiceStub(channel)
        open_watches = [watch(telemetry, metadata) for _ in range(2)]
        for responses in open_watches:
            next(responses)
        with pytest.raises(grpc.RpcError) as refused:
            next(watch(telemetry, metadata))
        open_watches[0].cancel()  # type: ignore[attr-defined]

        assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        eventually(lambda: _opens(telemetry, metadata))


def _opens(telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata) -> bool:
    try:
        return bool(next(watch(telemetry, metadata)).resume_token)
    except grpc.RpcError as error:
        return error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_watch_ends_with_its_token(
    telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, database: Database
) -> None:
    responses = watch(telemetry, metadata)
    next(responses)
    with psycopg.connect(database.dsn("registry")) as connection:
        connection.execute("UPDATE registry.tokens SET revoked_at = now()")

    def refused() -> grpc.StatusCode | None:
        at = next(times)
        put(database, batch(f"{at:032x}", [(AIR, at, 2.0)]))
        try:
            next(responses)
        except grpc.RpcError as error:
            code: grpc.StatusCode = error.code()
            return code
        return None

    times = iter(range(10, 10_000))
    assert eventually(refused, timeout_s=15) is grpc.StatusCode.UNAUTHENTICATED
