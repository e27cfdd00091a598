"""Devices through gRPC on a real database."""

from collections.abc import Callable
from datetime import UTC, datetime

import grpc
import psycopg
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from ioc.registry.v1 import registry_pb2 as pb
from ioc.registry.v1 import registry_pb2_grpc as pb_grpc

from services.registry import store, store_tokens
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer


def device(name: str, **changes: object) -> pb.Device:
    commissioned = Timestamp()
    commissioned.FromDatetime(datetime(2025, 1, 1, tzinfo=UTC))
    fields: dict[str, object] = {
        "kind": "air",
        "name_vi": f"Trạm {name}",
        "name_en": f"Station {name}",
        "shard": "s0",
        "area_code": "22333",
        "longitude": 109.2,
        "latitude": 12.25,
        "state": pb.DEVICE_STATE_ACTIVE,
        "commissioned_at": commissioned,
        "reporting_interval_s": 60,
        "channels": [pb.Channel(channel="pm25", quantity="pm25_mass_concentration", unit="µg/m³", minimum=0)],
    }
    return pb.Device(device=name, **{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
def registry(channel: grpc.Channel) -> pb_grpc.RegistryServiceStub:
    return pb_grpc.RegistryServiceStub(channel)


def test_what_is_put_is_listed(registry: pb_grpc.RegistryServiceStub, metadata: Metadata) -> None:
    sent = [device("b-2"), device("a-1", state=pb.DEVICE_STATE_PROVISIONED, area_code="")]

    written = registry.PutDevices(pb.PutDevicesRequest(devices=sent), metadata=metadata).written
    listed = registry.ListDevices(pb.ListDevicesRequest(), metadata=metadata)

    assert written == 2
    assert list(listed.devices) == [sent[1], sent[0]]
    assert not listed.devices[0].channels[0].HasField("maximum")
    assert listed.next_page_token == ""


def test_put_replaces_the_channels_too(registry: pb_grpc.RegistryServiceStub, metadata: Metadata) -> None:
    registry.PutDevices(pb.PutDevicesRequest(devices=[device("a-1"), device("a-2")]), metadata=metadata)
    channels = [pb.Channel(channel="pm10", quantity="pm10_mass_concentration", unit="µg/m³")]
    registry.PutDevices(pb.PutDevicesRequest(devices=[device("a-1", channels=channels)]), metadata=metadata)

    first, second = registry.ListDevices(pb.ListDevicesRequest(), metadata=metadata).devices

    assert [channel.channel for channel in first.channels] == ["pm10"]
    assert [channel.channel for channel in second.channels] == ["pm25"]


def test_one_bad_device_keeps_all_out_and_is_named(
    registry: pb_grpc.RegistryServiceStub, metadata: Metadata
) -> None:
    bad = device("a-2", name_vi="Tra\u0323m", reporting_interval_s=0)

    with pytest.raises(grpc.RpcError) as refused:
        registry.PutDevices(pb.PutDevicesRequest(devices=[device("a-1"), bad]), metadata=metadata)

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    info, violations = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    details = rpc_status.from_call(refused.value).details
    assert details[0].Unpack(info)
    assert details[1].Unpack(violations)
    assert (info.reason, info.metadata["field"]) == ("not_nfc", "devices[1].name_vi")
    assert [(v.field, v.reason) for v in violations.field_violations] == [
        ("devices[1].name_vi", "not_nfc"),
        ("devices[1].reporting_interval_s", "out_of_range"),
    ]
    assert not registry.ListDevices(pb.ListDevicesRequest(), metadata=metadata).devices


def test_pages_hold_every_device_once_while_others_are_added(
    registry: pb_grpc.RegistryServiceStub, metadata: Metadata
) -> None:
    names = [f"air-{number:03d}" for number in range(7)]
    registry.PutDevices(pb.PutDevicesRequest(devices=map(device, names)), metadata=metadata)

    first = registry.ListDevices(pb.ListDevicesRequest(page_size=3), metadata=metadata)
    registry.PutDevices(pb.PutDevicesRequest(devices=[device("air-000b")]), metadata=metadata)
    seen, token = [d.device for d in first.devices], first.next_page_token
    while token:
        page = registry.ListDevices(pb.ListDevicesRequest(page_size=3, page_token=token), metadata=metadata)
        seen += [d.device for d in page.devices]
        token = page.next_page_token

    assert seen == names


def test_a_page_token_belongs_to_its_request(
    registry: pb_grpc.RegistryServiceStub, metadata: Metadata
) -> None:
    registry.PutDevices(pb.PutDevicesRequest(devices=[device("a-1"), device("a-2")]), metadata=metadata)
    token = registry.ListDevices(pb.ListDevicesRequest(page_size=1), metadata=metadata).next_page_token

    for request in (
        pb.ListDevicesRequest(page_size=1, page_token=token, kind="noise"),
        pb.ListDevicesRequest(page_size=1, page_token=token[:-3] + "AAA"),
        pb.ListDevicesRequest(page_size=1001),
    ):
        with pytest.raises(grpc.RpcError) as refused:
            registry.ListDevices(request, metadata=metadata)
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_ten_thousand_devices_in_one_call(registry: pb_grpc.RegistryServiceStub, metadata: Metadata) -> None:
    many = [device(f"d-{number:05d}") for number in range(10_000)]

    assert registry.PutDevices(pb.PutDevicesRequest(devices=many), metadata=metadata).written == 10_000
    with pytest.raises(grpc.RpcError) as refused:
        registry.PutDevices(pb.PutDevicesRequest(devices=[*many, device("one-more")]), metadata=metadata)
    assert "at most 10000" in refused.value.details()


def test_the_version_changes_with_every_change(
    registry: pb_grpc.RegistryServiceStub, metadata: Metadata, database: Database
) -> None:
    def version() -> str:
        with psycopg.connect(database.dsn("telemetry")) as connection:
            return store.devices_version(connection)

    before = version()
    registry.PutDevices(pb.PutDevicesRequest(devices=[device("a-1")]), metadata=metadata)
    after = version()
    with psycopg.connect(database.dsn("registry")) as connection:
        connection.execute("UPDATE channels SET maximum = 500")

    assert before != after != version()


def test_tokens_are_kept_as_hashes_and_can_be_ended(
    registry: pb_grpc.RegistryServiceStub, new_token: Callable[..., str], database: Database
) -> None:
    secret = new_token("registry.read", name="reader")
    registry.ListDevices(pb.ListDevicesRequest(), metadata=bearer(secret))

    with psycopg.connect(database.dsn("registry")) as connection:
        row = connection.execute("SELECT t::text FROM tokens t").fetchone()
        assert row is not None
        assert secret not in row[0]
        assert store_tokens.revoke_tokens(connection, "reader") == 1
        assert store_tokens.revoke_tokens(connection, "reader") == 0
