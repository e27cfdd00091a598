"""Tokens of callers in PostgreSQL, schema `registry`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.registry.tokens_domain import Grant, Token
from services.runtime.db import Connection

_TOKEN = (
    "SELECT token_id::text, name, scopes, expires_at, revoked_at, areas, requests_per_s, streams"
    " FROM registry.tokens"
)


def token_by_hash(connection: Connection, sha256: bytes) -> Token | None:
    """The token whose secret has this SHA-256, also where it is expired or revoked."""
    row = connection.execute(f"{_TOKEN} WHERE secret_hash = %s", (sha256,)).fetchone()
    return None if row is None else _token(row)


def create_token(connection: Connection, grant: Grant, sha256: bytes) -> str:
    """Stores a token; returns its id."""
    row = connection.execute(
        "INSERT INTO registry.tokens"
        " (name, secret_hash, scopes, expires_at, areas, requests_per_s, streams)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING token_id::text",
        (
            grant.name,
            sha256,
            sorted(grant.scopes),
            grant.expires_at,
            sorted(grant.areas),
            grant.requests_per_s,
            grant.streams,
        ),
    ).fetchone()
    assert row is not None
    return str(row[0])


def lock_token(connection: Connection, token_id: str) -> Token | None:
    """The token with this id, which nobody else changes until the transaction ends."""
    row = connection.execute(f"{_TOKEN} WHERE token_id = %s FOR UPDATE", (token_id,)).fetchone()
    return None if row is None else _token(row)


def standing_secrets(connection: Connection, name: str, now: datetime) -> list[datetime | None]:
    """Until when each secret of a name that works now does; None: until it is revoked or expires."""
    rows = connection.execute(
        "SELECT revoked_at FROM registry.tokens WHERE name = %(name)s"
        " AND (revoked_at IS NULL OR revoked_at > %(now)s)"
        " AND (expires_at IS NULL OR expires_at > %(now)s)",
        {"name": name, "now": now},
    ).fetchall()
    return [row[0] for row in rows]


def end_token(connection: Connection, token_id: str, at: datetime) -> None:
    """Its secret works until then."""
    connection.execute("UPDATE registry.tokens SET revoked_at = %s WHERE token_id = %s", (at, token_id))


def tokens(connection: Connection) -> list[Token]:
    """All tokens, newest first."""
    return [
        _token(row) for row in connection.execute(f"{_TOKEN} ORDER BY created_at DESC, token_id").fetchall()
    ]


def revoke_tokens(connection: Connection, name: str) -> int:
    """Ends every standing token of this name, those in their grace too; returns how many.

    Until the transaction ends nobody else exchanges or issues a secret.
    """
    # A statement before the UPDATE, whose snapshot then has what a transaction that we waited for inserted.
    connection.execute("LOCK TABLE registry.tokens IN EXCLUSIVE MODE")
    return connection.execute(
        "UPDATE registry.tokens SET revoked_at = now()"
        " WHERE name = %s AND (revoked_at IS NULL OR revoked_at > now())",
        (name,),
    ).rowcount


def _token(row: Sequence[Any]) -> Token:
    token_id, name, scopes, expires_at, revoked_at, areas, requests_per_s, streams = row
    return Token(
        token_id, name, frozenset(scopes), expires_at, revoked_at, frozenset(areas), requests_per_s, streams
    )
