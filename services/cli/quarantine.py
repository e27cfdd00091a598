"""`haidang quarantine`: what was set aside; mend, replay, or discard with a reason."""

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Annotated, Any

import grpc
import typer
from haidang_client import pages
from ioc.telemetry.v1 import telemetry_pb2 as pb

from services.cli import words
from services.cli.client import Session
from services.cli.options import AsJson, End, Limit, OneDevice, Start, moment, session_of
from services.cli.output import Row, note, show
from services.cli.paging import in_groups
from services.cli.stubs import telemetry_stub
from services.cli.times import from_timestamp, to_timestamp

app = typer.Typer(help="What was set aside: list it (also without a subcommand), replay it, discard it.")

LARGEST_PAGE = 1_000
AT_ONCE = 200  # items a call, so that each answers in time
PAYLOAD_SHOWN = 120  # characters in a table; --json has all that the API sends

Reason = Annotated[str, typer.Option("--reason", "-r", help="Only this reason, see docs/reasons.md.")]
State = Annotated[str, typer.Option("--state", help="open, replayed or discarded; none means all.")]
Ids = Annotated[list[int] | None, typer.Argument(metavar="ID…", help="Items, as the list shows them.")]


@app.callback(invoke_without_command=True)
def quarantine(
    context: typer.Context,
    device: OneDevice = "",
    reason: Reason = "",
    state: State = "",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """What was refused or set aside, with its bytes and the reason, newest first."""
    if context.invoked_subcommand is None:
        list_(context, device, reason, state, limit=limit, as_json=as_json)


@app.command("list")
def list_(
    context: typer.Context,
    device: OneDevice = "",
    reason: Reason = "",
    state: State = "",
    start: Start = "",
    end: End = "",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """What was refused or set aside, with its bytes and the reason, newest first."""
    session = session_of(context)
    with session.channel() as channel:
        stub = telemetry_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListQuarantineRequest(
                device=device,
                reason=reason,
                state=state,
                start=to_timestamp(moment(start)) if start else None,
                end=to_timestamp(moment(end)) if end else None,
                page_size=min(limit + 1, LARGEST_PAGE),
                page_token=token,
            )
            return session.call(stub.ListQuarantine, request)

        items = (item for page in pages(ask) for item in page.items)
        show_some(session, items, _row(as_json), limit, as_json)


@app.command("show")
def show_one(
    context: typer.Context,
    item: Annotated[int, typer.Argument(metavar="ID", help="As the list shows it.")],
    as_json: AsJson = False,
    raw: Annotated[bool, typer.Option("--raw", help="Only its bytes, as received.")] = False,
) -> None:
    """One item with all the bytes that were kept."""
    session = session_of(context)
    with session.channel() as channel:
        answer = session.call(telemetry_stub(channel).GetQuarantined, pb.GetQuarantinedRequest(id=item))
    if raw:
        sys.stdout.buffer.write(answer.payload)
        return
    answer.item.payload_head = answer.payload
    row = _row(True)(answer.item)
    if as_json:
        show([row], as_json=True, language=session.language)
    else:
        lines = [{"field": words.heading(key, session.language), "value": cell} for key, cell in row.items()]
        show(lines, as_json=False, language=session.language)


@app.command()
def replay(
    context: typer.Context,
    ids: Ids = None,
    device: OneDevice = "",
    reason: Reason = "",
    start: Start = "",
    end: End = "",
    as_json: AsJson = False,
) -> None:
    """Runs today's rules over messages once more, with their receipt of then. Repeating it is harmless.

    Name items, or a device, a reason or times of receipt: all open ones are meant.
    """
    session = session_of(context)
    with session.channel() as channel:
        answers = list(_replays(session, channel, ids or [], _filter(device, reason, start, end)))
    outcomes = [outcome for answer in answers for outcome in answer.outcomes]
    kept = [o for o in outcomes if o.outcome != "replayed"]
    rows: list[Row] = [
        {"id": o.id, "outcome": o.outcome, "reason": o.reason, "detail": o.detail}
        for o in (outcomes if as_json else kept)
    ]
    if rows:
        show(rows, as_json=as_json, language=session.language)
    counts = {name: sum(getattr(a, name) for a in answers) for name in ("stored", "duplicate", "corrected")}
    conflicting = sum(answer.conflicting for answer in answers)
    note(
        words.message(
            "replayed",
            session.language,
            items=len(outcomes) - len(kept),
            kept=len(kept),
            conflicting=conflicting,
            **counts,
        )
    )


@app.command()
def discard(
    context: typer.Context,
    ids: Ids = None,
    why: Annotated[str, typer.Option("--why", help="For those who ask later.")] = "",
    device: OneDevice = "",
    reason: Reason = "",
    start: Start = "",
    end: End = "",
) -> None:
    """Closes messages for good, with a reason; their bytes stay until the bounds of quarantine drop them."""
    session = session_of(context)
    chosen, closed = _filter(device, reason, start, end), 0
    with session.channel() as channel:
        stub = telemetry_stub(channel)
        for some in in_groups(ids, LARGEST_PAGE) if ids else [[]]:
            more = True
            while more:
                request = pb.DiscardQuarantinedRequest(
                    ids=some,
                    filter=None if some else chosen,
                    reason=why,
                    page_size=0 if some else LARGEST_PAGE,
                )
                answer = session.call(stub.DiscardQuarantined, request)
                closed += len(answer.ids)
                more = answer.more
    note(words.message("discarded", session.language, items=closed))


def _replays(
    session: Session, channel: grpc.Channel, ids: list[int], chosen: pb.QuarantineFilter
) -> Iterator[Any]:
    stub = telemetry_stub(channel)
    if ids:
        for some in in_groups(ids, AT_ONCE):
            yield session.call(stub.ReplayQuarantined, pb.ReplayQuarantinedRequest(ids=some))
        return

    def ask(token: str) -> Any:
        request = pb.ReplayQuarantinedRequest(filter=chosen, page_size=AT_ONCE, page_token=token)
        return session.call(stub.ReplayQuarantined, request)

    yield from pages(ask)


def _filter(device: str, reason: str, start: str, end: str) -> pb.QuarantineFilter:
    return pb.QuarantineFilter(
        device=device,
        reason=reason,
        start=to_timestamp(moment(start)) if start else None,
        end=to_timestamp(moment(end)) if end else None,
    )


def show_some(
    session: Session, items: Iterable[Any], row: Callable[[Any], Row], limit: int, as_json: bool
) -> None:
    """At most `limit` rows, and a word if there are more."""
    some: Iterator[Any] = iter(items)
    show([row(item) for item in islice(some, limit)], as_json=as_json, language=session.language)
    if next(some, None) is not None:
        note(words.message("more", session.language))


def _row(as_json: bool) -> Callable[[Any], Row]:
    def row(item: Any) -> Row:
        payload = item.payload_head.decode("utf-8", "backslashreplace")
        common: dict[str, Any] = {
            "id": item.id,
            "received_at": from_timestamp(item.received_at),
            "device": item.device or None,
            "verdict": item.verdict,
            "state": item.state,
            "reason": item.reason,
            "field": item.field,
            "detail": item.detail,
            "readings": item.readings,
        }
        if not as_json:
            common["detail"] = item.detail.partition("\n")[0]  # a traceback follows
            return {**common, "payload": payload[:PAYLOAD_SHOWN] + "…" * (len(payload) > PAYLOAD_SHOWN)}
        return {
            **common,
            "topic": item.topic,
            "payload": payload,
            "payload_bytes": item.payload_bytes,
            "closed_at": from_timestamp(item.closed_at) if item.HasField("closed_at") else None,
            "closed_by": item.closed_by,
            "closed_why": item.closed_why,
            "trace_id": item.trace_id,
        }

    return row
