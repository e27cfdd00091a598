"""What the gateway knows of the registry: read when it has changed, looked at when a stranger appears."""

from __future__ import annotations

import math
from collections.abc import Iterable

import structlog

from iot_gateway.admission import ChannelRule, DeviceRule, Limits
from iot_gateway.assembly import Message, rules_for
from iot_gateway.metrics import Metrics
from iot_gateway.routed import Routing
from iot_gateway.routes_settings import RoutesSettings, load_routes
from iot_gateway.settings import GatewaySettings
from iot_gateway.units import Units
from services.registry import store as registry
from services.registry.domain import Device
from services.runtime.db import Connection
from services.telemetry.domain import SeriesName

log = structlog.get_logger(__name__)


class RegistryRules:
    """The current rules, and when to look for newer ones."""

    def __init__(self, settings: GatewaySettings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._version: str | None = None
        self._looked_at = -math.inf
        units = Units()
        self._routing = Routing(load_routes(RoutesSettings(), units), units)
        self.current = rules_for((), limits_of(settings), self._routing)

    def refresh(self, conn: Connection, messages: Iterable[Message], now: float) -> None:
        """Read the registry if it is time to look and it has changed. `now`: monotonic seconds."""
        age = now - self._looked_at
        if age < self._settings.registry_unknown_s:
            return
        if age < self._settings.registry_check_s and not self._stranger_in(messages):
            return
        self._looked_at = now
        version = registry.devices_version(conn)
        if version != self._version:
            self._read(conn)
            self._version = version

    def _stranger_in(self, messages: Iterable[Message]) -> bool:
        known = self.current.by_topic
        return any(message.topic not in known for message in messages)

    def _read(self, conn: Connection) -> None:
        rules = [rule_of(device) for device in registry.devices(conn)]
        self.current = rules_for(rules, self.current.limits, self._routing)
        self._metrics.devices.set(len(rules))
        log.info("gateway.registry_read", devices=len(rules))


def limits_of(settings: GatewaySettings) -> Limits:
    """Bounds for every device."""
    return Limits(
        future_tolerance_ms=int(settings.future_tolerance_s * 1000),
        floor_ms=settings.floor_ms,
        max_payload_bytes=settings.max_payload_bytes,
        max_readings=settings.max_readings,
    )


def rule_of(device: Device) -> DeviceRule:
    """The registry's device, as admission sees it."""
    channels = {
        channel.channel: ChannelRule(
            SeriesName(device.device, channel.channel),
            -math.inf if channel.minimum is None else channel.minimum,
            math.inf if channel.maximum is None else channel.maximum,
            channel.unit,
        )
        for channel in device.channels
    }
    commissioned_at_ms = math.ceil(device.commissioned_at.timestamp() * 1000)
    return DeviceRule(device.device, device.shard, device.state, commissioned_at_ms, channels)
