"""The hub's door: WebSockets of walls and of screens that wait to be one; GET of page, map and tickets."""

from __future__ import annotations

import asyncio
import http
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers, MultipleValuesError
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from services.display import metrics, page, wall_frames, wire
from services.display.line import Line
from services.display.live import LiveBoard
from services.display.managed import Managed, Run, TooOften
from services.display.settings import HubSettings
from services.display.talk import PairTalk, Refused, WallTalk

log = structlog.get_logger(__name__)

FRAME_MAX = 4096  # bytes; a wall says little
CLOSE_S = 1.0
LOOK_S = 1.0  # after each other, who is still there
POLICY_VIOLATION, GOING_AWAY, TRY_LATER = 1008, 1001, 1013
COME_BACK = frozenset({"too_many_walls", "ticket_refused", "reload", "not_now"})
DOORS = ("/ws", "/pair")


class Door:
    """Serves the boards and assets it was given; both may change while it serves."""

    def __init__(
        self,
        settings: HubSettings,
        boards: Mapping[str, LiveBoard],
        managed: Managed,
        run: Run[Any],
        now_ms: Callable[[], int],
    ) -> None:
        self._settings = settings
        self._boards = boards
        self._managed = managed
        self._run = run
        self._now_ms = now_ms
        self._connected: Counter[str] = Counter()  # connections by address
        self.assets: dict[str, page.Asset] = {
            **page.load(settings.page),
            **page.load(settings.downloads, "/client/"),
        }
        managed.build = page.build_of(self.assets.get("/"))

    async def open(self) -> Server:
        settings = self._settings
        return await serve(
            self._serve,
            settings.host,
            settings.port,
            process_request=self._request,
            compression=None,  # 30 µs a message against 11, for nothing in a local network
            max_size=FRAME_MAX,
            max_queue=4,
            write_limit=0,  # see Line
            create_connection=Line,
            ping_interval=None,  # a task of each connection; ours are looked at together
            close_timeout=CLOSE_S,
            server_header=None,
        )

    async def dropping_frozen(self, server: Server) -> None:
        """Looks for walls that are not there any more."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_S)
            now_s = loop.time()
            for line in server.connections:
                if isinstance(line, Line) and not line.look(now_s):
                    metrics.DROPPED.labels("frozen").inc()
                    log.warning("wall.dropped", reason="frozen", peer=_address(line))

    def _request(self, connection: ServerConnection, request: Request) -> Response | None:
        try:
            return self._answer(connection, request)
        except MultipleValuesError as error:  # which of them counts is nothing to guess at
            return _response(page.text(400, f"Tiêu đề lặp lại: {error}. / Repeated header: {error}.\n"))

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        path = request.path.partition("?")[0]
        headers = request.headers
        if path in DOORS or path == "/ticket":
            if not page.same_origin(headers.get("Origin"), headers.get("Host"), self._settings.origins):
                metrics.DROPPED.labels("origin").inc()
                return _response(page.text(403, "Nguồn không được phép. / Origin not allowed.\n"))
            return None if path in DOORS else _response(self._ticket(connection, headers))
        if path == "/" and "/" not in self.assets:
            return _response(page.text(503, "Trang chưa được dựng. / The page is not built.\n"))
        found = self.assets.get(path)
        return _response(
            page.answer(found, headers.get("Accept-Encoding", ""), headers.get("If-None-Match", ""))
        )

    def _ticket(self, connection: ServerConnection, headers: Headers) -> page.Answer:
        scheme, _, secret = headers.get("Authorization", "").partition(" ")
        if not self._managed.is_ready:
            return page.text(503, "Chưa đọc được danh sách màn hình. / Walls were not read yet.\n")
        try:
            ticket = self._managed.ticket(secret, _address(connection)) if scheme == "Bearer" else None
        except TooOften:
            return page.text(429, "Hỏi quá nhiều. / Asked too often.\n")
        if ticket is None:
            return page.text(401, "Màn hình chưa ghép hoặc đã bị thu hồi. / Not paired, or revoked.\n")
        return page.json(wall_frames.ticket(ticket, self._settings.ticket_s))

    async def _serve(self, connection: ServerConnection) -> None:
        assert isinstance(connection, Line)  # `create_connection` makes no other
        address = _address(connection)
        self._connected[address] += 1
        try:
            await self._talk(connection, address)
        except Refused as refused:
            metrics.DROPPED.labels(str(refused)).inc()
            await _goodbye(connection, str(refused))
        except TimeoutError:
            metrics.DROPPED.labels("slow").inc()
            log.warning("wall.dropped", reason="slow", peer=address)
            connection.transport.abort()
        except ConnectionClosed as closed:
            log.info("wall.left", peer=address, reason=str(closed))
        finally:
            self._connected[address] -= 1
            self._connected += Counter()  # forgets addresses that are gone

    async def _talk(self, connection: Line, address: str) -> None:
        settings = self._settings
        if (
            self._connected.total() > settings.walls_max
            or self._connected[address] > settings.per_address_max
        ):
            raise Refused("too_many_walls")

        async def say(kind: str, frame: bytes) -> None:
            # Not wait_for, which in Python 3.11 may swallow the cancellation of a task.
            async with asyncio.timeout(settings.send_timeout_s):
                await connection.send(frame, text=True)
            metrics.SENT.labels(kind).inc()

        request = connection.request
        if request is not None and request.path.startswith("/pair"):
            talk = PairTalk(connection, say, self._managed, self._run)
            await talk.run(lambda: wire.heartbeat(self._now_ms(), 0))
        else:
            await WallTalk(connection, say, self._managed, self._boards, self._now_ms).run()


async def farewell(server: Server) -> None:
    """Says goodbye to every wall and closes."""
    server.close(close_connections=False)
    await asyncio.gather(*(_goodbye(c, "hub_stopping", GOING_AWAY) for c in server.connections))
    await server.wait_closed()


async def _goodbye(connection: ServerConnection, reason: str, code: int = POLICY_VIOLATION) -> None:
    try:
        async with asyncio.timeout(1):
            await connection.send(wire.goodbye(reason), text=True)
        await connection.close(TRY_LATER if reason in COME_BACK else code, reason)
    except (ConnectionClosed, TimeoutError):
        connection.transport.abort()


def _address(connection: ServerConnection) -> str:
    return str(connection.remote_address[0])


def _response(answer: page.Answer) -> Response:
    headers = Headers({**answer.headers, "Content-Length": str(len(answer.body)), "Connection": "close"})
    return Response(answer.status, http.HTTPStatus(answer.status).phrase, headers, answer.body)
