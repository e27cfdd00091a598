"""`haidang ledger`, `quarantine` and `revisions`: what became of what was sent."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Annotated, Any

import typer
from ioc.telemetry.v1 import telemetry_pb2 as pb

from services.cli import words
from services.cli.client import Session
from services.cli.options import AsJson, End, Limit, OneDevice, Start, moment, session_of
from services.cli.output import Row, note, show
from services.cli.paging import pages
from services.cli.stubs import telemetry_stub
from services.cli.times import from_timestamp, to_timestamp

COUNTS = ("received", "stored", "duplicate", "corrected", "conflicting", "quarantined", "skipped")
LARGEST_PAGE = 1_000
PAYLOAD_SHOWN = 120  # characters in a table; --json has all that the API sends


def ledger(
    context: typer.Context,
    device: OneDevice = "",
    start: Start = "",
    end: End = "",
    as_json: AsJson = False,
) -> None:
    """What was received and what became of it, by device. Start and end are times of receipt."""
    session = session_of(context)
    request = pb.GetLedgerRequest(
        device=device,
        start=to_timestamp(moment(start)) if start else None,
        end=to_timestamp(moment(end)) if end else None,
    )
    with session.channel() as channel:
        entries = session.call(telemetry_stub(channel).GetLedger, request).entries
    rows = ({"device": e.device or None, **{name: getattr(e, name) for name in COUNTS}} for e in entries)
    show(rows, as_json=as_json, language=session.language)


def quarantine(
    context: typer.Context,
    device: OneDevice = "",
    reason: Annotated[
        str, typer.Option("--reason", "-r", help="Only this reason, see docs/reasons.md.")
    ] = "",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """What was refused or set aside, with its bytes and the reason, newest first."""
    session = session_of(context)
    with session.channel() as channel:
        stub = telemetry_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListQuarantineRequest(
                device=device, reason=reason, page_size=min(limit + 1, LARGEST_PAGE), page_token=token
            )
            return session.call(stub.ListQuarantine, request)

        _show_some(
            session, (i for p in pages(ask) for i in p.items), _quarantine_row(as_json), limit, as_json
        )


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

        _show_some(session, (r for p in pages(ask) for r in p.readings), _revision_row, limit, as_json)


def _show_some(
    session: Session, items: Iterable[Any], row: Callable[[Any], Row], limit: int, as_json: bool
) -> None:
    some: Iterator[Any] = iter(items)
    show([row(item) for item in islice(some, limit)], as_json=as_json, language=session.language)
    if next(some, None) is not None:
        note(words.message("more", session.language))


def _quarantine_row(as_json: bool) -> Callable[[Any], Row]:
    def row(item: Any) -> Row:
        payload = item.payload_head.decode("utf-8", "backslashreplace")
        common: dict[str, Any] = {
            "id": item.id,
            "received_at": from_timestamp(item.received_at),
            "device": item.device or None,
            "verdict": item.verdict,
            "reason": item.reason,
            "field": item.field,
            "detail": item.detail,
        }
        if not as_json:
            return {**common, "payload": payload[:PAYLOAD_SHOWN] + "…" * (len(payload) > PAYLOAD_SHOWN)}
        return {**common, "topic": item.topic, "payload": payload, "payload_bytes": item.payload_bytes}

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
