"""Devices as they are listed, and `haidang areas`: who is there, and on which map."""

from collections.abc import Iterator
from typing import Annotated, Any

import grpc
import typer
from haidang_client import pages
from ioc.areas.v1 import areas_pb2
from ioc.registry.v1 import registry_pb2

from services.cli.client import Session
from services.cli.options import AsJson, session_of
from services.cli.output import Row, show
from services.cli.stubs import areas_stub, registry_stub


def areas(
    context: typer.Context,
    on: Annotated[str, typer.Option("--on", help="The map of this day, for example 2025-06-30.")] = "",
    as_json: AsJson = False,
) -> None:
    """Administrative units as they are, or as they were on a day."""
    session = session_of(context)
    with session.channel() as channel:
        stub = areas_stub(channel)
        units = session.call(stub.ListUnits, areas_pb2.ListUnitsRequest(on_date=on)).units
    show(map(_unit_row, units), as_json=as_json, language=session.language)


def list_devices(session: Session, channel: grpc.Channel, kind: str = "") -> Iterator[Any]:
    """All devices, page by page."""
    stub = registry_stub(channel)

    def ask(token: str) -> Any:
        request = registry_pb2.ListDevicesRequest(kind=kind, page_token=token, page_size=1000)
        return session.call(stub.ListDevices, request)

    for page in pages(ask):
        yield from page.devices


def state_name(number: int) -> str:
    """A device's state as it is written here: active, retired …"""
    return registry_pb2.DeviceState.Name(number).removeprefix("DEVICE_STATE_").lower()


def device_row(device: Any) -> Row:
    """A device as a row."""
    return {
        "device": device.device,
        "kind": device.kind,
        "name_vi": device.name_vi,
        "area_code": device.area_code,
        "longitude": device.longitude,
        "latitude": device.latitude,
        "state": state_name(device.state),
        "interval_s": device.reporting_interval_s,
        "channels": [f"{c.channel} ({c.unit})" if c.unit else c.channel for c in device.channels],
    }


def _unit_row(unit: Any) -> Row:
    return {
        "code": unit.code,
        "name_vi": unit.name_vi,
        "name_en": unit.name_en,
        "level": areas_pb2.AreaLevel.Name(unit.level).removeprefix("AREA_LEVEL_").lower(),
        "parent_code": unit.parent_code,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to or None,
        "population": unit.population if unit.HasField("population") else None,
    }
