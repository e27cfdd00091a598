"""Which periods the clock closes: a silent device sends no fact, so time itself is one."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.indicators.area_map import local_day
from services.indicators.cells import area_cells, floor, station_hour_cells
from services.indicators.definitions import DEVICES_ON_TIME, FIVE_MINUTES, HOUR
from services.indicators.domain import Cell
from services.indicators.roster import Roster

PERIODS = (HOUR, FIVE_MINUTES)


def ends_to_close(
    closed_until: datetime | None, now: datetime, period: timedelta, longest: timedelta
) -> list[datetime]:
    """Ends of the periods that are over and were not closed yet, oldest first.

    After a stop longer than `longest` the middle is left out; the first one is always closed, since it was
    open when the work stopped and may hold a value of that moment. Nothing was ever closed: none.
    """
    if closed_until is None:
        return []
    newest = floor(now, period)
    first = closed_until + period
    if first > newest:
        return []
    start = max(first, floor(now - longest, period))
    ends = [start + n * period for n in range((newest - start) // period + 1)]
    return ends if start == first else [first, *ends]


def cells_to_close(period: timedelta, end: datetime, roster: Roster) -> set[Cell]:
    """The cells of one period that get a value whether or not anything arrived."""
    start = end - period
    if period == HOUR:
        commissioned = (device for device in roster.stations() if device.commissioned_at < end)
        return station_hour_cells(commissioned, roster, start)
    return area_cells(DEVICES_ON_TIME, roster.areas_with_devices(local_day(start)), start)


def open_cells(now: datetime, roster: Roster) -> set[Cell]:
    """The cells of the open 5-minute period: its share is that of the window that ends now."""
    start = floor(now, FIVE_MINUTES)
    return area_cells(DEVICES_ON_TIME, roster.areas_with_devices(local_day(start)), start)


def recent_on_time_cells(now: datetime, span: timedelta, roster: Roster) -> Iterator[Cell]:
    """All closed on-time cells of the last `span`, oldest first."""
    newest = floor(now, FIVE_MINUTES)
    end = floor(now - span, FIVE_MINUTES) + FIVE_MINUTES
    while end <= newest:
        yield from sorted(cells_to_close(FIVE_MINUTES, end, roster))
        end += FIVE_MINUTES
