"""A wall's WebSocket: takes a frame that was encoded once for all, and knows when it last heard anything."""

from __future__ import annotations

import asyncio

from websockets.asyncio.server import ServerConnection
from websockets.frames import Frame, Opcode
from websockets.protocol import State

# Whoever was silent for so long is asked for a sign of life; a page reports every five seconds anyhow.
ASK_S = 5.5
FROZEN_S = 8.5  # and for so long, is gone: looked at every second, a frozen wall is dropped within 10 s


class Line(ServerConnection):
    """One end of a connection, as the hub sees it."""

    # What is looked at for each frame lies together: a thousand lines do not fit into a processor's cache.
    __slots__ = ("_is_open", "_out", "heard_at_s")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._out, self._is_open = self.transport, False
        self.heard_at_s = self.loop.time()

    def data_received(self, data: bytes) -> None:
        self.heard_at_s = self.loop.time()
        super().data_received(data)
        self._is_open = self.protocol.state is State.OPEN  # from its first frame on, until it says goodbye

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_open = False
        super().connection_lost(exc)

    def write(self, encoded: bytes) -> bool:
        """Sends an encoded frame where nothing waits before it; false: it was not sent."""
        if not self._is_open or self._out.get_write_buffer_size():
            return False
        self._out.write(encoded)
        return True

    def look(self, now_s: float) -> bool:
        """Asks for a sign of life where it is time for one; false: there was none, the connection is cut."""
        silent_s = now_s - self.heard_at_s
        if silent_s > FROZEN_S:
            self.transport.abort()
            return False
        if silent_s > ASK_S:
            self.write(PING)
        return True


def encoded(text: bytes) -> bytes:
    """A frame of this UTF-8 text as it goes over the line; a server masks nothing."""
    return Frame(Opcode.TEXT, text).serialize(mask=False)


PING = Frame(Opcode.PING, b"").serialize(mask=False)
