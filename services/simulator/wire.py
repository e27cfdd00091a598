"""Owns the translation between the simulator's types and the messages of the gRPC API."""

import json
from collections.abc import Sequence
from datetime import UTC, date
from typing import Any

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.areas.v1 import areas_pb2, areas_pb2_grpc
from ioc.registry.v1 import registry_pb2, registry_pb2_grpc
from ioc.telemetry.v1 import telemetry_pb2, telemetry_pb2_grpc

from services.simulator.accounts import Account
from services.simulator.domain import FIRST_DAY, Area, Channel, Device
from services.simulator.real_areas import Unit

# The day since which Viet Nam has two tiers; the province is told of before, too: its figures have a past.
VALID_FROM, KNOWN_FROM = "2025-07-01", FIRST_DAY.isoformat()

_LEVELS = {
    "province": areas_pb2.AREA_LEVEL_PROVINCE,
    "commune": areas_pb2.AREA_LEVEL_COMMUNE,
}


def areas_stub(channel: grpc.Channel) -> Any:
    return areas_pb2_grpc.AreasServiceStub(channel)


def registry_stub(channel: grpc.Channel) -> Any:
    return registry_pb2_grpc.RegistryServiceStub(channel)


def telemetry_stub(channel: grpc.Channel) -> Any:
    return telemetry_pb2_grpc.TelemetryServiceStub(channel)


def put_units_request(areas: Sequence[Area]) -> areas_pb2.PutUnitsRequest:
    """Each with the state before the two tiers and the one since."""
    spans = ((KNOWN_FROM, VALID_FROM), (VALID_FROM, ""))
    return areas_pb2.PutUnitsRequest(units=[_unit(area, *span) for span in spans for area in areas])


def list_units_request(page_token: str) -> areas_pb2.ListUnitsRequest:
    """Few a page: nobody bounds how fine a boundary is."""
    return areas_pb2.ListUnitsRequest(with_boundaries=True, page_size=50, page_token=page_token)


def units_of(response: areas_pb2.ListUnitsResponse) -> list[Unit]:
    levels = {number: name for name, number in _LEVELS.items()}
    return [
        Unit(
            code=unit.code,
            name_vi=unit.name_vi,
            name_en=unit.name_en,
            level=levels.get(unit.level, ""),
            parent_code=unit.parent_code,
            valid_from=date.fromisoformat(unit.valid_from),
            population=unit.population if unit.HasField("population") else None,
            boundary=json.loads(unit.boundary_geojson) if unit.boundary_geojson else None,
        )
        for unit in response.units
    ]


def put_devices_request(devices: Sequence[Device]) -> registry_pb2.PutDevicesRequest:
    return registry_pb2.PutDevicesRequest(devices=[_device(device) for device in devices])


def list_devices_request(page_token: str) -> registry_pb2.ListDevicesRequest:
    return registry_pb2.ListDevicesRequest(page_size=1_000, page_token=page_token)


def devices_of(response: registry_pb2.ListDevicesResponse) -> list[Device]:
    return [_from_device(message) for message in response.devices]


def ledger_request(device: str) -> telemetry_pb2.GetLedgerRequest:
    return telemetry_pb2.GetLedgerRequest(device=device)


def account_of(response: telemetry_pb2.GetLedgerResponse, device: str) -> Account:
    """The device's account since the beginning; all zero where it has none yet."""
    for entry in response.entries:
        if entry.device == device:
            return Account(
                received=entry.received,
                stored=entry.stored,
                duplicate=entry.duplicate,
                corrected=entry.corrected,
                conflicting=entry.conflicting,
                quarantined=entry.quarantined,
                skipped=entry.skipped,
            )
    return Account()


def _unit(area: Area, valid_from: str, valid_to: str) -> areas_pb2.Unit:
    closed = [list(point) for point in (*area.ring, area.ring[0])]
    return areas_pb2.Unit(
        code=area.code,
        name_vi=area.name_vi,
        name_en=area.name_en,
        level=_LEVELS[area.level],
        parent_code=area.parent_code,
        valid_from=valid_from,
        valid_to=valid_to,
        population=area.population,
        boundary_geojson=json.dumps({"type": "Polygon", "coordinates": [closed]}, separators=(",", ":")),
    )


def _device(device: Device) -> registry_pb2.Device:
    commissioned_at = Timestamp()
    commissioned_at.FromDatetime(device.commissioned_at)
    return registry_pb2.Device(
        device=device.device,
        kind=device.kind,
        name_vi=device.name_vi,
        name_en=device.name_en,
        shard=device.shard,
        area_code=device.area_code,
        longitude=device.longitude,
        latitude=device.latitude,
        state=registry_pb2.DEVICE_STATE_ACTIVE,
        commissioned_at=commissioned_at,
        reporting_interval_s=device.reporting_interval_s,
        channels=[
            registry_pb2.Channel(
                channel=channel.channel,
                quantity=channel.quantity,
                unit=channel.unit,
                minimum=channel.minimum,
                maximum=channel.maximum,
            )
            for channel in device.channels
        ],
    )


def _from_device(message: registry_pb2.Device) -> Device:
    return Device(
        device=message.device,
        kind=message.kind,
        name_vi=message.name_vi,
        name_en=message.name_en,
        shard=message.shard,
        area_code=message.area_code,
        longitude=message.longitude,
        latitude=message.latitude,
        commissioned_at=message.commissioned_at.ToDatetime(tzinfo=UTC),
        reporting_interval_s=message.reporting_interval_s,
        channels=tuple(
            Channel(
                channel.channel,
                channel.quantity,
                channel.unit,
                channel.minimum if channel.HasField("minimum") else None,
                channel.maximum if channel.HasField("maximum") else None,
            )
            for channel in message.channels
        ),
    )
