"""The desk's door: the page by GET, and one WebSocket for each operator's page."""

from __future__ import annotations

import asyncio
import contextlib
import http
from collections.abc import Callable, Mapping

import grpc
import msgspec
import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from services.display import page
from services.display.desk import metrics, wire
from services.display.desk.calls import WHO_AM_I, Calls, Failed, Method, offered
from services.display.desk.settings import DeskSettings

log = structlog.get_logger(__name__)

SIGN_IN_S = 5.0
HEARTBEAT_S = 5.0
SEND_S = 10.0  # a page that takes nothing for so long is gone
FRAME_MAX = 64 * 1024  # bytes; the longest is a handover note
CALLS_A_SECOND = 20.0  # of one page, on average
BURST = 60
PING_S, PONG_S, CLOSE_S = 10.0, 10.0, 1.0
POLICY_VIOLATION, GOING_AWAY, TRY_LATER = 1008, 1001, 1013
START = "/operator.html"  # of the built pages, the one that `/` is here


class Refused(Exception):
    """Ends one connection; the reason is told to the page."""


class Desk:
    """Serves operators' pages; every call goes to the API with the operator's own token."""

    def __init__(
        self,
        settings: DeskSettings,
        channel: grpc.aio.Channel,
        known: Mapping[str, Method],
        now_ms: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._channel = channel
        self._known = known
        self._now_ms = now_ms
        self._desks = 0
        self.assets = page.load(settings.page)

    async def open(self) -> Server:
        settings = self._settings
        return await serve(
            self._serve,
            settings.host,
            settings.port,
            process_request=self._request,
            max_size=FRAME_MAX,
            max_queue=16,
            ping_interval=PING_S,
            ping_timeout=PONG_S,
            close_timeout=CLOSE_S,
            server_header=None,
        )

    def _request(self, connection: ServerConnection, request: Request) -> Response | None:
        path, headers = request.path.partition("?")[0], request.headers
        if path == "/desk":
            if page.same_origin(headers.get("Origin"), headers.get("Host"), self._settings.origins):
                return None
            metrics.ENDED.labels("origin").inc()
            return _response(page.text(403, "Nguồn không được phép. / Origin not allowed.\n"))
        if START not in self.assets:
            return _response(page.text(503, "Trang chưa được dựng. / The page is not built.\n"))
        found = self.assets.get(START if path == "/" else path)
        return _response(
            page.answer(found, headers.get("Accept-Encoding", ""), headers.get("If-None-Match", ""))
        )

    async def _serve(self, connection: ServerConnection) -> None:
        self._desks += 1
        metrics.DESKS.inc()
        try:
            if self._desks > self._settings.desks_max:
                raise Refused("too_many_desks")
            calls = await self._sign_in(connection)
            await _Conversation(connection, calls, self._settings.calls_max, self._now_ms).run()
        except Refused as refused:
            metrics.ENDED.labels(str(refused)).inc()
            await _goodbye(connection, str(refused))
        except TimeoutError:
            metrics.ENDED.labels("slow").inc()
            connection.transport.abort()
        except ConnectionClosed:
            metrics.ENDED.labels("left").inc()
        finally:
            self._desks -= 1
            metrics.DESKS.dec()

    async def _sign_in(self, connection: ServerConnection) -> Calls:
        try:
            async with asyncio.timeout(SIGN_IN_S):
                frame = await connection.recv()
        except TimeoutError:
            raise Refused("no_sign_in") from None
        try:
            said = wire.decode_sign_in(frame)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise Refused("not_understood") from None
        if said.protocol != wire.PROTOCOL:
            raise Refused("unknown_protocol")
        if not said.token.isascii() or not said.token.isprintable():  # nothing that a header can carry
            raise Refused("token_refused")
        calls = Calls(self._channel, self._known, said.token)
        try:
            (answer,) = [one async for one in calls.answers(WHO_AM_I, b"{}")]
        except Failed as failed:
            refused = failed.code in ("UNAUTHENTICATED", "PERMISSION_DENIED")
            raise Refused("token_refused" if refused else "api_away") from failed
        who = wire.who(answer)
        may = offered(self._known, who.scopes, who.areas)
        await _send(connection, wire.signed_in(answer, may, self._now_ms()))
        return calls


class _Conversation:
    """Calls of one page, side by side, until it leaves."""

    def __init__(
        self, connection: ServerConnection, calls: Calls, calls_max: int, now_ms: Callable[[], int]
    ) -> None:
        self._connection = connection
        self._calls = calls
        self._calls_max = calls_max
        self._now_ms = now_ms
        self._running: dict[int, asyncio.Task[None]] = {}
        self._credit, self._credited_at = float(BURST), asyncio.get_running_loop().time()

    async def run(self) -> None:
        beating = asyncio.create_task(self._beat())
        try:
            async for frame in self._connection:
                self._take(frame)
        finally:
            tasks = [beating, *self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _take(self, frame: str | bytes) -> None:
        try:
            said = wire.decode(frame)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise Refused("not_understood") from None
        if isinstance(said, wire.Stop):
            if task := self._running.pop(said.id, None):
                task.cancel()
            return
        self._spend()
        if said.id in self._running:
            raise Refused("not_understood")  # two answers could not be told apart
        if len(self._running) >= self._calls_max:
            raise Refused("too_many_calls")
        task = asyncio.create_task(self._answer(said))
        self._running[said.id] = task
        task.add_done_callback(lambda ended: self._forget(said.id, ended))

    def _forget(self, number: int, ended: asyncio.Task[None]) -> None:
        if self._running.get(number) is ended:  # a stopped call's number may be another's by now
            del self._running[number]

    def _spend(self) -> None:
        now = asyncio.get_running_loop().time()
        self._credit = min(BURST, self._credit + (now - self._credited_at) * CALLS_A_SECOND) - 1
        self._credited_at = now
        if self._credit < 0:
            raise Refused("too_fast")

    async def _answer(self, call: wire.Call) -> None:
        outcome = "ok"
        try:
            async with contextlib.aclosing(self._calls.answers(call.method, bytes(call.request))) as answers:
                async for message in answers:
                    await _send(self._connection, wire.answer(call.id, message))
            await _send(self._connection, wire.end(call.id))
        except Failed as failed:
            outcome = failed.code
            with contextlib.suppress(ConnectionClosed, TimeoutError):
                await _send(
                    self._connection, wire.refused(call.id, failed.code, failed.detail, failed.advice)
                )
        except TimeoutError:
            self._connection.transport.abort()
        except ConnectionClosed:
            pass
        finally:
            metrics.CALLS.labels(outcome).inc()

    async def _beat(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await _send(self._connection, wire.heartbeat(self._now_ms()))
                await asyncio.sleep(HEARTBEAT_S)


async def farewell(server: Server) -> None:
    """Says goodbye to every page and closes."""
    server.close(close_connections=False)
    await asyncio.gather(*(_goodbye(one, "desk_stopping", GOING_AWAY) for one in server.connections))
    await server.wait_closed()


async def _send(connection: ServerConnection, frame: bytes) -> None:
    async with asyncio.timeout(SEND_S):
        await connection.send(frame, text=True)


async def _goodbye(connection: ServerConnection, reason: str, code: int = POLICY_VIOLATION) -> None:
    try:
        async with asyncio.timeout(1):
            await connection.send(wire.goodbye(reason), text=True)
        later = reason in ("too_many_desks", "api_away")
        await connection.close(TRY_LATER if later else code, reason)
    except (ConnectionClosed, TimeoutError):
        connection.transport.abort()


def _response(answer: page.Answer) -> Response:
    headers = Headers({**answer.headers, "Content-Length": str(len(answer.body)), "Connection": "close"})
    return Response(answer.status, http.HTTPStatus(answer.status).phrase, headers, answer.body)
