"""The values of cells, from sums and counts of readings: nothing here averages means or ratios."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.indicators.area_map import Subject
from services.indicators.definitions import PM25_NOWCAST_HOUR, VN_AQI_HOUR
from services.indicators.domain import Cell, Computed
from services.indicators.periods import HOUR, local_day
from services.indicators.roster import Roster
from services.indicators.vn_aqi import INDEXED, NOWCAST_HOURS, PARTICLES, Pollutant, nowcast, vn_aqi


@dataclass(frozen=True, slots=True)
class Amount:
    """A mergeable state: the sum of `count` readings in µg/m³, the newest of them observed at `newest_at`."""

    sum: float
    count: int
    newest_at: datetime

    @property
    def mean(self) -> float:
        return self.sum / self.count

    def merge(self, other: "Amount") -> "Amount":
        return Amount(self.sum + other.sum, self.count + other.count, max(self.newest_at, other.newest_at))


# (pollutant, hour start) → state, of one station
StationHours = Mapping[tuple[Pollutant, datetime], Amount]
# hour start → area code of the devices → PM2.5 state of all devices under that code
AreaHours = Mapping[datetime, Mapping[str, Amount]]


def station_value(cell: Cell, hours: StationHours) -> Computed:
    """VN_AQI or the PM2.5 NowCast of a station's hour.

    Inputs are counted in hours: 12 are expected, used are those with a PM mean that the value is made from.
    """
    if cell.indicator == VN_AQI_HOUR:
        return _vn_aqi_value(cell, hours)
    if cell.indicator != PM25_NOWCAST_HOUR:
        raise ValueError(f"{cell.indicator} is no indicator of a station")
    window = _window(hours, Pollutant.PM25, cell.period_start)
    return _from_windows(cell, nowcast(_means(window)), [window])


def _vn_aqi_value(cell: Cell, hours: StationHours) -> Computed:
    concentrations: dict[Pollutant, float] = {}
    windows = []
    for pollutant in sorted(INDEXED):
        is_particle = pollutant in PARTICLES
        window = _window(hours, pollutant, cell.period_start)
        concentration = nowcast(_means(window)) if is_particle else _means(window)[0]
        if concentration is not None:
            concentrations[pollutant] = concentration
        windows.append(window if is_particle else window[:1])
    index = vn_aqi(concentrations)
    return _from_windows(cell, None if index is None else float(index), windows)


def _from_windows(cell: Cell, value: float | None, windows: Sequence[Sequence[Amount | None]]) -> Computed:
    newest = [amount.newest_at for window in windows for amount in window if amount]
    particle_windows = [window for window in windows if len(window) == NOWCAST_HOURS]
    return Computed(
        cell=cell,
        value=value,
        inputs_expected=NOWCAST_HOURS,
        inputs_used=sum(any(ages) for ages in zip(*particle_windows, strict=True)),
        newest_input_at=max(newest, default=None),
    )


def _window(hours: StationHours, pollutant: Pollutant, newest: datetime) -> list[Amount | None]:
    return [hours.get((pollutant, newest - age * HOUR)) for age in range(NOWCAST_HOURS)]


def _means(window: Iterable[Amount | None]) -> list[float | None]:
    return [None if amount is None else amount.mean for amount in window]


def area_mean(cell: Cell, hours: AreaHours, roster: Roster) -> Computed:
    """Mean PM2.5 of an area's hour, µg/m³: Σ sums / Σ counts of all readings in it.

    Inputs are counted in readings; expected are those that the area's devices promise for a whole hour.
    """
    subject: Subject = (cell.subject_kind, cell.subject)
    day = local_day(cell.period_start)
    total: Amount | None = None
    for code, amount in hours.get(cell.period_start, {}).items():
        if subject in roster.areas.subjects(code, day):
            total = amount if total is None else total.merge(amount)
    return Computed(
        cell=cell,
        value=total.mean if total else None,
        numerator=total.sum if total else None,
        denominator=float(total.count) if total else None,
        inputs_expected=roster.readings_expected(subject, day, cell.period_end),
        inputs_used=total.count if total else 0,
        newest_input_at=total.newest_at if total else None,
    )


def by_area(
    on_time: Mapping[str, datetime], period_start: datetime, roster: Roster
) -> dict[Subject, list[datetime]]:
    """The devices' newest readings that count, under each commune and province in which they stand."""
    grouped: dict[Subject, list[datetime]] = {}
    for device, newest_at in on_time.items():
        for subject in roster.areas.subjects(roster.devices[device].area_code, local_day(period_start)):
            grouped.setdefault(subject, []).append(newest_at)
    return grouped


def on_time_share(cell: Cell, newest: Sequence[datetime], as_of: datetime, roster: Roster) -> Computed:
    """DI-09, %: devices of an area that reported on time over those active and commissioned before `as_of`.

    Both of all devices, or of those kinds that the cell's indicator tells of.
    `newest`: one time a device that reported, of its newest reading in the window that ends at `as_of`;
    this is the period's end or, while it is open, now. Inputs are counted in devices. None without any.
    """
    subject: Subject = (cell.subject_kind, cell.subject)
    expected = roster.devices_expected(cell.indicator, subject, local_day(cell.period_start), as_of)
    return Computed(
        cell=cell,
        value=100 * len(newest) / expected if expected else None,
        numerator=float(len(newest)),
        denominator=float(expected),
        inputs_expected=expected,
        inputs_used=len(newest),
        newest_input_at=max(newest, default=None),
    )
