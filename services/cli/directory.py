"""Devices as they are listed: who is there."""

from collections.abc import Iterator
from typing import Any

import grpc
from haidang_client import pages
from ioc.registry.v1 import registry_pb2

from services.cli.client import Session
from services.cli.output import Row
from services.cli.stubs import registry_stub


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
