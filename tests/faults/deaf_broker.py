"""A broker that goes on talking and takes nothing more: no acknowledgement leaves its client.

MQTT 3.1.1 as far as a gateway needs it: CONNACK, SUBACK, PUBLISH at QoS 1. A second connection is heard.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

_CONNACK = b"\x20\x02\x00\x00"
_PUBACK, _SUBSCRIBE = 0x40, 0x82
_SHARD = b"haidang-gw-"  # client ids of a gateway's shards; it has other connections beside them


class DeafBroker:
    """Offers every message on each connection of a shard."""

    def __init__(self, topic: str, payload: Callable[[int], bytes], messages: int) -> None:
        self.connections = 0
        self.acknowledged: set[int] = set()
        self._frames = [_publish(topic, payload(n), n + 1) for n in range(messages)]
        self._keep_talking = _publish("ioc/v1/x/devices/x/commands", b"", 65_535)
        self._ended = threading.Event()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)  # full after some hundred PUBACKs
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        self.port = int(listener.getsockname()[1])
        self._listener = listener
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while not self._ended.is_set():
                line, _ = self._listener.accept()
                threading.Thread(target=self._converse, args=(line,), daemon=True).start()

    def _converse(self, line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            if not _greet(line):
                _read_packet(line)  # its subscription; nothing is said to it, and it waits
                self._ended.wait()
                return
            self.connections += 1
            line.sendall(b"".join(self._frames))
            if self.connections == 1:
                self._talk_on(line)
            else:
                self._listen(line)

    def _talk_on(self, line: socket.socket) -> None:
        while not self._ended.wait(0.2):
            line.sendall(self._keep_talking)

    def _listen(self, line: socket.socket) -> None:
        while not self._ended.is_set():
            kind, body = _read_packet(line)
            if kind == _PUBACK:
                self.acknowledged.add(int.from_bytes(body[:2], "big"))


def _greet(line: socket.socket) -> bool:
    """True, after SUBACK, if a gateway's shard has connected."""
    _, connect = _read_packet(line)
    line.sendall(_CONNACK)
    if not connect[12:].startswith(_SHARD):  # behind protocol, level, flags, keepalive and a length
        return False
    kind, body = _read_packet(line)
    assert kind == _SUBSCRIBE
    filters = 2  # what a session subscribes to
    line.sendall(bytes([0x90, 2 + filters]) + body[:2] + b"\x01" * filters)
    return True


def _publish(topic: str, payload: bytes, mid: int) -> bytes:
    name = topic.encode()
    body = len(name).to_bytes(2, "big") + name + mid.to_bytes(2, "big") + payload
    assert len(body) < 16_384
    return bytes([0x32, len(body) & 0x7F | 0x80, len(body) >> 7]) + body


def _read_packet(line: socket.socket) -> tuple[int, bytes]:
    kind, length, shift = _exactly(line, 1)[0], 0, 0
    while True:
        byte = _exactly(line, 1)[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return kind, _exactly(line, length)


def _exactly(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = line.recv(count - len(data))
        if not more:
            raise ConnectionResetError("the client has gone")
        data += more
    return data
