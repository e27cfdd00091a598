"""`haidang export`: series to a CSV file that is whole or not there, and goes on where it was stopped."""

import csv
import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TextIO
from zoneinfo import ZoneInfo

import typer
from ioc.telemetry.v1 import series_pb2 as pb
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from services.cli import words
from services.cli.options import AlsoDevices, Devices, End, Start, moment, session_of
from services.cli.output import note
from services.cli.series import (
    Aggregates,
    Area,
    Channels,
    MapDate,
    Quantities,
    Resolution,
    Unit,
    Zone,
    answers,
    request_of,
    rows_of,
    selector_of,
)
from services.cli.times import LOCAL


@dataclass(slots=True)
class Place:
    """How far an export has come: kept beside the unfinished file, written after each page."""

    asked: str  # digest of the options as typed
    start: str
    end: str  # as resolved when it began: `now` is not later when it goes on
    page_token: str = ""
    written: int = 0  # bytes of the unfinished file that count
    rows: int = 0


def export(
    context: typer.Context,
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV file to write.", dir_okay=False)],
    devices: Devices = None,
    also: AlsoDevices = None,
    channels: Channels = None,
    quantities: Quantities = None,
    area: Area = "",
    on: MapDate = "",
    start: Start = "24h",
    end: End = "now",
    resolution: Resolution = "raw",
    aggregates: Aggregates = None,
    unit: Unit = "",
    zone: Zone = "",
) -> None:
    """Writes series to a CSV file. Stopped, the same command goes on; the file is there once it is whole."""
    session = session_of(context)
    names = [*(devices or ()), *(also or ())]
    typed = (names, channels, quantities, area, on, start, end, resolution, aggregates, unit, zone)
    part = Part(output, hashlib.sha256(repr((session.settings.address, typed)).encode()).hexdigest())
    place = part.resume() or part.begin(moment(start), moment(end))
    request = request_of(
        selector_of(names, channels, quantities, area, on),
        datetime.fromisoformat(place.start),
        datetime.fromisoformat(place.end),
        resolution,
        aggregates,
        unit,
        zone,
    )
    request.page_token = place.page_token
    with session.channel() as channel, part.open(place) as file, _bar() as bar:
        task = bar.add_task("", total=1.0)
        for page in answers(session, channel, request):
            for one in page.series:
                place.rows += _write(file, one, ZoneInfo(zone) if zone else LOCAL, is_first=not place.rows)
                bar.update(task, description=_described(one, place.rows), completed=_share(one, request))
            if page.next_page_token:  # without one a place would be that of an export which begins
                part.keep(file, place, page.next_page_token)
        part.finish(file)
    note(words.message("exported", session.language, rows=place.rows, file=output))


class Part:
    """The unfinished file, and how far it has come."""

    def __init__(self, target: Path, asked: str) -> None:
        self._target = target
        self._part = target.with_name(target.name + ".part")
        self._place = target.with_name(target.name + ".part.json")
        self._asked = asked

    def resume(self) -> Place | None:
        """Where an earlier try of the same command was stopped; None where there was none."""
        with suppress(OSError, ValueError, TypeError):
            place = Place(**json.loads(self._place.read_text(encoding="utf-8")))
            if place.asked == self._asked and self._part.stat().st_size >= place.written:
                return place
        return None

    def begin(self, start: datetime, end: datetime) -> Place:
        """A place at the beginning."""
        self._place.unlink(missing_ok=True)  # of another command, and of bytes that go now
        self._part.write_bytes(b"")
        return Place(self._asked, start.isoformat(), end.isoformat())

    def open(self, place: Place) -> TextIO:
        """The unfinished file, cut off behind what counts."""
        os.truncate(self._part, place.written)
        return self._part.open("a", encoding="utf-8", newline="")

    def keep(self, file: TextIO, place: Place, page_token: str) -> None:
        """What was written counts from now on."""
        _to_disk(file)
        place.written, place.page_token = file.tell(), page_token
        fresh = self._place.with_name(self._place.name + ".new")
        fresh.write_text(json.dumps({key: getattr(place, key) for key in place.__slots__}), encoding="utf-8")
        fresh.replace(self._place)

    def finish(self, file: TextIO) -> None:
        """The file is whole."""
        _to_disk(file)
        self._part.replace(self._target)
        self._place.unlink(missing_ok=True)


def _to_disk(file: TextIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _write(file: TextIO, points: Any, zone: Any, *, is_first: bool) -> int:
    """The rows of a series; the header comes before the first row of the file."""
    writer, count = csv.writer(file), 0
    for row in rows_of(points, zone):
        if is_first and not count:
            writer.writerow(row)
        writer.writerow(cell.isoformat() if isinstance(cell, datetime) else cell for cell in row.values())
        count += 1
    return count


def _described(points: Any, rows: int) -> str:
    return f"{points.series.device}/{points.series.channel} {rows:,}"


def _share(points: Any, request: pb.QuerySeriesRequest) -> float:
    """How much of the range of this series is done."""
    start_ms: int = request.start.ToMilliseconds()
    end_ms: int = request.end.ToMilliseconds()
    times = points.readings.observed_at_ms
    buckets = points.buckets
    at_ms: int = times[-1] if times else buckets.first_ms + buckets.buckets * buckets.step_ms
    return min(1.0, max(0.0, (at_ms - start_ms) / (end_ms - start_ms)))


def _bar() -> Progress:
    return Progress(TextColumn("{task.description}"), BarColumn(), console=Console(stderr=True))
