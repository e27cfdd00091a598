"""Which cells a change of the inputs touches, and no other: the declared windows of the indicators."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from services.indicators.definitions import (
    ON_TIME_DAY,
    ON_TIME_KINDS,
    PM25_MEAN_HOUR,
    PM25_NOWCAST_HOUR,
    VN_AQI_HOUR,
)
from services.indicators.domain import Cell, SubjectKind
from services.indicators.periods import FIVE_MINUTES, HOUR, floor, local_day
from services.indicators.roster import Device, Roster, Series
from services.indicators.vn_aqi import INDEXED, NOWCAST_HOURS, PARTICLES, Pollutant

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, order=True)
class SeriesHour:
    """One channel of one device over [hour, hour + 1 h)."""

    device: str
    channel: str
    hour: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """A reading that arrived, as far as cells depend on it. Milliseconds since the epoch."""

    device: str
    channel: str
    observed_at_ms: int
    received_at_ms: int


@dataclass(frozen=True, slots=True)
class ChangedHour:
    """A series hour whose sum, count or newest reading is now another, and where its device stood."""

    at: SeriesHour
    pollutant: Pollutant
    area_code: str | None


def series_hours(arrivals: Iterable[Arrival], roster: Roster) -> set[SeriesHour]:
    """The hours of series that feed an air indicator in which something arrived."""
    touched = {(a.device, a.channel, a.observed_at_ms // _HOUR_MS) for a in arrivals}
    return {
        SeriesHour(device, channel, datetime.fromtimestamp(hour * 3_600, UTC))
        for device, channel, hour in touched
        if Series(device, channel) in roster.feeds
    }


def air_cells(changes: Iterable[ChangedHour], roster: Roster, now: datetime) -> set[Cell]:
    """The station's hours h … h+11 by NowCast (h alone for gases), its commune's and its province's hour h.

    No hour after the current one.
    """
    touched: set[Cell] = set()
    for change in changes:
        touched.update(cell for cell in _air_cells(change, roster) if cell.period_start <= now)
    return touched


def _air_cells(change: ChangedHour, roster: Roster) -> Iterator[Cell]:
    device, hour = change.at.device, change.at.hour
    if change.pollutant not in INDEXED:
        return
    reach = NOWCAST_HOURS if change.pollutant in PARTICLES else 1
    for later in range(reach):
        yield Cell(VN_AQI_HOUR, SubjectKind.STATION, device, hour + later * HOUR)
        if change.pollutant is Pollutant.PM25:
            yield Cell(PM25_NOWCAST_HOUR, SubjectKind.STATION, device, hour + later * HOUR)
    if change.pollutant is Pollutant.PM25:
        for subject in roster.areas.subjects(change.area_code, local_day(hour)):
            yield Cell(PM25_MEAN_HOUR, *subject, hour)


def on_time_cells(arrivals: Iterable[Arrival], roster: Roster, now: datetime) -> set[Cell]:
    """The closed 5-minute periods, by area, in whose window a reading arrived in time.

    A reading that came too late makes no device on time, so it touches nothing. The open period is
    the clock's affair (see `closing.py`), since silence changes it as well.
    """
    newest_end = floor(now, FIVE_MINUTES)
    ends: set[tuple[str, datetime]] = set()
    for arrival in arrivals:
        device = roster.devices.get(arrival.device)
        if device is not None and device.active:
            ends.update((arrival.device, end) for end in _ends(arrival, device, newest_end))
    return {
        Cell(share, *subject, end - FIVE_MINUTES)
        for name, end in ends
        for subject in roster.areas.subjects(roster.devices[name].area_code, local_day(end - FIVE_MINUTES))
        for share in ON_TIME_KINDS
        if roster.devices[name].counts_for(share)
    }


def _ends(arrival: Arrival, device: Device, newest_end: datetime) -> Iterator[datetime]:
    """Ends e of closed periods with observed_at in [e − window, e)."""
    if arrival.received_at_ms - arrival.observed_at_ms > device.tolerance / timedelta(milliseconds=1):
        return
    observed = datetime.fromtimestamp(arrival.observed_at_ms / 1_000, UTC)
    end = floor(observed, FIVE_MINUTES) + FIVE_MINUTES
    while end <= min(newest_end, observed + device.on_time_window):
        yield end
        end += FIVE_MINUTES


def station_hour_cells(devices: Iterable[Device], roster: Roster, hour: datetime) -> set[Cell]:
    """The cells of one hour of stations that may be silent, and of the areas in which they stand."""
    cells: set[Cell] = set()
    for device in devices:
        measured = roster.pollutants_of(device.device)
        if measured & PARTICLES:
            cells.add(Cell(VN_AQI_HOUR, SubjectKind.STATION, device.device, hour))
        if Pollutant.PM25 in measured:
            cells.add(Cell(PM25_NOWCAST_HOUR, SubjectKind.STATION, device.device, hour))
            subjects = roster.areas.subjects(device.area_code, local_day(hour))
            cells.update(Cell(PM25_MEAN_HOUR, *subject, hour) for subject in subjects)
    return cells


def share_cells(roster: Roster, start: datetime) -> set[Cell]:
    """The shares of devices on time of one period of 5 minutes, in all areas that have such devices."""
    return {
        Cell(share, *subject, start)
        for share in ON_TIME_KINDS
        for subject in roster.areas_with_devices(share, local_day(start))
    }


def share_day_cells(roster: Roster, start: datetime) -> set[Cell]:
    """Those of one day."""
    return {replace(cell, indicator=ON_TIME_DAY[cell.indicator]) for cell in share_cells(roster, start)}
