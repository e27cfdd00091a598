"""What a payload format is: a pure function from bytes to reports, and the words that both sides share.

A module of this package that has `FORMATS` offers payload formats; nothing else has to be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from iot_gateway.samples import Refused, Sample


@dataclass(frozen=True, slots=True)
class Report:
    """What a payload says about one device at one time; values by field, as the payload spells them."""

    sample: Sample
    device: str = ""  # as the payload spells it, empty where it names none
    units: Mapping[str, str] = field(default_factory=dict)  # by field, as far as they are said
    seq: int | None = None  # the device's own number of this message
    message_id: str = ""  # the sender's name for this message: the same at every delivery of it


Reports = list[Report | Refused] | Refused
"""In the payload's order, what cannot be read among it as refusals; or why it is none at all."""


class Decode(Protocol):
    """Never raises, whatever the bytes. `received_at_ms` is what relative times are relative to."""

    def __call__(self, payload: bytes, received_at_ms: int, max_readings: int) -> Reports: ...


@dataclass(frozen=True, slots=True)
class Format:
    """One entry of `FORMATS`. `names_devices`: the payload can say which device it is about."""

    decode: Decode
    names_devices: bool = False


def too_many(readings: int, max_readings: int) -> Refused:
    """More readings than a message may have."""
    return Refused("too_many_readings", detail=f"{readings} readings, at most {max_readings} a message")
