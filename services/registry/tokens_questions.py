"""What a caller asks about the token of the call: who it is, and a new secret for it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ioc.access.v1 import tokens_pb2 as pb

from services.registry import store_tokens as store
from services.registry import tokens
from services.registry.domain import Fault
from services.registry.tokens_domain import DEFAULT_GRACE_S, Token, exchange_fault
from services.runtime.db import Connection
from services.runtime.rpc_errors import Exhausted, Forbidden, InvalidRequest
from services.runtime.rpc_times import to_timestamp


def who_am_i(token: Token, limits: tuple[int, int]) -> pb.WhoAmIResponse:
    """The token as it stands; `limits`: calls a second and streams at a time, on this server."""
    return pb.WhoAmIResponse(
        name=token.name,
        scopes=sorted(token.scopes),
        areas=sorted(token.areas),
        expires_at=to_timestamp(token.expires_at) if token.expires_at else None,
        replaced_until=to_timestamp(token.revoked_at) if token.revoked_at else None,
        requests_per_s=limits[0],
        streams=limits[1],
    )


def rotate_token(
    connection: Connection, request: pb.RotateTokenRequest, token_id: str, now: datetime
) -> pb.RotateTokenResponse:
    """A new secret in place of the one with this id, which ends after its grace.

    Raises:
        InvalidRequest: the grace is too long.
        Forbidden: the secret was exchanged before, or revoked meanwhile.
        Exhausted: too many secrets of this name work.
    """
    token = store.lock_token(connection, token_id)
    if token is None:
        raise Forbidden("token_replaced", "this token is no longer there")
    grace_s = request.grace_s if request.HasField("grace_s") else DEFAULT_GRACE_S
    standing = store.standing_secrets(connection, token.name, now)
    fault = exchange_fault(token, len(standing), grace_s)
    if fault is not None:
        raise _refusal(fault, [end for end in standing if end is not None], now)
    ends_at = now + timedelta(seconds=grace_s)
    store.end_token(connection, token_id, ends_at)
    return pb.RotateTokenResponse(
        secret=tokens.renew(connection, token),
        old_valid_until=to_timestamp(ends_at),
        expires_at=to_timestamp(token.expires_at) if token.expires_at else None,
    )


def _refusal(fault: Fault, ends: Sequence[datetime], now: datetime) -> Exception:
    match fault.reason:
        case "token_replaced":
            return Forbidden(fault.reason, fault.detail)
        case "too_many_secrets":
            return Exhausted(fault.reason, fault.detail, (min(ends) - now).total_seconds() if ends else None)
    return InvalidRequest([fault])
