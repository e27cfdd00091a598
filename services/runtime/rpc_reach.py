"""Around every call of a token that is restricted to areas: what it names must be within them, and what it is
told is left without the rest. Tokens for everywhere pass by.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from copy import deepcopy
from typing import Any, NamedTuple

import grpc

from services.runtime.access import caller_token
from services.runtime.mailbox import Pace
from services.runtime.rpc_errors import Forbidden, NotFound
from services.runtime.rpc_interceptors import OPEN, SIGNED_IN, Context, Continuation, Handler, refusal
from services.runtime.within import Within, WithinCache, caller_within

PUBLIC, MARKED = "public", "marked"


class Rules(NamedTuple):
    """What the protos say."""

    reach_of: Callable[
        [str], str | None
    ]  # method → PUBLIC, MARKED, or anything else: not for restricted tokens
    stranger: Callable[[Any, Within], tuple[str, str] | None]  # first name in a request that is outside
    keep: Callable[[Any, Within], tuple[int, int] | None]  # (elements left, removed); None: nothing remains


class ReachInterceptor(grpc.aio.ServerInterceptor):
    """Stands behind the AccessInterceptor, which says whose call it is."""

    def __init__(self, within: WithinCache, rules: Rules) -> None:
        self._within = within
        self._rules = rules

    async def intercept_service(
        self, continuation: Continuation, details: grpc.HandlerCallDetails
    ) -> Handler | None:
        handler = await continuation(details)
        method = details.method
        if handler is None or method.strip("/").partition("/")[0] in OPEN | SIGNED_IN:
            return handler
        areas = caller_token.get().areas
        reach = self._rules.reach_of(method)
        if not areas or reach == PUBLIC:
            return handler
        inner: Any = handler.unary_stream or handler.unary_unary
        if reach != MARKED or inner is None:
            detail = f"{method} is not for tokens that are restricted to areas"
            return refusal(Forbidden("not_for_areas", detail))
        if not handler.response_streaming:
            make, outer = grpc.unary_unary_rpc_method_handler, self._unary(inner, areas)
        elif inspect.isasyncgenfunction(inner):
            make, outer = grpc.unary_stream_rpc_method_handler, self._streaming(inner, areas)
        else:
            raise TypeError(f"{method} does not yield its responses, so nobody can look at them")
        return make(outer, handler.request_deserializer, handler.response_serializer)

    def _unary(self, inner: Any, areas: frozenset[str]) -> Any:
        async def call(request: Any, context: Context) -> Any:
            within = await self._within.find(areas)
            is_named = self._check(request, within)
            caller_within.set(within)
            try:
                response = await inner(request, context)
            except NotFound:
                if is_named:
                    raise
                raise _absent() from None
            if self._rules.keep(response, within) is None:
                raise _absent()
            return response

        return call

    def _streaming(self, inner: Any, areas: frozenset[str]) -> Any:
        async def call(request: Any, context: Context) -> AsyncIterator[Any]:
            within = await self._within.find(areas)
            self._check(request, within)
            caller_within.set(within)
            pace = Pace()
            try:
                async with aclosing(inner(request, context)) as responses:
                    async for shared in responses:
                        response = deepcopy(shared)  # other watchers are sent the same message
                        kept = self._rules.keep(response, await self._within.find(areas))
                        if kept is None:
                            raise _absent()
                        left, removed = kept
                        # What was emptied by us says no more than that the log grows.
                        if pace.due(has_content=left > 0 or removed == 0):
                            yield response
            except NotFound:
                raise _absent() from None

        return call

    def _check(self, request: Any, within: Within) -> bool:
        """True where the request names something; raises Forbidden where that is outside."""
        found = self._rules.stranger(request, within)
        if found is not None:
            field, name = found
            detail = f"{field}: {name!r} is not in the areas of this token"
            raise Forbidden("outside_areas", detail)
        nothing = Within(frozenset(), frozenset())
        return self._rules.stranger(request, nothing) is not None


def _absent() -> NotFound:
    """The same for what is outside and for what does not exist."""
    return NotFound("", "not_here", "there is no such thing, or it is not in the areas of this token")
