"""Noise by its energy, salt, the quality of water by QĐ 1460/QĐ-TCMT, and power, of which the sum counts."""

from __future__ import annotations

import math

from tests.truth.plain.devices.air import days_of
from tests.truth.plain.devices.measured import Month, Number, enough, measured
from tests.truth.plain.devices.times import DAY, HOUR, QUARTER, month_end, steps, year_end

IRRIGATION, DRINKING = 4, 1  # g/L
_FALL = (100, 75, 50, 25, 10)
# Points and what they are worth; better below the first, 10 above the last.
_WORSE = {
    "bod5": ((4, 6, 15, 25, 50), _FALL),
    "toc": ((4, 6, 15, 25, 50), _FALL),
    "cod": ((10, 15, 30, 50, 150), _FALL),
    "n_nh4": ((0.3, 0.6, 0.9, 5), _FALL[1:]),
    "n_no3": ((2, 5, 10, 15), _FALL[:4]),
    "p_po4": ((0.1, 0.2, 0.3, 0.5, 4), _FALL),
    "coliform": ((2_500, 5_000, 7_500, 10_000), _FALL[:4]),
    "pb": ((0.02, 0.04, 0.05, 0.5), _FALL[1:]),
    "hg": ((0.001, 0.0015, 0.002, 0.01), _FALL[1:]),
}
_ACID = ((5.5, 6, 8.5, 9), (50, 100, 100, 50))
_AIRED = ((20, 50, 75, 88, 112, 125, 150, 200), (25, 50, 75, 100, 100, 75, 50, 25))
_ORGANIC = ("do", "bod5", "cod", "toc", "n_nh4", "n_no3", "n_no2", "p_po4")
_METALS = ("pb", "hg")


def _energies(month: Month, station: str, hour: int) -> list[float]:
    return [10 ** (float(level) / 10) for level in month.good(station, "laeq", hour, HOUR)]


def _level(energies: list[float]) -> float | None:
    return 10 * math.log10(math.fsum(energies) / len(energies)) if energies else None


@measured("leq_hour", "station", "hour")
def noise_of_hour(month: Month, station: str, hour: int) -> Number | None:
    return _level(_energies(month, station, hour))


def _noise(month: Month, station: str, start: int, hours: int) -> float | None:
    """Of all readings, where three quarters of the hours have any."""
    of_hours = [_energies(month, station, hour) for hour in steps(start, start + hours * HOUR, HOUR)]
    told = [one for one in of_hours if one]
    return _level([one for some in told for one in some]) if enough(len(told), hours) else None


@measured("leq_daytime", "station", "daytime")
def noise_of_daytime(month: Month, station: str, start: int) -> Number | None:
    return _noise(month, station, start, 15)


@measured("leq_night", "station", "night")
def noise_of_night(month: Month, station: str, start: int) -> Number | None:
    return _noise(month, station, start, 9)


@measured("salinity_mean_hour", "station", "hour")
def salt_of_hour(month: Month, station: str, hour: int) -> Number | None:
    return month.mean(station, "salinity", hour)


@measured("salinity_max_hour", "station", "hour")
def most_salt_of_hour(month: Month, station: str, hour: int) -> Number | None:
    return max(month.good(station, "salinity", hour, HOUR), default=None)


def _most_salt(month: Month, station: str, start: int, end: int) -> Number | None:
    hours = month.values("salinity_max_hour", "station", station, steps(start, end, HOUR))
    return max(hours, default=None)


@measured("salinity_max_day", "station", "day")
def most_salt_of_day(month: Month, station: str, start: int) -> Number | None:
    return _most_salt(month, station, start, start + DAY)


@measured("salinity_max_month", "station", "month")
def most_salt_of_month(month: Month, station: str, start: int) -> Number | None:
    days = days_of(month, start, month_end(start))
    return _most_salt(month, station, days.start, days.stop)


def name_salt_hours(use: str, above: int) -> None:
    """Hours whose mean is above a threshold, by day and by month."""

    def hours(month: Month, station: str, start: int, end: int) -> Number | None:
        means = month.values("salinity_mean_hour", "station", station, steps(start, end, HOUR))
        return sum(one > above for one in means) if means else None

    @measured(f"salinity_hours_{use}_day", "station", "day")
    def of_day(month: Month, station: str, start: int) -> Number | None:
        return hours(month, station, start, start + DAY)

    @measured(f"salinity_hours_{use}_month", "station", "month")
    def of_month(month: Month, station: str, start: int) -> Number | None:
        days = days_of(month, start, month_end(start))
        return hours(month, station, days.start, days.stop)


name_salt_hours("irrigation", IRRIGATION)
name_salt_hours("drinking", DRINKING)


def _worth(points: tuple[float, ...], worth: tuple[int, ...], value: float) -> float:
    for index in range(len(points) - 1):
        low, high = points[index], points[index + 1]
        if low <= value <= high:
            return worth[index] + (value - low) / (high - low) * (worth[index + 1] - worth[index])
    raise ValueError(f"{value} is outside of {points}")


def _falling(name: str, value: float) -> float:
    points, worth = _WORSE[name]
    return 100 if value < points[0] else 10 if value > points[-1] else _worth(points, worth, value)


def _between(table: tuple[tuple[float, ...], tuple[int, ...]], value: float) -> float:
    points, worth = table
    return _worth(points, worth, value) if points[0] <= value <= points[-1] else 10


def _indices(means: dict[str, float]) -> dict[str, float]:
    """Of each parameter that counts."""
    found = {name: _falling(name, value) for name, value in means.items() if name in _WORSE}
    if "n_no2" in means:
        found["n_no2"] = 100 if means["n_no2"] <= 0.05 else 10
    if "ph" in means:
        found["ph"] = _between(_ACID, means["ph"])
    aired = means.get("do_sat")
    if aired is None and "do" in means and "temperature" in means:
        t = means["temperature"]
        aired = 100 * means["do"] / (14.652 - 0.41022 * t + 0.0079910 * t * t - 0.000077774 * t * t * t)
    if aired is not None:
        found["do"] = _between(_AIRED, aired)
    return found


@measured("vn_wqi_hour", "station", "hour")
def water_of_hour(month: Month, station: str, hour: int) -> Number | None:
    """At least two of the five groups, and three parameters of the fourth."""
    quantities = {one.quantity for one in month.register.devices[station].channels.values()}
    told = {one: month.mean(station, one, hour) for one in quantities}
    found = _indices({one: float(mean) for one, mean in told.items() if mean is not None})
    organic = [found[one] for one in _ORGANIC if one in found]
    metals = [found[one] for one in _METALS if one in found]
    microbes = [found[one] for one in ("coliform",) if one in found]
    acid = [found["ph"]] if "ph" in found else []
    if len(organic) < 3 or sum(map(bool, (organic, metals, microbes, acid))) < 2:
        return None
    core = sum(organic) / len(organic)
    if microbes:
        core = math.sqrt(core * sum(microbes) / len(microbes))
    for group in (acid, metals):
        core *= math.prod(group) ** (1 / len(group)) / 100 if group else 1
    return math.floor(core + 0.5)


@measured("vn_wqi_hour_lowest", "province", "hour")
def worst_water(month: Month, province: str, hour: int) -> Number | None:
    told = (month.value("vn_wqi_hour", "station", one.name, hour) for one in month.stations(province, hour))
    return min((one for one in told if one is not None), default=None)


def name_power(kind: str) -> None:
    """The sum of the meters' means over 15 minutes, and the largest of it."""

    @measured("power_mean_15min", kind, "quarter")
    def of_quarter(month: Month, subject: str, start: int) -> Number | None:
        meters = [
            one
            for one in month.stations(subject, start)
            if one.measures("power") and one.commissioned_ms < start + QUARTER
        ]
        means = [month.mean(one.name, "power", start, QUARTER) for one in meters]
        known = [one for one in means if one is not None]
        return sum(known) if enough(len(known), len(meters)) else None

    def peak(month: Month, subject: str, start: int, end: int) -> Number | None:
        quarters = steps(max(start, month.first_ms), end, QUARTER)
        return max(month.values("power_mean_15min", kind, subject, quarters), default=None)

    @measured("power_peak_day", kind, "day")
    def of_day(month: Month, subject: str, start: int) -> Number | None:
        return peak(month, subject, start, start + DAY)

    @measured("power_peak_month", kind, "month")
    def of_month(month: Month, subject: str, start: int) -> Number | None:
        return peak(month, subject, start, days_of(month, start, month_end(start)).stop)

    @measured("power_peak_year", kind, "year")
    def of_year(month: Month, subject: str, start: int) -> Number | None:
        return peak(month, subject, start, days_of(month, start, year_end(start)).stop)


for _kind in ("commune", "province"):
    name_power(_kind)
