"""`haidang command`: what devices are told to do, and what they answered."""

import json
import re
import uuid
from itertools import islice
from typing import Annotated, Any

import grpc
import typer
from haidang_client import pages
from ioc.telemetry.v1 import commands_pb2 as pb

from services.cli import words
from services.cli.client import EXIT_FAILED, CommandError, Session
from services.cli.options import AsJson, Limit, OneDevice, session_of
from services.cli.output import Row, note, show, write_json, write_line
from services.cli.stubs import command_stub
from services.cli.times import from_timestamp
from services.cli.watching import resumable

app = typer.Typer(no_args_is_help=True, help="Commands to devices, and what they answered.")

LARGEST_PAGE = 1_000
STATES = ("queued", "sent", "acknowledged", "expired", "failed")
_SPAN = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

Id = Annotated[str, typer.Argument(metavar="ID", help="As `send` and `list` show it.")]


@app.command()
def send(
    context: typer.Context,
    device: Annotated[str, typer.Argument(help="Device.")],
    name: Annotated[str, typer.Argument(help="What to do, for example set_interval.")],
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="VALUE is JSON, else a text."),
    ] = None,
    parameters: Annotated[str, typer.Option("--parameters", help="All of them, as a JSON object.")] = "",
    expires: Annotated[str, typer.Option("--expires", metavar="TIME", help="90s, 5m, 2h or 1d.")] = "5m",
    key: Annotated[
        str, typer.Option("--key", help="The same when trying again: nothing is sent twice. Else a new one.")
    ] = "",
    wait: Annotated[
        bool, typer.Option("--wait", help="To its last state; exit code 1 unless it is done.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tells a device to do something. Sent is not delivered: only the device's own answer says that."""
    session = session_of(context)
    request = pb.SendCommandRequest(
        device=device,
        name=name,
        parameters_json=_parameters(parameters, parameter or []),
        expires_in_s=_seconds(expires),
        idempotency_key=key or str(uuid.uuid4()),
    )
    with session.channel() as channel:
        sent = session.call(command_stub(channel).SendCommand, request).command
        if not wait:
            show([_row(sent)], as_json=as_json, language=session.language)
            return
        last = _follow(session, channel, sent.id, as_json=as_json)
    if last != pb.COMMAND_STATE_ACKNOWLEDGED:
        raise CommandError(words.message("not_done", session.language), EXIT_FAILED)


@app.command("show")
def show_one(context: typer.Context, command_id: Id, as_json: AsJson = False) -> None:
    """One command as it is now."""
    session = session_of(context)
    with session.channel() as channel:
        found = session.call(command_stub(channel).GetCommand, pb.GetCommandRequest(id=command_id)).command
    show([_row(found)], as_json=as_json, language=session.language)


@app.command("list")
def list_all(
    context: typer.Context,
    device: OneDevice = "",
    state: Annotated[str, typer.Option("--state", metavar="|".join(STATES), help="Only these.")] = "",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """Commands, newest first."""
    session = session_of(context)
    if state and state not in STATES:
        raise typer.BadParameter(f"write one of {', '.join(STATES)}", param_hint="--state")
    wanted = f"COMMAND_STATE_{(state or 'unspecified').upper()}"
    with session.channel() as channel:
        stub = command_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListCommandsRequest(
                device=device, state=wanted, page_size=min(limit + 1, LARGEST_PAGE), page_token=token
            )
            return session.call(stub.ListCommands, request)

        found = (command for page in pages(ask) for command in page.commands)
        rows = [_row(command) for command in islice(found, limit + 1)]
    show(rows[:limit], as_json=as_json, language=session.language)
    if len(rows) > limit:
        note(words.message("more", session.language))


@app.command()
def watch(context: typer.Context, command_id: Id, as_json: AsJson = False) -> None:
    """One command at each change, until its last state."""
    session = session_of(context)
    with session.channel() as channel:
        _follow(session, channel, command_id, as_json=as_json)


def _follow(session: Session, channel: grpc.Channel, command_id: str, *, as_json: bool) -> int:
    """Writes each state; returns the last one."""
    state, seen = pb.COMMAND_STATE_UNSPECIFIED, None

    def ask() -> Any:
        request = pb.WatchCommandRequest(id=command_id)
        return command_stub(channel).WatchCommand(request)

    for response in resumable(session, ask):
        if response.command != seen:
            seen, state = response.command, response.command.state
            row = _row(response.command)
            if as_json:
                write_json(row)
            else:
                write_line(row, session.language)
    return int(state)


def _row(command: Any) -> Row:
    return {
        "id": command.id,
        "device": command.device,
        "command": command.name,
        "parameters": command.parameters_json,
        "state": pb.CommandState.Name(command.state).removeprefix("COMMAND_STATE_").lower(),
        "attempts": command.attempts,
        "issued_by": command.issued_by,
        "issued_at": from_timestamp(command.issued_at),
        "expires_at": from_timestamp(command.expires_at),
        "sent_at": from_timestamp(command.sent_at) if command.HasField("sent_at") else None,
        "finished_at": from_timestamp(command.finished_at) if command.HasField("finished_at") else None,
        "detail": command.detail,
    }


def _parameters(whole: str, single: list[str]) -> str:
    if not single:
        return whole
    if whole:
        raise typer.BadParameter("give either --parameters or --parameter")
    values: dict[str, Any] = {}
    for one in single:
        name, equals, text = one.partition("=")
        if not name or not equals:
            raise typer.BadParameter(f"{one!r}: write NAME=VALUE", param_hint="--parameter")
        try:
            values[name] = json.loads(text)
        except ValueError:
            values[name] = text
    return json.dumps(values, ensure_ascii=False)


def _seconds(span: str) -> int:
    match = _SPAN.fullmatch(span)
    if match is None:
        raise typer.BadParameter(f"{span!r}: write 90s, 5m, 2h or 1d", param_hint="--expires")
    return int(match[1]) * _SECONDS[match[2]]
