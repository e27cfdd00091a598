"""The registry's devices as admission sees them. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

from iot_gateway.admission import ChannelRule, DeviceRule
from iot_gateway.plausible import Plausible
from services.registry.domain import Device
from services.telemetry.domain import SeriesName
from services.telemetry.quantities import Quantities

_ALL_KEPT = Quantities()
_NOTHING_GONE: Mapping[str, float] = {}


def rule_of(
    device: Device,
    plausible: Mapping[str, Plausible],
    quantities: Quantities = _ALL_KEPT,
    horizons: Mapping[str, float] = _NOTHING_GONE,
) -> DeviceRule:
    """The rule of one device; `plausible` is by quantity, `horizons` as of store_life.raw_horizons."""
    channels = {
        channel.channel: ChannelRule(
            SeriesName(device.device, channel.channel),
            -math.inf if channel.minimum is None else channel.minimum,
            math.inf if channel.maximum is None else channel.maximum,
            channel.unit,
            plausible.get(channel.quantity),
            quantities.of(channel.quantity).raw_kept_ms,
            max(horizons.get(name, -math.inf) for name in ("", channel.quantity)),
        )
        for channel in device.channels
    }
    commissioned_at_ms = math.ceil(device.commissioned_at.timestamp() * 1000)
    kept_ms = min((channel.kept_ms for channel in channels.values()), default=math.inf)
    horizon_ms = max((channel.horizon_ms for channel in channels.values()), default=-math.inf)
    return DeviceRule(
        device.device, device.shard, device.state, commissioned_at_ms, channels, kept_ms, horizon_ms
    )
