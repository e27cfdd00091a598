"""Our own JSON as one of the formats: what `json_payload` reads, and the number a device may give. Pure."""

from __future__ import annotations

from iot_gateway.codecs import json_payload
from iot_gateway.codecs.codec import Format, Report, Reports
from iot_gateway.samples import Refused


def decode(payload: bytes, received_at_ms: int, max_readings: int) -> Reports:
    """See `json_payload`; times are absolute, so the receipt is not needed."""
    samples = json_payload.decode(payload, max_readings)
    if isinstance(samples, Refused):
        return samples
    return [s if isinstance(s, Refused) else Report(s, seq=s.number) for s in samples]


FORMATS = {"json": Format(decode)}
