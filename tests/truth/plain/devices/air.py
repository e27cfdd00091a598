"""Air: QĐ 1459/QĐ-TCMT by hour and by day, means, and what is within QCVN 05:2023."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache

from tests.truth.plain.devices.measured import Month, Number, enough, measured
from tests.truth.plain.devices.register import AIR
from tests.truth.plain.devices.times import DAY, HOUR, day_of, local_day, midnight, month_end, steps, year_end

_INDEX = (0, 50, 100, 150, 200, 300, 400, 500)
_TABLE = {
    "o3": (0, 160, 200, 300, 400, 800, 1_000, 1_200),
    "co": (0, 10_000, 30_000, 45_000, 60_000, 90_000, 120_000, 150_000),
    "so2": (0, 125, 350, 550, 800, 1_600, 2_100, 2_630),
    "no2": (0, 100, 200, 700, 1_200, 2_350, 3_100, 3_850),
    "pm10": (0, 50, 150, 250, 350, 420, 500, 600),
    "pm25": (0, 25, 50, 80, 150, 250, 350, 500),
}
_OZONE_OF_8_HOURS = (0, 100, 120, 170, 210, 400)
_PARTICLES = ("pm25", "pm10")
_GASES = ("o3", "co", "so2", "no2")
# QCVN 05:2023, µg/m³ over 1 h, 8 h, 24 h and a year.
_LIMITS = {
    "so2": (350, None, 125, 50),
    "co": (30_000, 10_000, None, None),
    "no2": (200, None, 100, 40),
    "o3": (200, 120, None, None),
    "tsp": (300, None, 200, 100),
    "pm10": (None, None, 100, 50),
    "pm25": (None, None, 50, 25),
}
_YEARLY = ("pm25", "pm10", "no2", "so2", "tsp")


def sub_index(points: tuple[int, ...], concentration: Fraction) -> Fraction | None:
    """In proportion between two points of a table; None above its last."""
    if concentration <= 0:
        return Fraction(0)
    for below in range(len(points) - 1):
        low, high = points[below], points[below + 1]
        if concentration <= high:
            rise = Fraction(_INDEX[below + 1] - _INDEX[below], high - low)
            return _INDEX[below] + rise * (concentration - low)
    return None


def of_table(pollutant: str, concentration: Fraction) -> Fraction:
    index = sub_index(_TABLE[pollutant], concentration)
    return Fraction(500) if index is None else index


def rounded(index: Fraction) -> int:
    """Half goes up."""
    return int(index + Fraction(1, 2))


def nowcast(month: Month, station: str, pollutant: str, hour: int) -> Fraction | None:
    """Of 12 hours, the newest first: weights are powers of smallest over largest, one half at least."""
    means = [month.mean(station, pollutant, hour - age * HOUR) for age in range(12)]
    if sum(one is not None for one in means[:3]) < 2:
        return None
    known = [one for one in means if one is not None]
    weight = max(min(known) / max(known), Fraction(1, 2)) if max(known) > 0 else Fraction(1)
    weighted = [(weight**age, one) for age, one in enumerate(means) if one is not None]
    return sum((w * one for w, one in weighted), Fraction(0)) / sum((w for w, _ in weighted), Fraction(0))


@measured("pm25_nowcast_hour", "station", "hour")
def pm25_nowcast(month: Month, station: str, hour: int) -> Number | None:
    return nowcast(month, station, "pm25", hour)


@measured("vn_aqi_hour", "station", "hour")
def aqi_of_hour(month: Month, station: str, hour: int) -> Number | None:
    dust = {one: nowcast(month, station, one, hour) for one in _PARTICLES}
    gases = {one: month.mean(station, one, hour) for one in _GASES}
    if not any(one is not None for one in dust.values()):
        return None
    return rounded(max(of_table(name, one) for name, one in {**dust, **gases}.items() if one is not None))


@measured("vn_aqi_hour_highest", "province", "hour")
def highest_of_hour(month: Month, province: str, hour: int) -> Number | None:
    told = (month.value("vn_aqi_hour", "station", one.name, hour) for one in month.stations(province, hour))
    return max((one for one in told if one is not None), default=None)


@measured("pm25_mean_hour", "commune", "hour")
@measured("pm25_mean_hour", "province", "hour")
def pm25_of_area(month: Month, subject: str, hour: int) -> Number | None:
    """Of all readings, not of the stations' means."""
    every = [
        value for one in month.stations(subject, hour) for value in month.good(one.name, "pm25", hour, HOUR)
    ]
    return sum(every, Fraction(0)) / len(every) if every else None


def of_day(month: Month, station: str, pollutant: str, start: int) -> Fraction | None:
    """Mean of the hourly means of a day, of three quarters of them at least."""
    return _mean_of_hours(month, station, pollutant, start, 24)


def _mean_of_hours(month: Month, station: str, pollutant: str, start: int, count: int) -> Fraction | None:
    means = (month.mean(station, pollutant, hour) for hour in steps(start, start + count * HOUR, HOUR))
    known = [one for one in means if one is not None]
    return sum(known, Fraction(0)) / len(known) if enough(len(known), count) else None


def hours_of_day(month: Month, station: str, pollutant: str, start: int) -> list[Fraction]:
    means = (month.mean(station, pollutant, hour) for hour in steps(start, start + DAY, HOUR))
    return [one for one in means if one is not None]


def eights_of_day(month: Month, station: str, pollutant: str, start: int) -> list[Fraction]:
    """The means over 8 hours that end with each hour of a day."""
    ends = steps(start, start + DAY, HOUR)
    means = (_mean_of_hours(month, station, pollutant, hour - 7 * HOUR, 8) for hour in ends)
    return [one for one in means if one is not None]


@measured("vn_aqi_day", "station", "day")
def aqi_of_day(month: Month, station: str, start: int) -> Number | None:
    dust = [(one, of_day(month, station, one, start)) for one in _PARTICLES]
    indices = [of_table(name, one) for name, one in dust if one is not None]
    if not indices:
        return None
    for gas in _GASES:
        hours = hours_of_day(month, station, gas, start)
        indices += [of_table(gas, max(hours))] if hours else []
    eights = eights_of_day(month, station, "o3", start)
    of_eight = sub_index(_OZONE_OF_8_HOURS, max(eights)) if eights else None
    return rounded(max([*indices, of_eight or Fraction(0)]))


@measured("vn_aqi_day_highest", "province", "day")
def highest_of_day(month: Month, province: str, start: int) -> Number | None:
    told = [month.value("vn_aqi_day", "station", one.name, start) for one in month.stations(province, start)]
    return max((one for one in told if one is not None), default=None)


def _days_above_100(name: str, kind: str, month: Month, subject: str, start: int, end: int) -> int | None:
    days = month.values(name, kind, subject, days_of(month, start, end))
    return sum(one > 100 for one in days) if days else None


def days_of(month: Month, start: int, end: int) -> range:
    """The days of a period that are over."""
    return steps(start, min(end, day_of(month.now_ms)), DAY)


@measured("vn_aqi_days_over_100_month", "station", "month")
def bad_days_of_month(month: Month, station: str, start: int) -> Number | None:
    return _days_above_100("vn_aqi_day", "station", month, station, start, month_end(start))


@measured("vn_aqi_days_over_100_year", "station", "year")
def bad_days_of_year(month: Month, station: str, start: int) -> Number | None:
    return _days_above_100("vn_aqi_day", "station", month, station, start, year_end(start))


@measured("vn_aqi_days_over_100_month", "province", "month")
def bad_days_of_month_anywhere(month: Month, province: str, start: int) -> Number | None:
    return _days_above_100("vn_aqi_day_highest", "province", month, province, start, month_end(start))


@measured("vn_aqi_days_over_100_year", "province", "year")
def bad_days_of_year_anywhere(month: Month, province: str, start: int) -> Number | None:
    return _days_above_100("vn_aqi_day_highest", "province", month, province, start, year_end(start))


def name_means(pollutant: str) -> None:
    """The daily and the annual mean of a pollutant at stations."""

    @measured(f"{pollutant}_mean_day", "station", "day")
    def mean_of_day(month: Month, station: str, start: int) -> Number | None:
        return of_day(month, station, pollutant, start)

    @measured(f"{pollutant}_mean_year", "station", "year")
    def mean_of_year(month: Month, station: str, start: int) -> Number | None:
        return _mean_of_days(month, f"{pollutant}_mean_day", "station", station, start, year_end(start))


for _pollutant in _YEARLY:
    name_means(_pollutant)


def _mean_of_days(month: Month, name: str, kind: str, subject: str, start: int, end: int) -> Number | None:
    days = days_of(month, start, end)
    known = month.values(name, kind, subject, days)
    return sum(known, Fraction(0)) / len(known) if enough(len(known), len(days)) else None


@measured("pm25_mean_day", "commune", "day")
def pm25_of_commune(month: Month, commune: str, start: int) -> Number | None:
    stations = month.stations(commune, start)
    told = [month.value("pm25_mean_day", "station", one.name, start) for one in stations]
    known = [one for one in told if one is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


@measured("pm25_mean_year", "commune", "year")
def pm25_of_year(month: Month, commune: str, start: int) -> Number | None:
    """Of the days on which there is such a commune."""
    unit = month.register.units[commune]
    end = year_end(start) if unit.until is None else min(year_end(start), midnight(unit.until))
    since = max(start, midnight(unit.since))
    return _mean_of_days(month, "pm25_mean_day", "commune", commune, since, end)


@measured("pm25_mean_year", "province", "year")
def pm25_by_persons(month: Month, province: str, start: int) -> Number | None:
    """Weighed by the persons of the communes that there are at the end, or now."""
    at = min(year_end(start) - 1, month.now_ms)
    told = [
        (month.register.units[code].population, mean)
        for code in month.subjects("commune")
        if month.register.exists(code, at)
        and (mean := month.value("pm25_mean_year", "commune", code, start)) is not None
    ]
    persons = sum(one for one, _ in told)
    return sum((one * mean for one, mean in told), Fraction(0)) / persons if persons else None


def _limits(pollutant: str, day: date) -> Iterator[int | None]:
    """PM2.5 over 24 hours is stricter from 2026 on."""
    for index, limit in enumerate(_LIMITS[pollutant]):
        yield 45 if (pollutant, index) == ("pm25", 2) and day >= date(2026, 1, 1) else limit


@lru_cache(10_000)  # asked for by day, month and year, and of three kinds of subjects
def _within(month: Month, station: str, start: int) -> tuple[int, int]:
    """Of a day's means over 1, 8 and 24 hours: how many are within their limit, of how many."""
    within = valid = 0
    for pollutant in AIR:
        of_hour, of_eight, of_24, _ = _limits(pollutant, local_day(start))
        mean = of_day(month, station, pollutant, start)
        for limit, means in (
            (of_hour, hours_of_day(month, station, pollutant, start)),
            (of_eight, eights_of_day(month, station, pollutant, start)),
            (of_24, [] if mean is None else [mean]),
        ):
            if limit is not None:
                within += sum(one <= limit for one in means)
                valid += len(means)
    return within, valid


def _pooled(month: Month, subject: str, starts: range, kind: str) -> Number | None:
    within = valid = 0
    for start in starts:
        stations = [month.register.devices[subject]] if kind == "station" else month.stations(subject, start)
        for one in stations:
            counts = _within(month, one.name, start)
            within, valid = within + counts[0], valid + counts[1]
    return Fraction(100 * within, valid) if valid else None


def name_compliance(kind: str) -> None:
    """EN-05 by day, month and year."""

    @measured("qcvn05_day", kind, "day")
    def of_one_day(month: Month, subject: str, start: int) -> Number | None:
        return _pooled(month, subject, range(start, start + 1), kind)

    @measured("qcvn05_month", kind, "month")
    def of_month(month: Month, subject: str, start: int) -> Number | None:
        return _pooled(month, subject, days_of(month, start, month_end(start)), kind)

    @measured("qcvn05_year", kind, "year")
    def of_year(month: Month, subject: str, start: int) -> Number | None:
        return _pooled(month, subject, days_of(month, start, year_end(start)), kind)


for _kind in ("station", "commune", "province"):
    name_compliance(_kind)


@measured("qcvn05_annual_means", "station", "year")
def annual_means(month: Month, station: str, start: int) -> Number | None:
    told = [
        (mean, _LIMITS[one][3] or 0)
        for one in _YEARLY
        if (mean := month.value(f"{one}_mean_year", "station", station, start)) is not None
    ]
    return Fraction(100 * sum(mean <= limit for mean, limit in told), len(told)) if told else None
