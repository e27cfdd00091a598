"""Versions in PostgreSQL's binary COPY format, packed whole columns at a time. Pure.

Format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import repeat

from services.records.rows import Row

COLUMNS = (
    "dataset_id, identity, batch, line, at, recorded_at, late, revision, area, organisation, subject, payload"
)

_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_TRAILER = struct.pack(">h", -1)
_EPOCH_2000_US = 946_684_800_000_000  # PostgreSQL counts microseconds from 2000-01-01
_NULL = struct.pack(">i", -1)
_LENGTH = struct.Struct(">i").pack

# Field count, then (length, value) of dataset_id, identity, batch, line, at, recorded_at, late, revision.
_FIXED = struct.Struct(">h ih i16s iq ii iq iq i? iq")


def copied(
    dataset_id: int, batch: int, recorded_at: datetime, rows: Sequence[Row], hashes: Sequence[bytes]
) -> bytes:
    """The rows as a whole COPY stream of COLUMNS; `hashes`: of their identities."""
    words = _Texts()
    parts = [_HEADER]
    for row, head in zip(rows, _heads(dataset_id, batch, recorded_at, rows, hashes), strict=True):
        payload = row.payload.encode()
        subject = _NULL if row.subject is None else _text(row.subject)
        parts += (head, words[row.area], words[row.organisation], subject, _LENGTH(len(payload)), payload)
    parts.append(_TRAILER)
    return b"".join(parts)


def _heads(
    dataset_id: int, batch: int, recorded_at: datetime, rows: Sequence[Row], hashes: Sequence[bytes]
) -> Iterator[bytes]:
    return map(
        _FIXED.pack,
        repeat(12),
        repeat(2),
        repeat(dataset_id),
        repeat(16),
        hashes,
        repeat(8),
        repeat(batch),
        repeat(4),
        [row.line for row in rows],
        repeat(8),
        [_microseconds(row.at) for row in rows],
        repeat(8),
        repeat(_microseconds(recorded_at)),
        repeat(1),
        [row.late for row in rows],
        repeat(8),
        [row.revision for row in rows],
    )


def _microseconds(moment: datetime) -> int:
    """Since 2000. Seconds as a float are exact to the microsecond for 285 years around 1970."""
    return round(moment.timestamp() * 1_000_000) - _EPOCH_2000_US


def _text(text: str) -> bytes:
    encoded = text.encode()
    return _LENGTH(len(encoded)) + encoded


class _Texts(dict["str | None", bytes]):
    """Texts that many rows share, packed once."""

    def __missing__(self, text: str | None) -> bytes:
        packed = self[text] = _NULL if text is None else _text(text)
        return packed
