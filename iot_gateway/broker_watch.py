"""What the broker says of itself: how much waits in its queues, and what it had to drop.

A connection of its own, since on a shard's session the news would wait behind the backlog that it tells of.
It is looked at once a second by the loop's thread, also while the store is away: that is when queues grow.
"""

from __future__ import annotations

import math
import secrets
from typing import Any

import structlog
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from iot_gateway.metrics import Metrics
from iot_gateway.settings import GatewaySettings

log = structlog.get_logger(__name__)

# https://mosquitto.org/man/mosquitto-8.html, "Broker status"
QUEUED_MESSAGES = "$SYS/broker/store/messages/count"
QUEUED_BYTES = "$SYS/broker/store/messages/bytes"
DROPPED_MESSAGES = "$SYS/broker/publish/messages/dropped"

_LOOK_S = 1.0
_RETRY_S = 5.0
_PACKETS = 8  # a look; the broker sends three every few seconds


class BrokerWatch:
    """Keeps three gauges up to date; they are NaN while nothing is known."""

    def __init__(self, settings: GatewaySettings, metrics: Metrics) -> None:
        self._settings = settings
        self._gauges = {
            QUEUED_MESSAGES: metrics.broker_messages,
            QUEUED_BYTES: metrics.broker_bytes,
            DROPPED_MESSAGES: metrics.broker_dropped,
        }
        self._dropped: float | None = None  # nothing is known yet
        self._look_at = 0.0  # monotonic
        self._client = self._make_client()
        self._forget()

    def _make_client(self) -> mqtt.Client:
        # Not by name alone: two gateways of one name would throw each other out.
        name = f"haidang-watch-{self._settings.gateway_name}-{secrets.token_hex(4)}"
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv311)
        client.username_pw_set(self._settings.mqtt_username, self._settings.mqtt_password)
        client.connect_timeout = self._settings.mqtt_connect_timeout_s
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        return client

    def tend(self, now: float) -> None:
        """Take what has come, if it is time to look; connect where there is no connection; never raises."""
        if now < self._look_at:
            return
        self._look_at = now + _LOOK_S
        client = self._client
        try:
            if client.socket() is None:
                self._forget()
                self._look_at = now + _RETRY_S
                client.connect(self._settings.mqtt_host, self._settings.mqtt_port)
            for _ in range(_PACKETS):
                client.loop_read()
            client.loop_misc()
            if client.want_write():
                client.loop_write()
        except OSError as error:
            log.warning("gateway.broker_watch_away", problem=str(error))

    def close(self) -> None:
        """Say goodbye."""
        self._client.disconnect()
        self._client.loop_write()

    def _forget(self) -> None:
        for gauge in self._gauges.values():
            gauge.set(math.nan)

    def _on_connect(
        self, client: mqtt.Client, userdata: Any, flags: Any, reason: Any, properties: Any
    ) -> None:
        if reason.is_failure:
            log.warning("gateway.broker_watch_away", problem=str(reason))
        else:
            client.subscribe([(topic, 0) for topic in self._gauges])

    def _on_message(self, client: mqtt.Client, userdata: Any, message: mqtt.MQTTMessage) -> None:
        try:
            value = float(message.payload)
        except ValueError:
            return
        self._gauges[message.topic].set(value)
        if message.topic == DROPPED_MESSAGES:
            if self._dropped is not None and value > self._dropped:
                # Acknowledged to their senders, and gone: nothing else in the house knows of them.
                log.error("gateway.broker_dropped", messages=int(value - self._dropped))
            self._dropped = value
