"""Owns the bytes that a device sends: the gateway's "json" payload, and its topics."""

import json
from collections.abc import Sequence

from services.simulator.domain import Device, Reading


def topic_of(shard: str, device: str) -> str:
    return f"ioc/v1/{shard}/devices/{device}/telemetry"


def topic_for(device: Device) -> str:
    return topic_of(device.shard, device.device)


def commands_topic(device: Device) -> str:
    """Where a device hears what it is to do; it answers on `/ack` below."""
    return f"ioc/v1/{device.shard}/devices/{device.device}/commands"


def encode(readings: Sequence[Reading]) -> bytes:
    """One reading as an object, several as an array of objects."""
    objects = [_as_object(reading) for reading in readings]
    body = objects[0] if len(objects) == 1 else objects
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _as_object(reading: Reading) -> dict[str, object]:
    body: dict[str, object] = {"ts": reading.observed_at_ms, "values": reading.values}
    if reading.qc:
        body["qc"] = reading.qc
    return body
