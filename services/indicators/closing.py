"""Which periods the clock closes: a silent device sends no fact, so time itself is one."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from services.indicators.air_day import day_cells
from services.indicators.cells import share_cells, share_day_cells, station_hour_cells
from services.indicators.domain import Cell
from services.indicators.gauge_values import cells_of
from services.indicators.gauges import Gauge, Gauged
from services.indicators.periods import (
    DAY,
    FIVE_MINUTES,
    HOUR,
    QUARTER,
    Period,
    end_of,
    floor,
    last_end,
    next_end,
    start_before,
)
from services.indicators.roster import Device, Roster

# Other periods are of values that are folded from these, and follow them.
PERIODS: tuple[Period, ...] = (HOUR, QUARTER, FIVE_MINUTES, DAY)


def ends_to_close(
    closed_until: datetime | None, now: datetime, period: Period, longest: timedelta
) -> list[datetime]:
    """Ends of the periods that are over and were not closed yet, oldest first.

    After a stop longer than `longest` the middle is left out; the first one is always closed, since it was
    open when the work stopped and may hold a value of that moment. Nothing was ever closed: none.
    """
    if closed_until is None:
        return []
    newest = last_end(now, period)
    first = next_end(closed_until, period)
    if first > newest:
        return []
    ends = [max(first, last_end(now - longest, period))]
    while ends[-1] < newest:
        ends.append(next_end(ends[-1], period))
    return ends if ends[0] == first else [first, *ends]


def cells_to_close(period: Period, end: datetime, roster: Roster) -> set[Cell]:
    """The cells of one period that get a value whether or not anything arrived."""
    start = start_before(end, period)
    if period == FIVE_MINUTES:
        return share_cells(roster, start)
    commissioned = [device for device in roster.stations() if device.commissioned_at < end]
    if period == HOUR:
        return station_hour_cells(commissioned, roster, start) | _gauge_cells(roster, period, start, end)
    if period == QUARTER:
        return _gauge_cells(roster, period, start, end)
    days = {cell for device in commissioned for cell in day_cells(device.device, roster, start)}
    return days | share_day_cells(roster, start)


def open_cells(now: datetime, roster: Roster) -> set[Cell]:
    """The cells of the open 5-minute period: its shares are those of the window that ends now."""
    return share_cells(roster, floor(now, FIVE_MINUTES))


def recent_cells(now: datetime, span: timedelta, roster: Roster) -> Iterator[Cell]:
    """All closed cells of the last `span` that are made from readings without kept measures, oldest first."""
    for period in (FIVE_MINUTES, QUARTER, HOUR):
        end = next_end(last_end(now - span, period), period)
        while end <= now:
            start = start_before(end, period)
            gauges = _gauge_cells(roster, period, start, end)
            yield from sorted(cells_to_close(period, end, roster) if period == FIVE_MINUTES else gauges)
            end = end_of(end, period)


def _gauge_cells(roster: Roster, period: Period, start: datetime, end: datetime) -> set[Cell]:
    """Those that are closed with quarters are of power, all others are hourly."""
    return {
        cell
        for device, gauge in _gauges(roster)
        if device.commissioned_at < end and (gauge.measures is Gauged.POWER) == (period == QUARTER)
        for cell in cells_of(device, gauge, start, roster)
    }


def _gauges(roster: Roster) -> Iterable[tuple[Device, Gauge]]:
    for series, gauge in roster.gauges.items():
        device = roster.devices.get(series.device)
        if device is not None and device.active:
            yield device, gauge
