"""The fact telemetry.stored between bytes and Python; element i of each array is the same reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from services.telemetry.domain import Batch, SeriesName

STORED = "telemetry.stored"

_T = TypeVar("_T")


class SeriesColumns(msgspec.Struct, frozen=True):
    """The distinct series of a batch."""

    device: list[str]
    channel: list[str]


class ReadingColumns(msgspec.Struct, frozen=True):
    """`series[i]` indexes SeriesColumns. Times in ms since the epoch, values in the channel's unit."""

    series: list[int]
    observed_at_ms: list[int]
    value: list[float]
    quality: list[int]  # 0 good, 1 suspect
    revision: list[int]
    received_at_ms: list[int]


class Stored(msgspec.Struct, frozen=True):
    """Standing values that a batch changed: stored, or corrected."""

    series: SeriesColumns
    readings: ReadingColumns


def stored_fact(batch: Batch, changed: Sequence[int]) -> Stored:
    """The fact about the readings of a batch with these indexes; a whole batch is passed on uncopied."""
    series = _picked(batch.series, changed)
    index: dict[SeriesName, int] = {name: i for i, name in enumerate(dict.fromkeys(series))}
    return Stored(
        SeriesColumns([name[0] for name in index], [name[1] for name in index]),
        ReadingColumns(
            list(map(index.__getitem__, series)),
            _picked(batch.observed_at_ms, changed),
            _picked(batch.values, changed),
            _picked(batch.quality, changed),
            _picked(batch.revision, changed),
            _picked(batch.reading_received_at_ms, changed),
        ),
    )


def _picked(column: list[_T], indexes: Sequence[int]) -> list[_T]:
    return column if len(indexes) == len(column) else [column[i] for i in indexes]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Stored)


def encode(fact: Stored) -> bytes:
    """The fact as JSON."""
    return _encoder.encode(fact)


def decode(body: bytes) -> Stored:
    """Read the fact; raises msgspec.DecodeError on anything else. Unknown fields are ignored."""
    return _decoder.decode(body)
