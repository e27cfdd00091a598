"""Owns making the province known to the centre, any number of times, to the same end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from services.simulator.centre import Centre
from services.simulator.chosen import chosen_province
from services.simulator.domain import Device
from services.simulator.office.agencies import make_office
from services.simulator.settings import CentreSettings, ProvinceSettings

log = structlog.get_logger(__name__)

MARGIN = timedelta(hours=1)  # history starts safely after the devices came into being


class Registry(Protocol):
    """What is needed of the centre."""

    def devices(self) -> dict[str, Device]: ...
    def put_devices(self, devices: list[Device]) -> int: ...


def provision() -> None:
    """Puts the areas, agencies and devices of the settings' province; of a real one no area.

    Raises:
        NoSuchProvince: the centre's map does not have what the real province's simulation needs.
        CentreError: the API refused, or is away.
    """
    settings, centre_settings = ProvinceSettings(), CentreSettings()
    commissioned_at = datetime.now(UTC).replace(microsecond=0) - MARGIN
    commissioned_at -= timedelta(hours=settings.history_hours)
    with Centre(centre_settings.api_address, centre_settings.token) as centre:
        province = chosen_province(settings, commissioned_at, centre)
        if not settings.province:
            centre.put_areas(province.areas)
        written = put_changed(province.devices, centre)
        centre.put_agencies(make_office(province, settings.seed).agencies)
    log.info("simulator.provisioned", areas=len(province.areas), devices=written)


def put_changed(devices: tuple[Device, ...], registry: Registry) -> int:
    """Writes the devices that are new or differ; returns how many."""
    changed = changed_devices(devices, registry.devices())
    if changed:
        registry.put_devices(changed)
    return len(changed)


def changed_devices(wanted: tuple[Device, ...], known: dict[str, Device]) -> list[Device]:
    """Devices to write. What was commissioned once keeps its day, else old readings would become refused."""
    changed = []
    for device in wanted:
        before = known.get(device.device)
        if before is not None:
            first = min(before.commissioned_at, device.commissioned_at)
            device = replace(device, commissioned_at=first)
        if device != before:
            changed.append(device)
    return changed
