"""Devices and limits that the gateway's unit tests share."""

from __future__ import annotations

import math

from iot_gateway.admission import ChannelRule, DeviceRule, Limits
from iot_gateway.assembly import Message, Rules, rules_for
from services.telemetry.domain import SeriesName

NOW = 1_763_000_000_000
COMMISSIONED = NOW - 1_000_000_000
KEPT_MS = 800_000_000  # readings of "temp"
HORIZON = NOW - 900_000_000  # of readings of "pm25", kept for longer today
LIMITS = Limits(future_tolerance_ms=300_000, floor_ms=946_684_800_000, max_payload_bytes=200, max_readings=5)


def device(name: str = "air-001", shard: str = "s0", state: str = "active") -> DeviceRule:
    channels = {
        "pm25": ChannelRule(SeriesName(name, "pm25"), 0.0, 1000.0, horizon_ms=HORIZON),
        "temp": ChannelRule(SeriesName(name, "temp"), -math.inf, math.inf, kept_ms=KEPT_MS),
    }
    return DeviceRule(name, shard, state, COMMISSIONED, channels, KEPT_MS, HORIZON)


def rules() -> Rules:
    return rules_for([device(), device("air-002", state="retired"), device("air-003", shard="prio")], LIMITS)


def message(payload: bytes, topic: bytes = b"ioc/v1/s0/devices/air-001/telemetry", mid: int = 1) -> Message:
    return Message(topic, payload, mid, NOW, len(payload))
