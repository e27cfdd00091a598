"""Values that are folded from other values, by the rules of `folds.py`. Pure."""

import math
from collections.abc import Sequence

from services.indicators.basis import Basis
from services.indicators.definitions import DEFINITIONS, MEAN_YEAR
from services.indicators.domain import Cell, Computed, SubjectKind, Value, exceeds
from services.indicators.folds import FOLDS, Fold, Over, Rule
from services.indicators.periods import RESOLUTION, ends_within, local_day, midnight
from services.indicators.standards import Average

ABOVE = 100.0  # VN_AQI above which EN-04 counts a day

_POLLUTANT_OF = {indicator: pollutant for pollutant, indicator in MEAN_YEAR.items()}


def folded_value(cell: Cell, parts: Sequence[Value], basis: Basis) -> Computed:
    """The cell's value of its parts, given in a fixed order. Inputs are counted in parts with a value."""
    fold = FOLDS[cell.indicator, cell.subject_kind]
    match fold.rule:
        case Rule.BY_POPULATION:
            return _by_population(cell, parts, basis)
        case Rule.WITHIN_LIMITS:
            return _within_limits(cell, parts, basis)
    known = [part.value for part in parts if part.value is not None]
    expected = _expected(cell, fold, parts, basis)
    match fold.rule:
        case Rule.RATIO:
            return _ratio(cell, parts, expected)
        case Rule.ENERGY:
            return _energy(cell, parts, expected, basis)
        case Rule.MEAN | Rule.MEAN_OF_ENOUGH:
            told = bool(known) if fold.rule is Rule.MEAN else basis.standards.enough(len(known), expected)
            mean = math.fsum(known) / len(known) if told else None
            return _computed(cell, parts, mean, expected, (math.fsum(known), float(len(known))))
    return _computed(cell, parts, _reduced(fold.rule, known, basis) if known else None, expected)


def _reduced(rule: Rule, known: Sequence[float], basis: Basis) -> float:
    match rule:
        case Rule.LARGEST:
            return max(known)
        case Rule.SMALLEST:
            return min(known)
        case Rule.SUM:
            return math.fsum(known)
        case Rule.DAYS_ABOVE_100:
            return _above(ABOVE, known)
        case Rule.HOURS_ABOVE_IRRIGATION:
            return _above(basis.standards.salinity.irrigation, known)
        case Rule.HOURS_ABOVE_DRINKING:
            return _above(basis.standards.salinity.drinking, known)
    raise ValueError(f"{rule} takes more than numbers")


def _above(threshold: float, known: Sequence[float]) -> float:
    return float(sum(exceeds(value, threshold) for value in known))


def _expected(cell: Cell, fold: Fold, parts: Sequence[Value], basis: Basis) -> int:
    """Of a fold over time all that could be there by now; else those that there are, if without a value.

    Of a commune those of its own life: what merges in the midst of a year has a year of its own.
    """
    if fold.over is not Over.TIME:
        return len(parts)
    start, end = cell.period_start, min(basis.now, cell.period_end)
    life = basis.roster.areas.life(cell.subject) if cell.subject_kind is SubjectKind.COMMUNE else None
    if life is not None:
        start = max(start, midnight(life[0]))
        end = min(end, midnight(life[1])) if life[1] else end
    return ends_within(DEFINITIONS[fold.of[0]].period, start, end)


def _ratio(cell: Cell, parts: Sequence[Value], expected: int) -> Computed:
    """%: shares are pooled, never averaged."""
    numerator, denominator = _pooled(parts)
    share = 100 * numerator / denominator if denominator else None
    return _computed(cell, parts, share, expected, (numerator, denominator))


def _energy(cell: Cell, parts: Sequence[Value], expected: int, basis: Basis) -> Computed:
    """dBA: the level of the mean energy of all readings, where enough of the hours have any."""
    energy, count = _pooled(parts)
    hours = sum(part.value is not None for part in parts)
    told = energy > 0 and basis.standards.enough(hours, expected)
    return _computed(
        cell, parts, 10 * math.log10(energy / count) if told else None, expected, (energy, count)
    )


def _pooled(parts: Sequence[Value]) -> tuple[float, float]:
    return (
        math.fsum(part.numerator or 0.0 for part in parts),
        math.fsum(part.denominator or 0.0 for part in parts),
    )


def _by_population(cell: Cell, communes: Sequence[Value], basis: Basis) -> Computed:
    """Σ population · value / Σ population of the communes that have both; None without any.

    Of the communes of the period's last day, or of today: what merged before is in what it became.
    Expected are those that have a value, used are those whose population is known as well.
    """
    day, areas = local_day(min(basis.now, cell.period_end - RESOLUTION)), basis.roster.areas
    valued = [one for one in communes if one.value is not None and areas.exists(one.subject, day)]
    persons = {c.subject: areas.population(c.subject, day) or 0 for c in valued}
    used = [commune for commune in valued if persons[commune.subject]]
    numerator = math.fsum(persons[c.subject] * (c.value or 0.0) for c in used)
    denominator = float(sum(persons.values()))
    value = numerator / denominator if denominator else None
    return _computed(cell, used, value, len(valued), (numerator, denominator))


def _within_limits(cell: Cell, means: Sequence[Value], basis: Basis) -> Computed:
    """Share, in %, of a station's annual means that are within the limit.

    A limit that changes within the year applies as it is on its last day.
    """
    day = local_day(cell.period_end - RESOLUTION)
    limit = basis.standards.limit
    limits = {mean: limit(_POLLUTANT_OF[mean.indicator], Average.YEAR, day) for mean in means}
    limited = [mean for mean in means if limits[mean] is not None]
    valid = [mean for mean in limited if mean.value is not None]
    within = sum(not exceeds(mean.value or 0.0, limits[mean] or 0.0) for mean in valid)
    value = 100 * within / len(valid) if valid else None
    return _computed(cell, limited, value, len(limited), (float(within), float(len(valid))))


def _computed(
    cell: Cell,
    parts: Sequence[Value],
    value: float | None,
    expected: int,
    of: tuple[float | None, float | None] = (None, None),
) -> Computed:
    """`of`: numerator and denominator."""
    newest = [part.newest_input_at for part in parts if part.newest_input_at is not None]
    return Computed(
        cell=cell,
        value=value,
        numerator=of[0],
        denominator=of[1],
        inputs_expected=expected,
        inputs_used=sum(part.value is not None for part in parts),
        newest_input_at=max(newest, default=None),
    )
