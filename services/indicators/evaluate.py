"""Values of many cells at once: their inputs in a few statements, then the formulas."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.indicators import store_inputs
from services.indicators.area_map import Subject
from services.indicators.cells import SeriesHour
from services.indicators.definitions import DEVICES_ON_TIME, HOUR, PM25_MEAN_HOUR
from services.indicators.domain import Cell, Computed
from services.indicators.formulas import Amount, area_mean, by_area, on_time_share, station_value
from services.indicators.roster import Roster, Series
from services.indicators.vn_aqi import NOWCAST_HOURS, Pollutant
from services.runtime.db import Connection

WINDOWS_A_QUERY = 50_000  # device windows that are looked up in one statement


def evaluate(connection: Connection, cells: Iterable[Cell], roster: Roster, now: datetime) -> list[Computed]:
    """What the inputs stored now make of each cell, ordered by cell."""
    ordered = sorted(cells)
    on_time = [cell for cell in ordered if cell.indicator == DEVICES_ON_TIME]
    means = [cell for cell in ordered if cell.indicator == PM25_MEAN_HOUR]
    stations = [cell for cell in ordered if cell.indicator not in (DEVICES_ON_TIME, PM25_MEAN_HOUR)]
    return [
        *_station_values(connection, stations, roster),
        *_area_means(connection, means, roster),
        *_on_time_shares(connection, on_time, roster, now),
    ]


def _station_values(connection: Connection, cells: Sequence[Cell], roster: Roster) -> list[Computed]:
    if not cells:
        return []
    channels: dict[str, list[Series]] = {}
    for series in roster.feeds:
        channels.setdefault(series.device, []).append(series)
    wanted = {
        SeriesHour(series.device, series.channel, cell.period_start - age * HOUR)
        for cell in cells
        for series in channels.get(cell.subject, ())
        for age in range(NOWCAST_HOURS)
    }
    hours: dict[str, dict[tuple[Pollutant, datetime], Amount]] = {}
    for at, measure in store_inputs.measures_at(connection, wanted).items():
        feed = roster.feeds[Series(at.device, at.channel)]
        amount = Amount(measure.sum * feed.factor, measure.count, measure.newest_at)
        of_device = hours.setdefault(at.device, {})
        known = of_device.get((feed.pollutant, at.hour))
        of_device[(feed.pollutant, at.hour)] = known.merge(amount) if known else amount
    return [station_value(cell, hours.get(cell.subject, {})) for cell in cells]


def _area_means(connection: Connection, cells: Sequence[Cell], roster: Roster) -> list[Computed]:
    if not cells:
        return []
    feeds = {series: roster.feeds[series] for series in roster.series_of(Pollutant.PM25)}
    hours = sorted({cell.period_start for cell in cells})
    amounts = store_inputs.amounts_by_area(connection, feeds, hours)
    return [area_mean(cell, amounts, roster) for cell in cells]


def _on_time_shares(
    connection: Connection, cells: Sequence[Cell], roster: Roster, now: datetime
) -> list[Computed]:
    if not cells:
        return []
    as_of = {cell.period_start: min(cell.period_end, now) for cell in cells}
    devices = roster.active()
    ends = sorted(set(as_of.values()))
    step = max(1, WINDOWS_A_QUERY // max(1, len(devices)))
    reported: dict[datetime, dict[str, datetime]] = {}
    for first in range(0, len(ends), step):
        reported |= store_inputs.on_time(connection, devices, ends[first : first + step])
    newest: dict[datetime, dict[Subject, list[datetime]]] = {
        start: by_area(_commissioned(reported.get(end, {}), roster, end), start, roster)
        for start, end in as_of.items()
    }
    return [
        on_time_share(
            cell,
            newest[cell.period_start].get((cell.subject_kind, cell.subject), []),
            as_of[cell.period_start],
            roster,
        )
        for cell in cells
    ]


def _commissioned(reported: dict[str, datetime], roster: Roster, end: datetime) -> dict[str, datetime]:
    """Only devices that the denominator counts too."""
    return {name: at for name, at in reported.items() if roster.devices[name].commissioned_at < end}
