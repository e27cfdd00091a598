"""What admission goes by, read from settings and the files that they name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

import msgspec

from iot_gateway.admission import Limits
from iot_gateway.admission_settings import AdmissionSettings
from iot_gateway.assembly import Rules, rules_for
from iot_gateway.device_rules import rule_of
from iot_gateway.plausible import Plausible
from iot_gateway.routed import Routing
from iot_gateway.routes_settings import RoutesSettings, load_routes
from iot_gateway.units import Units
from services.registry.domain import Device
from services.telemetry.settings import QuantitySettings, load_quantities


class _Entry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One table of the file; see plausible.toml."""

    step: float | None = None
    stuck_minutes: float | None = None
    stuck_count: int = 30
    stuck_except: tuple[float, ...] = ()


class Admission:
    """Settings and files, read once; devices come from the registry."""

    def __init__(self, settings: AdmissionSettings, routes: RoutesSettings) -> None:
        units = Units()
        self._limits = limits_of(settings)
        self._routing = Routing(load_routes(routes, units), units)
        self._plausible = load_plausible(settings)
        self._quantities = load_quantities(QuantitySettings())

    @property
    def units(self) -> Units:
        """The tables that units are converted by."""
        return self._routing.units

    def rules(self, devices: Iterable[Device], horizons: Mapping[str, float]) -> Rules:
        """The rules for these devices; `horizons`: by quantity, since when readings are there."""
        known = [rule_of(device, self._plausible, self._quantities, horizons) for device in devices]
        return rules_for(known, self._limits, self._routing)


def limits_of(settings: AdmissionSettings) -> Limits:
    """Bounds for every device."""
    return Limits(
        future_tolerance_ms=int(settings.future_tolerance_s * 1000),
        floor_ms=settings.floor_ms,
        max_payload_bytes=settings.max_payload_bytes,
        max_readings=settings.max_readings,
    )


def load_plausible(settings: AdmissionSettings) -> Mapping[str, Plausible]:
    """By quantity; raises what names the fault: OSError, TOMLDecodeError, msgspec.ValidationError."""
    text = (
        Path(settings.plausible).read_text("utf-8")
        if settings.plausible
        else resources.files("iot_gateway").joinpath("plausible.toml").read_text("utf-8")
    )
    entries = msgspec.convert(tomllib.loads(text), dict[str, _Entry])
    return {quantity: _plausible(entry) for quantity, entry in entries.items()}


def _plausible(entry: _Entry) -> Plausible:
    stuck_ms = None if entry.stuck_minutes is None else int(entry.stuck_minutes * 60_000)
    return Plausible(entry.step, stuck_ms, entry.stuck_count, entry.stuck_except)
