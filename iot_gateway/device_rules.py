"""The registry's devices as admission sees them. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

from iot_gateway.admission import ChannelRule, DeviceRule
from iot_gateway.plausible import Plausible
from services.registry.domain import Device
from services.telemetry.domain import SeriesName


def rule_of(device: Device, plausible: Mapping[str, Plausible]) -> DeviceRule:
    """The rule of one device; `plausible` is by quantity."""
    channels = {
        channel.channel: ChannelRule(
            SeriesName(device.device, channel.channel),
            -math.inf if channel.minimum is None else channel.minimum,
            math.inf if channel.maximum is None else channel.maximum,
            channel.unit,
            plausible.get(channel.quantity),
        )
        for channel in device.channels
    }
    commissioned_at_ms = math.ceil(device.commissioned_at.timestamp() * 1000)
    return DeviceRule(device.device, device.shard, device.state, commissioned_at_ms, channels)
