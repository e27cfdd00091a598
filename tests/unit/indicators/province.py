"""A small province in memory for unit tests."""

from datetime import UTC, date, datetime, timedelta

from services.indicators.area_map import AreaMap, UnitSpan
from services.indicators.pollutants import Feed
from services.indicators.roster import Device, Roster, Series
from services.indicators.vn_aqi import Pollutant

PROVINCE, NORTH, SOUTH = "56", "22333", "22366"
SINCE = date(2025, 7, 1)
COMMISSIONED = datetime(2026, 1, 1, tzinfo=UTC)


def device(
    name: str, area_code: str | None = NORTH, interval_s: float = 60, active: bool = True, kind: str = "air"
) -> Device:
    return Device(name, kind, area_code, active, COMMISSIONED, timedelta(seconds=interval_s))


def spans() -> list[UnitSpan]:
    return [
        UnitSpan(PROVINCE, "province", None, SINCE, None),
        UnitSpan(NORTH, "commune", PROVINCE, SINCE, None),
        UnitSpan(SOUTH, "commune", PROVINCE, SINCE, None),
    ]


def roster(*devices: Device, feeds: dict[str, Pollutant] | None = None) -> Roster:
    """Every device has the channels of `feeds`, in µg/m³; PM2.5 alone where none are given."""
    channels = feeds or {"pm25": Pollutant.PM25}
    return Roster(
        devices,
        {
            Series(d.device, name): Feed(pollutant, 1.0)
            for d in devices
            for name, pollutant in channels.items()
        },
        {},
        AreaMap(spans()),
    )
