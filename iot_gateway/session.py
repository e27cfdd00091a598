"""One shard's persistent MQTT session: connected, subscribed, read on demand, acknowledged in one write.

Every call is made by the one thread of the loop; paho starts none. MQTT 3.1.1: version 5 costs paho
nearly twice the CPU and brings nothing that is used here.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from typing import Any

import structlog
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from iot_gateway import frames, tap, topics
from iot_gateway.assembly import Message
from iot_gateway.metrics import Metrics
from iot_gateway.settings import GatewaySettings

log = structlog.get_logger(__name__)

_PINGREQ = b"\xc0\x00"
_PLAIN_READS = 256  # packets a call, where paho itself reads
_MOST_OFFERED = 500  # messages to devices without PUBACK
_SETTLED_S = 10.0  # a connection that ends sooner is tried again ever more slowly


class Session:
    """`generation` counts connections: what was received on an older one cannot be acknowledged."""

    def __init__(self, shard: str, settings: GatewaySettings, metrics: Metrics) -> None:
        self.shard = shard
        self.generation = 0
        self.problem: str | None = "not connected yet"
        self._settings = settings
        self._metrics = metrics
        self.taken: list[str] = []  # notes of what the broker has taken; the reader empties it
        self._offered: dict[int, str] = {}  # packet identifier → note of what it has not taken yet
        self._connected_at = 0.0
        self._inbox: list[Message] = []
        self._retry_at = 0.0
        self._retry_delay_s = settings.retry_first_s
        self._tapped = settings.mqtt_tap and tap.usable()
        self._client = self._make_client()

    def _make_client(self) -> mqtt.Client:
        kind = tap.TappedClient if self._tapped else mqtt.Client
        client = kind(
            CallbackAPIVersion.VERSION2,
            client_id=f"haidang-gw-{self.shard}",
            clean_session=False,
            protocol=mqtt.MQTTv311,
            manual_ack=True,
        )
        if isinstance(client, tap.TappedClient):
            client.keep_bytes = self._settings.max_kept_payload_bytes
        client.username_pw_set(self._settings.mqtt_username, self._settings.mqtt_password)
        client.connect_timeout = self._settings.mqtt_connect_timeout_s
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_socket_open = self._on_socket_open
        return client

    # What the loop asks for ------------------------------------------------------------------

    def fileno(self) -> int:
        """The socket, or -1 while there is none."""
        sock = self._client.socket()
        return sock.fileno() if sock is not None else -1

    @property
    def wants_write(self) -> bool:
        line = self._tap
        return (line is not None and line.wants_write) or self._client.want_write()

    @property
    def has_pending(self) -> bool:
        line = self._tap
        return line is not None and line.has_pending

    def read(self, messages: list[Message], received_at_ms: int) -> None:
        """Take what has arrived, one read of the socket at most."""
        line = self._tap
        if line is not None:
            if line.pump(messages, received_at_ms):
                self._client.loop_read()
            return
        for _ in range(_PLAIN_READS):
            before = len(self._inbox)
            self._client.loop_read()
            if len(self._inbox) == before:
                break
        messages.extend(m._replace(received_at_ms=received_at_ms) for m in self._inbox)
        self._inbox.clear()

    def write(self) -> None:
        """Send what is waiting."""
        line = self._tap
        if line is not None:
            line.flush()
        if self._client.want_write():
            self._client.loop_write()

    def acknowledge(self, generation: int, mids: Sequence[int]) -> None:
        """PUBACK these, unless their connection is gone: then the broker sends them again."""
        if generation != self.generation or not mids:
            return
        line = self._tap
        if line is not None:
            line.send(frames.pubacks(mids))
            return
        for mid in mids:
            self._client.ack(mid, 1)

    def publish(self, topic: str, payload: bytes, note: str) -> bool:
        """Offer a message to the broker at QoS 1; `taken` gets the note once it has it.

        False, and nothing is done: there is no subscribed session now, the same note is on its way already
        (paho itself sends it again after a reconnect), or too many are.
        """
        offered = self._offered
        if self.problem is not None or len(offered) >= _MOST_OFFERED or note in offered.values():
            return False
        info = self._client.publish(topic, payload, qos=1)
        offered[info.mid] = note
        return True

    def tend(self, now: float) -> None:
        """Connect where there is no connection, and keep the one there is alive."""
        line = self._tap
        if self._client.socket() is None:
            if now >= self._retry_at:
                self._connect(now)
        elif line is None or now - line.last_received_at >= self._settings.mqtt_keepalive_s:
            self._client.loop_misc()  # hangs up where nothing answers
        else:
            self.ping(now)

    def ping(self, now: float) -> None:
        """Tell the broker that we live, by a ping of our own.

        paho hangs up when its ping is not answered in time. The answer waits behind whatever is still to be
        read, which may be a backlog, or nothing is read at all because the store is away.
        """
        line = self._tap
        if line is not None and now - line.last_sent_at > self._settings.mqtt_keepalive_s / 2:
            line.send(_PINGREQ)

    def close(self) -> None:
        """Say goodbye. The session stays with the broker, and what was not acknowledged with it."""
        self._client.disconnect()
        self.write()

    # What paho says --------------------------------------------------------------------------

    @property
    def _tap(self) -> tap.Tap | None:
        client = self._client
        return client.tap if isinstance(client, tap.TappedClient) and client.socket() is not None else None

    def _connect(self, now: float) -> None:
        self._retry_at = now + self._retry_delay_s
        self._retry_delay_s = min(self._retry_delay_s * 2, self._settings.retry_longest_s)
        settings = self._settings
        self.generation += 1
        self._inbox.clear()
        try:
            self._client.connect(settings.mqtt_host, settings.mqtt_port, settings.mqtt_keepalive_s)
        except OSError as error:
            self._fail(f"cannot reach the broker: {error}")

    def _fail(self, problem: str) -> None:
        if problem != self.problem:
            log.warning("gateway.mqtt_away", shard=self.shard, problem=problem)
        self.problem = problem

    def _on_connect(
        self,
        client: mqtt.Client,
        userdata: Any,
        flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        properties: Any,
    ) -> None:
        if reason.is_failure:
            self._fail(f"the broker refused the connection: {reason}")
            return
        self._metrics.connects.labels(self.shard).inc()
        log.info("gateway.mqtt_connected", shard=self.shard, session_present=flags.session_present)
        self.problem = "no SUBACK yet"
        client.subscribe([(topic, 1) for topic in topics.subscriptions(self.shard)])

    def _on_subscribe(
        self, client: mqtt.Client, userdata: Any, mid: int, reasons: list[ReasonCode], properties: Any
    ) -> None:
        refused = [str(reason) for reason in reasons if reason.is_failure]
        if refused:
            self._fail(f"the broker refused the subscription: {', '.join(refused)}")
            return
        self.problem = None
        self._connected_at = time.monotonic()

    def _on_disconnect(
        self, client: mqtt.Client, userdata: Any, flags: Any, reason: ReasonCode, properties: Any
    ) -> None:
        self.generation += 1
        now = time.monotonic()
        # Two gateways with the same shard throw each other out: they must not do so five times a second.
        if self._connected_at and now - self._connected_at >= _SETTLED_S:
            self._retry_delay_s = self._settings.retry_first_s
        self._connected_at = 0.0
        self._retry_at = now + self._retry_delay_s
        self._fail(f"connection ended: {reason}")

    def _on_socket_open(self, client: mqtt.Client, userdata: Any, sock: Any) -> None:
        # A peer that goes on talking and takes nothing: neither its silence nor a missing ping tells of it,
        # and no acknowledgement would ever leave. The kernel gives up after so long, and we connect anew.
        timeout_ms = self._settings.mqtt_keepalive_s * 1000
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, timeout_ms)

    def _on_publish(
        self, client: mqtt.Client, userdata: Any, mid: int, reason: ReasonCode, properties: Any
    ) -> None:
        note = self._offered.pop(mid, None)
        if note is not None:
            self.taken.append(note)

    def _on_message(self, client: mqtt.Client, userdata: Any, message: mqtt.MQTTMessage) -> None:
        """Only where paho itself reads."""
        try:
            topic = message.topic.encode()
        except UnicodeDecodeError as error:
            topic = error.object  # the topic's own bytes
        payload = message.payload
        kept = payload[: self._settings.max_kept_payload_bytes]
        mid = message.mid if message.qos else 0
        self._inbox.append(Message(topic, bytes(kept), mid, 0, len(payload)))
