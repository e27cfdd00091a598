"""VN_AQI of one station: breakpoints, NowCast, daily rules and rounding of QĐ 1459/QĐ-TCMT (12/11/2019)."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Pollutant(StrEnum):
    """What air stations measure; O3 means its 1-hour column. All but TSP are in VN_AQI."""

    PM25 = "pm25"
    PM10 = "pm10"
    O3 = "o3"
    NO2 = "no2"
    SO2 = "so2"
    CO = "co"
    TSP = "tsp"


# At least one of these is needed for a VN_AQI; both enter by NowCast, the gases by their 1-hour mean.
PARTICLES = frozenset({Pollutant.PM25, Pollutant.PM10})

NOWCAST_HOURS = 12
LARGEST_INDEX = 500

_INDEX: tuple[float, ...] = (0, 50, 100, 150, 200, 300, 400, 500)

# Table 2 of the decision, µg/m³ for all pollutants, CO included.
_BREAKPOINTS: dict[Pollutant, tuple[float, ...]] = {
    Pollutant.O3: (0, 160, 200, 300, 400, 800, 1_000, 1_200),
    Pollutant.CO: (0, 10_000, 30_000, 45_000, 60_000, 90_000, 120_000, 150_000),
    Pollutant.SO2: (0, 125, 350, 550, 800, 1_600, 2_100, 2_630),
    Pollutant.NO2: (0, 100, 200, 700, 1_200, 2_350, 3_100, 3_850),
    Pollutant.PM10: (0, 50, 150, 250, 350, 420, 500, 600),
    Pollutant.PM25: (0, 25, 50, 80, 150, 250, 350, 500),
}

# Ends at 400 µg/m³: above it the decision takes the 1-hour column alone.
_OZONE_8H: tuple[float, ...] = (0, 100, 120, 170, 210, 400)

INDEXED = frozenset(_BREAKPOINTS)


def nowcast(hourly: Sequence[float | None]) -> float | None:
    """The NowCast of 12 hourly means, newest first, in their unit; None with fewer than 2 of the newest 3.

    w = max(smallest / largest, 1/2); the result is Σ w^i·c_i / Σ w^i over the hours that are there.
    The decision prints the case w = 1/2 without the denominator, which would halve the value where the
    newest hour is missing; the normalised form is used for it too.

    Raises:
        ValueError: not exactly 12 hours.
    """
    if len(hourly) != NOWCAST_HOURS:
        raise ValueError(f"a NowCast takes {NOWCAST_HOURS} hours, not {len(hourly)}")
    if sum(mean is not None for mean in hourly[:3]) < 2:
        return None
    present = [mean for mean in hourly if mean is not None]
    largest = max(present)
    # Instruments report slightly negative means near zero; no ratio is meaningful there.
    weight = max(min(present) / largest, 0.5) if largest > 0 else 1.0
    weighted = [(weight**age, mean) for age, mean in enumerate(hourly) if mean is not None]
    return sum(factor * mean for factor, mean in weighted) / sum(factor for factor, _ in weighted)


def sub_index(pollutant: Pollutant, concentration: float) -> float:
    """AQIx of a concentration in µg/m³, not rounded: continuous between breakpoints, clamped to 0–500."""
    between = _interpolated(_BREAKPOINTS[pollutant], concentration)
    return float(LARGEST_INDEX) if between is None else between


def ozone_8h_index(concentration: float) -> float | None:
    """AQIx of the largest 8-hour mean of O3, µg/m³, not rounded; None above 400, where it is not computed."""
    return _interpolated(_OZONE_8H, concentration)


def _interpolated(points: Sequence[float], concentration: float) -> float | None:
    if concentration <= 0:
        return 0.0
    for low in range(len(points) - 1):
        if concentration <= points[low + 1]:
            slope = (_INDEX[low + 1] - _INDEX[low]) / (points[low + 1] - points[low])
            return slope * (concentration - points[low]) + _INDEX[low]
    return None


def vn_aqi(concentrations: Mapping[Pollutant, float]) -> int | None:
    """The hourly index from concentrations in µg/m³ (NowCast for PM, 1-hour means for gases).

    None without PM10 and PM2.5. The largest sub-index, rounded half up.
    """
    if not PARTICLES & concentrations.keys():
        return None
    return round_half_up(max(sub_index(pollutant, value) for pollutant, value in concentrations.items()))


def vn_aqi_daily(concentrations: Mapping[Pollutant, float], ozone_8h: float | None) -> int | None:
    """The daily index: of 24-hour means of PM, the largest 1-hour means of gases and the largest of 8 hours.

    All in µg/m³. None without PM10 and PM2.5. The largest sub-index, rounded half up; that of O3
    is the larger one of its two columns.
    """
    if not PARTICLES & concentrations.keys():
        return None
    indices = [sub_index(pollutant, value) for pollutant, value in concentrations.items()]
    of_8_hours = None if ozone_8h is None else ozone_8h_index(ozone_8h)
    return round_half_up(max([*indices, of_8_hours or 0.0]))


def round_half_up(index: float) -> int:
    """Rounds a non-negative number as the decision does: .5 goes up, unlike Python's round().

    Nine decimals are looked at, so that 86.49999999999999, which is 86.5 less the noise of a float, goes up.
    """
    return int(Decimal(repr(round(index, 9))).quantize(Decimal(1), rounding=ROUND_HALF_UP))
