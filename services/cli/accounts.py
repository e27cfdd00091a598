"""`haidang ledger` and `revisions`: what became of what was sent, and what never came."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import grpc
import typer
from haidang_client import pages
from ioc.areas.v1 import areas_pb2
from ioc.telemetry.v1 import telemetry_pb2 as pb

from services.cli.client import EXIT_NOT_FOUND, CommandError, Session
from services.cli.directory import list_devices
from services.cli.options import AsJson, End, Limit, OneDevice, Start, moment, session_of
from services.cli.output import Row, show
from services.cli.paging import in_groups
from services.cli.quarantine import show_some
from services.cli.stubs import areas_stub, telemetry_stub
from services.cli.times import LOCAL, from_timestamp, to_timestamp
from services.cli.words import message

COUNTS = ("received", "stored", "duplicate", "corrected", "conflicting", "quarantined", "skipped")
PRESENCE = ("expected", "present", "missing", "never_reached")
LARGEST_PAGE = 1_000
AT_ONCE = 100  # devices a call, where every reporting interval is looked at
LONGEST_PRESENCE = timedelta(days=31)

Interval = tuple[datetime | None, datetime | None]


def ledger(
    context: typer.Context,
    device: OneDevice = "",
    area: Annotated[str, typer.Option("--area", "-a", help="Devices in this area and those within.")] = "",
    day: Annotated[
        str, typer.Option("--day", help="yesterday, today or 2026-11-20, in Asia/Ho_Chi_Minh.")
    ] = "",
    yesterday: Annotated[bool, typer.Option("--yesterday", help="The same as --day yesterday.")] = False,
    start: Start = "",
    end: End = "",
    as_json: AsJson = False,
) -> None:
    """What came, what became of it, and what is missing against the reporting interval, by device.

    Start and end are times of receipt. With a device or an area, the day is yesterday unless another is
    given, and what is missing is shown; without anything, everything ever received.
    """
    session = session_of(context)
    interval = _interval("yesterday" if yesterday else day, start, end, bool(device or area))
    with session.channel() as channel:
        names = _devices(session, channel, device, area, whole=interval == (None, None))
        rows = list(_ledger_rows(session, channel, names, interval))
    show(rows, as_json=as_json, language=session.language)


def revisions(
    context: typer.Context, device: OneDevice = "", limit: Limit = 100, as_json: AsJson = False
) -> None:
    """Second values that arrived for a time that already had one, newest first."""
    session = session_of(context)
    with session.channel() as channel:
        stub = telemetry_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListRevisionsRequest(
                device=device, page_size=min(limit + 1, LARGEST_PAGE), page_token=token
            )
            return session.call(stub.ListRevisions, request)

        found = (reading for page in pages(ask) for reading in page.readings)
        show_some(session, found, _revision_row, limit, as_json)


def _interval(day: str, start: str, end: str, narrowed: bool) -> Interval:
    """The times asked for; a day is one of Asia/Ho_Chi_Minh."""
    if day and (start or end):
        raise typer.BadParameter("give a day, or start and end", param_hint="--day")
    if day or (narrowed and not start and not end):
        return _day(day or "yesterday")
    return moment(start) if start else None, moment(end) if end else None


def _day(text: str) -> Interval:
    today = datetime.now(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    known = {"today": today, "yesterday": today - timedelta(days=1)}
    first = known.get(text) or moment(text)
    return first, first + timedelta(days=1)


def _devices(
    session: Session, channel: grpc.Channel, device: str, area: str, *, whole: bool
) -> list[str] | None:
    """Devices asked for; None where nobody was named and everything is meant."""
    if device and not area:
        return [device]
    if not area and whole:
        return None
    codes = _codes_within(session, channel, area) if area else None
    found = [d.device for d in list_devices(session, channel) if codes is None or d.area_code in codes]
    names = [name for name in found if not device or name == device]
    if not names:
        raise CommandError(message("no_devices", session.language, area=area), EXIT_NOT_FOUND)
    return names


def _codes_within(session: Session, channel: grpc.Channel, area: str) -> set[str]:
    """The area and all that lie within it."""
    units = session.call(areas_stub(channel).ListUnits, areas_pb2.ListUnitsRequest()).units
    codes = {area}
    while more := {unit.code for unit in units if unit.parent_code in codes} - codes:
        codes |= more
    return codes


def _ledger_rows(
    session: Session, channel: grpc.Channel, names: list[str] | None, interval: Interval
) -> Iterator[Row]:
    start, end = interval
    counted = names is not None and start is not None
    last = end or datetime.now(UTC)
    if start is not None and last - start > LONGEST_PRESENCE:
        counted = False
    for some in in_groups(names, AT_ONCE) if names is not None else [[]]:
        request = pb.GetLedgerRequest(
            devices=some,
            start=to_timestamp(start) if start else None,
            end=to_timestamp(last) if counted or end else None,
            with_presence=counted,
        )
        for entry in session.call(telemetry_stub(channel).GetLedger, request).entries:
            yield _ledger_row(entry, counted)


def _ledger_row(entry: Any, counted: bool) -> Row:
    row: dict[str, Any] = {"device": entry.device or None}
    row |= {name: getattr(entry, name) for name in COUNTS}
    if counted:
        known = entry.presence if entry.HasField("presence") else None
        row |= {name: getattr(known, name) if known else None for name in PRESENCE}
        if known is not None and not known.HasField("never_reached"):
            row["never_reached"] = None
    return row


def _revision_row(reading: Any) -> Row:
    return {
        "device": reading.series.device,
        "channel": reading.series.channel,
        "observed_at": from_timestamp(reading.observed_at),
        "value": reading.value,
        "standing_value": reading.standing_value,
        "verdict": reading.verdict,
        "revision": reading.revision,
        "received_at": from_timestamp(reading.received_at),
    }
