"""The load generator: QoS 1 PUBLISH packets, packed before the clock starts, over one raw MQTT connection.

Prints one line of JSON: seconds, messages a second, and its own CPU per message.
"""

from __future__ import annotations

import argparse
import json
import random
import select
import socket
import struct
import time

PUBACK_BYTES = 4
SILENCE_S = 30.0  # a broker that writes a large backlog to its disk says nothing meanwhile
_TICK_S = 0.005
_CHANNEL = "pm25_mean_of_the_last_minute_by_optical_counter"


def channel() -> str:
    """The one channel of every simulated device; long, so that a payload has about 120 bytes."""
    return _CHANNEL


def payload(observed_at_ms: int, value: float) -> bytes:
    """One reading in the gateway's JSON."""
    return b'{"ts": %d, "rev": 0, "values": {"%s": %.12f}}' % (observed_at_ms, _CHANNEL.encode(), value)


def observed_at(index: int, devices: int, base_ms: int) -> int:
    """Each device reports once a second."""
    return base_ms + index // devices * 1000


def value_of(index: int) -> float:
    """A number with as many digits as sensors print."""
    return random.Random(index).uniform(0, 900)


def packets(shard: str, devices: int, messages: int, base_ms: int) -> list[bytes]:
    """All PUBLISH packets, device by device in turn."""
    made = []
    for index in range(messages):
        topic = f"ioc/v1/{shard}/devices/bench-{index % devices:04d}/telemetry".encode()
        body = payload(observed_at(index, devices, base_ms), value_of(index))
        made.append(packet(topic, body, index))
    return made


def packet(topic: bytes, body: bytes, index: int) -> bytes:
    """One PUBLISH at QoS 1; its identifier follows from its number."""
    variable = struct.pack(">H", len(topic)) + topic + struct.pack(">H", index % 65535 + 1) + body
    return b"\x32" + _remaining_length(len(variable)) + variable


def _remaining_length(length: int) -> bytes:
    out = bytearray()
    while True:
        length, low = divmod(length, 128)
        out.append(low | (0x80 if length else 0))
        if not length:
            return bytes(out)


def connect(port: int, user: str, password: str) -> socket.socket:
    """A clean MQTT 3.1.1 session."""
    fields = (b"haidang-bench-publisher", user.encode(), password.encode())
    body = b"\x00\x04MQTT\x04\xc2\x00\x00" + b"".join(struct.pack(">H", len(f)) + f for f in fields)
    line = socket.create_connection(("127.0.0.1", port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.sendall(b"\x10" + _remaining_length(len(body)) + body)
    answer = line.recv(4)
    if answer != b"\x20\x02\x00\x00":
        raise SystemExit(f"the broker refused the publisher: {answer!r}")
    return line


def publish(line: socket.socket, made: list[bytes], window: int, per_s: int | None = None) -> None:
    """Keep at most `window` messages unacknowledged until all are acknowledged; at most `per_s` a second."""
    line.setblocking(False)
    sent = acknowledged_bytes = 0
    unsent = memoryview(b"")
    started = heard = time.monotonic()
    while acknowledged_bytes < len(made) * PUBACK_BYTES:
        now = time.monotonic()
        due = len(made) if per_s is None else min(len(made), int((now - started) * per_s))
        room = min(window - (sent - acknowledged_bytes // PUBACK_BYTES), due - sent)
        if not unsent and room > 0:
            batch = made[sent : sent + min(room, 1000)]
            unsent, sent = memoryview(b"".join(batch)), sent + len(batch)
        # Acknowledgements are read late, many at a time: the generator is to cost little.
        awaited = [line] if per_s or room < window // 2 or sent == len(made) else []
        readable, writable, _ = select.select(awaited, [line] if unsent else [], [], _TICK_S if per_s else 1)
        if readable or writable:
            heard = now
        elif now - heard > SILENCE_S:
            raise SystemExit("the broker stopped answering")
        if writable:
            unsent = unsent[line.send(unsent) :]
        if readable:
            acknowledged_bytes += len(line.recv(65536))
            if per_s:
                time.sleep(_TICK_S)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--shard", required=True)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("--base-ms", type=int, required=True)
    parser.add_argument("--per-s", type=int, help="messages a second; without it, as fast as the broker")
    parser.add_argument("--window", type=int, default=8000)
    options = parser.parse_args()
    made = packets(options.shard, options.devices, options.messages, options.base_ms)
    line = connect(options.port, options.user, options.password)
    started_at, started, cpu = time.time(), time.perf_counter(), time.process_time()
    publish(line, made, options.window, options.per_s)
    seconds = time.perf_counter() - started
    spent = time.process_time() - cpu
    print(
        json.dumps(
            {
                "started_at": started_at,
                "seconds": seconds,
                "messages_per_s": round(len(made) / seconds),
                "cpu_us": spent / len(made) * 1e6,
                "bytes": sum(map(len, made)) / len(made),
            }
        )
    )


if __name__ == "__main__":
    main()
