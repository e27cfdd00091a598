"""`haidang maintenance`: work is announced, listed, cancelled."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from ioc.alarms.v1 import maintenance_pb2 as pb

from services.cli.options import AsJson, Until, moment_ahead, session_of, set_moments
from services.cli.output import Row, show
from services.cli.stubs import maintenance_stub
from services.cli.times import moment_of, to_timestamp

app = typer.Typer(no_args_is_help=True, help="Announced work: its alarms are listed, and not shown.")


@app.command()
def announce(
    context: typer.Context,
    kind: Annotated[
        str, typer.Argument(help="device, area (with all below it), cause, rule, dataset or everything.")
    ],
    until: Until,
    why: Annotated[str, typer.Option("--why", help="What is done.")],
    name: Annotated[str, typer.Argument(help="Its name; of a cause 'gateway s0' or the like.")] = "",
    start: Annotated[str, typer.Option("--start", "-s", metavar="TIME", help="Likewise; else now.")] = "",
    as_json: AsJson = False,
) -> None:
    """Announces work, in the name of the token; the duty journal says so."""
    request = pb.AnnounceMaintenanceRequest(scope_kind=kind, scope=name, why=why)
    request.ends_at.CopyFrom(to_timestamp(moment_ahead(until, "--until")))
    if start:
        request.starts_at.CopyFrom(to_timestamp(moment_ahead(start, "--start")))
    _show(context, "AnnounceMaintenance", request, as_json)


@app.command("list")
def list_(
    context: typer.Context,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="Also what was over after this: 24h (ago) …")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Work that goes on or is ahead, the newest announcement first."""
    session = session_of(context)
    request = pb.ListMaintenanceRequest()
    set_moments(request, since=since)
    with session.channel() as channel:
        found = session.call(maintenance_stub(channel).ListMaintenance, request).maintenance
    show(map(_row, found), as_json=as_json, language=session.language)


@app.command()
def cancel(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help="Number of the work.")],
    as_json: AsJson = False,
) -> None:
    """Ends work before its time, or takes it back; what is still abnormal is shown from then on."""
    _show(context, "CancelMaintenance", pb.CancelMaintenanceRequest(maintenance=number), as_json)


def _show(context: typer.Context, method: str, request: Any, as_json: bool) -> None:
    session = session_of(context)
    with session.channel() as channel:
        done = session.call(getattr(maintenance_stub(channel), method), request).maintenance
    show([_row(done)], as_json=as_json, language=session.language)


def _row(one: Any) -> Row:
    return {
        "maintenance": one.maintenance,
        "scope_kind": one.scope_kind,
        "scope": one.scope or None,
        "starts_at": moment_of(one, "starts_at"),
        "ends_at": moment_of(one, "ends_at"),
        "text": one.why,
        "actor": one.by,
        "cancelled_at": moment_of(one, "cancelled_at"),
    }
