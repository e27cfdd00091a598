"""What is done around every call: measure it, end it in time, and turn its errors into answers."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, NamedTuple

import grpc
import structlog

from services.runtime.rpc_errors import UNEXPECTED, AdviceOf, Exhausted, TooLate, answer
from services.runtime.rpc_interceptors import Context, Continuation, Handler, like
from services.runtime.rpc_metrics import REQUESTS, SECONDS, STREAMS

log = structlog.get_logger(__name__)

NO_DEADLINE_S = 10 * 365 * 86_400  # what gRPC answers for none is beyond this


class Times(NamedTuple):
    """How long a unary call may take, seconds."""

    default_s: float  # of a client that says nothing
    longest_s: float  # of one that wants more


class AnswerInterceptor(grpc.aio.ServerInterceptor):
    """Counts calls, ends them in time, and answers every exception by the table of rpc_errors."""

    def __init__(
        self, known_method: Callable[[str], bool], advice_of: AdviceOf, send_timeout_s: float, times: Times
    ) -> None:
        self._known_method = known_method
        self._advice_of = advice_of
        self._send_timeout_s = send_timeout_s
        self._times = times

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
            return like(handler, self._streaming(inner, method))
        return like(handler, self._unary(inner, method, is_timed=not handler.request_streaming))

    def _unary(self, inner: Any, method: str, is_timed: bool) -> Any:
        async def call(request: Any, context: Context) -> Any:
            with SECONDS.labels(method).time(), _counted(method, context):
                try:
                    if not is_timed:
                        return await inner(request, context)
                    return await self._in_time(inner, request, context)
                except Exception as error:
                    return await self._abort(context, method, error)

        return call

    async def _in_time(self, inner: Any, request: Any, context: Context) -> Any:
        """gRPC ends a call at its own deadline; this one ends those that have none, or one too far away."""
        asked = context.time_remaining()
        given = self._times.default_s if asked is None or asked > NO_DEADLINE_S else self._times.longest_s
        try:
            async with asyncio.timeout(given) as limit:
                return await inner(request, context)
        except TimeoutError:
            if not limit.expired():
                raise
            detail = f"the call took longer than {given:g} s; ask for less, or for pages"
            raise TooLate("took_too_long", detail) from None

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
                    await self._abort(context, method, error)

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

    async def _abort(self, context: Context, method: str, error: Exception) -> None:
        """Answers with an error; behind messages that a stalled client leaves untaken, it waits for it."""
        if isinstance(error, grpc.aio.AbortError):
            raise error
        told = answer(error)
        if told is None:
            log.error("rpc.unexpected_error", method=method, exc_info=error)
            told = UNEXPECTED
        elif told.code is grpc.StatusCode.UNAVAILABLE:
            log.warning("rpc.unavailable", method=method, error=str(error))
        await context.abort(told.code, told.message, told.trailers(self._advice_of(told.reason)))


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
