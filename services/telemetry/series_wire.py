"""Queries of series between protobuf and domain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ioc.telemetry.v1 import series_pb2 as pb
from ioc.telemetry.v1 import telemetry_pb2

from iot_gateway.units import Conversion
from services.runtime.page_token import page_size
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.rpc_times import EPOCH, to_interval
from services.telemetry.domain import SeriesName
from services.telemetry.rpc_checks import check_text, limit
from services.telemetry.selection import MOST_DEVICES, MOST_SERIES, MOST_WORDS, Chosen, Selector
from services.telemetry.series_columns import Columns
from services.telemetry.series_line import Line
from services.telemetry.series_plan import LARGEST_PAGE, LOCAL, RAW, Ask
from services.telemetry.series_store import Rows

LONGEST_UNIT = 60  # characters
MILLISECOND = timedelta(milliseconds=1)


def to_ask(request: pb.QuerySeriesRequest) -> Ask:
    """What is asked for; it may still have faults.

    Raises:
        InvalidRequest: a time, the zone, the unit or the page size cannot be read.
    """
    start, end = to_interval(request, request.start, request.end)
    aggregates = tuple(request.aggregates)
    if not aggregates and request.resolution not in ("", RAW):
        aggregates = ("mean",)
    return Ask(
        start_ms=_milliseconds(start),
        end_ms=_milliseconds(end),
        resolution=request.resolution,
        max_points=request.max_points,
        aggregates=aggregates,
        unit=_unit(request.unit),
        zone=_zone(request.time_zone),
        page_size=page_size(request.page_size, LARGEST_PAGE, LARGEST_PAGE),
    )


def to_selector(message: pb.SeriesSelector) -> Selector:
    """Which series.

    Raises:
        InvalidRequest: it chooses nothing, too much, or cannot be read; names the field.
    """
    selector = selector_of(
        "selector.",
        message.series,
        message.devices,
        message.area_code,
        message.map_date,
        message.quantities,
        message.channels,
    )
    if selector.is_empty:
        detail = "name series, or devices, an area, quantities or channels"
        raise InvalidRequest([("selector", "required", detail)])
    return selector


def selector_of(
    path: str,
    series: Sequence[telemetry_pb2.SeriesName],
    devices: Sequence[str] = (),
    area_code: str = "",
    map_date: str = "",
    quantities: Sequence[str] = (),
    channels: Sequence[str] = (),
) -> Selector:
    """The same from fields that are part of another message; `path` is how they begin."""
    words = (("devices", devices), ("quantities", quantities), ("channels", channels))
    for (name, given), most in zip(words, (MOST_DEVICES, MOST_WORDS, MOST_WORDS), strict=True):
        limit(f"{path}{name}", len(given), most)
        for index, word in enumerate(given):
            check_text(f"{path}{name}[{index}]", word)
    limit(f"{path}series", len(series), MOST_SERIES)
    check_text(f"{path}area_code", area_code)
    names = dict.fromkeys(series_name(message, f"{path}series[{n}]") for n, message in enumerate(series))
    on = _date(map_date, f"{path}map_date") if map_date else None
    return Selector(tuple(names), tuple(devices), area_code, on, tuple(quantities), tuple(channels))


def series_name(message: telemetry_pb2.SeriesName, path: str) -> SeriesName:
    """Device and channel, both named."""
    for name, text in (("device", message.device), ("channel", message.channel)):
        if not text:
            raise InvalidRequest([(f"{path}.{name}", "required", f"name the {name}")])
        check_text(f"{path}.{name}", text)
    return SeriesName(message.device, message.channel)


def points_of(series: Chosen, unit: str, resolution: str) -> pb.SeriesPoints:
    """A series without its points."""
    return pb.SeriesPoints(
        series=telemetry_pb2.SeriesName(device=series.name[0], channel=series.name[1]),
        quantity=series.quantity or "",
        unit=unit,
        resolution=resolution,
    )


def put_rows(message: pb.SeriesPoints, rows: Rows, way: Conversion | None) -> None:
    """Readings in arrays."""
    message.readings.CopyFrom(
        telemetry_pb2.Readings(
            observed_at_ms=rows.observed_at_ms,
            value=_converted(rows.values, way),
            quality=rows.quality,
            received_at_ms=rows.received_at_ms,
            revision=rows.revision,
        )
    )


def put_columns(message: pb.SeriesPoints, found: Columns, way: Conversion | None) -> None:
    """Buckets in arrays."""
    message.buckets.CopyFrom(
        pb.Buckets(
            first_ms=found.grid.first_ms,
            step_ms=found.grid.step_ms,
            buckets=found.grid.buckets,
            present=found.present,
            count=found.count,
            suspect=found.suspect,
            columns=[
                pb.Column(aggregate=c.aggregate, present=c.present, value=_converted(c.values, way))
                for c in found.columns
            ],
        )
    )


def put_line(message: pb.SeriesPoints, line: Line, way: Conversion | None) -> None:
    """A line in arrays."""
    message.line.CopyFrom(
        pb.Line(
            observed_at_ms=[point.at_ms for point in line.points],
            value=_converted([point.value for point in line.points], way),
            gap_start_ms=[gap[0] for gap in line.gaps],
            gap_end_ms=[gap[1] for gap in line.gaps],
            method=line.method,
            interval_ms=line.interval_ms,
            readings=line.readings,
            suspect=line.suspect,
        )
    )


def response(
    series: Iterable[pb.SeriesPoints], next_page_token: str, offsets: Iterable[tuple[int, int]]
) -> pb.QuerySeriesResponse:
    """The whole answer."""
    return pb.QuerySeriesResponse(
        series=series,
        next_page_token=next_page_token,
        utc_offsets=[pb.UtcOffset(from_ms=from_ms, offset_s=offset_s) for from_ms, offset_s in offsets],
    )


def _converted(values: list[float], way: Conversion | None) -> list[float]:
    return values if way is None else [way.apply(value) for value in values]


def _milliseconds(time: datetime) -> int:
    """Rounded up: nothing that we keep lies between two milliseconds."""
    return -((EPOCH - time) // MILLISECOND)


def _unit(text: str) -> str:
    if len(text) > LONGEST_UNIT:
        raise InvalidRequest([("unit", "too_long", f"at most {LONGEST_UNIT} characters")])
    return text


def _zone(name: str) -> str:
    if not name or name == LOCAL:
        return LOCAL
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        detail = f"{name!r} is no IANA time zone; for example {LOCAL}"
        raise InvalidRequest([("time_zone", "unknown_time_zone", detail)]) from None


def _date(text: str, field: str) -> date:
    try:
        if len(text) == len("2025-07-01"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise InvalidRequest([(field, "bad_date", f"an ISO 8601 date such as 2025-07-01; got {text[:40]!r}")])
