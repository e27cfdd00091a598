"""Questions about readings through gRPC, on readings stored as the gateway stores them."""

from datetime import datetime

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.telemetry.v1 import telemetry_pb2 as pb
from ioc.telemetry.v1 import telemetry_pb2_grpc as pb_grpc

from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata
from tests.integration.api.readings import (
    AIR,
    NOISE,
    T0_MS,
    batch,
    minute,
    put,
    put_device,
    quarantined,
)

pytestmark = pytest.mark.both_stores

SERIES = pb.SeriesName(device=AIR.device, channel=AIR.channel)


def stamp(time: datetime) -> Timestamp:
    result = Timestamp()
    result.FromDatetime(time)
    return result


def range_of(first: int, last: int, **more: object) -> pb.GetRangeRequest:
    return pb.GetRangeRequest(series=SERIES, start=stamp(minute(first)), end=stamp(minute(last)), **more)  # type: ignore[arg-type]


@pytest.fixture
def telemetry(channel: grpc.Channel, database: Database) -> pb_grpc.TelemetryServiceStub:
    put_device(database, "air-001", "pm25", "µg/m³")
    put_device(database, "noise-001", "leq", "dB")
    return pb_grpc.TelemetryServiceStub(channel)


def test_latest_by_series_and_by_device(
    telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, database: Database
) -> None:
    put(database, batch("a", [(AIR, 0, 10.5), (AIR, 2, 0.0), (NOISE, 1, 61.0)]))

    unknown = pb.SeriesName(device="air-001", channel="pm10")
    one = telemetry.GetLatest(pb.GetLatestRequest(series=[SERIES, unknown]), metadata=metadata)
    both = telemetry.GetLatest(pb.GetLatestRequest(devices=["noise-001", "air-001"]), metadata=metadata)

    assert [(r.series, r.value, r.unit) for r in one.readings] == [(SERIES, 0.0, "µg/m³")]
    assert one.readings[0].observed_at == stamp(minute(2))
    assert [r.unit for r in both.readings] == ["µg/m³", "dB"]


def test_latest_by_quantity_and_of_good_quality(
    telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, database: Database
) -> None:
    stored = batch("a", [(AIR, 0, 10.5), (AIR, 2, 999.0), (NOISE, 1, 61.0)])
    stored.quality[1] = 5
    put(database, stored)
    names = pb.GetLatestRequest(quantities=["q"], devices=["air-001"])

    newest = telemetry.GetLatest(names, metadata=metadata).readings
    names.good_only = True
    good = telemetry.GetLatest(names, metadata=metadata).readings
    everything = telemetry.GetLatest(pb.GetLatestRequest(quantities=["q"]), metadata=metadata).readings

    assert [(r.value, r.quality) for r in newest] == [(999.0, 5)]
    assert [(r.value, r.quality) for r in good] == [(10.5, 0)]
    assert [r.value for r in everything] == [999.0, 61.0]
    with pytest.raises(grpc.RpcError) as refused:
        telemetry.GetLatest(pb.GetLatestRequest(area_code="99"), metadata=metadata)
    assert (refused.value.code().name, "no administrative unit '99'" in refused.value.details()) == (
        "NOT_FOUND",
        True,
    )


def test_a_range_is_packed_half_open_and_paged(
    telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, database: Database
) -> None:
    put(database, batch("a", [(AIR, number, float(number)) for number in range(10)]))

    pages, token = [], ""
    while True:
        request = range_of(1, 8, page_size=3, page_token=token)
        pages.append(telemetry.GetRange(request, metadata=metadata))
        put(
            database, batch(f"late-{len(pages)}", [(AIR, -len(pages), 0.0)])
        )  # rows added behind change nothing
        if not (token := pages[-1].next_page_token):
            break

    assert [list(page.readings.value) for page in pages] == [[1, 2, 3], [4, 5, 6], [7]]
    assert pages[0].unit == "µg/m³"
    first = pages[0].readings
    assert first.observed_at_ms[0] == T0_MS + 60_000
    assert first.received_at_ms[0] == T0_MS + 61_000
    assert (list(first.quality), list(first.revision)) == ([0, 0, 0], [0, 0, 0])


@pytest.mark.parametrize(
    ("request_", "code", "words"),
    [
        (pb.GetRangeRequest(series=SERIES), "INVALID_ARGUMENT", "send `start` (and 1 more)"),
        (range_of(5, 5), "INVALID_ARGUMENT", "must be later than"),
        (range_of(0, 9, page_size=10_001), "INVALID_ARGUMENT", "send 1 to 10000"),
        (range_of(0, 9, page_token="xyz"), "INVALID_ARGUMENT", "page_token"),
        (
            pb.GetRangeRequest(
                series=pb.SeriesName(device="air-009", channel="pm25"),
                start=stamp(minute(0)),
                end=stamp(minute(9)),
            ),
            "NOT_FOUND",
            "knows no channel 'pm25' of device 'air-009'",
        ),
        (
            pb.GetRangeRequest(series=pb.SeriesName(device="a\0", channel="x"), start=stamp(minute(0))),
            "INVALID_ARGUMENT",
            "U+0000",
        ),
        (
            pb.GetRangeRequest(series=SERIES, start=Timestamp(seconds=10**14), end=stamp(minute(0))),
            "INVALID_ARGUMENT",
            "start: not a time",
        ),
    ],
)
def test_what_a_range_refuses(
    telemetry: pb_grpc.TelemetryServiceStub,
    metadata: Metadata,
    request_: pb.GetRangeRequest,
    code: str,
    words: str,
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        telemetry.GetRange(request_, metadata=metadata)

    assert refused.value.code().name == code
    assert words in refused.value.details()


def test_latest_has_limits(telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata) -> None:
    for request, words in (
        (pb.GetLatestRequest(), "name series, or devices"),
        (pb.GetLatestRequest(devices=["d"] * 1001), "at most 1000"),
        (pb.GetLatestRequest(series=[pb.SeriesName(device="d")]), "series[0].channel"),
    ):
        with pytest.raises(grpc.RpcError) as refused:
            telemetry.GetLatest(request, metadata=metadata)
        assert words in refused.value.details()


def test_the_ledger_adds_up(
    telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, database: Database
) -> None:
    put(
        database,
        batch("a", [(AIR, 0, 1.0), (AIR, 1, 2.0)], [quarantined("time_in_future")]),
        batch("b", [(AIR, 0, 1.0), (AIR, 1, 9.0), (NOISE, 0, 60.0)]),
    )

    entries = telemetry.GetLedger(pb.GetLedgerRequest(), metadata=metadata).entries
    only = telemetry.GetLedger(pb.GetLedgerRequest(device="noise-001"), metadata=metadata).entries
    before = telemetry.GetLedger(pb.GetLedgerRequest(end=stamp(minute(-60))), metadata=metadata).entries

    air = entries[0]
    assert (air.device, air.received, air.stored, air.duplicate) == ("air-001", 5, 2, 1)
    assert (air.corrected, air.conflicting, air.quarantined, air.skipped) == (0, 1, 1, 0)
    assert [(e.device, e.received) for e in only] == [("noise-001", 1)]
    assert not before


def test_quarantine_shows_the_bytes_and_the_reason_newest_first(
    telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, database: Database
) -> None:
    put(
        database,
        batch("a", [], [quarantined("malformed_json", payload=b"\xff{" * 4000)]),
        batch("b", [], [quarantined("unknown_device", device="ghost"), quarantined("time_in_future")]),
    )

    first = telemetry.ListQuarantine(pb.ListQuarantineRequest(page_size=2), metadata=metadata)
    second = telemetry.ListQuarantine(
        pb.ListQuarantineRequest(page_size=2, page_token=first.next_page_token), metadata=metadata
    )
    ghosts = telemetry.ListQuarantine(pb.ListQuarantineRequest(device="ghost"), metadata=metadata)

    assert {item.reason for item in first.items} == {"unknown_device", "time_in_future"}
    assert (len(second.items), second.next_page_token) == (1, "")
    item = second.items[0]
    assert (item.reason, item.verdict, item.field) == ("malformed_json", "quarantined", "values.pm25")
    assert item.payload_head == (b"\xff{" * 4000)[:4096]
    assert item.payload_bytes == 8000
    assert [item.device for item in ghosts.items] == ["ghost"]


def test_revisions_name_both_values(
    telemetry: pb_grpc.TelemetryServiceStub, metadata: Metadata, database: Database
) -> None:
    put(database, batch("a", [(AIR, 0, 1.0)]), batch("b", [(AIR, 0, 2.0)]))

    (revised,) = telemetry.ListRevisions(pb.ListRevisionsRequest(), metadata=metadata).readings

    assert (revised.value, revised.standing_value, revised.verdict) == (2.0, 1.0, "conflicting")
    assert revised.series == SERIES
