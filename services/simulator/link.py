"""Owns one device's own MQTT connection and its memory: a device keeps what it cannot send."""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import structlog
from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from services.simulator import metrics, payload
from services.simulator.domain import Reading
from services.simulator.obedience import Memory, obey
from services.simulator.pace import Retry
from services.simulator.schedule import READINGS_A_MESSAGE, Plan

log = structlog.get_logger(__name__)

KEEPALIVE_S = 30
CONNECT_TIMEOUT_S = 2.0
MOST_IN_FLIGHT = 20  # messages without a PUBACK


class Link:
    """A device's end of the line. Its owner calls paho's loop functions when the socket is ready."""

    def __init__(self, plan: Plan, password: str, most_kept: int) -> None:
        self.plan = plan
        self.kept: deque[Reading] = deque(maxlen=most_kept)
        self.history: deque[Sequence[Reading]] = deque()
        self.connected = False
        self.retry = Retry()
        self.problem: str | None = "not connected yet"
        self.replanned = False  # a command changed the plan; the owner plans anew and clears it
        self._topic = payload.topic_for(plan.device)
        self._memory = Memory()
        self._in_flight = 0
        self.client = self._make_client(password)

    @property
    def name(self) -> str:
        return self.plan.device.device

    def may_send(self, now_s: float) -> bool:
        """`now_s` in seconds since 1970: the plan knows when the device's line is down."""
        return self.connected and self._in_flight < MOST_IN_FLIGHT and self.plan.line_is_up(now_s)

    @property
    def has_backlog(self) -> bool:
        return bool(self.kept or self.history)

    @property
    def awaits_answer(self) -> bool:
        """Whether the broker still owes an acknowledgement and could give it."""
        return self.connected and self._in_flight > 0

    def connect(self, host: str, port: int, now_s: float) -> None:
        """Opens the connection; whether the broker takes it is known later.

        Raises:
            OSError: nobody listens there.
        """
        self.retry.failed(now_s)  # until the broker says welcome
        self.client.connect(host, port, keepalive=KEEPALIVE_S)

    def keep(self, reading: Reading) -> None:
        if len(self.kept) == self.kept.maxlen:
            metrics.FORGOTTEN.inc()
        metrics.OBSERVED.labels(self.plan.device.kind).inc()
        self.kept.append(reading)

    def send_live(self) -> None:
        """Sends the newest observation, if it is the only one that waits."""
        if len(self.kept) == 1:
            self._publish([self.kept.popleft()])

    def send_backlog(self) -> bool:
        """Sends one message of what was kept, else of the remembered history; False if there is nothing."""
        if self.kept:
            count = min(len(self.kept), READINGS_A_MESSAGE)
            self._publish([self.kept.popleft() for _ in range(count)])
        elif self.history:
            self._publish(self.history.popleft())
        else:
            return False
        return True

    def close(self) -> None:
        """Asks paho to say goodbye; it is said when the socket is next served."""
        self.client.disconnect()

    def drop(self) -> None:
        """Lets go of a connection that did not end in time, without telling the owner of the socket."""
        self.client.on_socket_close = None
        self.client.on_socket_unregister_write = None

    def _publish(self, readings: Sequence[Reading]) -> None:
        self._in_flight += 1  # a message cut off by a lost connection is sent again by paho
        metrics.PUBLISHED.labels(self.plan.device.kind).inc()
        self.client.publish(self._topic, payload.encode(readings), qos=1)

    def _make_client(self, password: str) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, client_id=self.name, clean_session=True)
        client.username_pw_set(self.name, password)
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, _client: Client, _data: Any, _flags: ConnectFlags, code: ReasonCode, _props: Properties | None
    ) -> None:
        self.connected = not code.is_failure
        self.problem = f"refused: {code}" if code.is_failure else None
        if code.is_failure:
            log.warning("simulator.refused", device=self.name, reason=str(code))
        else:
            self.retry.succeeded()
            self.client.subscribe(payload.commands_topic(self.plan.device), qos=1)

    def _on_disconnect(
        self,
        _client: Client,
        _data: Any,
        _flags: DisconnectFlags,
        code: ReasonCode,
        _props: Properties | None,
    ) -> None:
        self.connected = False
        self.problem = self.problem or f"connection lost: {code}"

    def _on_publish(
        self, _client: Client, _data: Any, _mid: int, _code: ReasonCode, _props: Properties | None
    ) -> None:
        self._in_flight -= 1
        metrics.ACKNOWLEDGED.labels(self.plan.device.kind).inc()

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        """A command. A device whose line is down hears nothing; the centre sends it again."""
        now_s = time.time()
        if not self.plan.line_is_up(now_s):
            return
        answer = obey(bytes(message.payload), self.name, self._memory, int(now_s * 1_000))
        if answer is None:
            return
        if answer.interval_s is not None:
            device = replace(self.plan.device, reporting_interval_s=answer.interval_s)
            self.plan, self.replanned = replace(self.plan, device=device), True
        metrics.COMMANDS.labels(str(answer.ok).lower()).inc()
        self._in_flight += 1
        self.client.publish(f"{payload.commands_topic(self.plan.device)}/ack", answer.payload(), qos=1)
