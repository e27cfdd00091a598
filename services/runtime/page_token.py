"""Opaque page tokens: where to go on, bound to the query that they belong to.

A token names the last key that was sent, never an offset: pages stay right while rows are added.
"""

import base64
import binascii
import hashlib

import msgspec

from services.runtime.rpc_errors import InvalidRequest

Key = list[int | str]


def seal(query: object, key: Key) -> str:
    """The token to go on after `key` in the results of `query` (anything with a stable repr)."""
    return _encode([_digest(query), *key])


def unseal(token: str, query: object, kinds: tuple[type, ...]) -> Key | None:
    """The key inside `token`, None for the empty token of a first page.

    Raises:
        InvalidRequest: the token is damaged or belongs to another query.
    """
    if not token:
        return None
    parts = _decode(token)
    if len(parts) != 1 + len(kinds) or not all(
        type(part) is kind and _can_be_kept(part) for part, kind in zip(parts[1:], kinds, strict=True)
    ):
        raise InvalidRequest([("page_token", "bad_page_token", "this is not a token of this method")])
    if parts[0] != _digest(query):
        raise InvalidRequest(
            [("page_token", "page_token_of_other_query", "use a page token with the request it came from")]
        )
    return parts[1:]


def _can_be_kept(part: int | str) -> bool:
    """Whether PostgreSQL can hold it, as bigint or text: whatever it cannot was never in a key of ours."""
    return "\0" not in part if isinstance(part, str) else -(2**63) <= part < 2**63


def page_size(asked: int, default: int, most: int) -> int:
    """The number of rows to send; 0 asks for the default.

    Raises:
        InvalidRequest: it is negative or above the limit.
    """
    if asked < 0 or asked > most:
        raise InvalidRequest(
            [("page_size", "page_size_out_of_range", f"send 1 to {most}, or 0 for {default}; got {asked}")]
        )
    return asked or default


def seal_position(epoch: str, position: int) -> str:
    """A resume token."""
    return _encode([epoch, position])


def unseal_position(token: str) -> tuple[str, int]:
    """Epoch and position of a resume token.

    Raises:
        InvalidRequest: the token is damaged.
    """
    match _decode(token, field="resume_token"):
        case [str(epoch), int(position)] if position >= 0:
            return epoch, position
    raise InvalidRequest([("resume_token", "bad_resume_token", "this is not a resume token")])


def _digest(query: object) -> str:
    return hashlib.sha256(repr(query).encode()).hexdigest()[:12]


def _encode(parts: Key) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def _decode(token: str, field: str = "page_token") -> Key:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(raw, type=list[int | str])
    except (binascii.Error, msgspec.DecodeError, ValueError):
        raise InvalidRequest(
            [(field, f"bad_{field}", "the token is damaged; send it as it was received")]
        ) from None
