"""Issues tokens: the only place that ever holds a secret, which it hands out once."""

import argparse
import hashlib
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from services.registry import store_tokens as store
from services.registry.settings import RegistrySettings
from services.registry.tokens_domain import Grant, Token, token_faults
from services.runtime.db import Connection, connect, passing_errors
from services.runtime.outcome import Rejected, Unavailable

SELF = "access.self"  # the scope to ask who one is and to exchange one's own secret
PREFIX = "hd_"  # lets people and secret scanners tell what a leaked text is


def issue(
    connection: Connection,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None,
    areas: Sequence[str] = (),
    requests_per_s: int | None = None,
    streams: int | None = None,
) -> str:
    """Stores the hash of a new token and returns its secret, which cannot be shown again.

    No areas: everywhere. No limits: those of the API process.

    Raises:
        Rejected: something is not acceptable.
    """
    grant = Grant(name, frozenset(scopes), expires_at, frozenset(areas), requests_per_s, streams)
    for fault in token_faults(grant, datetime.now(UTC)):
        raise Rejected(fault.reason, fault.field, fault.detail)
    return _store(connection, grant)


def renew(connection: Connection, token: Token) -> str:
    """A further secret for all that `token` may do; returns it."""
    return _store(
        connection,
        Grant(token.name, token.scopes, token.expires_at, token.areas, token.requests_per_s, token.streams),
    )


def _store(connection: Connection, grant: Grant) -> str:
    secret = PREFIX + secrets.token_urlsafe(32)
    store.create_token(connection, grant, hashlib.sha256(secret.encode()).digest())
    return secret


def main(arguments: Sequence[str]) -> None:
    """`token create NAME --scope SCOPE … [--area CODE …] [--days N] [--replace]`, `list`, `revoke NAME`."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        with passing_errors(), connect(RegistrySettings().dsn, "token") as connection:
            for line in _carry_out(connection, asked):
                sys.stdout.write(f"{line}\n")
    except (Rejected, Unavailable) as error:
        parser.exit(1, f"token: {error}\n")


def _carry_out(connection: Connection, asked: argparse.Namespace) -> list[str]:
    match asked.command:
        case "create":
            expires_at = datetime.now(UTC) + timedelta(days=asked.days) if asked.days else None
            scopes = asked.scope if asked.shared else [*asked.scope, SELF]
            if asked.replace:
                store.revoke_tokens(connection, asked.name)
            limits = (asked.area, asked.requests_per_s, asked.streams)
            return [issue(connection, asked.name, scopes, expires_at, *limits)]
        case "revoke":
            count = store.revoke_tokens(connection, asked.name)
            return [f"{count} token(s) named {asked.name} ended"]
        case _:
            return [_line(token) for token in store.tokens(connection)]


def _line(token: Token) -> str:
    state = f"revoked {token.revoked_at}" if token.revoked_at else f"until {token.expires_at or 'revoked'}"
    areas = f"  only {' '.join(sorted(token.areas))}" if token.areas else ""
    return f"{token.name}  {' '.join(sorted(token.scopes))}{areas}  {state}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services token", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="issue a token and print its secret, once")
    create.add_argument("name")
    create.add_argument(
        "--scope", action="append", required=True, help="for example telemetry.read; repeat it"
    )
    create.add_argument(
        "--area", action="append", default=[], help="code: it sees this area only, with all below; repeat it"
    )
    create.add_argument("--requests-per-s", type=int, help="its limit; else that of the API process")
    create.add_argument("--streams", type=int, help="open at a time; else as the API process is set")
    create.add_argument(
        "--shared", action="store_true", help=f"many hold it: without {SELF}, so none can exchange it"
    )
    create.add_argument("--days", type=int, default=0, help="days until it expires; 0: never")
    create.add_argument("--replace", action="store_true", help="end earlier tokens of the same name")
    revoke = commands.add_parser("revoke", help="end the tokens of a name")
    revoke.add_argument("name")
    commands.add_parser("list", help="all tokens, without their secrets")
    return parser
