"""Values of noise, salinity, water quality and power from the readings of an hour or a quarter. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.indicators.basis import Basis
from services.indicators.cells import Arrival
from services.indicators.definitions import (
    LEQ_HOUR,
    POWER_QUARTER,
    SALINITY_MAX_HOUR,
    SALINITY_MEAN_HOUR,
    VN_WQI_HOUR,
)
from services.indicators.domain import Cell, Computed, SubjectKind
from services.indicators.gauges import Gauge, Gauged
from services.indicators.periods import HOUR, QUARTER, floor, local_day
from services.indicators.roster import Device, Roster, Series
from services.indicators.vn_wqi import Parameter, vn_wqi

HOURLY = {
    Gauged.NOISE: (LEQ_HOUR,),
    Gauged.SALINITY: (SALINITY_MEAN_HOUR, SALINITY_MAX_HOUR),
}
GAUGE_INDICATORS = frozenset({VN_WQI_HOUR, POWER_QUARTER, *(i for ids in HOURLY.values() for i in ids)})
_GAUGED_OF = {indicator: gauged for gauged, ids in HOURLY.items() for indicator in ids}


@dataclass(frozen=True, slots=True)
class Readings:
    """Mergeable state of readings. `energy` is Σ 10^(value/10), of levels in dB alone."""

    sum: float
    count: int
    largest: float
    energy: float
    newest_at: datetime

    @property
    def mean(self) -> float:
        return self.sum / self.count

    def scaled(self, factor: float) -> "Readings":
        """The same in another unit."""
        return Readings(self.sum * factor, self.count, self.largest * factor, self.energy, self.newest_at)


# Of the channels that a cell is made from, those that have good readings in its period; in the gauge's unit.
States = Mapping[Series, Readings]


def gauge_cells(arrivals: Iterable[Arrival], roster: Roster, now: datetime) -> set[Cell]:
    """The cells of closed hours and quarters in which something arrived; open ones are the clock's affair."""
    cells: set[Cell] = set()
    for arrival in arrivals:
        gauge = roster.gauges.get(Series(arrival.device, arrival.channel))
        device = roster.devices.get(arrival.device)
        if gauge is None or device is None or not device.active:
            continue
        observed = datetime.fromtimestamp(arrival.observed_at_ms / 1_000, now.tzinfo)
        cells.update(cell for cell in cells_of(device, gauge, observed, roster) if cell.period_end <= now)
    return cells


def cells_of(device: Device, gauge: Gauge, within: datetime, roster: Roster) -> list[Cell]:
    """The cells of the period around an instant that a channel of a device feeds."""
    if gauge.measures is Gauged.POWER:
        start = floor(within, QUARTER)
        subjects = roster.areas.subjects(device.area_code, local_day(start))
        return [Cell(POWER_QUARTER, *subject, start) for subject in subjects]
    indicators = HOURLY[gauge.measures] if isinstance(gauge.measures, Gauged) else (VN_WQI_HOUR,)
    hour = floor(within, HOUR)
    return [Cell(indicator, SubjectKind.STATION, device.device, hour) for indicator in indicators]


def sources(cell: Cell, roster: Roster) -> Sequence[Series]:
    """The channels that a cell is made from."""
    if cell.indicator == VN_WQI_HOUR:
        return sorted(roster.water_of(cell.subject))
    if cell.indicator != POWER_QUARTER:
        return roster.gauged(_GAUGED_OF[cell.indicator]).get(cell.subject, [])
    return roster.meters((cell.subject_kind, cell.subject), local_day(cell.period_start), cell.period_end)


def gauge_value(cell: Cell, states: States, basis: Basis) -> Computed:
    """The cell's value. Inputs are counted in readings; of VN_WQI in parameters, of power in meters."""
    if cell.indicator == VN_WQI_HOUR:
        return _water_index(cell, states, basis)
    if cell.indicator == POWER_QUARTER:
        return _demand(cell, states, basis)
    device = basis.roster.devices.get(cell.subject)
    channels = len(sources(cell, basis.roster))
    expected = round(channels * (HOUR / device.interval)) if device else 0
    count = sum(state.count for state in states.values())
    value, numerator = _of_readings(cell.indicator, list(states.values()), count)
    return Computed(
        cell=cell,
        value=value,
        numerator=numerator,
        denominator=None if numerator is None else float(count),
        inputs_expected=expected,
        inputs_used=count,
        newest_input_at=_newest(states),
    )


def _of_readings(indicator: str, states: Sequence[Readings], count: int) -> tuple[float | None, float | None]:
    """Value and numerator."""
    if not states:
        return None, None
    if indicator == SALINITY_MAX_HOUR:
        return max(state.largest for state in states), None
    if indicator == SALINITY_MEAN_HOUR:
        total = math.fsum(state.sum for state in states)
        return total / count, total
    energy = math.fsum(state.energy for state in states)
    return 10 * math.log10(energy / count), energy


def _water_index(cell: Cell, states: States, basis: Basis) -> Computed:
    """VN_WQI of the hour's means; of two channels of one parameter, the mean of their readings."""
    gauges = basis.roster.water_of(cell.subject)
    of_parameter: dict[Parameter, list[Readings]] = {}
    for series, state in sorted(states.items()):
        measured = gauges[series].measures
        assert isinstance(measured, Parameter)
        of_parameter.setdefault(measured, []).append(state)
    means = {p: math.fsum(s.sum for s in of) / sum(s.count for s in of) for p, of in of_parameter.items()}
    index = vn_wqi(means, basis.standards.wqi)
    return Computed(
        cell=cell,
        value=None if index is None else float(index),
        inputs_expected=len({gauge.measures for gauge in gauges.values()}),
        inputs_used=len(means),
        newest_input_at=_newest(states),
    )


def _demand(cell: Cell, states: States, basis: Basis) -> Computed:
    """MW: the sum of the meters' means over the same 15 minutes, where enough of the meters have one."""
    meters = len(sources(cell, basis.roster))
    told = basis.standards.enough(len(states), meters)
    return Computed(
        cell=cell,
        value=math.fsum(state.mean for state in states.values()) if told else None,
        inputs_expected=meters,
        inputs_used=len(states),
        newest_input_at=_newest(states),
    )


def _newest(states: States) -> datetime | None:
    return max((state.newest_at for state in states.values()), default=None)
