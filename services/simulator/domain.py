"""Owns the types of the simulated province: communes, devices, channels and readings."""

from dataclasses import dataclass, field
from datetime import date, datetime

Point = tuple[float, float]  # longitude, latitude in WGS 84 degrees; in geometry.py kilometres east, north
Ring = tuple[Point, ...]  # closed without repeating the first point, counter-clockwise

FIRST_DAY = date(2023, 1, 1)  # since when the generated province and its agencies are known
TOWN = 8  # so many communes, the first of a province, are its town


KINDS_OF_UNITS = ("Phường", "Xã", "Đặc khu", "Tỉnh", "Thành phố")


@dataclass(frozen=True, slots=True)
class Area:
    """A province or commune with its boundary: of several pieces the largest. No ring: nobody knows it."""

    code: str
    name_vi: str
    name_en: str
    level: str  # "province" or "commune"
    parent_code: str
    population: int
    ring: Ring
    coastal: bool = False
    holes: tuple[Ring, ...] = ()  # what lies inside and is another's
    island: bool = False  # far from all others: nothing stands there but what looks at the sea

    @property
    def bare(self) -> str:
        """The Vietnamese name without the word for what it is."""
        kind = next((one for one in KINDS_OF_UNITS if self.name_vi.startswith(f"{one} ")), "")
        return self.name_vi.removeprefix(kind).strip()


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
    """A province first among its areas, its communes from the town outwards, and what stands in them."""

    areas: tuple[Area, ...]
    devices: tuple[Device, ...]
    since: date = FIRST_DAY  # from when on its areas are known

    @property
    def communes(self) -> tuple[Area, ...]:
        return tuple(area for area in self.areas if area.level == "commune")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a device observed at one moment: channel to value, None where it has none."""

    observed_at_ms: int
    values: dict[str, float | None]
    qc: dict[str, str] = field(default_factory=dict)  # channel to the source's own flag, if it has one
