"""What the broker says of its queues becomes metrics; what is no number does not."""

from __future__ import annotations

import math

import pytest
from paho.mqtt import client as mqtt
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from iot_gateway.broker_watch import DROPPED_MESSAGES, QUEUED_BYTES, QUEUED_MESSAGES, BrokerWatch
from iot_gateway.metrics import Metrics
from iot_gateway.settings import GatewaySettings


class Scene:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._watch = BrokerWatch(GatewaySettings(telemetry_dsn=""), Metrics(self._registry))

    def says(self, topic: str, payload: bytes) -> None:
        message = mqtt.MQTTMessage(topic=topic.encode())
        message.payload = payload
        self._watch._on_message(self._watch._client, None, message)

    def shows(self, name: str) -> float | None:
        return self._registry.get_sample_value(f"haidang_gateway_broker_{name}")


@pytest.mark.parametrize(
    ("topic", "name"),
    [
        (QUEUED_MESSAGES, "queued_messages"),
        (QUEUED_BYTES, "queued_bytes"),
        (DROPPED_MESSAGES, "dropped_messages"),
    ],
)
def test_nothing_is_known_until_the_broker_says_it(topic: str, name: str) -> None:
    scene = Scene()
    assert math.isnan(scene.shows(name) or 0)
    scene.says(topic, b"529424")
    assert scene.shows(name) == 529_424
    scene.says(topic, b"many")
    assert scene.shows(name) == 529_424


def test_each_further_drop_is_an_error_in_the_log() -> None:
    scene = Scene()
    with capture_logs() as logs:
        for count in (b"0", b"7", b"7", b"9"):
            scene.says(DROPPED_MESSAGES, count)
    assert [(line["event"], line["messages"]) for line in logs] == [
        ("gateway.broker_dropped", 7),
        ("gateway.broker_dropped", 2),
    ]
