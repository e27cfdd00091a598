"""Rows in PostgreSQL's binary COPY format, packed whole columns at a time. Pure.

A reading costs about 0.5 µs this way, 1.5 µs through the driver row by row.
Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Sequence
from itertools import repeat
from sys import byteorder

HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
TRAILER = struct.pack(">h", -1)

_EPOCH_2000_MS = 946_684_800_000  # PostgreSQL counts microseconds from 2000-01-01
_INT4_OID, _TEXT_OID = 23, 25

# Field count, then (length, value) of series_id, observed_at, value, quality, revision, received_at.
_READING = struct.Struct(">h ii iq id ih ii iq")

ReadingRow = tuple[int, int, float, int, int, int]


def timestamp(ms: int) -> int:
    """Microseconds since 2000-01-01T00:00:00Z, as PostgreSQL keeps a timestamptz."""
    return (ms - _EPOCH_2000_MS) * 1000


def reading_rows(rows: Iterable[ReadingRow]) -> bytes:
    """(series_id, observed_at_ms, value, quality, revision, received_at_ms) of each, ready for COPY."""
    ids, observed, values, quality, revision, received = zip(*rows, strict=True)
    receipts = {ms: timestamp(ms) for ms in set(received)}  # a handful: one per read of the socket
    packed = map(
        _READING.pack,
        repeat(6),
        repeat(4),
        ids,
        repeat(8),
        [(ms - _EPOCH_2000_MS) * 1000 for ms in observed],
        repeat(8),
        values,
        repeat(2),
        quality,
        repeat(4),
        revision,
        repeat(8),
        map(receipts.__getitem__, received),
    )
    return b"".join((HEADER, *packed, TRAILER))


def int_array(values: Sequence[int]) -> bytes:
    """An integer[] without nulls."""
    interleaved = array("i", bytes(8 * len(values)))
    interleaved[0::2] = array("i", [4]) * len(values)
    interleaved[1::2] = array("i", values)
    if byteorder == "little":
        interleaved.byteswap()
    return _array_header(_INT4_OID, len(values)) + interleaved.tobytes()


def text_array(values: Sequence[str]) -> bytes:
    """A text[] without nulls."""
    encoded = [value.encode() for value in values]
    parts = b"".join(struct.pack(">i", len(value)) + value for value in encoded)
    return _array_header(_TEXT_OID, len(values)) + parts


def row(*fields: bytes) -> bytes:
    """One row of fields that are in binary form already, as a whole COPY stream."""
    packed = b"".join(struct.pack(">i", len(value)) + value for value in fields)
    return b"".join((HEADER, struct.pack(">h", len(fields)), packed, TRAILER))


def _array_header(element_oid: int, length: int) -> bytes:
    if not length:
        return struct.pack(">iii", 0, 0, element_oid)
    return struct.pack(">iiiii", 1, 0, element_oid, length, 1)
