"""Owns the types of the simulated province: communes, devices, channels and readings."""

from dataclasses import dataclass, field
from datetime import datetime

Point = tuple[float, float]  # longitude, latitude in WGS 84 degrees; in geometry.py kilometres east, north
Ring = tuple[Point, ...]  # closed without repeating the first point, counter-clockwise


@dataclass(frozen=True, slots=True)
class Area:
    """A province or commune with its boundary."""

    code: str
    name_vi: str
    name_en: str
    level: str  # "province" or "commune"
    parent_code: str
    population: int
    ring: Ring
    coastal: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """What a device measures: unit as sent and physical range, inclusive."""

    channel: str
    quantity: str
    unit: str
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True)
class Device:
    """A device as the registry knows it."""

    device: str
    kind: str
    name_vi: str
    name_en: str
    shard: str
    area_code: str
    longitude: float
    latitude: float
    commissioned_at: datetime
    reporting_interval_s: int
    channels: tuple[Channel, ...]


@dataclass(frozen=True, slots=True)
class Province:
    """Everything that is provisioned: the province first among its areas."""

    areas: tuple[Area, ...]
    devices: tuple[Device, ...]

    @property
    def communes(self) -> tuple[Area, ...]:
        return tuple(area for area in self.areas if area.level == "commune")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a device observed at one moment: channel to value, None where it has none."""

    observed_at_ms: int
    values: dict[str, float | None]
    qc: dict[str, str] = field(default_factory=dict)  # channel to the source's own flag, if it has one
