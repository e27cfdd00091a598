"""`haidang latest`, `range` and `watch`: readings."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

import grpc
import typer
from haidang_client import pages
from ioc.telemetry.v1 import telemetry_pb2 as pb

from services.cli import words
from services.cli.client import Session
from services.cli.directory import list_devices
from services.cli.options import AlsoDevices, AsJson, Devices, End, Limit, Start, moment, session_of
from services.cli.output import Row, note, show, write_json, write_line
from services.cli.paging import in_groups
from services.cli.stubs import telemetry_stub
from services.cli.times import from_ms, from_timestamp, to_timestamp
from services.cli.watching import follow

MOST_DEVICES = 1_000  # a call
LARGEST_PAGE = 10_000


def latest(
    context: typer.Context,
    devices: Devices = None,
    also: AlsoDevices = None,
    channel_name: Annotated[str, typer.Option("--channel", "-c", help="Only this channel.")] = "",
    as_json: AsJson = False,
) -> None:
    """The newest reading of each channel."""
    session = session_of(context)
    with session.channel() as channel:
        stub = telemetry_stub(channel)
        names = [*(devices or ()), *(also or ())] or [
            device.device for device in list_devices(session, channel)
        ]
        readings = [
            reading
            for group in in_groups(names, MOST_DEVICES)
            for reading in session.call(stub.GetLatest, pb.GetLatestRequest(devices=group)).readings
            if channel_name in ("", reading.series.channel)
        ]
    show(map(_latest_row, readings), as_json=as_json, language=session.language)


def range_(
    context: typer.Context,
    device: Annotated[str, typer.Argument(help="Device.")],
    channel_name: Annotated[str, typer.Argument(metavar="CHANNEL", help="Channel, for example pm25.")],
    start: Start = "24h",
    end: End = "now",
    limit: Limit = 1_000,
    as_json: AsJson = False,
) -> None:
    """Readings of one channel over [start, end), oldest first."""
    session = session_of(context)
    with session.channel() as channel:
        found = _range_rows(session, channel, device, channel_name, (moment(start), moment(end)))
        rows = list(islice(found, limit + 1))
    show(rows[:limit], as_json=as_json, language=session.language)
    if len(rows) > limit:
        note(words.message("more", session.language))


def watch(
    context: typer.Context,
    devices: Devices = None,
    also: AlsoDevices = None,
    resume: Annotated[str, typer.Option("--resume", help="Go on after this token of an earlier watch.")] = "",
    as_json: AsJson = False,
) -> None:
    """Readings as they are stored, until Ctrl-C. A lost connection is taken up again, nothing is skipped."""
    session = session_of(context)
    names = [*(devices or ()), *(also or ())]
    with session.channel() as channel:
        stub = telemetry_stub(channel)

        def ask(token: str) -> Any:
            request = pb.WatchReadingsRequest(devices=names, resume_token=token)
            return stub.WatchReadings(request)

        for response in follow(session, ask, resume):
            for row in _watched_rows(response):
                if as_json:
                    write_json({**row, "resume_token": response.resume_token, "trace_id": response.trace_id})
                else:
                    write_line(row, session.language)


def _range_rows(
    session: Session, channel: grpc.Channel, device: str, name: str, interval: tuple[datetime, datetime]
) -> Iterator[Row]:
    stub = telemetry_stub(channel)

    def ask(token: str) -> Any:
        request = pb.GetRangeRequest(
            series=pb.SeriesName(device=device, channel=name),
            start=to_timestamp(interval[0]),
            end=to_timestamp(interval[1]),
            page_size=LARGEST_PAGE,
            page_token=token,
        )
        return session.call(stub.GetRange, request)

    for page in pages(ask):
        for row in _packed_rows(page.readings):
            yield {**row, "unit": page.unit}


def _packed_rows(readings: Any) -> Iterator[Row]:
    columns = zip(
        readings.observed_at_ms,
        readings.value,
        readings.quality,
        readings.revision,
        readings.received_at_ms,
        strict=True,
    )
    for observed_at_ms, value, quality, revision, received_at_ms in columns:
        yield {
            "observed_at": from_ms(observed_at_ms),
            "value": value,
            "quality": quality,
            "revision": revision,
            "received_at": from_ms(received_at_ms),
        }


def _watched_rows(response: Any) -> Iterator[Row]:
    for one in response.series:
        for row in _packed_rows(one.readings):
            names = {"device": one.series.device, "channel": one.series.channel}
            yield {"observed_at": row["observed_at"], **names, **row}


def _latest_row(reading: Any) -> Row:
    return {
        "device": reading.series.device,
        "channel": reading.series.channel,
        "value": reading.value,
        "unit": reading.unit,
        "quality": reading.quality,
        "observed_at": from_timestamp(reading.observed_at),
        "received_at": from_timestamp(reading.received_at),
    }
