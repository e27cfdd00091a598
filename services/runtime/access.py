"""Who may call a method: reads bearer tokens, remembers them for a few seconds, and decides."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from datetime import datetime
from typing import Protocol

from services.runtime.rpc_errors import Forbidden, Unauthenticated

TOKEN_AGE_S = 5.0  # a revoked token works this much longer
MOST_TOKENS = 1024
LONGEST_TOKEN = 256  # characters; longer ones are not looked up

caller: ContextVar[str] = ContextVar("caller", default="")  # name of the token of the call under way
caller_token: "ContextVar[Token]" = ContextVar("caller_token")  # the token itself


class Token(Protocol):
    """What a decision needs to know of a token."""

    @property
    def name(self) -> str: ...
    @property
    def scopes(self) -> frozenset[str]: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def revoked_at(self) -> datetime | None: ...
    @property
    def areas(self) -> frozenset[str]: ...  # empty: everywhere
    @property
    def requests_per_s(self) -> int | None: ...  # None: the setting of the process
    @property
    def streams(self) -> int | None: ...


FindToken = Callable[[bytes], Awaitable[Token | None]]


def hash_of(secret: str) -> bytes:
    """SHA-256 of a token as sent. Tokens carry 256 random bits, so no salt is needed."""
    return hashlib.sha256(secret.encode()).digest()


def bearer(metadata: Iterable[tuple[str, str | bytes]]) -> str:
    """The token of a call's metadata.

    Raises:
        Unauthenticated: there is none, several, or it is not a bearer token.
    """
    values = [value for key, value in metadata if key == "authorization"]
    if not values:
        raise Unauthenticated("token_missing", "send metadata `authorization: Bearer <token>`")
    if len(values) > 1:
        raise Unauthenticated("token_malformed", "send exactly one `authorization` entry")
    kind, _, secret = str(values[0]).partition(" ")
    secret = secret.strip()
    if kind.lower() != "bearer" or not secret or len(secret) > LONGEST_TOKEN:
        raise Unauthenticated("token_malformed", "`authorization` must read `Bearer <token>`")
    return secret


def require_valid(token: Token | None, now: datetime) -> Token:
    """The token itself, if it opens anything at all.

    Raises:
        Unauthenticated: it is unknown, expired or revoked.
    """
    if token is None:
        raise Unauthenticated("token_unknown", "this token is not known here")
    if token.revoked_at is not None and token.revoked_at <= now:
        raise Unauthenticated("token_revoked", f"token {token.name!r} was revoked; ask for another")
    if token.expires_at is not None and token.expires_at <= now:
        raise Unauthenticated(
            "token_expired",
            f"token {token.name!r} expired at {token.expires_at:%Y-%m-%dT%H:%M:%S%z}; ask for another",
        )
    return token


def require_scope(token: Token, method: str, scope: str | None) -> None:
    """Returns where the token may call the method.

    Raises:
        Forbidden: the method declares no scope (nobody may call it), or the token lacks it.
    """
    if not scope:
        raise Forbidden("method_without_scope", f"{method} declares no scope, so nobody may call it")
    if scope not in token.scopes:
        raise Forbidden("scope_missing", f"{method} needs scope {scope!r}, which token {token.name!r} lacks")


class TokenCache:
    """Tokens by hash, each asked for once and kept `max_age_s` seconds; unknown ones are kept apart."""

    def __init__(
        self,
        find: FindToken,
        clock: Callable[[], float],
        max_age_s: float = TOKEN_AGE_S,
        capacity: int = MOST_TOKENS,
    ) -> None:
        self._find = find
        self._clock = clock
        self._max_age_s = max_age_s
        self._capacity = capacity
        # A flood of forged tokens turns over the second table, never the first.
        self._known: OrderedDict[bytes, tuple[float, Token]] = OrderedDict()
        self._unknown: OrderedDict[bytes, float] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[Token | None]] = {}

    async def find(self, secret_hash: bytes) -> Token | None:
        """The token, at most `max_age_s` old; calls at the same time share one look-up."""
        now = self._clock()
        if (kept := self._known.get(secret_hash)) and now - kept[0] < self._max_age_s:
            return kept[1]
        if now - self._unknown.get(secret_hash, float("-inf")) < self._max_age_s:
            return None
        task = self._asking.get(secret_hash)
        if task is None:
            task = self._asking[secret_hash] = asyncio.ensure_future(self._ask(secret_hash))
        return await asyncio.shield(task)

    async def _ask(self, secret_hash: bytes) -> Token | None:
        try:
            token = await self._find(secret_hash)
        finally:
            del self._asking[secret_hash]
        if token is None:
            self._known.pop(secret_hash, None)
            self._unknown[secret_hash] = self._clock()
            _trim(self._unknown, self._capacity)
        else:
            self._known[secret_hash] = (self._clock(), token)
            self._known.move_to_end(secret_hash)
            _trim(self._known, self._capacity)
        return token


def _trim(table: OrderedDict[bytes, float] | OrderedDict[bytes, tuple[float, Token]], capacity: int) -> None:
    while len(table) > capacity:
        table.popitem(last=False)
