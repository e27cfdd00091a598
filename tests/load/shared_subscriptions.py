"""What `$share` does with messages of a member that is away: the figures of ADR 7.

`python -m tests.load.shared_subscriptions` starts a private Mosquitto and prints one line of JSON for
persistent sessions and one for clean ones. Each: 1,000 messages with members A and B there; 1,000 more, of
which B acknowledges nothing; B's line is cut; 2,000 more. All 4,000 are acknowledged to their sender.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from services.local.mosquitto import find_server
from services.local.ports import LOOPBACK, answers
from tests.fixtures.ports import free_port
from tests.fixtures.waiting import eventually

QUIET_S = 1.0


class Member:
    """One member of the group; it acknowledges by hand, or not at all while `holds`."""

    def __init__(self, name: str, port: int, *, clean: bool, topic: str) -> None:
        self.got: set[int] = set()
        self.handled: set[int] = set()
        self.holds = False
        self._subscribed = threading.Event()
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=name, clean_session=clean, manual_ack=True
        )
        self.client.on_message = self._on_message
        self.client.on_subscribe = lambda *_: self._subscribed.set()
        self.client.connect(LOOPBACK, port)
        self.client.loop_start()
        self.client.subscribe(f"$share/group/{topic}", 1)
        assert self._subscribed.wait(5)

    def _on_message(self, client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        number = int(message.payload)
        self.got.add(number)
        if not self.holds:
            self.handled.add(number)
            client.ack(message.mid, message.qos)

    def cut(self) -> None:
        """The line ends without a goodbye, as when the process is killed."""
        self.client.loop_stop()
        sock = self.client.socket()
        assert sock is not None
        sock.close()


def measure(port: int, *, clean: bool) -> dict[str, object]:
    topic = "clean" if clean else "persistent"
    a, b = (Member(f"{topic}-{name}", port, clean=clean, topic=topic) for name in "ab")
    publish(port, topic, range(1000))
    settle(a, b)
    b.holds = True
    publish(port, topic, range(1000, 2000))
    settle(a, b)
    held = len(b.got - b.handled)
    b.cut()
    before = len(a.got)
    publish(port, topic, range(2000, 4000))
    settle(a)
    handled = a.handled | b.handled
    back = Member(f"{topic}-b", port, clean=clean, topic=topic)
    settle(back)
    return {
        "sessions": topic,
        "held_by_b": held,
        "of_2000_a_gets": len(a.got) - before,
        "handled_while_b_is_away": len(handled),
        "b_gets_when_back": len(back.got),
        "lost_in_the_end": 4000 - len(handled | back.handled),
    }


def publish(port: int, topic: str, numbers: range) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(500)
    client.connect(LOOPBACK, port)
    client.loop_start()
    for sent in [client.publish(topic, str(number), 1) for number in numbers]:
        sent.wait_for_publish(30)
    client.disconnect()
    client.loop_stop()


def settle(*members: Member) -> None:
    """Until nothing more has come for a while."""
    seen, since = -1, time.monotonic()

    def quiet() -> bool:
        nonlocal seen, since
        count = sum(len(member.got) for member in members)
        if count != seen:
            seen, since = count, time.monotonic()
        return time.monotonic() - since > QUIET_S

    eventually(quiet, 60)


@contextmanager
def broker() -> Iterator[int]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "mosquitto.conf"
        config.write_text(
            f"listener {port} {LOOPBACK}\nallow_anonymous true\nmax_queued_messages 100000\n"
            "max_inflight_messages 20000\n"
        )
        process = subprocess.Popen([str(find_server()), "-c", str(config)], stderr=subprocess.DEVNULL)
        try:
            eventually(lambda: answers(port))
            yield port
        finally:
            process.terminate()
            process.wait()


def main() -> None:
    with broker() as port:
        for clean in (False, True):
            print(json.dumps(measure(port, clean=clean)), flush=True)


if __name__ == "__main__":
    main()
