"""Issues tokens: the only place that ever holds a secret, which it hands out once."""

import argparse
import hashlib
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from services.registry import store
from services.registry.domain import Token, token_faults
from services.registry.settings import RegistrySettings
from services.runtime.db import Connection, connect, passing_errors
from services.runtime.outcome import Rejected, Unavailable

PREFIX = "hd_"  # lets people and secret scanners tell what a leaked text is


def issue(connection: Connection, name: str, scopes: Sequence[str], expires_at: datetime | None) -> str:
    """Stores the hash of a new token and returns its secret, which cannot be shown again.

    Raises:
        Rejected: name, scopes or expiry are not acceptable.
    """
    for fault in token_faults(name, scopes, expires_at, datetime.now(UTC)):
        raise Rejected(fault.reason, fault.field, fault.detail)
    secret = PREFIX + secrets.token_urlsafe(32)
    store.create_token(connection, name, hashlib.sha256(secret.encode()).digest(), scopes, expires_at)
    return secret


def replace(connection: Connection, name: str, scopes: Sequence[str], expires_at: datetime | None) -> str:
    """Like `issue`, and ends the earlier tokens of the same name."""
    store.revoke_tokens(connection, name)
    return issue(connection, name, scopes, expires_at)


def main(arguments: Sequence[str]) -> None:
    """`token create NAME --scope SCOPE … [--days N] [--replace]`, `token list`, `token revoke NAME`."""
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
            make = replace if asked.replace else issue
            return [make(connection, asked.name, asked.scope, expires_at)]
        case "revoke":
            count = store.revoke_tokens(connection, asked.name)
            return [f"{count} token(s) named {asked.name} ended"]
        case _:
            return [_line(token) for token in store.tokens(connection)]


def _line(token: Token) -> str:
    state = "revoked" if token.revoked_at else f"until {token.expires_at or 'revoked'}"
    return f"{token.name}  {' '.join(sorted(token.scopes))}  {state}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services token", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    create = commands.add_parser("create", help="issue a token and print its secret, once")
    create.add_argument("name")
    create.add_argument(
        "--scope", action="append", required=True, help="for example telemetry.read; repeat it"
    )
    create.add_argument("--days", type=int, default=0, help="days until it expires; 0: never")
    create.add_argument("--replace", action="store_true", help="end earlier tokens of the same name")
    revoke = commands.add_parser("revoke", help="end the tokens of a name")
    revoke.add_argument("name")
    commands.add_parser("list", help="all tokens, without their secrets")
    return parser
