"""When the registry is looked at: a look that failed was none."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry

from iot_gateway import registry_rules
from iot_gateway.metrics import Metrics
from iot_gateway.registry_rules import RegistryRules
from iot_gateway.settings import GatewaySettings
from tests.unit.iot_gateway.rules import message


def test_after_a_failure_the_next_try_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise messages would be judged by rules that know nobody."""
    looks: list[str] = []

    def version(connection: object) -> str:
        looks.append("look")
        if len(looks) == 1:
            raise PermissionError("no right to read")
        return "1"

    monkeypatch.setattr(registry_rules.registry, "devices_version", version)
    monkeypatch.setattr(registry_rules.registry, "devices", lambda connection: [])
    monkeypatch.setattr(registry_rules, "raw_horizons", lambda connection: {})
    made = RegistryRules(GatewaySettings(telemetry_dsn="unused"), Metrics(CollectorRegistry()))

    with pytest.raises(PermissionError):
        made.refresh(None, [message(b"{}")], now=100.0)  # type: ignore[arg-type]
    made.refresh(None, [message(b"{}")], now=100.2)  # type: ignore[arg-type]
    assert len(looks) == 2
    made.refresh(None, [message(b"{}")], now=100.4)  # type: ignore[arg-type]
    assert len(looks) == 2, "a good look is good for a while"
