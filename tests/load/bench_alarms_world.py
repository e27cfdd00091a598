"""What the benchmark of alarms looks at: 10,000 channels, a rule for each, and who hears the bus.

`python -m tests.load.bench_alarms_world PORT FIRST LAST PER_S SECONDS` is the load: the devices FIRST up to
LAST in turn, each reading stamped when it is sent; every 199th is beyond its limit, its device's next is not.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Any, LiteralString, NamedTuple

import psutil
import psycopg

from services.alarms import alarms_fact, facts_in
from services.alarms.alarms_fact import Told
from services.registry.domain import Device
from services.runtime.bus import Envelope, FactConsumer
from tests.load import bench_ingest_publisher as publisher
from tests.load.bench_ingest_world import CHECKOUT, PASSWORD, PUBLISHER, World

PROMISE_S = 5  # each device reports so often at 2,000 readings a second of 10,000
MISSED = 3  # promised intervals until a device is silent
LIMIT, CALM, BEYOND = 500.0, 490.0, 510.0  # nearer than what the gateway takes for a jump
ABNORMAL_EVERY = 199  # shares no factor with the number of devices: another device each time
SHARDS = ("s0", "s1")
SILENCE = "bench_silent"
FEEDER = ("feeder", "471")
_PACE_S = 0.01
_RULE = """
[[rule]]
id = "bench_{number:05d}"
kind = "limit"
vi = "Đo {number}"
en = "Measured {number}"
over = {{quantity = "pm25", unit = "µg/m³", devices = ["{device}"]}}
levels = [{{severity = "warning", above = {limit}}}]
"""
_SILENT = """
[[rule]]
id = "{rule}"
kind = "silence"
vi = "Đo mất tín hiệu"
en = "Measured silent"
over = {{device_kind = "dust"}}
levels = [{{severity = "notice", above = {missed}.0}}]
"""
_STORM = """
[[cause]]
kind = "{kind}"
name = "{name}"
vi = "471"
en = "471"
devices = [{devices}]
"""


class AlarmsWorld(World):
    """The benchmark's servers and processes, with rules over every channel and no other process's work."""

    def _device(self, number: int) -> Device:
        return replace(super()._device(number), shard=shard_of(number), reporting_interval_s=PROMISE_S)

    def write_rules(self) -> None:
        """A rule for each channel, one of silence, and a feeder on which the first half of them hangs."""
        folder = self.folder / "rules"
        folder.mkdir()
        rules = [
            _RULE.format(number=number, device=name_of(number), limit=LIMIT) for number in range(self.devices)
        ]
        rules.append(_SILENT.format(rule=SILENCE, missed=MISSED))
        (folder / "bench.toml").write_text("".join(rules), encoding="utf-8")
        hanging = ", ".join(f'"bench-{first}*"' for first in range(5))
        (folder / "storm.toml").write_text(
            _STORM.format(kind=FEEDER[0], name=FEEDER[1], devices=hanging), encoding="utf-8"
        )
        self.more["alarms"] = {"HAIDANG_ALARMS_RULES": str(folder)}
        self.more["gateway"] = {"HAIDANG_GATEWAY_SHARDS": json.dumps(SHARDS)}

    def load(
        self, first: int, last: int, per_s: int, seconds: float, abnormal_every: int = ABNORMAL_EVERY
    ) -> subprocess.Popen[bytes]:
        """Starts the load; 0: nothing of it is abnormal."""
        arguments = (self.broker.port, first, last, per_s, seconds, abnormal_every)
        command = [sys.executable, "-m", "tests.load.bench_alarms_world", *map(str, arguments)]
        return subprocess.Popen(command, cwd=CHECKOUT)

    def spent(self, conn: psycopg.Connection) -> dict[Spent, float]:
        """Seconds of CPU so far, by Spent."""
        processes, backends = self.cpu_s(), _backends(conn)
        return {
            Spent.BROKER: processes["broker"],
            Spent.GATEWAY: processes["gateway"],
            Spent.GATEWAY_DATABASE: backends["haidang"],
            Spent.RELAY: processes["relay"],
            Spent.WORKER: processes["alarms"],
            Spent.WORKER_DATABASE: backends["worker-alarms"],
        }


class Spent(StrEnum):
    """Whose CPU is counted; that of a database's connections by their names."""

    BROKER = "broker"
    GATEWAY = "gateway"
    GATEWAY_DATABASE = "gateway_database"
    RELAY = "relay"
    WORKER = "worker"
    WORKER_DATABASE = "worker_database"


def shard_of(number: int) -> str:
    """By turns, so that a feeder that fails does not look like a gateway that does."""
    return SHARDS[number % len(SHARDS)]


def name_of(number: int) -> str:
    return f"bench-{number:04d}"


def _backends(conn: psycopg.Connection) -> dict[str, float]:
    """CPU of the database's processes, by what the names of their connections begin with."""
    spent = dict.fromkeys(("haidang", "worker-alarms"), 0.0)
    for name, pid in conn.execute("SELECT application_name, pid FROM pg_stat_activity").fetchall():
        for beginning in spent:
            if (name or "").startswith(beginning):
                times = psutil.Process(pid).cpu_times()
                spent[beginning] += times.user + times.system
    return spent


class Heard(NamedTuple):
    """A change of an alarm, and when it was on the bus (seconds of the clock on the wall)."""

    at: float
    told: Told


class Bus:
    """Every change of alarms from now on."""

    def __init__(self, amqp_url: str) -> None:
        self._heard: list[Heard] = []
        self._lock = threading.Lock()
        self.consumer = FactConsumer(amqp_url, [alarms_fact.CHANGED], self._take, lambda: None)

    def _take(self, envelope: Envelope) -> None:
        now = time.time()
        changes = [Heard(now, one) for one in alarms_fact.changes(bytes(envelope.body))]
        with self._lock:
            self._heard += changes

    def heard(self) -> list[Heard]:
        with self._lock:
            return list(self._heard)


def beyond(conn: psycopg.Connection, after: int) -> Iterator[tuple[str, int, float]]:
    """Of readings beyond the limit: device, time (ms), and when the transaction that stored it began."""
    rows = conn.execute(
        "SELECT body, extract(epoch FROM recorded_at)::float8 FROM telemetry.outbox"
        " WHERE position > %s AND fact = %s ORDER BY position",
        (after, facts_in.STORED),
    )
    for body, recorded_at in rows:
        fact = facts_in.stored(bytes(body))
        readings = fact.readings
        for series, at, value in zip(readings.series, readings.observed_at_ms, readings.value, strict=True):
            if value > LIMIT:
                yield fact.series.device[series], at, recorded_at


def head(conn: psycopg.Connection) -> int:
    """The last position of telemetry's log."""
    return int(_one(conn, "SELECT assigned FROM telemetry.outbox_head"))


def stored(conn: psycopg.Connection) -> int:
    """Readings that are stored."""
    return int(_one(conn, "SELECT sum(n) FROM telemetry.ledger, unnest(stored) n"))


def last_heard_ms(conn: psycopg.Connection, below: str) -> float:
    """When the last of the devices whose names come before was observed."""
    return float(
        _one(
            conn,
            "SELECT extract(epoch FROM max(r.observed_at)) * 1000 FROM telemetry.readings r"
            " JOIN telemetry.series s USING (series_id)"
            " WHERE s.device < %s AND r.observed_at > now() - interval '1 hour'",
            below,
        )
    )


def groups(conn: psycopg.Connection) -> int:
    """How many groups speak for anybody."""
    query: LiteralString = (
        "SELECT count(*) FROM alarms.alarms"
        " WHERE subject_kind = 'group' AND state NOT IN ('cleared', 'closed')"
    )
    return int(_one(conn, query))


def _one(conn: psycopg.Connection, query: LiteralString, *parameters: object) -> Any:
    row = conn.execute(query, parameters).fetchone()
    assert row is not None
    return row[0]


def publish(port: int, first: int, last: int, per_s: int, seconds: float, abnormal_every: int) -> None:
    """A hundred times a second what is due."""
    line = publisher.connect(port, PUBLISHER, PASSWORD)
    at_once, number = int(per_s * _PACE_S), 0
    started = time.perf_counter()
    for tick in range(int(seconds / _PACE_S)):
        time.sleep(max(0.0, started + tick * _PACE_S - time.perf_counter()))
        now_ms, packets = time.time_ns() // 1_000_000, []
        for _ in range(at_once):
            which = first + number % (last - first)
            topic = f"ioc/v1/{shard_of(which)}/devices/{name_of(which)}/telemetry".encode()
            value = BEYOND if abnormal_every and number % abnormal_every == 0 else CALM
            packets.append(publisher.packet(topic, publisher.payload(now_ms, value), number))
            number += 1
        line.sendall(b"".join(packets))
        line.setblocking(False)
        try:
            while line.recv(65536):
                pass
        except BlockingIOError:
            pass
        line.setblocking(True)
    time.sleep(1)  # what is acknowledged last


if __name__ == "__main__":
    port, first, last, per_s = (int(one) for one in sys.argv[1:5])
    publish(port, first, last, per_s, float(sys.argv[5]), int(sys.argv[6]))
