"""The indicators that are computed here: names, unit, period and version of the formula."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

HOUR: Final = timedelta(hours=1)
FIVE_MINUTES: Final = timedelta(minutes=5)

VN_AQI_HOUR: Final = "vn_aqi_hour"
PM25_NOWCAST_HOUR: Final = "pm25_nowcast_hour"
PM25_MEAN_HOUR: Final = "pm25_mean_hour"
DEVICES_ON_TIME: Final = "devices_on_time_5min"


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator. A change of its formula raises `formula_version`; values keep the one they have."""

    indicator: str
    catalogue_id: str  # id in the catalogue of indicators; empty where it has none
    name_vi: str
    name_en: str
    unit: str  # empty for an index
    period: timedelta
    formula_version: int


_COMPUTED = (
    Definition(
        VN_AQI_HOUR,
        catalogue_id="EN-01",
        name_vi="VN_AQI giờ",
        name_en="VN_AQI, hourly",
        unit="",
        period=HOUR,
        formula_version=1,
    ),
    Definition(
        PM25_NOWCAST_HOUR,
        catalogue_id="",
        name_vi="PM2.5 NowCast 12 giờ",
        name_en="PM2.5, 12-hour NowCast",
        unit="µg/m³",
        period=HOUR,
        formula_version=1,
    ),
    Definition(
        PM25_MEAN_HOUR,
        catalogue_id="",
        name_vi="PM2.5 trung bình giờ theo địa bàn",
        name_en="PM2.5, hourly mean by area",
        unit="µg/m³",
        period=HOUR,
        formula_version=1,
    ),
    Definition(
        DEVICES_ON_TIME,
        catalogue_id="DI-09",
        name_vi="Tỷ lệ thiết bị báo đúng hạn",
        name_en="Devices reporting on time",
        unit="%",
        period=FIVE_MINUTES,
        formula_version=1,
    ),
)

DEFINITIONS: Final[dict[str, Definition]] = {definition.indicator: definition for definition in _COMPUTED}
