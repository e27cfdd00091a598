"""The fact telemetry.stored between bytes and Python; element i of each array is the same reading."""

from __future__ import annotations

import msgspec

STORED = "telemetry.stored"


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


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Stored)


def encode(fact: Stored) -> bytes:
    """The fact as JSON."""
    return _encoder.encode(fact)


def decode(body: bytes) -> Stored:
    """Read the fact; raises msgspec.DecodeError on anything else. Unknown fields are ignored."""
    return _decoder.decode(body)


def from_object(body: object) -> Stored:
    """Read the fact from JSON that has been parsed already (the envelope on the bus)."""
    return msgspec.convert(body, Stored)
