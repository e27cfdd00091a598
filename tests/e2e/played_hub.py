"""A hub that plays given frames to the built page: whatever a wall can be shown, with no stack behind it."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from services.display import page

HEARTBEAT_S = 2.0
Frame = dict[str, Any]


class PlayedHub:
    """Each wall that says hello gets `frames` of its board as a snapshot, and what is pushed later."""

    def __init__(
        self, dist: Path, boards: Mapping[str, Frame], areas: Mapping[str, Any], now_ms: int
    ) -> None:
        self._assets = page.load(dist)
        self._assets["/map.geojson"] = page.asset(json.dumps(areas).encode(), "application/geo+json")
        self._boards = boards
        self._now_ms = now_ms
        self._began = monotonic()
        self._outboxes: list[SimpleQueue[str]] = []
        self._server: Server = serve(
            self._wall, "127.0.0.1", 0, process_request=self._request, compression=None
        )
        self.port: int = self._server.socket.getsockname()[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def now_ms(self) -> int:
        return self._now_ms + int((monotonic() - self._began) * 1000)

    def set_clock(self, now_ms: int) -> None:
        """Whoever comes later is told this time."""
        self._now_ms, self._began = now_ms, monotonic()

    def push(self, frame: Frame) -> None:
        """To every wall that is there."""
        for outbox in self._outboxes:
            outbox.put(json.dumps(frame))

    def waiting(self) -> int:
        """Frames that were pushed and are not sent yet, to the slowest wall."""
        return max((outbox.qsize() for outbox in self._outboxes), default=0)

    def close(self) -> None:
        self._server.shutdown()

    def _request(self, _: ServerConnection, request: Request) -> Response | None:
        path = request.path.partition("?")[0]
        if path == "/ws":
            return None
        if path == "/ticket":  # the token of a played wall is the name of its board, and so is its ticket
            _, _, board = request.headers.get("Authorization", "").partition(" ")
            told = page.json(json.dumps({"ticket": board, "expires_s": 30}).encode())
            sized = Headers({**told.headers, "Content-Length": str(len(told.body)), "Connection": "close"})
            return Response(told.status, "OK", sized, told.body)
        found = page.answer(self._assets.get(path), request.headers.get("Accept-Encoding", ""), "")
        headers = Headers({**found.headers, "Content-Length": str(len(found.body)), "Connection": "close"})
        return Response(found.status, "", headers, found.body)

    def _wall(self, connection: ServerConnection) -> None:
        outbox: SimpleQueue[str] = SimpleQueue()
        try:
            hello = json.loads(connection.recv(timeout=5))
            connection.send(json.dumps(self._heartbeat()))
            connection.send(json.dumps(self._snapshot(hello["ticket"])))
            self._outboxes.append(outbox)
            while True:
                try:
                    connection.send(outbox.get(timeout=HEARTBEAT_S))
                except Empty:
                    connection.send(json.dumps(self._heartbeat()))
        except (ConnectionClosed, TimeoutError):
            if outbox in self._outboxes:
                self._outboxes.remove(outbox)

    def _heartbeat(self) -> Frame:
        return {"type": "heartbeat", "server_time_ms": self.now_ms(), "position": 0}

    def _snapshot(self, board: str) -> Frame:
        return {
            "type": "snapshot",
            "protocol": 2,
            "epoch": "played",
            "position": 1,
            "server_time_ms": self.now_ms(),
            "missing": [],
            "missing_since_ms": {},
            **self._boards[board],
        }
