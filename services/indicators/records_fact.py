"""The fact of records that the engine follows, from JSON."""

from __future__ import annotations

import msgspec

APPENDED = "records.appended"


class Change(msgspec.Struct, frozen=True):
    """What changed: rows of lines of a batch, all of them where `last_line` is 0."""

    dataset: str
    batch: int
    rows: int
    first_line: int = 0
    last_line: int = 0


_decoder = msgspec.json.Decoder(Change)


def to_change(body: bytes) -> Change:
    """What a records.appended fact tells of.

    Raises:
        ValueError: it is not such a fact (msgspec's errors are ValueErrors).
    """
    return _decoder.decode(body)
