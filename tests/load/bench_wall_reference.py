"""The reference of the fan-out: ten times a second one frame, encoded once, is written to every socket.

No conversation, no limits, nobody is dropped: what Python and the system cost without a product in between.
Prints its port, then position and time (ns since 1970) of each frame before it is written.
"""

from __future__ import annotations

import asyncio
import sys
import time

from tests.load.bench_wall_sockets import DELTA

EVERY_S = 0.1
ACCEPTED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


class Reader(asyncio.Protocol):
    """Answers the handshake and listens to nothing after it."""

    def __init__(self, transports: set[asyncio.Transport]) -> None:
        self._transports = transports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET"):
            self._transport.write(ACCEPTED)
            self._transports.add(self._transport)

    def connection_lost(self, _: Exception | None) -> None:
        self._transports.discard(self._transport)


async def main(size: int) -> None:
    transports: set[asyncio.Transport] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Reader(transports), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    position, next_s = 0, loop.time()
    while True:
        position, next_s = position + 1, next_s + EVERY_S
        payload = (DELTA + b"%d," % position).ljust(size - 1) + b"}"
        sent_ns = time.time_ns()
        frame = b"\x81\x7e" + len(payload).to_bytes(2, "big") + payload
        for transport in transports:
            transport.write(frame)
        print(position, sent_ns, flush=True)
        await asyncio.sleep(next_s - loop.time())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
