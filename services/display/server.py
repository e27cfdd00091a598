"""The hub's door: WebSocket for walls, GET for the page and the map."""

import asyncio
import http
from collections.abc import Mapping

import msgspec
import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from services.display import metrics, page, wire
from services.display.live import LiveBoard, Wall
from services.display.settings import HubSettings

log = structlog.get_logger(__name__)

HEARTBEAT_S = 2.0
HELLO_S = 5.0  # a connection that does not say hello within this time is closed
FRAME_MAX = 4096  # bytes; a wall says little
PING_S, PONG_S, CLOSE_S = 3.0, 4.0, 1.0  # together: a frozen wall is gone within 10 s
POLICY_VIOLATION, GOING_AWAY, TRY_LATER = 1008, 1001, 1013


class Refused(Exception):
    """Ends one connection; the reason is told to the wall."""


class Door:
    """Serves the boards and assets it was given; both may change while it serves."""

    def __init__(self, settings: HubSettings, boards: Mapping[str, LiveBoard]) -> None:
        self._settings = settings
        self._boards = boards
        self._walls = 0
        self.assets: dict[str, page.Asset] = {
            **page.load(settings.page),
            **page.load(settings.downloads, "/client/"),
        }

    async def open(self) -> Server:
        settings = self._settings
        return await serve(
            self._wall,
            settings.host,
            settings.port,
            process_request=self._request,
            compression=None,  # 30 µs a message against 11, for nothing in a local network
            max_size=FRAME_MAX,
            max_queue=4,
            ping_interval=PING_S,
            ping_timeout=PONG_S,
            close_timeout=CLOSE_S,
            server_header=None,
        )

    def _request(self, connection: ServerConnection, request: Request) -> Response | None:
        path = request.path.partition("?")[0]
        headers = request.headers
        if path == "/ws":
            if page.same_origin(headers.get("Origin"), headers.get("Host"), self._settings.origins):
                return None
            metrics.DROPPED.labels("origin").inc()
            return _response(page.text(403, "Nguồn không được phép. / Origin not allowed.\n"))
        if path == "/" and "/" not in self.assets:
            return _response(page.text(503, "Trang chưa được dựng. / The page is not built.\n"))
        found = self.assets.get(path)
        return _response(
            page.answer(found, headers.get("Accept-Encoding", ""), headers.get("If-None-Match", ""))
        )

    async def _wall(self, connection: ServerConnection) -> None:
        self._walls += 1
        try:
            await self._serve(connection)
        except Refused as refused:
            metrics.DROPPED.labels(str(refused)).inc()
            await _goodbye(connection, str(refused))
        except TimeoutError:
            metrics.DROPPED.labels("slow").inc()
            log.warning("wall.dropped", reason="slow", peer=connection.remote_address)
            connection.transport.abort()
        except ConnectionClosed as closed:
            log.info("wall.left", peer=connection.remote_address, reason=str(closed))
        finally:
            self._walls -= 1

    async def _serve(self, connection: ServerConnection) -> None:
        if self._walls > self._settings.walls_max:
            raise Refused("too_many_walls")
        hello = await self._hello(connection)
        board = self._boards.get(hello.board)
        if board is None:
            raise Refused("unknown_board")
        wall = Wall()
        if hello.resume and board.state.can_resume(hello.resume.epoch, hello.resume.position):
            wall.mailbox.resume(hello.resume.epoch, hello.resume.position)
        log.info(
            "wall.came", peer=connection.remote_address, board=hello.board, resume=wall.mailbox.epoch != ""
        )
        board.walls.add(wall)
        metrics.WALLS.labels(hello.board).inc()
        try:
            await self._converse(connection, board, wall)
        finally:
            board.walls.discard(wall)
            metrics.WALLS.labels(hello.board).dec()

    async def _hello(self, connection: ServerConnection) -> wire.Hello:
        try:
            async with asyncio.timeout(HELLO_S):
                frame = await connection.recv()
        except TimeoutError:
            raise Refused("no_hello") from None
        try:
            hello = wire.decode_hello(frame)
        except msgspec.MsgspecError:
            raise Refused("not_understood") from None
        if hello.protocol != wire.PROTOCOL:
            raise Refused("unknown_protocol")
        return hello

    async def _converse(self, connection: ServerConnection, board: LiveBoard, wall: Wall) -> None:
        """Sends until the connection ends; a wall has nothing more to say after its hello."""
        sending = asyncio.create_task(self._send(connection, board, wall))
        listening = asyncio.create_task(connection.recv())
        done, pending = await asyncio.wait({sending, listening}, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for task in done:
            task.result()  # raises what ended the conversation
        raise Refused("not_understood")

    async def _send(self, connection: ServerConnection, board: LiveBoard, wall: Wall) -> None:
        await self._frame(connection, "heartbeat", board.heartbeat())
        while True:
            wall.woken.clear()
            while owed := board.next_frame(wall):
                await self._frame(connection, *owed)
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    await wall.woken.wait()
            except TimeoutError:
                await self._frame(connection, "heartbeat", board.heartbeat())

    async def _frame(self, connection: ServerConnection, kind: str, frame: bytes) -> None:
        # Not wait_for, which in Python 3.11 may swallow the cancellation of this task.
        async with asyncio.timeout(self._settings.send_timeout_s):
            await connection.send(frame, text=True)
        metrics.SENT.labels(kind).inc()


async def farewell(server: Server) -> None:
    """Says goodbye to every wall and closes."""
    server.close(close_connections=False)
    await asyncio.gather(*(_goodbye(c, "hub_stopping", GOING_AWAY) for c in server.connections))
    await server.wait_closed()


async def _goodbye(connection: ServerConnection, reason: str, code: int = POLICY_VIOLATION) -> None:
    try:
        async with asyncio.timeout(1):
            await connection.send(wire.goodbye(reason), text=True)
        await connection.close(TRY_LATER if reason == "too_many_walls" else code, reason)
    except (ConnectionClosed, TimeoutError):
        connection.transport.abort()


def _response(answer: page.Answer) -> Response:
    headers = Headers({**answer.headers, "Content-Length": str(len(answer.body)), "Connection": "close"})
    return Response(answer.status, http.HTTPStatus(answer.status).phrase, headers, answer.body)
