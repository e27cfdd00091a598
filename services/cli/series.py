"""Queries of series as the command line asks them, and their answers as rows; `haidang query`."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import grpc
import typer
from haidang_client import pages
from ioc.telemetry.v1 import series_pb2 as pb

from services.cli import words
from services.cli.client import Session
from services.cli.options import AlsoDevices, AsJson, Devices, End, Limit, Start, moment, session_of
from services.cli.output import Cell, Row, note, show
from services.cli.stubs import series_stub
from services.cli.times import LOCAL, from_ms, to_timestamp

Channels = Annotated[list[str] | None, typer.Option("--channel", "-c", help="Only these channels.")]
Quantities = Annotated[list[str] | None, typer.Option("--quantity", "-q", help="Only these quantities.")]
Area = Annotated[str, typer.Option("--area", "-a", help="Devices in this administrative unit.")]
MapDate = Annotated[str, typer.Option("--on", metavar="DAY", help="The map that --area is of; else today's.")]
Resolution = Annotated[
    str, typer.Option("--resolution", "-r", metavar="raw|1m|15m|1h|1d", help="Readings, or buckets.")
]
Aggregates = Annotated[
    list[str] | None,
    typer.Option(
        "--aggregate",
        help="Of buckets: mean (as the quantity demands), arithmetic_mean, time_weighted_mean,"
        " min, max, first, last.",
    ),
]
Unit = Annotated[str, typer.Option("--unit", "-u", help="Convert values, for example to km/h.")]
Zone = Annotated[str, typer.Option("--zone", help="IANA time zone that times are shown in.")]


def query(
    context: typer.Context,
    devices: Devices = None,
    also: AlsoDevices = None,
    channels: Channels = None,
    quantities: Quantities = None,
    area: Area = "",
    on: MapDate = "",
    start: Start = "24h",
    end: End = "now",
    resolution: Resolution = "",
    points: Annotated[
        int, typer.Option("--points", help="At most so many points a series, with the same line.")
    ] = 0,
    aggregates: Aggregates = None,
    unit: Unit = "",
    zone: Zone = "",
    limit: Limit = 1_000,
    as_json: AsJson = False,
) -> None:
    """Series of devices, quantities or an area: readings, buckets (also missing ones), a line of points."""
    session = session_of(context)
    selector = selector_of([*(devices or ()), *(also or ())], channels, quantities, area, on)
    request = request_of(selector, moment(start), moment(end), resolution, aggregates, unit, zone)
    request.max_points = points
    if not resolution and not points:
        request.resolution = "1h"
    with session.channel() as channel:
        found = (
            row
            for page in answers(session, channel, request)
            for one in page.series
            for row in rows_of(one, ZoneInfo(zone) if zone else LOCAL)
        )
        rows = list(islice(found, limit + 1))
    show(rows[:limit], as_json=as_json, language=session.language)
    if len(rows) > limit:
        note(words.message("more", session.language))


def selector_of(
    devices: list[str], channels: list[str] | None, quantities: list[str] | None, area: str, on: str
) -> pb.SeriesSelector:
    """What the options choose; the server says what is missing."""
    return pb.SeriesSelector(
        devices=devices, channels=channels, quantities=quantities, area_code=area, map_date=on
    )


def request_of(
    selector: pb.SeriesSelector,
    start: datetime,
    end: datetime,
    resolution: str,
    aggregates: list[str] | None,
    unit: str,
    zone: str,
) -> pb.QuerySeriesRequest:
    """The first page's."""
    return pb.QuerySeriesRequest(
        selector=selector,
        start=to_timestamp(start),
        end=to_timestamp(end),
        resolution=resolution,
        aggregates=aggregates,
        unit=unit,
        time_zone=zone,
    )


def answers(session: Session, channel: grpc.Channel, request: pb.QuerySeriesRequest) -> Iterator[Any]:
    """Every page from the request's on."""
    stub = series_stub(channel)
    first = request.page_token

    def ask(token: str) -> Any:
        request.page_token = token or first
        return session.call(stub.QuerySeries, request)

    return pages(ask)


def rows_of(points: Any, zone: Any = LOCAL) -> Iterator[Row]:
    """Readings, buckets or points of a line, times in the zone. A bucket that is missing has no values."""
    name: dict[str, Cell] = {"device": points.series.device, "channel": points.series.channel}
    rows = {"readings": _reading_rows, "buckets": _bucket_rows, "line": _line_rows}[
        points.WhichOneof("points")
    ]
    for row in rows(getattr(points, points.WhichOneof("points"))):
        shown = {k: v.astimezone(zone) if isinstance(v, datetime) else v for k, v in row.items()}
        yield {**name, **shown, "unit": points.unit}


def _reading_rows(readings: Any) -> Iterator[dict[str, Cell]]:
    columns = (readings.value, readings.quality, readings.revision, readings.received_at_ms)
    for at, value, quality, revision, received in zip(readings.observed_at_ms, *columns, strict=True):
        yield {
            "observed_at": from_ms(at),
            "value": value,
            "quality": quality,
            "revision": revision,
            "received_at": from_ms(received),
        }


def _bucket_rows(buckets: Any) -> Iterator[dict[str, Cell]]:
    count, suspect = iter(buckets.count), iter(buckets.suspect)
    columns = {column.aggregate: (column.present, iter(column.value)) for column in buckets.columns}
    for number in range(buckets.buckets):
        there = _has(buckets.present, number)
        yield {
            "at": from_ms(buckets.first_ms + number * buckets.step_ms),
            "count": next(count) if there else None,
            "suspect": next(suspect) if there else None,
            **{
                name: next(values) if _has(present, number) else None
                for name, (present, values) in columns.items()
            },
        }


def _line_rows(line: Any) -> Iterator[dict[str, Cell]]:
    for at, value in zip(line.observed_at_ms, line.value, strict=True):
        yield {"observed_at": from_ms(at), "value": value}


def _has(bits: bytes, number: int) -> bool:
    return bool(bits[number >> 3] >> (number & 7) & 1)
