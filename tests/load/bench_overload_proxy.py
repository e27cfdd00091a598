"""A slow way to the database: so many rows of COPY a second, whatever else is said, over all connections."""

from __future__ import annotations

import socket
import struct
import threading
import time

from tests.fixtures.proxy import Proxy

_ASKS_FIRST = (80877103, 80877104)  # SSLRequest and GSSENCRequest, before the startup message
_COPY_DATA, _COPY_DONE, _COPY_FAIL = b"dcf"
_SIGNATURE_BYTES = 11  # of a binary COPY stream, then flags and the length of an extension


class RowCounter:
    """Counts rows of binary COPY in what one client says.

    Formats: PostgreSQL, "Frontend/Backend Protocol: Message Formats" and "COPY: Binary Format".
    """

    def __init__(self) -> None:
        self._begun = False
        self._said = bytearray()
        self._copied = bytearray()
        self._in_rows = False

    def feed(self, data: bytes) -> int:
        """Rows that this ends."""
        self._said += data
        rows = at = 0
        while True:
            start = at + (1 if self._begun else 0)  # the first messages have no type
            if len(self._said) < start + 4:
                break
            (length,) = struct.unpack_from(">i", self._said, start)
            if len(self._said) < start + length:
                break
            body = self._said[start + 4 : start + length]
            if self._begun:
                rows += self._take(self._said[at], body)
            else:
                self._begun = int.from_bytes(body[:4], "big") not in _ASKS_FIRST
            at = start + length
        del self._said[:at]
        return rows

    def _take(self, kind: int, body: bytes) -> int:
        if kind == _COPY_DATA:
            self._copied += body
            return self._rows()
        if kind in (_COPY_DONE, _COPY_FAIL):
            self._copied.clear()
            self._in_rows = False
        return 0

    def _rows(self) -> int:
        copied = self._copied
        if not self._in_rows:
            if len(copied) < _SIGNATURE_BYTES + 8:
                return 0
            del copied[: _SIGNATURE_BYTES + 8]
            self._in_rows = True
        rows = at = 0
        while (end := _end_of_row(copied, at)) is not None:
            rows, at = rows + 1, end
        del copied[:at]
        return rows


def _end_of_row(copied: bytearray, at: int) -> int | None:
    """None where the row is not all there, or where there is none: the stream ends with a count of -1."""
    if len(copied) < at + 2:
        return None
    (fields,) = struct.unpack_from(">h", copied, at)
    at += 2
    if fields < 0:
        return None
    for _ in range(fields):
        if len(copied) < at + 4:
            return None
        (length,) = struct.unpack_from(">i", copied, at)
        at += 4 + max(0, length)
    return at if len(copied) >= at else None


class RowProxy(Proxy):
    """`rows_per_s` None: as fast as it goes, for good."""

    def __init__(self, target_port: int, rows_per_s: float | None) -> None:
        self.rows_per_s = rows_per_s
        self.rows = 0
        self._counters: dict[socket.socket, RowCounter] = {}
        self._clock = threading.Lock()
        self._free_at = 0.0  # monotonic: when all rows so far are paid for
        super().__init__(target_port)

    def _hold_up(self, source: socket.socket, data: bytes) -> None:
        if self.rows_per_s is None or source.getsockname()[1] != self.port:
            return
        rows = self._counters.setdefault(source, RowCounter()).feed(data)
        with self._clock:
            self.rows += rows
            self._free_at = max(self._free_at, time.monotonic()) + rows / self.rows_per_s
            paid_at = self._free_at
        if rows:
            time.sleep(max(0.0, paid_at - time.monotonic()))
