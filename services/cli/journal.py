"""`haidang journal`, `duty`: journal, handover between shifts, who is on duty and what they were told."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from haidang_client import pages
from ioc.alarms.v1 import duty_pb2 as pb

from services.cli import words
from services.cli.alarm_rows import SEVERITIES
from services.cli.client import EXIT_FAILED, CommandError
from services.cli.options import AsJson, End, Limit, Start, session_of, set_moments
from services.cli.output import Row, note, show
from services.cli.stubs import duty_stub
from services.cli.times import moment_of

app = typer.Typer(no_args_is_help=True, help="The duty journal.")
duty_app = typer.Typer(no_args_is_help=True, help="Who is on duty, and what they were told.")
AlarmNumber = Annotated[int, typer.Option("--alarm", "-a", min=0, help="Number of an alarm.")]
_PAGE = 1_000


@app.command()
def add(context: typer.Context, text: str, alarm: AlarmNumber = 0, as_json: AsJson = False) -> None:
    """Writes a note."""
    _add(context, pb.AddEntryRequest(kind="note", text=text, alarm=alarm), as_json)


@app.command("list")
def list_(
    context: typer.Context, start: Start = "", end: End = "", limit: Limit = 100, as_json: AsJson = False
) -> None:
    """Entries, the newest first."""
    session = session_of(context)
    with session.channel() as channel:
        stub = duty_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListEntriesRequest(page_size=min(limit, _PAGE), page_token=token)
            set_moments(request, start=start, end=end)
            return session.call(stub.ListEntries, request)

        found = (one for page in pages(ask) for one in page.entries)
        rows = (_entry_row(one) for one, _ in zip(found, range(limit), strict=False))
        show(rows, as_json=as_json, language=session.language)


@app.command()
def handover(
    context: typer.Context,
    since: Annotated[str, typer.Option("--since", metavar="TIME", help="Else the last handover.")] = "",
    text: Annotated[str, typer.Option("--say", help="Hands over: writes this into the journal.")] = "",
    as_json: AsJson = False,
) -> None:
    """What changed since, and what is open; with --say it also hands over."""
    session = session_of(context)
    request = pb.GetHandoverRequest()
    set_moments(request, since=since)
    with session.channel() as channel:
        found = session.call(duty_stub(channel).GetHandover, request)
    show((_alarm_row(one) for one in found.alarms), as_json=as_json, language=session.language)
    show((_entry_row(one) for one in found.entries), as_json=as_json, language=session.language)
    if found.total > len(found.alarms):
        note(words.message("handover_cut", session.language, total=found.total, shown=len(found.alarms)))
    if text:
        _add(context, pb.AddEntryRequest(kind="handover", text=text), as_json)


@app.command()
def verify(
    context: typer.Context,
    anchors: Annotated[
        list[str] | None, typer.Option("--anchor", metavar="ENTRY:HASH", help="Written down elsewhere.")
    ] = None,
) -> None:
    """Tells the first entry that was altered, removed or reordered, and why; exit code 1 if there is one."""
    session = session_of(context)
    request = pb.VerifyJournalRequest(anchors=[_anchor(text) for text in anchors or ()])
    with session.channel() as channel:
        found = session.call(duty_stub(channel).VerifyJournal, request)
    if found.wrong:
        why = found.why_vi if session.language == "vi" else found.why_en
        raise CommandError(words.message("journal_wrong", session.language, why=why), EXIT_FAILED)
    note(words.message("journal_whole", session.language, entries=found.entries, hash=found.hash))


@duty_app.command()
def now(
    context: typer.Context,
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="Else now.")] = "",
    as_json: AsJson = False,
) -> None:
    """Who is on duty, and whom to call next."""
    session = session_of(context)
    request = pb.ListOnDutyRequest()
    set_moments(request, at=at)
    with session.channel() as channel:
        found = session.call(duty_stub(channel).ListOnDuty, request)
    rows = (_duty_row(duty, one) for duty in found.duties for one in duty.people)
    show(rows, as_json=as_json, language=session.language)


@duty_app.command()
def deliveries(
    context: typer.Context,
    alarm: AlarmNumber = 0,
    state: Annotated[str, typer.Option("--state", help="waiting, delivered or given_up.")] = "",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """Notifications and how far they came, the newest first."""
    session = session_of(context)
    with session.channel() as channel:
        stub = duty_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListDeliveriesRequest(
                alarm=alarm, state=state, page_size=min(limit, _PAGE), page_token=token
            )
            return session.call(stub.ListDeliveries, request)

        found = (one for page in pages(ask) for one in page.deliveries)
        rows = (_delivery_row(one) for one, _ in zip(found, range(limit), strict=False))
        show(rows, as_json=as_json, language=session.language)


def _add(context: typer.Context, request: pb.AddEntryRequest, as_json: bool) -> None:
    session = session_of(context)
    with session.channel() as channel:
        added = session.call(duty_stub(channel).AddEntry, request)
    show([_entry_row(added.entry) | {"hash": added.entry.hash}], as_json=as_json, language=session.language)


def _anchor(text: str) -> pb.Anchor:
    number, _, sealed = text.partition(":")
    if not number.isdecimal():
        raise typer.BadParameter(f"{text!r}: write ENTRY:HASH", param_hint="--anchor")
    return pb.Anchor(entry=int(number), hash=sealed)


def _entry_row(one: Any) -> dict[str, Any]:
    return {
        "entry": one.entry,
        "at": moment_of(one, "at"),
        "kind_of_entry": one.kind,
        "actor": one.by or None,
        "alarm": one.alarm or None,
        "text": one.text,
    }


def _alarm_row(one: Any) -> Row:
    return {
        "alarm": one.alarm,
        "severity": SEVERITIES[one.severity],
        "rule": one.rule_vi,
        "subject": one.subject,
        "alarm_state": one.state,
        "raised_at": moment_of(one, "raised_at"),
        "actor": one.acknowledged_by or None,
        "shelved_until": moment_of(one, "shelved_until"),
        "events": list(one.events),
    }


def _duty_row(duty: Any, one: Any) -> Row:
    return {
        "duty": duty.name_vi,
        "step": one.step,
        "account": one.account,
        "name_vi": one.name_vi,
        "phone": one.phone or None,
        "ways": list(one.ways),
        "areas": list(duty.areas),
        "escalate": duty.escalate or None,
    }


def _delivery_row(one: Any) -> Row:
    return {
        "delivery": one.delivery,
        "alarm": one.alarm,
        "account": one.account,
        "way": one.way,
        "title": one.title_vi,
        "planned_at": moment_of(one, "planned_at"),
        "state": one.state,
        "ended_at": moment_of(one, "ended_at"),
        "attempts": one.attempts,
        "detail": one.last_error or None,
    }
