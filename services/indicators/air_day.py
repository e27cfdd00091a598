"""Values of a station's day from its hourly means: VN_AQI, 24-hour means, and what was within QCVN 05. Pure.

An hour with any good reading has a mean. The day's hours are the 24 that end at 01:00 … 00:00.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import datetime
from typing import Final

from services.indicators.cells import ChangedHour
from services.indicators.definitions import MEAN_DAY, QCVN05_DAY, VN_AQI_DAY
from services.indicators.domain import Cell, Computed, SubjectKind, exceeds
from services.indicators.formulas import Amount, StationHours
from services.indicators.periods import DAY, HOUR, end_of, floor, local_day
from services.indicators.roster import Roster
from services.indicators.standards import Average, Standards
from services.indicators.vn_aqi import INDEXED, PARTICLES, Pollutant, vn_aqi_daily

DAY_HOURS: Final = 24
EIGHT: Final = 8
LOOKS_BACK: Final = (EIGHT - 1) * HOUR  # the first 8-hour mean of a day reaches so far into the day before

_OVER_EIGHT_HOURS = frozenset({Pollutant.O3, Pollutant.CO})
_POLLUTANT_OF = {indicator: pollutant for pollutant, indicator in MEAN_DAY.items()}


def touched_day_cells(changes: Iterable[ChangedHour], roster: Roster, now: datetime) -> set[Cell]:
    """The station's cells of the day that holds a changed hour, and of the next one where 8 hours reach over.

    Of days that are over; what a day is closed with is the clock's affair.
    """
    cells: set[Cell] = set()
    for change in changes:
        pollutant, hour = change.pollutant, change.at.hour
        measured = roster.pollutants_of(change.at.device) | {pollutant}
        starts = [floor(hour, DAY)]
        if pollutant in _OVER_EIGHT_HOURS and hour + LOOKS_BACK >= end_of(starts[0], DAY):
            starts.append(end_of(starts[0], DAY))
        for start in starts:
            cells |= {
                c for c in _cells(change.at.device, {pollutant}, measured, start) if c.period_end <= now
            }
    return cells


def day_cells(device: str, roster: Roster, start: datetime) -> set[Cell]:
    """All cells of a station's day."""
    measured = roster.pollutants_of(device)
    return set(_cells(device, measured, measured, start))


def _cells(
    device: str, pollutants: Set[Pollutant], measured: Set[Pollutant], start: datetime
) -> Iterator[Cell]:
    """Of these pollutants, at a station that measures all of `measured`."""
    if pollutants & INDEXED and measured & PARTICLES:
        yield Cell(VN_AQI_DAY, SubjectKind.STATION, device, start)
    yield Cell(QCVN05_DAY, SubjectKind.STATION, device, start)
    for pollutant in pollutants & MEAN_DAY.keys():
        yield Cell(MEAN_DAY[pollutant], SubjectKind.STATION, device, start)


def day_value(cell: Cell, hours: StationHours, measured: Set[Pollutant], standards: Standards) -> Computed:
    """One value of a station's day; `hours` of the day and of LOOKS_BACK before it.

    `measured`: what the station promises to measure.
    """
    if cell.indicator == VN_AQI_DAY:
        return _vn_aqi(cell, hours, standards)
    if cell.indicator == QCVN05_DAY:
        return _within_limits(cell, hours, measured, standards)
    day = _day(hours, _POLLUTANT_OF[cell.indicator], cell.period_start)
    return _computed(cell, _mean(day, standards), [day])


def _vn_aqi(cell: Cell, hours: StationHours, standards: Standards) -> Computed:
    """Inputs are counted in hours: 24 are expected, used are those with a mean of PM10 or PM2.5."""
    days = {pollutant: _day(hours, pollutant, cell.period_start) for pollutant in INDEXED}
    concentrations: dict[Pollutant, float] = {}
    for pollutant, day in days.items():
        means = [amount.mean for amount in day if amount]
        value = _mean(day, standards) if pollutant in PARTICLES else max(means, default=None)
        if value is not None:
            concentrations[pollutant] = value
    eight_hours = [mean for mean, _ in _eight_hour_means(hours, Pollutant.O3, cell.period_start, standards)]
    index = vn_aqi_daily(concentrations, max(eight_hours, default=None))
    particles = [days[pollutant] for pollutant in PARTICLES]
    newest = [amount.newest_at for day in days.values() for amount in day if amount]
    return Computed(
        cell=cell,
        value=None if index is None else float(index),
        inputs_expected=DAY_HOURS,
        inputs_used=sum(any(at) for at in zip(*particles, strict=True)),
        newest_input_at=max(newest, default=None),
    )


def _within_limits(
    cell: Cell, hours: StationHours, measured: Set[Pollutant], standards: Standards
) -> Computed:
    """Share, in %, of the day's valid means over 1, 8 and 24 hours that are within the limits of the day.

    Inputs are counted in means: expected are all that a station could have which misses no hour.
    """
    local = local_day(cell.period_start)
    within = valid = expected = 0
    newest: list[datetime] = []
    for pollutant in Pollutant:
        for average, means, possible in _averages(hours, pollutant, cell.period_start, standards):
            limit = standards.limit(pollutant, average, local)
            if limit is None:
                continue
            expected += possible if pollutant in measured or means else 0
            valid += len(means)
            within += sum(not exceeds(mean, limit) for mean, _ in means)
            newest += [at for _, at in means]
    return Computed(
        cell=cell,
        value=100 * within / valid if valid else None,
        numerator=float(within),
        denominator=float(valid),
        inputs_expected=expected,
        inputs_used=valid,
        newest_input_at=max(newest, default=None),
    )


_Means = list[tuple[float, datetime]]  # a mean with the newest observation in it


def _averages(
    hours: StationHours, pollutant: Pollutant, start: datetime, standards: Standards
) -> Iterator[tuple[Average, _Means, int]]:
    """The valid means of a day over each time, and how many there could be."""
    day = _day(hours, pollutant, start)
    yield Average.HOUR, [(amount.mean, amount.newest_at) for amount in day if amount], DAY_HOURS
    yield Average.EIGHT_HOURS, _eight_hour_means(hours, pollutant, start, standards), DAY_HOURS
    mean = _mean(day, standards)
    yield Average.DAY, [] if mean is None else [(mean, _newest(day))], 1


def _eight_hour_means(
    hours: StationHours, pollutant: Pollutant, start: datetime, standards: Standards
) -> _Means:
    """The running means that end with each hour of the day, 24 at most."""
    reach = _window(hours, pollutant, start - LOOKS_BACK, DAY_HOURS + EIGHT - 1)
    windows = (reach[first : first + EIGHT] for first in range(DAY_HOURS))
    means = ((_mean(window, standards), window) for window in windows)
    return [(mean, _newest(window)) for mean, window in means if mean is not None]


def _mean(hours: Sequence[Amount | None], standards: Standards) -> float | None:
    """Mean of the hourly means, where enough of the hours have one."""
    present = [amount.mean for amount in hours if amount]
    return sum(present) / len(present) if standards.enough(len(present), len(hours)) else None


def _newest(hours: Sequence[Amount | None]) -> datetime:
    return max(amount.newest_at for amount in hours if amount)


def _day(hours: StationHours, pollutant: Pollutant, start: datetime) -> list[Amount | None]:
    return _window(hours, pollutant, start, DAY_HOURS)


def _window(hours: StationHours, pollutant: Pollutant, first: datetime, count: int) -> list[Amount | None]:
    return [hours.get((pollutant, first + n * HOUR)) for n in range(count)]


def _computed(cell: Cell, value: float | None, windows: Sequence[Sequence[Amount | None]]) -> Computed:
    present = [amount for window in windows for amount in window if amount]
    return Computed(
        cell=cell,
        value=value,
        inputs_expected=DAY_HOURS,
        inputs_used=len(present),
        newest_input_at=max((amount.newest_at for amount in present), default=None),
    )
