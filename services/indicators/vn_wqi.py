"""VN_WQI of one sample or station: sub-indices, groups and levels of QĐ 1460/QĐ-TCMT (12/11/2019). Pure.

The text of the decision was not at hand: tables and rules are those on which published implementations agree.
Where they do not, `WqiRules` says which way is taken. Thresholds of pesticides: QCVN 08-MT:2015, table 1.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Parameter(StrEnum):
    """What water is measured for; mg/L where nothing else is said."""

    PH = "ph"
    ALDRIN = "aldrin"  # pesticides: µg/L
    BHC = "bhc"
    DIELDRIN = "dieldrin"
    DDTS = "ddts"
    HEPTACHLOR = "heptachlor"  # with heptachlor epoxide
    AS = "as"
    CD = "cd"
    PB = "pb"
    CR6 = "cr6"
    CU = "cu"
    ZN = "zn"
    HG = "hg"
    DO = "do"
    DO_SATURATION = "do_sat"  # %, instead of DO
    TEMPERATURE = "temperature"  # °C; only makes a saturation of DO
    BOD5 = "bod5"
    COD = "cod"
    TOC = "toc"
    N_NH4 = "n_nh4"
    N_NO3 = "n_no3"
    N_NO2 = "n_no2"
    P_PO4 = "p_po4"
    COLIFORM = "coliform"  # MPN/100 mL
    E_COLI = "e_coli"  # MPN/100 mL


@dataclass(frozen=True, slots=True)
class WqiRules:
    """Where published implementations of the decision disagree.

    `groups`: of the five, how many must be measured (3 for samples, 2 is said of automatic stations);
    `organic`: how many parameters of group IV.
    """

    groups: int = 3
    organic: int = 3
    mercury_limit_is_good: bool = False  # Hg of exactly 0.001 mg/L: 100 instead of 75
    nitrate_third: float = 50  # q at 10 mg/L of N-NO3
    chromium_at_0_05: bool = True  # whether the table of Cr6+ has the row 0.05
    weighted: bool = False  # group IV counts twice


_FALLING = (100.0, 75.0, 50.0, 25.0, 10.0)
_WORST = 10.0
_BEST = 100.0

_PESTICIDES: Final = {  # µg/L: up to it 100, above 10
    Parameter.ALDRIN: 0.1,
    Parameter.BHC: 0.02,
    Parameter.DIELDRIN: 0.1,
    Parameter.DDTS: 1.0,
    Parameter.HEPTACHLOR: 0.2,
}
_METALS = (
    Parameter.AS,
    Parameter.CD,
    Parameter.PB,
    Parameter.CR6,
    Parameter.CU,
    Parameter.ZN,
    Parameter.HG,
)
_ORGANIC = (
    Parameter.DO,
    Parameter.BOD5,
    Parameter.COD,
    Parameter.TOC,
    Parameter.N_NH4,
    Parameter.N_NO3,
    Parameter.N_NO2,
    Parameter.P_PO4,
)
_MICROBES = (Parameter.COLIFORM, Parameter.E_COLI)

# Breakpoints with q at each; below the first 100, above the last 10.
_TABLES: Final[dict[Parameter, tuple[tuple[float, ...], tuple[float, ...]]]] = {
    Parameter.BOD5: ((4, 6, 15, 25, 50), _FALLING),
    Parameter.TOC: ((4, 6, 15, 25, 50), _FALLING),
    Parameter.COD: ((10, 15, 30, 50, 150), _FALLING),
    Parameter.N_NH4: ((0.3, 0.6, 0.9, 5), _FALLING[1:]),
    Parameter.P_PO4: ((0.1, 0.2, 0.3, 0.5, 4), _FALLING),
    Parameter.COLIFORM: ((2_500, 5_000, 7_500, 10_000), _FALLING[:4]),
    Parameter.E_COLI: ((20, 50, 100, 200), _FALLING[:4]),
    Parameter.AS: ((0.01, 0.02, 0.05, 0.1), _FALLING[:4]),
    Parameter.CD: ((0.005, 0.008, 0.01, 0.1), _FALLING[1:]),
    Parameter.PB: ((0.02, 0.04, 0.05, 0.5), _FALLING[1:]),
    Parameter.CU: ((0.1, 0.2, 0.5, 1, 2), _FALLING),
    Parameter.ZN: ((0.5, 1, 1.5, 2, 3), _FALLING),
}
_PH = ((5.5, 6, 8.5, 9), (50.0, 100.0, 100.0, 50.0))
_SATURATION = ((20, 50, 75, 88, 112, 125, 150, 200), (25.0, 50.0, 75.0, 100.0, 100.0, 75.0, 50.0, 25.0))
_NITRITE_LIMIT = 0.05  # mg/L: up to it 100, above 10

LEVELS: Final = (  # index from which it holds, words
    (91, "Rất tốt", "Very good"),
    (76, "Tốt", "Good"),
    (51, "Trung bình", "Medium"),
    (26, "Xấu", "Bad"),
    (10, "Kém", "Poor"),
    (0, "Ô nhiễm rất nặng", "Very heavily polluted"),
)


def saturation(oxygen: float, temperature: float) -> float:
    """Dissolved oxygen (mg/L) in % of what water of this temperature (°C) holds."""
    t = temperature
    return 100 * oxygen / (14.652 - 0.41022 * t + 0.0079910 * t**2 - 0.000077774 * t**3)


def sub_index(parameter: Parameter, value: float, rules: WqiRules) -> float:
    """WQI of one parameter, 10 to 100, not rounded. `value` in the parameter's unit; DO as % of saturation.

    Raises:
        ValueError: the parameter has no index of its own (temperature).
    """
    match parameter:
        case Parameter.PH:
            return _inside(_PH, value)
        case Parameter.DO | Parameter.DO_SATURATION:
            return _inside(_SATURATION, value)
        case Parameter.N_NO2:
            return _BEST if value <= _NITRITE_LIMIT else _WORST
        case Parameter.N_NO3:
            return _falling((2, 5, 10, 15), (100, 75, rules.nitrate_third, 25), value)
        case Parameter.CR6 if rules.chromium_at_0_05:
            return _falling((0.01, 0.02, 0.04, 0.05, 0.1), _FALLING, value)
        case Parameter.CR6:
            return _falling((0.01, 0.02, 0.04, 0.1), (100, 75, 50, 10), value)
        case Parameter.HG if rules.mercury_limit_is_good and value <= 0.001:
            return _BEST
        case Parameter.HG:
            return _falling((0.001, 0.0015, 0.002, 0.01), _FALLING[1:], value)
        case parameter if parameter in _PESTICIDES:
            return _BEST if value <= _PESTICIDES[parameter] else _WORST
        case parameter if parameter in _TABLES:
            return _falling(*_TABLES[parameter], value)
    raise ValueError(f"{parameter} has no index of its own")


def vn_wqi(values: Mapping[Parameter, float], rules: WqiRules) -> int | None:
    """The index 0–100 of what was measured together, rounded half up; None where that does not suffice.

    pH, pesticides and metals diminish the core, which is made of group IV and, where measured, group V. DO in
    mg/L counts only with a temperature.
    """
    groups = sub_indices(values, rules)
    measured = sum(bool(group) for group in groups)
    ph, pesticides, metals, organic, microbes = groups
    if measured < rules.groups or len(organic) < max(1, rules.organic):
        return None
    core = _mean(organic)
    if microbes:
        core = math.cbrt(core**2 * _mean(microbes)) if rules.weighted else math.sqrt(core * _mean(microbes))
    index = _factor(ph) * _factor(pesticides) * _factor(metals) * core
    return math.floor(round(index, 9) + 0.5)


def sub_indices(values: Mapping[Parameter, float], rules: WqiRules) -> tuple[list[float], ...]:
    """The sub-indices of groups I to V, of those parameters that were measured."""
    known = {parameter: _without_noise(value) for parameter, value in values.items()}
    if Parameter.DO_SATURATION in known:
        known[Parameter.DO] = known[Parameter.DO_SATURATION]
    elif Parameter.DO in known:
        oxygen = known.pop(Parameter.DO)
        if Parameter.TEMPERATURE in known:
            known[Parameter.DO] = saturation(oxygen, known[Parameter.TEMPERATURE])
    groups: Sequence[Sequence[Parameter]] = (
        (Parameter.PH,),
        tuple(_PESTICIDES),
        _METALS,
        _ORGANIC,
        _MICROBES,
    )
    return tuple([sub_index(p, known[p], rules) for p in group if p in known] for group in groups)


def _without_noise(mean: float) -> float:
    """Three times 0.05 over three is 0.05000000000000001, and a limit of 0.05 is kept all the same."""
    return float(f"{mean:.12g}")


def level_of(index: int) -> tuple[str, str]:
    """What the index says of the water, in Vietnamese and in English."""
    return next((vi, en) for least, vi, en in LEVELS if index >= least)


def _mean(indices: Sequence[float]) -> float:
    return math.fsum(indices) / len(indices)


def _factor(indices: Sequence[float]) -> float:
    """Geometric mean over 100; a group that was not measured takes nothing away."""
    return math.prod(indices) ** (1 / len(indices)) / 100 if indices else 1.0


def _falling(points: Sequence[float], q: Sequence[float], value: float) -> float:
    if value < points[0]:
        return _BEST
    return _interpolated(points, q, value) if value <= points[-1] else _WORST


def _inside(table: tuple[Sequence[float], Sequence[float]], value: float) -> float:
    points, q = table
    return _interpolated(points, q, value) if points[0] <= value <= points[-1] else _WORST


def _interpolated(points: Sequence[float], q: Sequence[float], value: float) -> float:
    low = min(bisect_right(points, value) - 1, len(points) - 2)
    share = (value - points[low]) / (points[low + 1] - points[low])
    return q[low] + share * (q[low + 1] - q[low])
