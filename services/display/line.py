"""A wall's WebSocket: takes a frame that was encoded once for all, and knows when it last heard anything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from websockets.asyncio.server import ServerConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import State

# Whoever was silent for so long is asked for a sign of life; a page reports every five seconds anyhow.
ASK_S = 5.5
FROZEN_S = 8.5  # and for so long, is gone: looked at every second, a frozen wall is dropped within 10 s


class Line(ServerConnection):
    """One end of a connection, as the hub sees it.

    It is free while it is open and the system has taken all that was written; with `write_limit=0` the loop
    tells at once when that ends, so that nobody has to look before a frame is put.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.put: Callable[[bytes], None] = self.transport.write
        self.is_free = False
        self.on_change: Callable[[], None] = _nothing
        self.heard_at_s = self.loop.time()

    def data_received(self, data: bytes) -> None:
        self.heard_at_s = self.loop.time()
        super().data_received(data)
        self._look_again()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._look_again()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._look_again()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._look_again()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """After a goodbye nothing may follow."""
        self._set_free(False)
        await super().close(code, reason)

    def look(self, now_s: float) -> bool:
        """Asks for a sign of life where it is time for one; false: there was none, the connection is cut."""
        silent_s = now_s - self.heard_at_s
        if silent_s > FROZEN_S:
            self.transport.abort()
            return False
        if silent_s > ASK_S and self.is_free:
            self.put(PING)
        return True

    def _look_again(self) -> None:
        self._set_free(self.protocol.state is State.OPEN and not self.paused)

    def _set_free(self, is_free: bool) -> None:
        if is_free != self.is_free:
            self.is_free = is_free
            self.on_change()


def encoded(text: bytes) -> bytes:
    """A frame of this UTF-8 text as it goes over the line; a server masks nothing."""
    return Frame(Opcode.TEXT, text).serialize(mask=False)


PING = Frame(Opcode.PING, b"").serialize(mask=False)


def _nothing() -> None:
    """Until somebody wants to know."""
