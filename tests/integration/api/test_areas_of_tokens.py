"""A token that is restricted to areas: what lies outside is not there, and naming it is refused."""

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import psycopg
import pytest
from ioc.areas.v1 import areas_pb2, areas_pb2_grpc
from ioc.indicators.v1 import indicators_pb2, indicators_pb2_grpc
from ioc.registry.v1 import registry_pb2, registry_pb2_grpc
from ioc.telemetry.v1 import (
    commands_pb2,
    commands_pb2_grpc,
    series_pb2,
    series_pb2_grpc,
    telemetry_pb2,
    telemetry_pb2_grpc,
)

from services.indicators.domain import SubjectKind
from services.telemetry import rpc_questions
from tests.fixtures.servers import Database
from tests.fixtures.waiting import eventually
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.readings import AIR, NOISE, batch, minute, put, put_device, quarantined
from tests.integration.api.test_areas import commune, province
from tests.integration.api.test_indicators import FIRST, publish
from tests.integration.api.test_tokens import refused

pytestmark = pytest.mark.both_stores

DENIED = ("PERMISSION_DENIED", "outside_areas", None)
ABSENT = ("NOT_FOUND", "not_here", None)


@pytest.fixture(autouse=True)
def world(channel: grpc.Channel, metadata: Metadata, database: Database) -> None:
    """air-001 stands in a commune of province 56, noise-001 in one of 79, and both have said things."""
    units = [province("56"), province("79"), commune("22333"), commune("26734", parent_code="79")]
    areas_pb2_grpc.AreasServiceStub(channel).PutUnits(
        areas_pb2.PutUnitsRequest(units=units), metadata=metadata
    )
    put_device(database, "air-001", "pm25", "µg/m³")
    put_device(database, "noise-001", "leq", "dB")
    with psycopg.connect(database.dsn("registry")) as connection:
        connection.execute("UPDATE devices SET area_code = '22333' WHERE device = 'air-001'")
        connection.execute("UPDATE devices SET area_code = '26734' WHERE device = 'noise-001'")
    put(
        database,
        batch("a", [(AIR, 0, 1.0), (NOISE, 0, 60.0)], [quarantined("time_in_future")]),
        batch("b", [(AIR, 0, 2.0), (NOISE, 0, 70.0)], [quarantined("time_in_future", "noise-001")]),
        batch("c", [], [quarantined("unknown_device", "")]),
    )


@pytest.fixture
def own(new_token: Callable[..., str]) -> Metadata:
    """Of a token that may do everything, in province 56."""
    return bearer(new_token(name="khanh-hoa", areas=["56"]))


@pytest.fixture
def telemetry(channel: grpc.Channel) -> telemetry_pb2_grpc.TelemetryServiceStub:
    return telemetry_pb2_grpc.TelemetryServiceStub(channel)


def test_readings(telemetry: telemetry_pb2_grpc.TelemetryServiceStub, own: Metadata) -> None:
    def latest(*devices: str) -> Any:
        return telemetry.GetLatest(telemetry_pb2.GetLatestRequest(devices=devices), metadata=own)

    series = telemetry_pb2.SeriesName(device="noise-001", channel="leq")

    assert [reading.series.device for reading in latest("air-001").readings] == ["air-001"]
    assert refused(lambda: latest("air-001", "noise-001")) == DENIED
    assert refused(lambda: latest("ghost")) == DENIED  # what does not exist is outside too
    by_series = telemetry_pb2.GetLatestRequest(series=[series])
    assert refused(lambda: telemetry.GetLatest(by_series, metadata=own)) == DENIED
    ranged = telemetry_pb2.GetRangeRequest(series=series)
    assert refused(lambda: telemetry.GetRange(ranged, metadata=own)) == DENIED


def test_questions_by_quantity_count_and_name_no_device_from_elsewhere(
    channel: grpc.Channel,
    telemetry: telemetry_pb2_grpc.TelemetryServiceStub,
    own: Metadata,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for device, area_code in (("air-000", "26734"), ("zone-001", "22333")):
        put_device(database, device, "pm25", "µg/m³")
        with psycopg.connect(database.dsn("registry")) as connection:
            connection.execute("UPDATE devices SET area_code = %s WHERE device = %s", (area_code, device))
    stub = series_pb2_grpc.SeriesServiceStub(channel)
    # An hour, 60 buckets, one series a page; noise-001 is in dB, so it would be an error.
    request = series_pb2.QuerySeriesRequest(
        selector=series_pb2.SeriesSelector(quantities=["q"]),
        start=minute(0),
        end=minute(60),
        resolution="1m",
        unit="mg/m³",
        page_size=60,
    )

    pages = [stub.QuerySeries(request, metadata=own)]
    while token := pages[-1].next_page_token:
        request.page_token = token
        pages.append(stub.QuerySeries(request, metadata=own))

    assert [[one.series.device for one in page.series] for page in pages] == [["air-001"], ["zone-001"]]
    assert b"air-001" in urlsafe_b64decode(pages[0].next_page_token + "==")
    monkeypatch.setattr(rpc_questions, "MOST_LATEST", 2)
    latest = telemetry.GetLatest(telemetry_pb2.GetLatestRequest(quantities=["q"]), metadata=own)
    assert [reading.series.device for reading in latest.readings] == ["air-001"]


def test_ledger_and_revisions(telemetry: telemetry_pb2_grpc.TelemetryServiceStub, own: Metadata) -> None:
    ledger = telemetry.GetLedger(telemetry_pb2.GetLedgerRequest(), metadata=own).entries
    revisions = telemetry.ListRevisions(telemetry_pb2.ListRevisionsRequest(), metadata=own).readings

    assert [entry.device for entry in ledger] == ["air-001"]
    assert [reading.series.device for reading in revisions] == ["air-001"]
    strange = telemetry_pb2.ListRevisionsRequest(device="noise-001")
    assert refused(lambda: telemetry.ListRevisions(strange, metadata=own)) == DENIED


def test_quarantine(
    telemetry: telemetry_pb2_grpc.TelemetryServiceStub, own: Metadata, metadata: Metadata
) -> None:
    everything = telemetry.ListQuarantine(telemetry_pb2.ListQuarantineRequest(), metadata=metadata).items
    ids = {item.device: item.id for item in everything}
    items = telemetry.ListQuarantine(telemetry_pb2.ListQuarantineRequest(), metadata=own).items

    def one(number: int) -> Any:
        return telemetry.GetQuarantined(telemetry_pb2.GetQuarantinedRequest(id=number), metadata=own)

    assert set(ids) == {"air-001", "noise-001", ""}
    assert [item.device for item in items] == ["air-001"]
    assert one(ids["air-001"]).item.device == "air-001"
    assert refused(lambda: one(ids["noise-001"])) == refused(lambda: one(ids[""])) == ABSENT
    assert refused(lambda: one(10**9)) == ABSENT  # told apart by nothing
    replay = telemetry_pb2.ReplayQuarantinedRequest(ids=[ids["air-001"]])
    with_all = refused(lambda: telemetry.ReplayQuarantined(replay, metadata=own))
    assert with_all == ("PERMISSION_DENIED", "not_for_areas", None)


def test_a_watch_tells_of_its_areas_only(
    telemetry: telemetry_pb2_grpc.TelemetryServiceStub, own: Metadata, database: Database
) -> None:
    request = telemetry_pb2.WatchReadingsRequest()
    responses: Iterator[Any] = telemetry.WatchReadings(request, metadata=own, timeout=20)
    assert not next(responses).series

    put(database, batch("d", [(NOISE, 1, 61.0)]))
    put(database, batch("e", [(NOISE, 2, 62.0), (AIR, 2, 3.0)]))

    seen = next(responses)
    assert [(one.series.device, list(one.readings.value)) for one in seen.series] == [("air-001", [3.0])]
    strange = telemetry_pb2.WatchReadingsRequest(devices=["noise-001"])
    assert refused(lambda: next(telemetry.WatchReadings(strange, metadata=own, timeout=20))) == DENIED


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)], ids=["everywhere first", "everywhere last"])
def test_watchers_of_different_areas_take_nothing_from_each_other(
    telemetry: telemetry_pb2_grpc.TelemetryServiceStub,
    metadata: Metadata,
    own: Metadata,
    new_token: Callable[..., str],
    database: Database,
    order: tuple[int, ...],
) -> None:
    callers = [metadata, own, bearer(new_token(name="hcm", areas=["79"]))]
    request = telemetry_pb2.WatchReadingsRequest()
    watches: dict[int, Iterator[Any]] = {}
    for number in order:
        watches[number] = telemetry.WatchReadings(request, metadata=callers[number], timeout=20)
        next(watches[number])

    put(database, batch("d", [(AIR, 1, 3.0), (NOISE, 1, 61.0)]))

    seen = [[one.series.device for one in next(watches[number]).series] for number in range(3)]
    assert seen == [["air-001", "noise-001"], ["air-001"], ["noise-001"]]


def test_a_device_that_moves_out_of_the_area_is_seen_no_more(
    telemetry: telemetry_pb2_grpc.TelemetryServiceStub, own: Metadata, database: Database
) -> None:
    def devices() -> list[str]:
        entries = telemetry.GetLedger(telemetry_pb2.GetLedgerRequest(), metadata=own).entries
        return [entry.device for entry in entries]

    assert devices() == ["air-001"]
    with psycopg.connect(database.dsn("registry")) as connection:
        connection.execute("UPDATE devices SET area_code = '26734' WHERE device = 'air-001'")
        connection.execute("UPDATE devices SET area_code = '22333' WHERE device = 'noise-001'")
    eventually(lambda: devices() == ["noise-001"], timeout_s=10)


def test_devices(channel: grpc.Channel, own: Metadata, database: Database) -> None:
    registry = registry_pb2_grpc.RegistryServiceStub(channel)
    for number in range(3):
        put_device(database, f"air-00{number}-strange", "pm25", "µg/m³")

    page = registry.ListDevices(registry_pb2.ListDevicesRequest(page_size=1), metadata=own)

    assert [device.device for device in page.devices] == ["air-001"]
    assert page.next_page_token == ""  # strangers fill no page, and no token names one
    history = registry_pb2.ListDeviceHistoryRequest(device="noise-001")
    assert refused(lambda: registry.ListDeviceHistory(history, metadata=own)) == DENIED
    put_devices = refused(lambda: registry.PutDevices(registry_pb2.PutDevicesRequest(), metadata=own))
    assert put_devices[:2] == ("PERMISSION_DENIED", "not_for_areas")


def test_indicators(channel: grpc.Channel, own: Metadata, database: Database) -> None:
    indicators = indicators_pb2_grpc.IndicatorsServiceStub(channel)

    def value(kind: SubjectKind, subject: str) -> Any:
        changes = {"subject_kind": kind, "subject": subject}
        return type(FIRST)(**{**{name: getattr(FIRST, name) for name in FIRST.__slots__}, **changes})

    publish(
        database,
        value(SubjectKind.STATION, "air-001"),
        value(SubjectKind.STATION, "noise-001"),
        value(SubjectKind.COMMUNE, "22333"),
        value(SubjectKind.COMMUNE, "26734"),
        value(SubjectKind.PROVINCE, "56"),
        value(SubjectKind.PROVINCE, "79"),
    )

    def latest(*subjects: str) -> list[str]:
        request = indicators_pb2.GetLatestValuesRequest(subjects=subjects)
        return [value.subject for value in indicators.GetLatestValues(request, metadata=own).values]

    assert latest() == ["22333", "56", "air-001"]
    assert latest("56") == ["56"]
    assert refused(lambda: latest("79")) == refused(lambda: latest("noise-001")) == DENIED


def test_commands(channel: grpc.Channel, own: Metadata, metadata: Metadata) -> None:
    commands = commands_pb2_grpc.CommandServiceStub(channel)

    def send(device: str, who: Metadata) -> str:
        request = commands_pb2.SendCommandRequest(device=device, name="restart", idempotency_key=device)
        return str(commands.SendCommand(request, metadata=who).command.id)

    strange, mine = send("noise-001", metadata), send("air-001", own)

    listed = commands.ListCommands(commands_pb2.ListCommandsRequest(), metadata=own).commands
    assert [command.id for command in listed] == [mine]
    assert refused(lambda: send("noise-001", own)) == DENIED
    get = commands_pb2.GetCommandRequest(id=strange)
    assert refused(lambda: commands.GetCommand(get, metadata=own)) == ABSENT
    watch = commands_pb2.WatchCommandRequest(id=strange)
    assert refused(lambda: next(commands.WatchCommand(watch, metadata=own, timeout=20))) == ABSENT


def test_areas_that_nobody_knows_hold_nothing(
    telemetry: telemetry_pb2_grpc.TelemetryServiceStub, new_token: Callable[..., str]
) -> None:
    nowhere = bearer(new_token(name="nowhere", areas=["99"]))

    assert not telemetry.GetLedger(telemetry_pb2.GetLedgerRequest(), metadata=nowhere).entries
    ranged = telemetry_pb2.GetRangeRequest(
        series=telemetry_pb2.SeriesName(device="air-001", channel="pm25"),
        start=minute(0),
        end=minute(9),
    )
    assert refused(lambda: telemetry.GetRange(ranged, metadata=nowhere)) == DENIED
