"""Owns which province is simulated: the generated one, or a real one as the centre's map has it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from services.simulator.devices import place_devices
from services.simulator.domain import Province
from services.simulator.province import build_province
from services.simulator.real_areas import Unit, real_areas
from services.simulator.settings import ProvinceSettings


class Map(Protocol):
    """What is needed of the centre."""

    def units(self) -> list[Unit]: ...


def chosen_province(settings: ProvinceSettings, commissioned_at: datetime, centre: Map) -> Province:
    """The province of the settings; the same for the same settings and map.

    Raises:
        NoSuchProvince: the centre does not know the real province, its communes or any boundary.
        CentreError: the API refused, or is away.
    """
    if not settings.province:
        return build_province(settings.seed, commissioned_at, settings.interval_scale)
    areas, since = real_areas(centre.units(), settings.province, settings.seed)
    devices = place_devices(areas[0], areas[1:], settings.seed, commissioned_at, settings.interval_scale)
    return Province(areas, devices, since)
