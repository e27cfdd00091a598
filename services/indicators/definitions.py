"""The indicators that are computed here: names, unit, period and version of the formula."""

from dataclasses import dataclass
from typing import Final

from services.indicators.periods import DAY, DAYTIME, FIVE_MINUTES, HOUR, MONTH, NIGHT, QUARTER, YEAR, Period
from services.indicators.vn_aqi import Pollutant

VN_AQI_HOUR: Final = "vn_aqi_hour"
PM25_NOWCAST_HOUR: Final = "pm25_nowcast_hour"
PM25_MEAN_HOUR: Final = "pm25_mean_hour"
DEVICES_ON_TIME: Final = "devices_on_time_5min"
VN_AQI_HOUR_HIGHEST: Final = "vn_aqi_hour_highest"
VN_AQI_DAY: Final = "vn_aqi_day"
VN_AQI_DAY_HIGHEST: Final = "vn_aqi_day_highest"
AQI_DAYS_MONTH: Final = "vn_aqi_days_over_100_month"
AQI_DAYS_YEAR: Final = "vn_aqi_days_over_100_year"
PM25_MEAN_DAY: Final = "pm25_mean_day"
PM25_MEAN_YEAR: Final = "pm25_mean_year"
QCVN05_DAY: Final = "qcvn05_day"
QCVN05_MONTH: Final = "qcvn05_month"
QCVN05_YEAR: Final = "qcvn05_year"
QCVN05_ANNUAL_MEANS: Final = "qcvn05_annual_means"
VN_WQI_HOUR: Final = "vn_wqi_hour"
VN_WQI_HOUR_LOWEST: Final = "vn_wqi_hour_lowest"
LEQ_HOUR: Final = "leq_hour"
LEQ_DAYTIME: Final = "leq_daytime"
LEQ_NIGHT: Final = "leq_night"
SALINITY_MEAN_HOUR: Final = "salinity_mean_hour"
SALINITY_MAX_HOUR: Final = "salinity_max_hour"
SALINITY_MAX_DAY: Final = "salinity_max_day"
SALINITY_MAX_MONTH: Final = "salinity_max_month"
SALT_HOURS_IRRIGATION_DAY: Final = "salinity_hours_irrigation_day"
SALT_HOURS_IRRIGATION_MONTH: Final = "salinity_hours_irrigation_month"
SALT_HOURS_DRINKING_DAY: Final = "salinity_hours_drinking_day"
SALT_HOURS_DRINKING_MONTH: Final = "salinity_hours_drinking_month"
POWER_QUARTER: Final = "power_mean_15min"
POWER_PEAK_DAY: Final = "power_peak_day"
POWER_PEAK_MONTH: Final = "power_peak_month"
POWER_PEAK_YEAR: Final = "power_peak_year"
DEVICES_ON_TIME_DAY: Final = "devices_on_time_day"
ENVIRONMENT_ON_TIME: Final = "devices_on_time_environment_5min"
ENVIRONMENT_ON_TIME_DAY: Final = "devices_on_time_environment_day"

# The kinds of devices, by the registry, of which a share of devices on time tells; None: of all.
ON_TIME_KINDS: Final[dict[str, frozenset[str] | None]] = {
    DEVICES_ON_TIME: None,
    ENVIRONMENT_ON_TIME: frozenset({"air", "noise", "water_level", "water_quality", "salinity", "rain"}),
}
ON_TIME_DAY: Final = {DEVICES_ON_TIME: DEVICES_ON_TIME_DAY, ENVIRONMENT_ON_TIME: ENVIRONMENT_ON_TIME_DAY}

# Of the pollutants that QCVN 05 limits over 24 hours and over a year.
MEAN_DAY: Final = {
    Pollutant.PM25: PM25_MEAN_DAY,
    Pollutant.PM10: "pm10_mean_day",
    Pollutant.NO2: "no2_mean_day",
    Pollutant.SO2: "so2_mean_day",
    Pollutant.TSP: "tsp_mean_day",
}
MEAN_YEAR: Final = {
    Pollutant.PM25: PM25_MEAN_YEAR,
    Pollutant.PM10: "pm10_mean_year",
    Pollutant.NO2: "no2_mean_year",
    Pollutant.SO2: "so2_mean_year",
    Pollutant.TSP: "tsp_mean_year",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator. A change of its formula raises `formula_version`; values keep the one they have."""

    indicator: str
    catalogue_id: str  # id in the catalogue of indicators; empty where it has none
    name_vi: str
    name_en: str
    unit: str  # empty for an index
    period: Period
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
    Definition(
        VN_AQI_HOUR_HIGHEST,
        "EN-01",
        "VN_AQI giờ: trạm cao nhất trong tỉnh",
        "VN_AQI, hourly: highest station",
        "",
        HOUR,
        1,
    ),
    Definition(VN_AQI_DAY, "EN-02", "VN_AQI ngày", "VN_AQI, daily", "", DAY, 1),
    Definition(
        VN_AQI_DAY_HIGHEST,
        "EN-02",
        "VN_AQI ngày: trạm cao nhất trong tỉnh",
        "VN_AQI, daily: highest station",
        "",
        DAY,
        1,
    ),
    Definition(
        AQI_DAYS_MONTH,
        "EN-04",
        "Số ngày VN_AQI trên 100 trong tháng",
        "Days of the month with VN_AQI above 100",
        "d",
        MONTH,
        1,
    ),
    Definition(
        AQI_DAYS_YEAR,
        "EN-04",
        "Số ngày VN_AQI trên 100 trong năm",
        "Days of the year with VN_AQI above 100",
        "d",
        YEAR,
        1,
    ),
    Definition(
        QCVN05_DAY,
        "EN-05",
        "Giá trị đạt QCVN 05:2023 trong ngày",
        "Values of the day within QCVN 05:2023",
        "%",
        DAY,
        1,
    ),
    Definition(
        QCVN05_MONTH,
        "EN-05",
        "Giá trị đạt QCVN 05:2023 trong tháng",
        "Values of the month within QCVN 05:2023",
        "%",
        MONTH,
        1,
    ),
    Definition(
        QCVN05_YEAR,
        "EN-05",
        "Giá trị đạt QCVN 05:2023 trong năm",
        "Values of the year within QCVN 05:2023",
        "%",
        YEAR,
        1,
    ),
    Definition(
        QCVN05_ANNUAL_MEANS,
        "EN-05",
        "Trung bình năm đạt QCVN 05:2023",
        "Annual means within QCVN 05:2023",
        "%",
        YEAR,
        1,
    ),
    Definition(
        VN_WQI_HOUR,
        "EN-06",
        "VN_WQI giờ của trạm tự động",
        "VN_WQI of an automatic station, hourly",
        "",
        HOUR,
        1,
    ),
    Definition(
        VN_WQI_HOUR_LOWEST,
        "EN-06",
        "VN_WQI giờ: trạm thấp nhất trong tỉnh",
        "VN_WQI, hourly: lowest station",
        "",
        HOUR,
        1,
    ),
    Definition(LEQ_HOUR, "", "Mức ồn tương đương giờ", "Equivalent noise level, hourly", "dBA", HOUR, 1),
    Definition(
        LEQ_DAYTIME,
        "EN-07",
        "Mức ồn tương đương ban ngày (06–21 giờ)",
        "Equivalent noise level, 06–21 h",
        "dBA",
        DAYTIME,
        1,
    ),
    Definition(
        LEQ_NIGHT,
        "EN-07",
        "Mức ồn tương đương ban đêm (21–06 giờ)",
        "Equivalent noise level, 21–06 h",
        "dBA",
        NIGHT,
        1,
    ),
    Definition(SALINITY_MEAN_HOUR, "", "Độ mặn trung bình giờ", "Salinity, hourly mean", "g/L", HOUR, 1),
    Definition(
        SALINITY_MAX_HOUR, "", "Độ mặn lớn nhất trong giờ", "Highest salinity of the hour", "g/L", HOUR, 1
    ),
    Definition(
        SALINITY_MAX_DAY, "EN-10", "Độ mặn lớn nhất trong ngày", "Highest salinity of the day", "g/L", DAY, 1
    ),
    Definition(
        SALINITY_MAX_MONTH,
        "EN-10",
        "Độ mặn lớn nhất trong tháng",
        "Highest salinity of the month",
        "g/L",
        MONTH,
        1,
    ),
    Definition(
        SALT_HOURS_IRRIGATION_DAY,
        "EN-10",
        "Số giờ trong ngày mặn vượt ngưỡng tưới",
        "Hours of the day too salt to irrigate",
        "h",
        DAY,
        1,
    ),
    Definition(
        SALT_HOURS_IRRIGATION_MONTH,
        "EN-10",
        "Số giờ trong tháng mặn vượt ngưỡng tưới",
        "Hours of the month too salt to irrigate",
        "h",
        MONTH,
        1,
    ),
    Definition(
        SALT_HOURS_DRINKING_DAY,
        "EN-10",
        "Số giờ trong ngày mặn vượt ngưỡng nước sinh hoạt",
        "Hours of the day too salt to drink",
        "h",
        DAY,
        1,
    ),
    Definition(
        SALT_HOURS_DRINKING_MONTH,
        "EN-10",
        "Số giờ trong tháng mặn vượt ngưỡng nước sinh hoạt",
        "Hours of the month too salt to drink",
        "h",
        MONTH,
        1,
    ),
    Definition(POWER_QUARTER, "", "Công suất trung bình 15 phút", "Demand, 15-minute mean", "MW", QUARTER, 1),
    Definition(
        POWER_PEAK_DAY, "EG-01", "Công suất đỉnh trong ngày (Pmax)", "Peak demand of the day", "MW", DAY, 1
    ),
    Definition(
        POWER_PEAK_MONTH,
        "EG-01",
        "Công suất đỉnh trong tháng (Pmax)",
        "Peak demand of the month",
        "MW",
        MONTH,
        1,
    ),
    Definition(
        POWER_PEAK_YEAR, "EG-01", "Công suất đỉnh trong năm (Pmax)", "Peak demand of the year", "MW", YEAR, 1
    ),
    Definition(
        DEVICES_ON_TIME_DAY,
        "DI-09",
        "Tỷ lệ thiết bị báo đúng hạn trong ngày",
        "Devices reporting on time, by day",
        "%",
        DAY,
        1,
    ),
    Definition(
        ENVIRONMENT_ON_TIME,
        "DI-09",
        "Tỷ lệ cảm biến môi trường báo đúng hạn",
        "Environmental sensors reporting on time",
        "%",
        FIVE_MINUTES,
        1,
    ),
    Definition(
        ENVIRONMENT_ON_TIME_DAY,
        "DI-09",
        "Tỷ lệ cảm biến môi trường báo đúng hạn trong ngày",
        "Environmental sensors reporting on time, by day",
        "%",
        DAY,
        1,
    ),
)

_LABELS = {
    Pollutant.PM25: "PM2.5",
    Pollutant.PM10: "PM10",
    Pollutant.NO2: "NO₂",
    Pollutant.SO2: "SO₂",
    Pollutant.TSP: "TSP",
}


def _means(pollutant: Pollutant) -> tuple[Definition, Definition]:
    label, annual_id = _LABELS[pollutant], "EN-03" if pollutant is Pollutant.PM25 else ""
    day_vi, day_en = f"{label} trung bình ngày", f"{label}, daily mean"
    year_vi, year_en = f"{label} trung bình năm", f"{label}, annual mean"
    return (
        Definition(MEAN_DAY[pollutant], "", day_vi, day_en, "µg/m³", DAY, 1),
        Definition(MEAN_YEAR[pollutant], annual_id, year_vi, year_en, "µg/m³", YEAR, 1),
    )


DEFINITIONS: Final[dict[str, Definition]] = {
    definition.indicator: definition
    for definition in (*_COMPUTED, *(mean for pollutant in MEAN_DAY for mean in _means(pollutant)))
}
