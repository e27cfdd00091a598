"""Values of many cells at once: their inputs in a few statements, then the formulas."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import Enum, auto

from services.indicators import store, store_gauges, store_inputs
from services.indicators.air_day import DAY_HOURS, LOOKS_BACK, day_value
from services.indicators.area_map import Subject
from services.indicators.basis import Basis
from services.indicators.cells import SeriesHour
from services.indicators.definitions import ON_TIME_KINDS, PM25_MEAN_HOUR, PM25_NOWCAST_HOUR, VN_AQI_HOUR
from services.indicators.domain import Cell, Computed, Value
from services.indicators.folding import folded_value
from services.indicators.folds import Over, fold_of, part_cells
from services.indicators.formulas import Amount, area_mean, by_area, on_time_share, station_value
from services.indicators.gauge_values import GAUGE_INDICATORS, gauge_value, sources
from services.indicators.periods import HOUR
from services.indicators.roster import Roster, Series
from services.indicators.vn_aqi import NOWCAST_HOURS, Pollutant
from services.runtime.db import Connection

WINDOWS_A_QUERY = 50_000  # device windows that are looked up in one statement

_StationHours = dict[str, dict[tuple[Pollutant, datetime], Amount]]


class _Source(Enum):
    """What the values of a cell are made from."""

    HOURS = auto()
    DAY = auto()
    AREA_HOUR = auto()
    RECEIPTS = auto()
    GAUGES = auto()
    VALUES = auto()


_HOURLY = {
    **dict.fromkeys(ON_TIME_KINDS, _Source.RECEIPTS),
    PM25_MEAN_HOUR: _Source.AREA_HOUR,
    VN_AQI_HOUR: _Source.HOURS,
    PM25_NOWCAST_HOUR: _Source.HOURS,
}


def evaluate(connection: Connection, cells: Iterable[Cell], basis: Basis) -> list[Computed]:
    """What the inputs stored now make of each cell; of folded ones, what the values do that stand now."""
    by_source: dict[_Source, list[Cell]] = {}
    for cell in sorted(cells):
        by_source.setdefault(_source(cell), []).append(cell)
    return [
        computed
        for source, some in by_source.items()
        for computed in _EVALUATIONS[source](connection, some, basis)
    ]


def _source(cell: Cell) -> _Source:
    if fold_of(cell):
        return _Source.VALUES
    if cell.indicator in GAUGE_INDICATORS:
        return _Source.GAUGES
    return _HOURLY.get(cell.indicator, _Source.DAY)


def _hourly(connection: Connection, cells: Sequence[Cell], basis: Basis) -> list[Computed]:
    ages = range(NOWCAST_HOURS)
    wanted = {(cell.subject, cell.period_start - age * HOUR) for cell in cells for age in ages}
    hours = _station_hours(connection, wanted, basis.roster)
    return [station_value(cell, hours.get(cell.subject, {})) for cell in cells]


def _daily(connection: Connection, cells: Sequence[Cell], basis: Basis) -> list[Computed]:
    ages = range(-(LOOKS_BACK // HOUR), DAY_HOURS)
    wanted = {(cell.subject, cell.period_start + age * HOUR) for cell in cells for age in ages}
    hours = _station_hours(connection, wanted, basis.roster)
    return [
        day_value(
            cell, hours.get(cell.subject, {}), basis.roster.pollutants_of(cell.subject), basis.standards
        )
        for cell in cells
    ]


def _station_hours(
    connection: Connection, wanted: Iterable[tuple[str, datetime]], roster: Roster
) -> _StationHours:
    """By device, the state of each pollutant in each hour that was asked for, in µg/m³."""
    asked = {
        SeriesHour(device, series.channel, hour)
        for device, hour in wanted
        for series in roster.air_series(device)
    }
    hours: _StationHours = {}
    for at, measure in store_inputs.measures_at(connection, asked).items():
        feed = roster.feeds[Series(at.device, at.channel)]
        amount = Amount(measure.sum * feed.factor, measure.count, measure.newest_at)
        of_device = hours.setdefault(at.device, {})
        known = of_device.get((feed.pollutant, at.hour))
        of_device[(feed.pollutant, at.hour)] = known.merge(amount) if known else amount
    return hours


def _area_means(connection: Connection, cells: Sequence[Cell], basis: Basis) -> list[Computed]:
    feeds = {series: basis.roster.feeds[series] for series in basis.roster.series_of(Pollutant.PM25)}
    hours = sorted({cell.period_start for cell in cells})
    amounts = store_inputs.amounts_by_area(connection, feeds, hours)
    return [area_mean(cell, amounts, basis.roster) for cell in cells]


def _gauges(connection: Connection, cells: Sequence[Cell], basis: Basis) -> list[Computed]:
    channels = {cell: sources(cell, basis.roster) for cell in cells}
    windows = {(series, c.period_start, c.period_end) for c, of in channels.items() for series in of}
    found = store_gauges.readings_of(connection, sorted(windows))
    states = {
        (series, start): readings.scaled(basis.roster.gauges[series].factor)
        for (series, start), readings in found.items()
    }
    return [
        gauge_value(
            cell,
            {s: states[s, cell.period_start] for s in channels[cell] if (s, cell.period_start) in states},
            basis,
        )
        for cell in cells
    ]


def _folded(connection: Connection, cells: Sequence[Cell], basis: Basis) -> list[Computed]:
    parts = {**_parts_in_time(connection, cells), **_parts_beside(connection, cells, basis.roster)}
    return [folded_value(cell, parts[cell], basis) for cell in cells]


def _parts_in_time(connection: Connection, cells: Sequence[Cell]) -> dict[Cell, list[Value]]:
    asked: list[Cell] = []
    spans: list[store.Span] = []
    for cell in cells:
        fold = fold_of(cell)
        if fold is not None and fold.over is Over.TIME:
            asked.append(cell)
            spans.append((fold.of[0], cell.subject, cell.period_start, cell.period_end))
    return dict(zip(asked, store.values_of_spans(connection, spans), strict=True))


def _parts_beside(connection: Connection, cells: Sequence[Cell], roster: Roster) -> dict[Cell, list[Value]]:
    """Values of the same period: of stations, of communes, of pollutants."""
    folds = [(cell, fold) for cell in cells if (fold := fold_of(cell)) and fold.over is not Over.TIME]
    of_stations = {(c.period_start, c.period_end) for c, fold in folds if fold.over is Over.STATIONS}
    stood = store_inputs.stood(connection, of_stations, roster)
    parts = {cell: part_cells(cell, fold, roster, stood) for cell, fold in folds}
    standing = store.standing_values(connection, sorted({part for some in parts.values() for part in some}))
    return {cell: [standing[part] for part in some if part in standing] for cell, some in parts.items()}


def _on_time_shares(connection: Connection, cells: Sequence[Cell], basis: Basis) -> list[Computed]:
    roster = basis.roster
    as_of = {cell.period_start: min(cell.period_end, basis.now) for cell in cells}
    devices = roster.active()
    ends = sorted(set(as_of.values()))
    step = max(1, WINDOWS_A_QUERY // max(1, len(devices)))
    reported: dict[datetime, dict[str, datetime]] = {}
    for first in range(0, len(ends), step):
        reported |= store_inputs.on_time(connection, devices, ends[first : first + step])
    newest: dict[tuple[str, datetime], dict[Subject, list[datetime]]] = {
        (share, start): by_area(
            _counted(share, reported.get(as_of[start], {}), roster, as_of[start]), start, roster
        )
        for share, start in {(cell.indicator, cell.period_start) for cell in cells}
    }
    return [
        on_time_share(
            cell,
            newest[cell.indicator, cell.period_start].get((cell.subject_kind, cell.subject), []),
            as_of[cell.period_start],
            roster,
        )
        for cell in cells
    ]


def _counted(share: str, reported: dict[str, datetime], roster: Roster, end: datetime) -> dict[str, datetime]:
    """Only devices that the denominator counts too."""
    return {
        name: at
        for name, at in reported.items()
        if roster.devices[name].commissioned_at < end and roster.devices[name].counts_for(share)
    }


_EVALUATIONS: dict[_Source, Callable[[Connection, Sequence[Cell], Basis], list[Computed]]] = {
    _Source.HOURS: _hourly,
    _Source.DAY: _daily,
    _Source.AREA_HOUR: _area_means,
    _Source.RECEIPTS: _on_time_shares,
    _Source.GAUGES: _gauges,
    _Source.VALUES: _folded,
}
