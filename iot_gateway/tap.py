"""A socket for paho that takes PUBLISH frames out of the stream and writes acknowledgements into it.

paho keeps what it is good at (connecting, subscribing, pings, TLS); the messages never pass through it.
Handing paho a socket needs one private name of paho's, so `usable` checks for the versions it was tested
with, and the session falls back to paho's public calls.
"""

from __future__ import annotations

import socket
import ssl
import time

import paho.mqtt
import structlog
from paho.mqtt import client as mqtt

from iot_gateway.assembly import Message
from iot_gateway.frames import FrameReader, ProtocolError

log = structlog.get_logger(__name__)

TESTED_VERSIONS = ("2.1.", "2.2.")
READ_BYTES = 256 * 1024
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


def usable() -> bool:
    """True if this paho has the private name that is needed, in a version that was tested."""
    return paho.mqtt.__version__.startswith(TESTED_VERSIONS) and hasattr(mqtt.Client, "_create_socket")


class Tap:
    """What paho takes for its socket."""

    def __init__(self, sock: socket.socket, keep_bytes: int) -> None:
        self._sock = sock
        self._reader = FrameReader(keep_bytes)
        self._control = b""  # for paho
        self._out = bytearray()  # for the broker; small: acknowledgements and pings
        self._ended = False
        self.last_sent_at = self.last_received_at = time.monotonic()

    def pump(self, messages: list[Message], received_at_ms: int) -> bool:
        """Read once, appending what was published; True if paho has something to read."""
        try:
            data = self._sock.recv(READ_BYTES)
        except _NOT_NOW:
            return bool(self._control)
        except OSError:
            data = b""
        if not data:
            self._ended = True  # paho reads the end, and says so by on_disconnect
            return True
        self.last_received_at = time.monotonic()
        try:
            self._control += self._reader.feed(data, received_at_ms, messages)
        except ProtocolError as error:
            log.error("gateway.not_mqtt", error=str(error))
            self._ended = True
        return bool(self._control) or self._ended

    def recv(self, size: int) -> bytes:
        """For paho: control packets only."""
        if not self._control:
            if self._ended:
                return b""
            raise BlockingIOError
        taken, self._control = self._control[:size], self._control[size:]
        return taken

    def send(self, data: bytes | bytearray) -> int:
        """Take everything, keep the order, write as much as goes."""
        self._out += data
        self.flush()
        self.last_sent_at = time.monotonic()
        return len(data)

    def flush(self) -> None:
        """Write what is waiting, as far as the connection takes it."""
        try:
            while self._out:
                del self._out[: self._sock.send(self._out)]
        except _NOT_NOW:
            return
        except OSError:
            self._ended = True
            self._out.clear()

    @property
    def wants_write(self) -> bool:
        return bool(self._out)

    @property
    def has_pending(self) -> bool:
        """True if there is something to read that select() does not see."""
        return self._ended or bool(self._control) or self.pending() > 0

    def pending(self) -> int:
        """Bytes that TLS has decrypted already."""
        return self._sock.pending() if isinstance(self._sock, ssl.SSLSocket) else 0

    def fileno(self) -> int:
        return self._sock.fileno()

    def setsockopt(self, level: int, option: int, value: int) -> None:
        self._sock.setsockopt(level, option, value)

    def setblocking(self, flag: bool) -> None:
        self._sock.setblocking(flag)

    def close(self) -> None:
        self._sock.close()


class TappedClient(mqtt.Client):
    """A paho client whose connections go through a Tap."""

    tap: Tap | None = None
    keep_bytes = 2 * 1024 * 1024

    def _create_socket(self) -> Tap:
        sock = super()._create_socket()
        assert isinstance(sock, socket.socket)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.tap = Tap(sock, self.keep_bytes)
        return self.tap
