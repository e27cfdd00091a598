"""Owns a replay's MQTT connection: QoS 1, bounded in flight, and back by itself after a cut."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from services.simulator.pace import Retry

KEEPALIVE_S = 30
CONNECT_TIMEOUT_S = 5.0
GIVE_UP_S = 60.0  # without any progress
POLL_S = 0.1


class SendError(Exception):
    """The broker refused us, or stayed away too long; the text says which."""


class Sender:
    """Publishes messages to one topic and waits for every PUBACK.

    `patience_s`: for so long a refusal counts as a credential that the broker is about to learn.
    """

    def __init__(
        self, host: str, port: int, username: str, password: str, window: int, patience_s: float = 0.0
    ) -> None:
        self._address = (host, port)
        self._username = username
        self._window = window
        self._patient_until_s = time.monotonic() + patience_s
        self._refused: str | None = None
        self._connected = False
        self._outstanding = 0
        self.acknowledged = 0
        self._client = self._make_client(username, password)

    def send(self, topic: str, payloads: Iterable[bytes], on_progress: Callable[[int], None]) -> None:
        """Returns when all are acknowledged; `on_progress` gets their number so far.

        Raises:
            SendError: refused, or no progress for a minute.
        """
        try:
            for body in payloads:
                self._wait(lambda: self._connected and self._outstanding < self._window)
                self._outstanding += 1
                self._client.publish(topic, body, qos=1)
                on_progress(self.acknowledged)
            self._wait(lambda: self._outstanding == 0)
            on_progress(self.acknowledged)
        finally:
            self._client.disconnect()

    def _wait(self, done: Callable[[], bool]) -> None:
        """Serves the connection until `done`; the deadline moves with every acknowledgement."""
        retry = Retry()
        seen, deadline_s = self.acknowledged, time.monotonic() + GIVE_UP_S
        while not done():
            if self._client.loop(POLL_S) is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                self._reconnect(retry)
            if self._refused is not None and time.monotonic() >= self._patient_until_s:
                raise SendError(f"the broker refused {self._username!r}: {self._refused}")
            if self.acknowledged > seen:
                seen, deadline_s = self.acknowledged, time.monotonic() + GIVE_UP_S
            if time.monotonic() > deadline_s:
                raise SendError(f"no answer from {self._address[0]}:{self._address[1]} for {GIVE_UP_S:g} s")

    def _reconnect(self, retry: Retry) -> None:
        now_s = time.monotonic()
        if not retry.may(now_s):
            time.sleep(POLL_S)
            return
        retry.failed(now_s)
        try:
            self._client.connect(*self._address, keepalive=KEEPALIVE_S)
        except OSError:
            return  # the broker is away: tried again after the delay

    def _make_client(self, username: str, password: str) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, client_id=f"replay-{username}", clean_session=True)
        client.username_pw_set(username, password)
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(self._window)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        return client

    def _on_connect(
        self, _client: Client, _data: Any, _flags: ConnectFlags, code: ReasonCode, _props: Properties | None
    ) -> None:
        self._connected = not code.is_failure
        self._refused = str(code) if code.is_failure else None

    def _on_disconnect(
        self, _client: Client, _data: Any, _flags: DisconnectFlags, _code: ReasonCode, _: Properties | None
    ) -> None:
        self._connected = False

    def _on_publish(
        self, _client: Client, _data: Any, _mid: int, _code: ReasonCode, _props: Properties | None
    ) -> None:
        self._outstanding -= 1
        self.acknowledged += 1
