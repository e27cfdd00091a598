"""Which values are folded from which others: over time, over stations, over communes, over pollutants. Pure.

`folding.py` computes them. What is folded is never a mean of ratios: shares keep their parts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import cache
from typing import Final

from services.indicators import definitions as d
from services.indicators.definitions import DEFINITIONS, MEAN_DAY, MEAN_YEAR
from services.indicators.domain import Cell, SubjectKind, Value
from services.indicators.periods import DayPart, end_of, floor, local_day
from services.indicators.roster import Roster


class Rule(Enum):
    """What a value is of those that it is folded from."""

    LARGEST = auto()
    SMALLEST = auto()
    SUM = auto()
    RATIO = auto()  # 100 · Σ numerators / Σ denominators
    ENERGY = auto()  # 10 · log10(Σ numerators / Σ denominators), where enough of them are there
    MEAN = auto()  # of those that are there
    MEAN_OF_ENOUGH = auto()  # likewise, where enough of them are there
    DAYS_ABOVE_100 = auto()
    HOURS_ABOVE_IRRIGATION = auto()
    HOURS_ABOVE_DRINKING = auto()
    BY_POPULATION = auto()  # Σ population · value / Σ population
    WITHIN_LIMITS = auto()  # 100 · annual means within their limit of QCVN 05 / annual means


class Over(Enum):
    """Whose values are folded."""

    TIME = auto()  # of the same subject, in the period
    STATIONS = auto()  # of the stations that stood in the area, of the same period
    COMMUNES = auto()  # of the communes of the province, of the same period
    POLLUTANTS = auto()  # of the same subject and period


@dataclass(frozen=True, slots=True)
class Fold:
    """How the values of an indicator and a kind of subject are folded from those of other indicators."""

    of: tuple[str, ...]
    rule: Rule
    over: Over

    @property
    def part_kind(self) -> SubjectKind | None:
        """What kind of subject its parts are about; None: the same."""
        return {Over.STATIONS: SubjectKind.STATION, Over.COMMUNES: SubjectKind.COMMUNE}.get(self.over)


Target = tuple[str, SubjectKind]
Span = tuple[datetime, datetime]
# Where each station stood in a span, by its area code.
Stood = Mapping[Span, Mapping[str, str]]

_STATION, _COMMUNE, _PROVINCE = SubjectKind.STATION, SubjectKind.COMMUNE, SubjectKind.PROVINCE
_AREAS = (_COMMUNE, _PROVINCE)


def _over_time(kinds: Iterable[SubjectKind], of: str, rule: Rule, *indicators: str) -> dict[Target, Fold]:
    return {(indicator, kind): Fold((of,), rule, Over.TIME) for indicator in indicators for kind in kinds}


def _over_stations(kinds: Iterable[SubjectKind], indicator: str, of: str, rule: Rule) -> dict[Target, Fold]:
    return {(indicator, kind): Fold((of,), rule, Over.STATIONS) for kind in kinds}


_AIR: dict[Target, Fold] = {
    **_over_stations([_PROVINCE], d.VN_AQI_HOUR_HIGHEST, d.VN_AQI_HOUR, Rule.LARGEST),
    **_over_stations([_PROVINCE], d.VN_AQI_DAY_HIGHEST, d.VN_AQI_DAY, Rule.LARGEST),
    **_over_stations([_COMMUNE], d.PM25_MEAN_DAY, d.PM25_MEAN_DAY, Rule.MEAN),
    **_over_stations(_AREAS, d.QCVN05_DAY, d.QCVN05_DAY, Rule.RATIO),
    **_over_time([_STATION], d.VN_AQI_DAY, Rule.DAYS_ABOVE_100, d.AQI_DAYS_MONTH, d.AQI_DAYS_YEAR),
    # A day on which any station is above 100 is one on which the highest is.
    **_over_time([_PROVINCE], d.VN_AQI_DAY_HIGHEST, Rule.DAYS_ABOVE_100, d.AQI_DAYS_MONTH, d.AQI_DAYS_YEAR),
    **_over_time((_STATION, *_AREAS), d.QCVN05_DAY, Rule.RATIO, d.QCVN05_MONTH, d.QCVN05_YEAR),
    **{
        (MEAN_YEAR[pollutant], _STATION): Fold((MEAN_DAY[pollutant],), Rule.MEAN_OF_ENOUGH, Over.TIME)
        for pollutant in MEAN_DAY
    },
    **_over_time([_COMMUNE], d.PM25_MEAN_DAY, Rule.MEAN_OF_ENOUGH, d.PM25_MEAN_YEAR),
    (d.PM25_MEAN_YEAR, _PROVINCE): Fold((d.PM25_MEAN_YEAR,), Rule.BY_POPULATION, Over.COMMUNES),
    (d.QCVN05_ANNUAL_MEANS, _STATION): Fold(tuple(MEAN_YEAR.values()), Rule.WITHIN_LIMITS, Over.POLLUTANTS),
}
FOLDS: Final[Mapping[Target, Fold]] = {
    **_AIR,
    **_over_stations([_PROVINCE], d.VN_WQI_HOUR_LOWEST, d.VN_WQI_HOUR, Rule.SMALLEST),
    **_over_time([_STATION], d.LEQ_HOUR, Rule.ENERGY, d.LEQ_DAYTIME, d.LEQ_NIGHT),
    **_over_time([_STATION], d.SALINITY_MAX_HOUR, Rule.LARGEST, d.SALINITY_MAX_DAY),
    **_over_time([_STATION], d.SALINITY_MAX_DAY, Rule.LARGEST, d.SALINITY_MAX_MONTH),
    **_over_time([_STATION], d.SALINITY_MEAN_HOUR, Rule.HOURS_ABOVE_IRRIGATION, d.SALT_HOURS_IRRIGATION_DAY),
    **_over_time([_STATION], d.SALINITY_MEAN_HOUR, Rule.HOURS_ABOVE_DRINKING, d.SALT_HOURS_DRINKING_DAY),
    **_over_time([_STATION], d.SALT_HOURS_IRRIGATION_DAY, Rule.SUM, d.SALT_HOURS_IRRIGATION_MONTH),
    **_over_time([_STATION], d.SALT_HOURS_DRINKING_DAY, Rule.SUM, d.SALT_HOURS_DRINKING_MONTH),
    **_over_time(_AREAS, d.POWER_QUARTER, Rule.LARGEST, d.POWER_PEAK_DAY),
    **_over_time(_AREAS, d.POWER_PEAK_DAY, Rule.LARGEST, d.POWER_PEAK_MONTH, d.POWER_PEAK_YEAR),
    **{
        target: fold
        for share, of_day in d.ON_TIME_DAY.items()
        for target, fold in _over_time(_AREAS, share, Rule.RATIO, of_day).items()
    },
}


def _inverse() -> dict[Target, list[tuple[Target, Fold]]]:
    found: dict[Target, list[tuple[Target, Fold]]] = {}
    for (indicator, kind), fold in FOLDS.items():
        for part in fold.of:
            found.setdefault((part, fold.part_kind or kind), []).append(((indicator, kind), fold))
    return found


_FOLDED_INTO: Final = _inverse()


@cache
def level(indicator: str, kind: SubjectKind) -> int:
    """0 of values that are made of readings; of folded ones higher than of anything in them."""
    fold = FOLDS.get((indicator, kind))
    return 0 if fold is None else 1 + max(level(part, fold.part_kind or kind) for part in fold.of)


def fold_of(cell: Cell) -> Fold | None:
    """How it is folded; None of what is made of readings."""
    return FOLDS.get((cell.indicator, cell.subject_kind))


def span_of(indicator: str, within: datetime) -> Span:
    """The period of an indicator that contains an instant."""
    period = DEFINITIONS[indicator].period
    start = floor(within, period)
    return start, end_of(start, period)


def spans_of_stations(values: Iterable[Value]) -> set[Span]:
    """The spans for which `folded_into` asks where stations stood."""
    return {
        span_of(indicator, value.period_start)
        for value in values
        for (indicator, _), fold in _FOLDED_INTO.get((value.indicator, value.subject_kind), ())
        if fold.over is Over.STATIONS
    }


def folded_into(values: Iterable[Value], roster: Roster, stood: Stood, now: datetime) -> set[Cell]:
    """The cells that these values are folded into. A day has none before it is over; months and years run."""
    return {cell for value in values for cell in _targets(value, roster, stood) if is_told(cell, now)}


def is_told(cell: Cell, now: datetime) -> bool:
    """Whether a cell has a value yet."""
    return cell.period_end <= now or not isinstance(DEFINITIONS[cell.indicator].period, DayPart)


def _targets(value: Value, roster: Roster, stood: Stood) -> Iterator[Cell]:
    for (indicator, kind), fold in _FOLDED_INTO.get((value.indicator, value.subject_kind), ()):
        start, end = span = span_of(indicator, value.period_start)
        if value.period_start >= end:
            continue  # between two parts of days
        for subject in _subjects(value, kind, fold, span, roster, stood):
            yield Cell(indicator, kind, subject, start)


def _subjects(
    value: Value, kind: SubjectKind, fold: Fold, span: Span, roster: Roster, stood: Stood
) -> Iterator[str]:
    if fold.part_kind is None:
        yield value.subject
        return
    code = stood[span].get(value.subject) if fold.over is Over.STATIONS else value.subject
    for area_kind, area in roster.areas.subjects(code, local_day(span[0])):
        if area_kind is kind:
            yield area


def part_cells(cell: Cell, fold: Fold, roster: Roster, stood: Stood) -> list[Cell]:
    """The cells of the same period that a cell is folded from; of folds that are not over time."""
    if fold.over is Over.POLLUTANTS:
        return [Cell(part, cell.subject_kind, cell.subject, cell.period_start) for part in sorted(fold.of)]
    assert fold.part_kind is not None
    subjects = _members(cell, fold, roster, stood)
    return [Cell(fold.of[0], fold.part_kind, subject, cell.period_start) for subject in subjects]


def _members(cell: Cell, fold: Fold, roster: Roster, stood: Stood) -> list[str]:
    """The stations that stood in the cell's area in its period, or the communes of its province."""
    if fold.over is Over.STATIONS:
        places = stood[cell.period_start, cell.period_end]
    else:
        places = {code: code for code in roster.areas.communes()}
    subject, day = (cell.subject_kind, cell.subject), local_day(cell.period_start)
    return sorted(name for name, code in places.items() if subject in roster.areas.subjects(code, day))
