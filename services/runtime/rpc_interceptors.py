"""What is done before every call: refuse what is not allowed, and count the rest.

A method is refused unless it declares a scope and the caller's token holds it. Methods of `OPEN` services
need no token; those of `SIGNED_IN` services need any valid token.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

import grpc

from services.runtime import rpc_reflection
from services.runtime.access import (
    Token,
    TokenCache,
    bearer,
    caller,
    caller_token,
    hash_of,
    require_scope,
    require_valid,
)
from services.runtime.quota import Quota

OPEN = frozenset({"grpc.health.v1.Health"})  # probes of load balancers carry no token and learn nothing else
SIGNED_IN = rpc_reflection.NAMES

ScopeOf = Callable[[str], str | None]
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Continuation: TypeAlias = "Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]]"


class AccessInterceptor(grpc.aio.ServerInterceptor):
    """Denies by default, and counts, before the request is read."""

    def __init__(self, tokens: TokenCache, scope_of: ScopeOf, quota: Quota) -> None:
        self._tokens = tokens
        self._scope_of = scope_of
        self._quota = quota

    async def intercept_service(
        self, continuation: Continuation, details: grpc.HandlerCallDetails
    ) -> Handler | None:
        service = details.method.strip("/").partition("/")[0]
        if service in OPEN:
            return await continuation(details)
        try:
            secret_hash = hash_of(bearer(details.invocation_metadata or ()))
            token = await self._admit(details.method, secret_hash)
            self._quota.count_call(token)
        except Exception as error:
            return refusal(error)
        caller.set(token.name)
        caller_token.set(token)
        handler = await continuation(details)
        return handler and self._guarded(handler, details.method, secret_hash, token)

    async def _admit(self, method: str, secret_hash: bytes) -> Token:
        """The token, if it is good for this method now; raises where it is not."""
        token = require_valid(await self._tokens.find(secret_hash), datetime.now(UTC))
        if method.strip("/").partition("/")[0] not in SIGNED_IN:
            require_scope(token, method, self._scope_of(method))
        return token

    def _guarded(self, handler: Handler, method: str, secret_hash: bytes, token: Token) -> Handler:
        """A stream counts for its token, and may outlive it: each response asks again, the cache mostly."""
        inner: Any = handler.unary_stream or handler.stream_unary or handler.stream_stream
        if inner is None or method.strip("/").partition("/")[0] in SIGNED_IN:
            return handler

        async def watch(request: Any, context: Context) -> AsyncIterator[Any]:
            with self._quota.stream(token):
                async with aclosing(inner(request, context)) as responses:
                    async for response in responses:
                        await self._admit(method, secret_hash)
                        yield response

        async def call(request: Any, context: Context) -> Any:
            with self._quota.stream(token):
                return await inner(request, context)

        return like(handler, watch if inspect.isasyncgenfunction(inner) else call)


def refusal(error: Exception) -> Handler:
    """A handler that refuses whatever kind the method is of, without waiting for a request."""

    async def refuse(requests: Any, context: Context) -> None:
        raise error

    return grpc.stream_stream_rpc_method_handler(refuse)


def like(handler: Handler, behaviour: Any) -> Handler:
    """A handler of the same kind that behaves otherwise."""
    make: Any
    match handler.request_streaming, handler.response_streaming:
        case False, False:
            make = grpc.unary_unary_rpc_method_handler
        case False, True:
            make = grpc.unary_stream_rpc_method_handler
        case True, False:
            make = grpc.stream_unary_rpc_method_handler
        case _:
            make = grpc.stream_stream_rpc_method_handler
    return cast(Handler, make(behaviour, handler.request_deserializer, handler.response_serializer))
