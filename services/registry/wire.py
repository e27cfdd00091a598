"""Devices between protobuf and domain."""

from typing import cast

from ioc.registry.v1 import registry_pb2 as pb

from services.registry.domain import Channel, Device, DeviceState
from services.runtime.rpc_times import to_datetime, to_timestamp

_STATE_OF: dict[int, DeviceState] = {
    pb.DEVICE_STATE_PROVISIONED: "provisioned",
    pb.DEVICE_STATE_ACTIVE: "active",
    pb.DEVICE_STATE_RETIRED: "retired",
    pb.DEVICE_STATE_REPLACED: "replaced",
}
_NUMBER_OF = {state: cast(pb.DeviceState, number) for number, state in _STATE_OF.items()}


def to_device(message: pb.Device, index: int) -> Device:
    """A device as asked for; it may still have faults. An unknown state becomes '', which is one.

    Raises:
        InvalidRequest: a time cannot be read.
    """
    return Device(
        device=message.device,
        kind=message.kind,
        name_vi=message.name_vi,
        name_en=message.name_en,
        shard=message.shard,
        area_code=message.area_code,
        longitude=message.longitude,
        latitude=message.latitude,
        state=_STATE_OF.get(message.state, cast(DeviceState, "")),
        commissioned_at=to_datetime(message.commissioned_at, f"devices[{index}].commissioned_at"),
        reporting_interval_s=message.reporting_interval_s,
        channels=tuple(map(_to_channel, message.channels)),
    )


def from_device(device: Device) -> pb.Device:
    """The protobuf form of a device."""
    return pb.Device(
        device=device.device,
        kind=device.kind,
        name_vi=device.name_vi,
        name_en=device.name_en,
        shard=device.shard,
        area_code=device.area_code,
        longitude=device.longitude,
        latitude=device.latitude,
        state=_NUMBER_OF[device.state],
        commissioned_at=to_timestamp(device.commissioned_at),
        reporting_interval_s=device.reporting_interval_s,
        channels=map(_from_channel, device.channels),
    )


def state_number(state: DeviceState) -> pb.DeviceState:
    """The protobuf form of a state."""
    return _NUMBER_OF[state]


def _to_channel(message: pb.Channel) -> Channel:
    return Channel(
        channel=message.channel,
        quantity=message.quantity,
        unit=message.unit,
        minimum=message.minimum if message.HasField("minimum") else None,
        maximum=message.maximum if message.HasField("maximum") else None,
    )


def _from_channel(channel: Channel) -> pb.Channel:
    return pb.Channel(
        channel=channel.channel,
        quantity=channel.quantity,
        unit=channel.unit,
        minimum=channel.minimum,
        maximum=channel.maximum,
    )
