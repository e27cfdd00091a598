"""What values are made from: the measures of this context, and reads of registry, areas and telemetry."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from services.areas import store as areas
from services.indicators.area_map import AreaMap, UnitSpan
from services.indicators.cells import SeriesHour
from services.indicators.definitions import DEVICES_ON_TIME, PM25_MEAN_HOUR
from services.indicators.folds import Span, Stood
from services.indicators.formulas import Amount
from services.indicators.gauges import Gauge, gauge_of
from services.indicators.measures import Measure
from services.indicators.pollutants import Feed, RefusedUnit, feed_of
from services.indicators.roster import Device, Roster, Series
from services.registry import store as registry
from services.runtime.db import Connection
from services.telemetry import store as telemetry


def load_roster(connection: Connection) -> Roster:
    """The registry's devices and the areas' chains, all of them, as they are now."""
    devices = []
    feeds: dict[Series, Feed] = {}
    gauges: dict[Series, Gauge] = {}
    refused: dict[Series, RefusedUnit] = {}
    for known in registry.devices(connection):
        interval = timedelta(seconds=known.reporting_interval_s)
        active = known.state == "active"
        area_code = known.area_code or None
        devices.append(Device(known.device, known.kind, area_code, active, known.commissioned_at, interval))
        for channel in known.channels:
            series = Series(known.device, channel.channel)
            match feed_of(channel.quantity, channel.unit) or gauge_of(channel.quantity, channel.unit):
                case Feed() as feed:
                    feeds[series] = feed
                case Gauge() as gauge:
                    gauges[series] = gauge
                case RefusedUnit() as refusal:
                    refused[series] = refusal
    codes = {device.area_code for device in devices if device.area_code} | _valued_areas(connection)
    return Roster(devices, feeds, refused, AreaMap(_unit_spans(connection, codes)), gauges)


def devices_version(connection: Connection) -> str:
    """Changes whenever the registry's devices do."""
    return registry.devices_version(connection)


def _unit_spans(connection: Connection, codes: Iterable[str]) -> list[UnitSpan]:
    """Every state of the units with these codes and of all units above them."""
    spans: list[UnitSpan] = []
    seen: set[str] = set()
    wanted = set(codes)
    while wanted:
        units = areas.units_with_codes(connection, sorted(wanted))
        spans += [
            UnitSpan(u.code, u.level, u.parent_code or None, u.valid_from, u.valid_to, u.population)
            for u in units
        ]
        seen |= wanted
        wanted = {unit.parent_code for unit in units if unit.parent_code} - seen
    return spans


def _valued_areas(connection: Connection) -> set[str]:
    """Areas that have values, also where no device stands any more."""
    rows = connection.execute(
        "SELECT subject FROM indicators.newest WHERE indicator = ANY(%s)",
        ([PM25_MEAN_HOUR, DEVICES_ON_TIME],),
    ).fetchall()
    return {row[0] for row in rows}


def recompute_measures(
    connection: Connection, hours: Sequence[SeriesHour], roster: Roster
) -> dict[SeriesHour, Measure]:
    """The measures of series hours as the standing, good readings make them now; without any: absent."""
    states = telemetry.hour_states(connection, [(at.device, at.channel, at.hour) for at in hours])
    measures = {}
    for state in states:
        device = roster.devices.get(state.device)
        measures[SeriesHour(state.device, state.channel, state.hour)] = Measure(
            device.area_code if device else None, state.total, state.count, state.newest_observed_at
        )
    return measures


def measures_at(connection: Connection, hours: Iterable[SeriesHour]) -> dict[SeriesHour, Measure]:
    """The measures that are kept of these series hours."""
    rows = connection.execute(
        "SELECT m.device, m.channel, m.hour, m.area_code, m.sum, m.count, m.newest_at"
        " FROM unnest(%b::text[], %b::text[], %b::timestamptz[]) AS k (device, channel, hour)"
        " JOIN indicators.measures m USING (device, channel, hour)",
        _columns(hours),
    ).fetchall()
    return {SeriesHour(*row[:3]): Measure(*row[3:]) for row in rows}


def write_measures(connection: Connection, measures: Mapping[SeriesHour, Measure]) -> None:
    """Adds or replaces measures."""
    kept = list(measures.values())
    connection.execute(
        "INSERT INTO indicators.measures (device, channel, hour, area_code, sum, count, newest_at)"
        " SELECT * FROM unnest(%b::text[], %b::text[], %b::timestamptz[], %b::text[], %b::float8[],"
        " %b::integer[], %b::timestamptz[])"
        " ON CONFLICT (device, channel, hour) DO UPDATE SET (area_code, sum, count, newest_at) ="
        " (excluded.area_code, excluded.sum, excluded.count, excluded.newest_at)",
        (
            *_columns(measures),
            [m.area_code for m in kept],
            [m.sum for m in kept],
            [m.count for m in kept],
            [m.newest_at for m in kept],
        ),
    )


def delete_measures(connection: Connection, hours: Iterable[SeriesHour]) -> None:
    """Removes the measures of hours that no longer hold a good reading."""
    connection.execute(
        "DELETE FROM indicators.measures m USING unnest(%b::text[], %b::text[], %b::timestamptz[])"
        " AS k (device, channel, hour)"
        " WHERE m.device = k.device AND m.channel = k.channel AND m.hour = k.hour",
        _columns(hours),
    )


def amounts_by_area(
    connection: Connection, feeds: Mapping[Series, Feed], hours: Sequence[datetime]
) -> dict[datetime, dict[str, Amount]]:
    """Σ sum (µg/m³) and Σ count of the given series, by hour and by the area code of their devices."""
    rows = connection.execute(
        "SELECT m.hour, m.area_code, sum(m.sum * f.factor ORDER BY m.device, m.channel), sum(m.count),"
        " max(m.newest_at) FROM indicators.measures m"
        " JOIN unnest(%b::text[], %b::text[], %b::float8[]) AS f (device, channel, factor)"
        " ON f.device = m.device AND f.channel = m.channel"
        " WHERE m.hour = ANY(%s) AND m.area_code IS NOT NULL GROUP BY m.hour, m.area_code",
        (
            [s.device for s in feeds],
            [s.channel for s in feeds],
            [feed.factor for feed in feeds.values()],
            list(hours),
        ),
    ).fetchall()
    amounts: dict[datetime, dict[str, Amount]] = {}
    for hour, area_code, total, count, newest_at in rows:
        amounts.setdefault(hour, {})[area_code] = Amount(total, count, newest_at)
    return amounts


def stood(connection: Connection, spans: Iterable[Span], roster: Roster) -> Stood:
    """In what area each station stood in each span: where its air was first measured, else as it is now."""
    ordered = sorted(spans)
    if not ordered:
        return {}
    places = {span: _registered(roster, before=span[1]) for span in ordered}
    rows = connection.execute(
        "SELECT DISTINCT ON (w.starts, w.ends, m.device) w.starts, w.ends, m.device, m.area_code"
        " FROM unnest(%b::timestamptz[], %b::timestamptz[]) AS w (starts, ends)"
        " JOIN indicators.measures m ON m.hour >= w.starts AND m.hour < w.ends AND m.area_code IS NOT NULL"
        " ORDER BY w.starts, w.ends, m.device, m.hour, m.channel",
        ([start for start, _ in ordered], [end for _, end in ordered]),
    ).fetchall()
    for start, end, device, area_code in rows:
        places[start, end][device] = area_code
    return places


def _registered(roster: Roster, before: datetime) -> dict[str, str]:
    every = [*roster.stations(), *roster.water_stations()]
    stations = (device for device in every if device.commissioned_at < before)
    return {device.device: device.area_code for device in stations if device.area_code}


def on_time(
    connection: Connection, devices: Sequence[Device], ends: Sequence[datetime]
) -> dict[datetime, dict[str, datetime]]:
    """For each end of a window: the devices that reported on time in it, with the newest such reading.

    A correction replaces the receipt time of what it corrects, so replaced readings are looked at too:
    a device that was on time stays so.
    """
    asked = [(device, end) for end in ends for device in devices]
    if not asked:
        return {}
    rows = connection.execute(
        "SELECT w.ends, w.device, max(seen.observed_at)"
        " FROM unnest(%(devices)b::text[], %(starts)b::timestamptz[], %(ends)b::timestamptz[],"
        "             %(tolerances)b::interval[]) AS w (device, starts, ends, tolerance)"
        " JOIN telemetry.series s ON s.device = w.device"
        " CROSS JOIN LATERAL ("
        "  SELECT max(r.observed_at) AS observed_at FROM telemetry.readings r WHERE r.series_id = s.series_id"
        "  AND r.observed_at >= w.starts AND r.observed_at < w.ends"
        "  AND r.observed_at >= %(first)s AND r.observed_at < %(last)s"  # lets the planner prune partitions
        "  AND r.received_at <= r.observed_at + w.tolerance"
        "  UNION ALL"
        "  SELECT max(h.observed_at) FROM telemetry.reading_history h WHERE h.series_id = s.series_id"
        "  AND h.observed_at >= w.starts AND h.observed_at < w.ends"
        "  AND h.received_at <= h.observed_at + w.tolerance"
        " ) seen WHERE seen.observed_at IS NOT NULL GROUP BY w.ends, w.device",
        {
            "devices": [device.device for device, _ in asked],
            "starts": [end - device.on_time_window for device, end in asked],
            "ends": [end for _, end in asked],
            "tolerances": [device.tolerance for device, _ in asked],
            "first": min(end - device.on_time_window for device, end in asked),
            "last": max(ends),
        },
    ).fetchall()
    reported: dict[datetime, dict[str, datetime]] = {}
    for end, device, newest_at in rows:
        reported.setdefault(end, {})[device] = newest_at
    return reported


def _columns(hours: Iterable[SeriesHour]) -> tuple[list[str], list[str], list[datetime]]:
    keys = list(hours)
    return [k.device for k in keys], [k.channel for k in keys], [k.hour for k in keys]
