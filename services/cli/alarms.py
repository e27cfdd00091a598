"""`haidang alarms …`: what is abnormal, what is done about it, what was, and by which rules."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer
from haidang_client import pages
from ioc.alarms.v1 import alarms_pb2 as pb

from services.cli import words
from services.cli.alarm_rows import SEVERITIES, alarm_row, change_row, episode_row, rule_row
from services.cli.options import (
    AsJson,
    End,
    Limit,
    OneDevice,
    Start,
    Until,
    moment_ahead,
    session_of,
    set_moments,
)
from services.cli.output import note, show, write_json, write_line
from services.cli.stubs import alarms_stub
from services.cli.times import to_timestamp
from services.cli.watching import follow

app = typer.Typer(no_args_is_help=True, help="Alarms: list, watch, handle, look back.")
LARGEST_PAGE = 1_000
Number = Annotated[int, typer.Argument(min=1, help="Number of the alarm.")]
SeverityFrom = Annotated[
    str, typer.Option("--severity", metavar="LEVEL", help="notice, warning, serious or emergency, and above.")
]
Note = Annotated[str, typer.Option("--note", help="What is said with it.")]


@app.command("list")
def list_(
    context: typer.Context,
    states: Annotated[
        list[str] | None, typer.Option("--state", help="raised, acknowledged …; else all but closed.")
    ] = None,
    severity: SeverityFrom = "",
    rule: Annotated[str, typer.Option("--rule", help="Only of this rule.")] = "",
    device: OneDevice = "",
    area: Annotated[str, typer.Option("--area", help="Only of this area, with all below it.")] = "",
    group: Annotated[int, typer.Option("--group", min=0, help="Those that this alarm speaks for.")] = 0,
    with_suppressed: Annotated[
        bool, typer.Option("--all", help="Also those not shown by themselves.")
    ] = False,
    start: Start = "",
    end: End = "",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """Alarms, the newest first: those that are open and shown. Start and end are of when they were raised."""
    session = session_of(context)
    request = pb.ListAlarmsRequest(
        states=states or [],
        severity_from=_severity_from(severity),
        rule=rule,
        device=device,
        area_code=area,
        group_alarm=group,
        with_suppressed=with_suppressed,
        page_size=min(limit + 1, LARGEST_PAGE),
    )
    set_moments(request, start=start, end=end)
    with session.channel() as channel:
        stub = alarms_stub(channel)

        def ask(token: str) -> Any:
            request.page_token = token
            return session.call(stub.ListAlarms, request)

        found = list(islice((one for page in pages(ask) for one in page.alarms), limit + 1))
    rows = (alarm_row(one, session.language) for one in found[:limit])
    show(rows, as_json=as_json, language=session.language)
    if len(found) > limit:
        note(words.message("more", session.language))


@app.command()
def watch(
    context: typer.Context,
    rules: Annotated[list[str] | None, typer.Argument(help="Ids of rules; none means all.")] = None,
    severity: SeverityFrom = "",
    areas: Annotated[
        list[str] | None, typer.Option("--area", help="Only of this area, with all below it; several.")
    ] = None,
    resume: Annotated[str, typer.Option("--resume", help="Go on after this token of an earlier watch.")] = "",
    as_json: AsJson = False,
) -> None:
    """Changes of alarms as they happen, until Ctrl-C. Over a lost connection nothing is skipped."""
    session = session_of(context)
    severity_from = _severity_from(severity)
    with session.channel() as channel:
        stub = alarms_stub(channel)

        def ask(token: str) -> Any:
            return stub.WatchAlarms(
                pb.WatchAlarmsRequest(
                    rules=rules or [],
                    severity_from=severity_from,
                    area_codes=areas or [],
                    resume_token=token,
                )
            )

        for response in follow(session, ask, resume):
            for one in response.changes:
                row = {**change_row(one.change), **alarm_row(one.alarm, session.language)}
                if as_json:
                    write_json({**row, "resume_token": response.resume_token, "trace_id": response.trace_id})
                else:
                    write_line(row, session.language)


@app.command()
def ack(context: typer.Context, alarm: Number, said: Note = "", as_json: AsJson = False) -> None:
    """Takes an alarm on, in the name of the token."""
    _act(context, "Acknowledge", pb.AcknowledgeRequest(alarm=alarm, note=said), as_json)


@app.command()
def shelve(
    context: typer.Context,
    alarm: Number,
    until: Until,
    why: Annotated[str, typer.Option("--why", help="Why it may wait.")],
    as_json: AsJson = False,
) -> None:
    """Puts an alarm aside for a time."""
    ahead = to_timestamp(moment_ahead(until, "--until"))
    _act(context, "Shelve", pb.ShelveRequest(alarm=alarm, until=ahead, why=why), as_json)


@app.command()
def unshelve(context: typer.Context, alarm: Number, said: Note = "", as_json: AsJson = False) -> None:
    """Takes an alarm off its shelf before its time."""
    _act(context, "Unshelve", pb.UnshelveRequest(alarm=alarm, note=said), as_json)


@app.command("note")
def note_(context: typer.Context, alarm: Number, text: str, as_json: AsJson = False) -> None:
    """Adds a note to an alarm."""
    _act(context, "AddNote", pb.AddNoteRequest(alarm=alarm, text=text), as_json)


@app.command()
def history(
    context: typer.Context, alarm: Number, start: Start = "", end: End = "", as_json: AsJson = False
) -> None:
    """What happened to an alarm; then when its subject was abnormal, by all that is known now."""
    session = session_of(context)
    request = pb.GetHistoryRequest(alarm=alarm)
    set_moments(request, start=start, end=end)
    with session.channel() as channel:
        found = session.call(alarms_stub(channel).GetHistory, request)
    show([alarm_row(found.alarm, session.language)], as_json=as_json, language=session.language)
    show(map(change_row, found.changes), as_json=as_json, language=session.language)
    show(map(episode_row, found.episodes), as_json=as_json, language=session.language)
    if found.total_changes > len(found.changes):
        facts = {"total": found.total_changes, "shown": len(found.changes)}
        note(words.message("history_cut", session.language, **facts))


@app.command()
def rules(context: typer.Context, as_json: AsJson = False) -> None:
    """The rules in force."""
    session = session_of(context)
    with session.channel() as channel:
        found = session.call(alarms_stub(channel).ListRules, pb.ListRulesRequest()).rules
    rows = (rule_row(one, session.language) for one in found)
    show(rows, as_json=as_json, language=session.language)


def _act(context: typer.Context, method: str, request: Any, as_json: bool) -> None:
    session = session_of(context)
    with session.channel() as channel:
        done = session.call(getattr(alarms_stub(channel), method), request).alarm
    show([alarm_row(done, session.language)], as_json=as_json, language=session.language)


def _severity_from(name: str) -> int:
    if name not in SEVERITIES:
        raise typer.BadParameter(f"{name!r}: write {', '.join(SEVERITIES[1:])}", param_hint="--severity")
    return SEVERITIES.index(name)
