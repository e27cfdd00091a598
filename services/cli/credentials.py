"""`haidang credentials` and `haidang access`: who may speak to the broker, and who was refused."""

from itertools import islice
from typing import Annotated, Any

import typer
from haidang_client import pages
from ioc.registry.v1 import registry_pb2 as pb

from services.cli import words
from services.cli.options import AsJson, End, Limit, Start, moment, session_of
from services.cli.output import Row, note, show
from services.cli.stubs import registry_stub
from services.cli.times import from_timestamp, to_timestamp

app = typer.Typer(no_args_is_help=True, help="MQTT credentials; in effect within 5 s.")

KINDS = ("device", "network", "gateway", "onboarding")
LARGEST_PAGE = 1_000

Username = Annotated[str, typer.Argument(help="MQTT user name; of a device, its name.")]
Reason = Annotated[str, typer.Option("--reason", "-r", help="Shown to those who ask why.")]


@app.command()
def issue(
    context: typer.Context,
    username: Username,
    kind: Annotated[str, typer.Option("--kind", "-k", metavar="|".join(KINDS))] = "device",
    as_json: AsJson = False,
) -> None:
    """A secret for a device, a network server, a gateway or onboarding; shown once."""
    if kind not in KINDS:
        raise typer.BadParameter(f"write one of {', '.join(KINDS)}", param_hint="--kind")
    wanted = pb.CredentialKind.Value(f"CREDENTIAL_KIND_{kind.upper()}")
    _change(context, "Issue", as_json=as_json, username=username, kind=wanted)


@app.command()
def rotate(context: typer.Context, username: Username, as_json: AsJson = False) -> None:
    """A new secret, shown once; the old one ends."""
    _change(context, "Rotate", as_json=as_json, username=username)


@app.command()
def revoke(context: typer.Context, username: Username, reason: Reason = "", as_json: AsJson = False) -> None:
    """Ends a credential; only a new secret brings the name back."""
    _change(context, "Revoke", as_json=as_json, username=username, reason=reason)


@app.command()
def suspend(context: typer.Context, username: Username, reason: Reason = "", as_json: AsJson = False) -> None:
    """Shuts a credential out until it is reinstated."""
    _change(context, "Suspend", as_json=as_json, username=username, reason=reason)


@app.command()
def reinstate(
    context: typer.Context, username: Username, reason: Reason = "", as_json: AsJson = False
) -> None:
    """Lets a suspended credential in again, with the secret that it has."""
    _change(context, "Reinstate", as_json=as_json, username=username, reason=reason)


@app.command("list")
def list_all(
    context: typer.Context,
    kind: Annotated[str, typer.Option("--kind", "-k", metavar="|".join(KINDS))] = "",
    as_json: AsJson = False,
) -> None:
    """Credentials, without their secrets."""
    session = session_of(context)
    wanted = f"CREDENTIAL_KIND_{(kind or 'unspecified').upper()}"
    with session.channel() as channel:
        stub = registry_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListCredentialsRequest(kind=wanted, page_token=token, page_size=LARGEST_PAGE)
            return session.call(stub.ListCredentials, request)

        rows = (_row(one) for page in pages(ask) for one in page.credentials)
        show(rows, as_json=as_json, language=session.language)


@app.command()
def history(
    context: typer.Context,
    username: Annotated[str, typer.Argument(help="MQTT user name; of a device, its name. Else all.")] = "",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """Who issued, rotated, revoked, suspended or reinstated it, newest first."""
    session = session_of(context)
    with session.channel() as channel:
        stub = registry_stub(channel)

        def ask(token: str) -> Any:
            size = min(limit + 1, LARGEST_PAGE)
            request = pb.ListCredentialHistoryRequest(username=username, page_token=token, page_size=size)
            return session.call(stub.ListCredentialHistory, request)

        changes = (change for page in pages(ask) for change in page.changes)
        rows = [_change_row(change) for change in islice(changes, limit + 1)]
    show(rows[:limit], as_json=as_json, language=session.language)
    if len(rows) > limit:
        note(words.message("more", session.language))


def access(
    context: typer.Context,
    username: Annotated[str, typer.Option("--username", "-u", help="Only this MQTT user.")] = "",
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            "-k",
            help="refused_connect, denied_publish, denied_subscribe, flooded or not_watched.",
        ),
    ] = "",
    start: Start = "24h",
    end: End = "now",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """What the broker refused, and to whom; counted by minute, newest first."""
    session = session_of(context)
    asked = {"start": to_timestamp(moment(start)), "end": to_timestamp(moment(end))}
    with session.channel() as channel:
        stub = registry_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListAccessEventsRequest(
                **asked,
                username=username,
                kind=kind,
                page_token=token,
                page_size=min(limit + 1, LARGEST_PAGE),
            )
            return session.call(stub.ListAccessEvents, request)

        found = (event for page in pages(ask) for event in page.events)
        rows = [_event_row(event) for event in islice(found, limit + 1)]
    show(rows[:limit], as_json=as_json, language=session.language)
    if len(rows) > limit:
        note(words.message("more", session.language))


def _change(context: typer.Context, action: str, *, as_json: bool, **fields: object) -> None:
    session = session_of(context)
    with session.channel() as channel:
        request = getattr(pb, f"{action}CredentialRequest")(**fields)
        answer = session.call(getattr(registry_stub(channel), f"{action}Credential"), request)
    row = _row(answer.credential)
    if secret := getattr(answer, "secret", ""):
        row = {"username": row["username"], "secret": secret, **row}
        note(words.message("secret_once", session.language))
    show([row], as_json=as_json, language=session.language)


def _row(credential: Any) -> Row:
    return {
        "username": credential.username,
        "kind": pb.CredentialKind.Name(credential.kind).removeprefix("CREDENTIAL_KIND_").lower(),
        "state": pb.CredentialState.Name(credential.state).removeprefix("CREDENTIAL_STATE_").lower(),
        "reason": credential.reason,
        "issued_at": from_timestamp(credential.issued_at),
        "changed_at": from_timestamp(credential.changed_at),
    }


def _change_row(change: Any) -> Row:
    return {
        "at": from_timestamp(change.at),
        "username": change.username,
        "action": change.action,
        "actor": change.actor,
        "token": change.token,
        "reason": change.reason,
    }


def _event_row(event: Any) -> Row:
    return {
        "first_at": from_timestamp(event.first_at),
        "last_at": from_timestamp(event.last_at),
        "kind": event.kind,
        "username": event.username,
        "client": event.client,
        "topic": event.topic,
        "count": event.count,
    }
