"""The client of the fan-out: many raw WebSockets on one epoll, and when each delta came to each of them.

Says `ready` once every socket has something of its board and `done` when the time is over, then waits for the
end of its input. The account goes to a file: {"bytes": of one delta, "arrived": {position: [ns since 1970]}}.
"""

from __future__ import annotations

import argparse
import json
import select
import socket
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from tests.fixtures.walls import address, ticket

UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
DELTA = b'{"type":"delta","position":'
TEXT, PING = 0x81, 0x89
SETTLE_S = 1.0
# Looked at so often, not woken by each frame: to wake a thousand other machines is not the server's work.
LOOK_S = 0.001
CONNECT_S = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--sockets", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--secrets", type=Path, help="of walls, one a line: the server is the hub")
    parser.add_argument("--account", type=Path, required=True)
    asked = parser.parse_args()
    secrets = asked.secrets.read_text().split() if asked.secrets else [""] * asked.sockets
    sockets = Sockets()
    for secret in secrets[: asked.sockets]:
        sockets.add(connected(asked.port, secret))
        sockets.read(until=lambda: False, timeout_s=0)  # the first of them are asked whether they are there
    sockets.read(until=lambda: sockets.has_all_begun, timeout_s=CONNECT_S)
    sockets.read(until=lambda: False, timeout_s=SETTLE_S)
    sockets.forget()
    print("ready", flush=True)
    sockets.read(until=lambda: False, timeout_s=asked.seconds)
    print("done", flush=True)
    asked.account.write_text(json.dumps(sockets.account()))
    sys.stdin.read()


def connected(port: int, secret: str) -> socket.socket:
    """A socket after its hello, from an address of its own, as walls have."""
    line = socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(address(), 0))
    line.sendall(UPGRADE)
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += line.recv(1)
    if not answer.startswith(b"HTTP/1.1 101"):
        raise SystemExit(f"the server refused a socket: {answer!r}")
    hello = {"type": "hello", "protocol": 2, "ticket": ticket(port, secret) if secret else ""}
    line.sendall(_masked(TEXT, json.dumps(hello).encode()))
    line.setblocking(False)
    return line


def _masked(first: int, payload: bytes) -> bytes:
    """A client's frame; its mask is zero, so that the payload stands as it is."""
    length = len(payload)
    assert length < 65_536
    size = bytes([0x80 | length]) if length < 126 else b"\xfe" + length.to_bytes(2, "big")
    return bytes([first]) + size + bytes(4) + payload


class Sockets:
    """Reads all of them; knows no more of a frame than its type and its position."""

    def __init__(self) -> None:
        self._lines: dict[int, socket.socket] = {}
        self._rest: dict[int, bytes] = {}
        self._begun: set[int] = set()
        self._poll = select.epoll()
        self.forget()

    def add(self, line: socket.socket) -> None:
        self._lines[line.fileno()] = line
        self._rest[line.fileno()] = b""
        self._poll.register(line.fileno(), select.EPOLLIN)

    @property
    def has_all_begun(self) -> bool:
        return len(self._begun) == len(self._lines)

    def forget(self) -> None:
        self._arrived: defaultdict[int, list[int]] = defaultdict(list)
        self._sizes: list[int] = []

    def account(self) -> dict[str, object]:
        return {"bytes": statistics.median(self._sizes or [0]), "arrived": self._arrived}

    def read(self, until: Callable[[], bool], timeout_s: float) -> None:
        """Whatever comes, until then; once where there is no time."""
        deadline = time.monotonic() + timeout_s
        is_first = True
        while not until() and (is_first or time.monotonic() < deadline):
            if not is_first:
                time.sleep(LOOK_S)
            is_first = False
            for number, _ in self._poll.poll(0):
                try:
                    data = self._lines[number].recv(262_144)
                except BlockingIOError:
                    continue
                if not data:
                    raise SystemExit("the server ended a socket")
                self._take(number, self._rest[number] + data, time.time_ns())

    def _take(self, number: int, data: bytes, at_ns: int) -> None:
        while (end := _end(data)) is not None and end[1] <= len(data):
            start, stop = end
            if data[0] == PING:
                self._lines[number].send(_masked(0x8A, data[start:stop]))
            elif data.startswith(DELTA, start):
                position = int(data[start + len(DELTA) : data.index(b",", start + len(DELTA))])
                self._arrived[position].append(at_ns)
                self._sizes.append(stop - start)
                self._begun.add(number)
            data = data[stop:]
        self._rest[number] = data


def _end(data: bytes) -> tuple[int, int] | None:
    """Where the payload of the first frame begins and ends; None: not even that is there."""
    if len(data) < 2:
        return None
    length, start = data[1], 2
    if length >= 126:
        start = 4 if length == 126 else 10
        if len(data) < start:
            return None
        length = int.from_bytes(data[2:start], "big")
    return start, start + length


if __name__ == "__main__":
    main()
