"""The two things done around every call: refuse what is not allowed, and turn errors into answers.

A method is refused unless it declares a scope and the caller's token holds it. Methods of `OPEN` services
need no token; those of `SIGNED_IN` services need any valid token.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime
from typing import Any, TypeAlias

import grpc
import structlog

from services.runtime.access import TokenCache, bearer, caller, hash_of, require_scope, require_valid
from services.runtime.rpc_errors import UNEXPECTED, Exhausted, answer
from services.runtime.rpc_metrics import REQUESTS, SECONDS, STREAMS

log = structlog.get_logger(__name__)

OPEN = frozenset({"grpc.health.v1.Health"})  # probes of load balancers carry no token and learn nothing else
SIGNED_IN = frozenset({"grpc.reflection.v1alpha.ServerReflection"})

ScopeOf = Callable[[str], str | None]
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
Continuation: TypeAlias = "Callable[[grpc.HandlerCallDetails], Awaitable[Handler | None]]"


class AccessInterceptor(grpc.aio.ServerInterceptor):
    """Denies by default, before the request is read."""

    def __init__(self, tokens: TokenCache, scope_of: ScopeOf) -> None:
        self._tokens = tokens
        self._scope_of = scope_of

    async def intercept_service(
        self, continuation: Continuation, details: grpc.HandlerCallDetails
    ) -> Handler | None:
        service = details.method.strip("/").partition("/")[0]
        if service in OPEN:
            return await continuation(details)
        try:
            secret_hash = hash_of(bearer(details.invocation_metadata or ()))
            caller.set(await self._admit(details.method, secret_hash))
        except Exception as error:
            return _refusal(error)
        handler = await continuation(details)
        return handler and self._guarded(handler, details.method, secret_hash)

    async def _admit(self, method: str, secret_hash: bytes) -> str:
        """The name of a token that is good for this method now; raises where it is not."""
        token = require_valid(await self._tokens.find(secret_hash), datetime.now(UTC))
        if method.strip("/").partition("/")[0] not in SIGNED_IN:
            require_scope(token, method, self._scope_of(method))
        return token.name

    def _guarded(self, handler: Handler, method: str, secret_hash: bytes) -> Handler:
        """A watch may outlive its token: it is asked again before each response (from the cache, mostly)."""
        inner: Any = handler.unary_stream or handler.stream_stream
        if inner is None or not inspect.isasyncgenfunction(inner):
            return handler

        async def watch(request: Any, context: Context) -> AsyncIterator[Any]:
            async with aclosing(inner(request, context)) as responses:
                async for response in responses:
                    await self._admit(method, secret_hash)
                    yield response

        make = (
            grpc.stream_stream_rpc_method_handler
            if handler.request_streaming
            else grpc.unary_stream_rpc_method_handler
        )
        return make(watch, handler.request_deserializer, handler.response_serializer)


class AnswerInterceptor(grpc.aio.ServerInterceptor):
    """Counts calls and answers every exception by the table of rpc_errors."""

    def __init__(self, known_method: Callable[[str], bool], send_timeout_s: float) -> None:
        self._known_method = known_method
        self._send_timeout_s = send_timeout_s

    async def intercept_service(
        self, continuation: Continuation, details: grpc.HandlerCallDetails
    ) -> Handler | None:
        handler = await continuation(details)
        if handler is None:
            return handler  # gRPC answers UNIMPLEMENTED
        method = details.method if self._known_method(details.method) else "unknown"
        return self._around(handler, method)

    def _around(self, handler: Handler, method: str) -> Handler:
        inner = handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
        if handler.response_streaming:
            outer = self._streaming(inner, method)
            make = (
                grpc.stream_stream_rpc_method_handler
                if handler.request_streaming
                else grpc.unary_stream_rpc_method_handler
            )
        else:
            outer = self._unary(inner, method)
            make = (
                grpc.stream_unary_rpc_method_handler
                if handler.request_streaming
                else grpc.unary_unary_rpc_method_handler
            )
        return make(outer, handler.request_deserializer, handler.response_serializer)

    def _unary(self, inner: Any, method: str) -> Any:
        async def call(request: Any, context: Context) -> Any:
            with SECONDS.labels(method).time(), _counted(method, context):
                try:
                    return await inner(request, context)
                except Exception as error:
                    return await _abort(context, method, error)

        return call

    def _streaming(self, inner: Any, method: str) -> Any:
        async def call(request: Any, context: Context) -> None:
            with STREAMS.labels(method).track_inprogress(), _counted(method, context):
                try:
                    if not inspect.isasyncgenfunction(inner):
                        await inner(request, context)
                        return
                    async with aclosing(inner(request, context)) as responses:
                        await self._send(responses, context)
                except Exception as error:
                    await _abort(context, method, error)

        return call

    async def _send(self, responses: AsyncIterator[Any], context: Context) -> None:
        async for response in responses:
            try:
                async with asyncio.timeout(self._send_timeout_s):  # wait_for would make a task of each
                    await context.write(response)
            except TimeoutError:
                raise Exhausted(
                    "client_stalled",
                    f"the client took no message for {self._send_timeout_s:g} s; resume from the last token",
                ) from None


def _refusal(error: Exception) -> Handler:
    """A handler that refuses whatever kind the method is of, without waiting for a request."""

    async def refuse(requests: Any, context: Context) -> None:
        raise error

    return grpc.stream_stream_rpc_method_handler(refuse)


async def _abort(context: Context, method: str, error: Exception) -> None:
    """Answers with an error; behind messages that a stalled client leaves untaken, it waits for it."""
    if isinstance(error, grpc.aio.AbortError):
        raise error
    told = answer(error)
    if told is None:
        log.error("rpc.unexpected_error", method=method, exc_info=error)
        told = UNEXPECTED
    elif told.code is grpc.StatusCode.UNAVAILABLE:
        log.warning("rpc.unavailable", method=method, error=str(error))
    await context.abort(told.code, told.message, told.trailers())


@contextmanager
def _counted(method: str, context: Context) -> Iterator[None]:
    status = "OK"
    started = time.monotonic()
    try:
        yield
    except grpc.aio.AbortError:
        code = context.code()
        status = code.name if isinstance(code, grpc.StatusCode) else str(code)
        raise
    except asyncio.CancelledError:
        status = "CANCELLED"
        raise
    finally:
        REQUESTS.labels(method, status).inc()
        log.debug("rpc.call", method=method, status=status, seconds=round(time.monotonic() - started, 4))
