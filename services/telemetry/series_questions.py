"""What a query asks of the series: its limits, then which of them, then their points, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from ioc.telemetry.v1 import series_pb2 as pb

from iot_gateway.samples import Refused
from iot_gateway.units import IDENTITY, Conversion, Units
from services.runtime.db import Connection
from services.runtime.page_token import seal, unseal
from services.runtime.rpc_errors import Exhausted, InvalidRequest, NotFound
from services.runtime.within import Within
from services.telemetry import selection_store, series_store, series_wire
from services.telemetry.domain import SeriesName
from services.telemetry.rollups import DAY_OFFSET_MS
from services.telemetry.selection import Chosen, Selector
from services.telemetry.selection_store import UnknownArea
from services.telemetry.series_columns import Columns, columns_of, fields_of
from services.telemetry.series_line import Line, line_of_cells, line_of_readings
from services.telemetry.series_plan import (
    RAW,
    TIERS,
    Ask,
    Grid,
    faults,
    grid_of,
    line_sources,
    raw_fault,
    raw_series_in,
    series_at_once,
    utc_offsets,
)
from services.telemetry.store_rollups import BeingFolded, rollups

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Resume(NamedTuple):
    """Where to go on: in this series from this time on, or with the next one where its range is done."""

    name: SeriesName
    from_ms: int


class Page(NamedTuple):
    """Points of some series, and where the next page goes on; None: this was the last."""

    series: list[pb.SeriesPoints]
    resume: Resume | None


def query_series(
    connection: Connection,
    request: pb.QuerySeriesRequest,
    units: Units,
    within: Within | None,
    now: datetime,
) -> pb.QuerySeriesResponse:
    """One page. `within`: nothing is told of other devices, neither by errors nor by page tokens.

    Raises:
        InvalidRequest, NotFound: it cannot be answered as it stands.
        Exhausted: upkeep is far behind with what is asked for.
    """
    ask, selector = series_wire.to_ask(request), series_wire.to_selector(request.selector)
    if found := faults(ask):
        raise InvalidRequest(found)
    query = ("QuerySeries", selector, replace(ask, page_size=0))
    resume = _resume(request.page_token, query)
    chosen, more = _chosen(connection, selector, ask, resume, within, local_day(now))
    ways = [_way(units, series, ask.unit) for series in chosen]
    try:
        page = _page(connection, ask, chosen, ways, resume, now)
    except BeingFolded:
        detail = "too much has changed here to be folded for one question; it is being folded now"
        raise Exhausted("being_folded", f"{detail}: ask again, or for less at a time") from None
    if page.resume is None and more:
        page = page._replace(resume=Resume(chosen[-1].name, ask.end_ms))
    token = "" if page.resume is None else seal(query, [*page.resume.name, page.resume.from_ms])
    return series_wire.response(page.series, token, utc_offsets(ask.zone, ask.start_ms, ask.end_ms))


def local_day(now: datetime) -> date:
    """The day in Asia/Ho_Chi_Minh."""
    return (now.astimezone(UTC) + timedelta(milliseconds=DAY_OFFSET_MS)).date()


def _resume(token: str, query: object) -> Resume | None:
    key = unseal(token, query, (str, str, int))
    return Resume(SeriesName(str(key[0]), str(key[1])), int(key[2])) if key else None


def _chosen(
    connection: Connection,
    selector: Selector,
    ask: Ask,
    resume: Resume | None,
    within: Within | None,
    today: date,
) -> tuple[list[Chosen], bool]:
    """The series of this page, and whether there are more after them.

    Raises:
        NotFound: one that is named is nowhere known, or the area is not on its map.
        InvalidRequest: one of them has too many readings in the range.
    """
    inside = resume is not None and resume.from_ms < ask.end_ms
    most = 1 if inside and ask.resolution in TIERS else series_at_once(ask)
    try:
        found = selection_store.chosen(
            connection, selector, today, most + 1, resume.name if resume else None, inside, within
        )
    except UnknownArea as error:
        raise NotFound("selector.area_code", "unknown_area", str(error)) from None
    chosen = found[:most]
    if ask.resolution == RAW:
        chosen = chosen[: raw_series_in(ask, [series.interval_s for series in chosen])]
    _require_known(connection, selector, found, resume)
    for series in chosen:
        if fault := raw_fault(ask, f"{series.name.device}/{series.name.channel}", series.interval_s):
            raise InvalidRequest([fault])
    return chosen, len(found) > len(chosen)


def _require_known(
    connection: Connection, selector: Selector, found: Sequence[Chosen], resume: Resume | None
) -> None:
    """Asked at the first page, so that nobody learns at the last one that a name was misspelt."""
    if resume is not None or not selector.series:
        return
    if len(found) == len(selector.series) and all(series.is_known for series in found):
        return
    index = selection_store.first_unknown(connection, selector.series)
    if index is not None:
        name = selector.series[index]
        detail = f"the registry knows no channel {name.channel!r} of device {name.device!r}"
        raise NotFound(f"selector.series[{index}]", "unknown_series", detail)


def _way(units: Units, series: Chosen, wanted: str) -> Conversion | None:
    """How to convert the series' values, found once; None: they stay as they are."""
    if not wanted or wanted == series.unit:
        return None
    way = units.conversion(series.unit, wanted)
    if isinstance(way, Refused):
        name = f"{series.name.device}/{series.name.channel}"
        raise InvalidRequest([("unit", way.reason, f"{name} is in {series.unit!r}: {way.detail}")])
    return None if way == IDENTITY else way


def _page(
    connection: Connection,
    ask: Ask,
    chosen: Sequence[Chosen],
    ways: Sequence[Conversion | None],
    resume: Resume | None,
    now: datetime,
) -> Page:
    from_ms = _from_ms(ask, chosen, resume)
    if ask.max_points:
        return Page([_line(connection, ask, *each) for each in zip(chosen, ways, strict=True)], None)
    if ask.resolution == RAW:
        return _raw(connection, ask, chosen, ways, from_ms)
    return _buckets(connection, ask, chosen, ways, from_ms, now)


def _from_ms(ask: Ask, chosen: Sequence[Chosen], resume: Resume | None) -> int:
    """Where the first series of this page goes on. Only the one that the last page ended in has a place.

    It may have left the selection since then; the next one is still to come from its start.
    """
    if resume is None or not chosen or chosen[0].name != resume.name or resume.from_ms >= ask.end_ms:
        return ask.start_ms
    return max(resume.from_ms, ask.start_ms)


def _raw(
    connection: Connection,
    ask: Ask,
    chosen: Sequence[Chosen],
    ways: Sequence[Conversion | None],
    from_ms: int,
) -> Page:
    """Readings, the first series from `from_ms` on."""
    starts = [from_ms, *[ask.start_ms] * len(chosen)]
    asked = [(s.series_id, at) for s, at in zip(chosen, starts, strict=False) if s.series_id is not None]
    found = series_store.readings(connection, asked, ask.end_ms, ask.page_size + 1) if asked else []
    rows_of = dict(zip((series_id for series_id, _ in asked), found, strict=True))
    left = ask.page_size
    page: list[pb.SeriesPoints] = []
    for series, way in zip(chosen, ways, strict=True):
        rows = rows_of.get(series.series_id or 0, series_store.NO_ROWS)
        count = len(rows.observed_at_ms)
        if count and not left:
            return Page(page, Resume(series.name, ask.start_ms))
        message = series_wire.points_of(series, ask.unit or series.unit, RAW)
        series_wire.put_rows(message, rows.first(left), way)
        page.append(message)
        if count > left:
            # What follows starts a millisecond later than the last one: readings are that far apart.
            return Page(page, Resume(series.name, rows.observed_at_ms[left - 1] + 1))
        left -= count
    return Page(page, None)


def _buckets(
    connection: Connection,
    ask: Ask,
    chosen: Sequence[Chosen],
    ways: Sequence[Conversion | None],
    from_ms: int,
    now: datetime,
) -> Page:
    """Whole grids of several series, or a part of one."""
    now_ms = (now - _EPOCH) // timedelta(milliseconds=1)
    whole = grid_of(TIERS[ask.resolution], ask.start_ms, ask.end_ms)
    grid = whole.rest(from_ms, ask.page_size)
    found = _columns(connection, ask, chosen, grid, now_ms)
    page = []
    for series, columns, way in zip(chosen, found, ways, strict=True):
        message = series_wire.points_of(series, ask.unit or series.unit, ask.resolution)
        series_wire.put_columns(message, columns, way)
        page.append(message)
    more = bool(chosen) and grid.end_ms < whole.end_ms
    return Page(page, Resume(chosen[-1].name, grid.end_ms) if more else None)


def _columns(
    connection: Connection, ask: Ask, chosen: Sequence[Chosen], grid: Grid, now_ms: int
) -> list[Columns]:
    """Of each series in order."""
    tier, known = TIERS[ask.resolution], [series for series in chosen if series.series_id is not None]
    fields = fields_of(ask.aggregates, (series.mean for series in known))
    interval = (_at(grid.first_ms), _at(grid.end_ms))
    found = rollups(connection, (s.name for s in known), tier, *interval, fields) if grid.buckets else {}
    return [columns_of(found.get(series.name), grid, ask.aggregates, now_ms) for series in chosen]


def _line(connection: Connection, ask: Ask, series: Chosen, way: Conversion | None) -> pb.SeriesPoints:
    """A line of one series, from the finest source that is not too much to read."""
    interval = (ask.start_ms, ask.end_ms)
    for resolution, most in line_sources(ask, series.interval_s):
        line = _line_of(connection, series, resolution, interval, ask.max_points, most)
        if line is not None:
            break
    message = series_wire.points_of(series, ask.unit or series.unit, resolution)
    series_wire.put_line(message, line or Line(), way)
    return message


def _line_of(
    connection: Connection,
    series: Chosen,
    resolution: str,
    interval: tuple[int, int],
    max_points: int,
    most: int,
) -> Line | None:
    """None where there is more to read than that."""
    if series.series_id is None:
        return Line(gaps=[interval])
    if resolution == RAW:
        points, suspect = series_store.points(connection, series.series_id, *interval, most + 1)
        silence_ms = None if series.interval_s is None else 2 * series.interval_s * 1000
        if len(points) + suspect > most:
            return None
        return line_of_readings(points, suspect, interval, max_points, silence_ms)
    tier = TIERS[resolution]
    whole = (tier.start_of(interval[0]), interval[1])  # the cell that reaches into the range is in the line
    found = rollups(connection, [series.name], tier, _at(whole[0]), _at(whole[1])).get(series.name)
    return line_of_cells(found.cells if found else [], tier.width_ms, whole, max_points)


def _at(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)
