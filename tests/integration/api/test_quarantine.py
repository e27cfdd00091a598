"""Quarantine and the ledger by gRPC and by the command line."""

import json
from datetime import timedelta

import grpc
import psycopg
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.telemetry.v1 import telemetry_pb2 as pb
from ioc.telemetry.v1.telemetry_pb2_grpc import TelemetryServiceStub
from typer.testing import CliRunner

from services.cli.__main__ import app
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata
from tests.integration.api.readings import AIR, T0, T0_MS, batch, put, put_device, quarantined

pytestmark = pytest.mark.both_stores

DEVICE = "air-777"


def stamp(minutes: float) -> Timestamp:
    result = Timestamp()
    result.FromDatetime(T0 + timedelta(minutes=minutes))
    return result


@pytest.fixture
def stub(channel: grpc.Channel, database: Database) -> TelemetryServiceStub:
    """Three messages of an unknown device, and one that is no JSON of another."""
    payloads = [b'{"ts": %d, "values": {"pm25": %d}, "seq": %d}' % (T0_MS + n, n, n * 2) for n in range(3)]
    refusals = [quarantined("unknown_device", DEVICE, payload) for payload in payloads]
    put(database, *(batch(f"t{n}", [], [refusal]) for n, refusal in enumerate(refusals)))
    put(database, batch("bad", [(AIR, 0, 1.0)], [quarantined("malformed_json", payload=b"{")]))
    return TelemetryServiceStub(channel)


def listed(stub: TelemetryServiceStub, metadata: Metadata, **wanted: object) -> list[pb.QuarantinedItem]:
    return list(stub.ListQuarantine(pb.ListQuarantineRequest(**wanted), metadata=metadata).items)


def test_listed_by_state_verdict_and_time(stub: TelemetryServiceStub, metadata: Metadata) -> None:
    assert len(listed(stub, metadata, state="open", start=stamp(0), end=stamp(1))) == 4
    assert listed(stub, metadata, state="replayed") == []
    assert listed(stub, metadata, verdict="skipped") == []
    assert listed(stub, metadata, end=stamp(0)) == []
    with pytest.raises(grpc.RpcError, match="one of open, replayed, discarded"):
        listed(stub, metadata, state="closed")


def test_one_item_has_all_its_bytes(stub: TelemetryServiceStub, metadata: Metadata) -> None:
    (item,) = listed(stub, metadata, reason="malformed_json")
    found = stub.GetQuarantined(pb.GetQuarantinedRequest(id=item.id), metadata=metadata)
    assert (found.payload, found.item.state) == (b"{", "open")
    with pytest.raises(grpc.RpcError, match="no item 999"):
        stub.GetQuarantined(pb.GetQuarantinedRequest(id=999), metadata=metadata)


def test_replayed_page_by_page_and_the_ledger_says_so(
    stub: TelemetryServiceStub, metadata: Metadata, database: Database
) -> None:
    put_device(database, DEVICE, "pm25", "µg/m³")
    chosen, token, stored = pb.QuarantineFilter(device=DEVICE), "", []
    while True:
        request = pb.ReplayQuarantinedRequest(filter=chosen, page_size=2, page_token=token)
        answer = stub.ReplayQuarantined(request, metadata=metadata)
        stored.append(answer.stored)
        token = answer.next_page_token
        if not token:
            break
    assert stored == [2, 1]
    request = pb.GetLedgerRequest(devices=[DEVICE], start=stamp(0), end=stamp(10), with_presence=True)
    (entry,) = stub.GetLedger(request, metadata=metadata).entries
    assert (entry.received, entry.stored, entry.quarantined) == (3, 3, 0)
    seen = entry.presence
    assert (seen.expected, seen.present, seen.missing, seen.never_reached) == (10, 1, 9, 2)
    with psycopg.connect(database.dsn("telemetry")) as conn:
        states = conn.execute("SELECT DISTINCT closed_by FROM telemetry.quarantine WHERE state = 'replayed'")
        assert states.fetchall() == [("test",)]


@pytest.mark.parametrize(
    "request_",
    [
        pb.ReplayQuarantinedRequest(),
        pb.ReplayQuarantinedRequest(filter=pb.QuarantineFilter()),
        pb.ReplayQuarantinedRequest(ids=[1], filter=pb.QuarantineFilter(device="a")),
        pb.ReplayQuarantinedRequest(ids=range(1001)),
    ],
)
def test_a_replay_has_to_say_of_what(
    stub: TelemetryServiceStub, metadata: Metadata, request_: pb.ReplayQuarantinedRequest
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        stub.ReplayQuarantined(request_, metadata=metadata)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_discarding_needs_a_reason(stub: TelemetryServiceStub, metadata: Metadata) -> None:
    chosen = pb.QuarantineFilter(reason="malformed_json")
    with pytest.raises(grpc.RpcError, match="say why"):
        stub.DiscardQuarantined(pb.DiscardQuarantinedRequest(filter=chosen), metadata=metadata)
    request = pb.DiscardQuarantinedRequest(filter=chosen, reason="thử máy")
    assert len(stub.DiscardQuarantined(request, metadata=metadata).ids) == 1
    assert list(stub.DiscardQuarantined(request, metadata=metadata).ids) == []
    (item,) = listed(stub, metadata, state="discarded")
    assert (item.closed_why, item.closed_by) == ("thử máy", "test")


def test_presence_needs_devices_and_times(stub: TelemetryServiceStub, metadata: Metadata) -> None:
    with pytest.raises(grpc.RpcError, match="name devices"):
        stub.GetLedger(pb.GetLedgerRequest(with_presence=True), metadata=metadata)


def test_the_command_line(
    stub: TelemetryServiceStub, metadata: Metadata, address: str, database: Database
) -> None:
    secret = metadata[0][1].removeprefix("Bearer ")
    variables = {"HAIDANG_API_ADDRESS": address, "HAIDANG_TOKEN": secret}

    def haidang(*arguments: str) -> list[str]:
        result = CliRunner().invoke(app, ["--lang", "vi", *arguments], env=variables)
        assert result.exit_code == 0, (result.output, result.exception)
        # the server logs to the same stream here, being in the same process
        return [line for line in result.stdout.splitlines() if "rpc." not in line]

    items = [json.loads(line) for line in haidang("quarantine", "list", "--json")]
    assert len(items) == 4
    assert "chờ xử lý" in "".join(haidang("quarantine"))
    assert haidang("quarantine", "show", str(items[0]["id"]), "--raw")[0].startswith("{")
    put_device(database, DEVICE, "pm25", "µg/m³")
    replayed = haidang("quarantine", "replay", "--device", DEVICE, "--json")
    assert {json.loads(line)["outcome"] for line in replayed} == {"replayed"}
    haidang("quarantine", "discard", str(items[0]["id"]), "--why", "thử máy")
    (row,) = haidang("ledger", "-d", DEVICE, "--day", "2026-11-20", "--json")
    account = json.loads(row)
    assert (account["stored"], account["quarantined"], account["never_reached"]) == (3, 0, 2)
    assert account["missing"] == account["expected"] - 1
