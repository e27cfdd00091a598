"""`haidang whoami` and `haidang token rotate`: the token that the command line calls with."""

from typing import Annotated

import typer
from ioc.access.v1 import tokens_pb2 as pb
from ioc.access.v1.tokens_pb2_grpc import TokenServiceStub

from services.cli import words
from services.cli.options import AsJson, session_of
from services.cli.output import note, show
from services.cli.times import from_timestamp

app = typer.Typer(no_args_is_help=True, help="The token that this command line calls with.")

LONGEST_GRACE_S = 7 * 24 * 3600
DAY_S = 24 * 3600


def whoami(context: typer.Context, as_json: AsJson = False) -> None:
    """What the token may do, where, how much, and until when."""
    session = session_of(context)
    with session.channel() as channel:
        own = session.call(TokenServiceStub(channel).WhoAmI, pb.WhoAmIRequest())
    row = {
        "name": own.name,
        "scopes": list(own.scopes),
        "areas": list(own.areas) or None,
        "expires_at": from_timestamp(own.expires_at) if own.HasField("expires_at") else None,
        "replaced_until": from_timestamp(own.replaced_until) if own.HasField("replaced_until") else None,
        "requests_per_s": own.requests_per_s,
        "streams": own.streams,
    }
    show([row], as_json=as_json, language=session.language)


@app.command()
def rotate(
    context: typer.Context,
    grace_s: Annotated[
        int, typer.Option("--grace", min=0, max=LONGEST_GRACE_S, help="Seconds for which the old one works.")
    ] = DAY_S,
    as_json: AsJson = False,
) -> None:
    """A new secret in place of the one that this command calls with; shown once."""
    session = session_of(context)
    with session.channel() as channel:
        request = pb.RotateTokenRequest(grace_s=grace_s)
        answer = session.call(TokenServiceStub(channel).RotateToken, request)
    row = {
        "secret": answer.secret,
        "old_valid_until": from_timestamp(answer.old_valid_until),
        "expires_at": from_timestamp(answer.expires_at) if answer.HasField("expires_at") else None,
    }
    show([row], as_json=as_json, language=session.language)
    note(words.message("new_secret", session.language))
