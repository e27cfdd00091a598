"""What the gateway knows of the registry and of retention: read when one has changed, looked at when a
stranger appears.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import structlog

from iot_gateway.admission_rules import Admission
from iot_gateway.assembly import Message
from iot_gateway.metrics import Metrics
from iot_gateway.routes_settings import RoutesSettings
from iot_gateway.settings import GatewaySettings
from services.registry import store as registry
from services.runtime.db import Connection
from services.telemetry.store_life import raw_horizons

log = structlog.get_logger(__name__)


class RegistryRules:
    """The current rules, and when to look for newer ones."""

    def __init__(self, settings: GatewaySettings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._known: tuple[str, dict[str, int]] | None = None
        self._looked_at = -math.inf
        self._admission = Admission(settings, RoutesSettings())
        self.current = self._admission.rules((), {})

    def refresh(self, conn: Connection, messages: Iterable[Message], now: float) -> None:
        """Read the registry if it is time to look and something has changed. `now`: monotonic seconds."""
        age = now - self._looked_at
        if age < self._settings.registry_unknown_s:
            return
        if age < self._settings.registry_check_s and not self._stranger_in(messages):
            return
        known = registry.devices_version(conn), raw_horizons(conn)
        if known != self._known:
            self._read(conn, known[1])
            self._known = known
        self._looked_at = now  # a look that failed was none

    def _stranger_in(self, messages: Iterable[Message]) -> bool:
        known = self.current.by_topic
        return any(message.topic not in known for message in messages)

    def _read(self, conn: Connection, horizons: dict[str, int]) -> None:
        devices = registry.devices(conn)
        self.current = self._admission.rules(devices, horizons)
        self._metrics.devices.set(len(devices))
        log.info("gateway.registry_read", devices=len(devices))
