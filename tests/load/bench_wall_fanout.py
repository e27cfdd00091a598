"""Fan-out of the hub to many walls, beside two servers that do nothing else; and one wall that freezes.

Deltas of the hub come the usual way: readings are stored, relayed, taken in, gathered and encoded; that goes
on while the others are measured, so that all have the same machine. A delivery is the time from the hub's log
line `hub.delta`, written before it encodes, to the bytes in the client's hands.
"""

from __future__ import annotations

import json
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import psycopg

from services.display import store as walls
from services.display.managed import digest
from services.runtime.trace import new_trace_id
from services.telemetry.domain import Batch, Reading, SeriesName
from services.telemetry.store import append
from tests.load.bench_ingest_publisher import channel
from tests.load.bench_ingest_world import CHECKOUT, GATEWAY_SHARD, World, wait_until

DEVICES = 6  # whose values together are a delta of about 1 KB
EVERY_S = 0.1
BOARD = "tong-quan"
GONE = 'haidang_hub_walls_dropped_total{reason="'


class Round(NamedTuple):
    """What one server did in one round."""

    cpu_us: float  # of a delivered message
    p99_ms: float
    bytes: float


class Frozen(NamedTuple):
    """What one wall that froze did to the hub and to the others."""

    dropped_s: float
    memory_ratio: float
    p99_ratio: float


class Crowd:
    """The client process, with its sockets on one server."""

    def __init__(self, world: World, port: int, sockets: int, seconds: float, secrets: Path | None) -> None:
        self._account = world.folder / "account.json"
        more = ["--secrets", str(secrets)] if secrets else []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.load.bench_wall_sockets", "--port", str(port),
             "--sockets", str(sockets), "--seconds", str(seconds), "--account", str(self._account), *more],
            cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def wait(self, word: str) -> None:
        assert self.process.stdout is not None
        if self.process.stdout.readline().strip() != word:
            raise SystemExit("the client of the fan-out failed")

    def leave(self) -> tuple[dict[int, list[int]], float]:
        """When each position came, and how long a message is."""
        self.process.communicate()
        told = json.loads(self._account.read_text())
        return {int(position): times for position, times in told["arrived"].items()}, told["bytes"]


class Fanout:
    """The hub with its walls' secrets, and both references."""

    def __init__(self, world: World, sockets: int, seconds: float) -> None:
        self._world = world
        self._sockets = sockets
        self._seconds = seconds
        self._secrets = world.folder / "secrets"
        self._secrets.write_text("\n".join(pair_many(world, sockets + 1)))
        self._references: dict[str, Reference] = {}

    def rounds(self, count: int) -> dict[str, list[Round]]:
        """The hub first, whose message tells the others how long theirs are."""
        made: dict[str, list[Round]] = {"hub": [], "reference": [], "node": []}
        try:
            with changing(self._world):
                for _ in range(count):
                    made["hub"].append(self.hub())
                    for name in ("reference", "node"):
                        if name not in self._references:
                            self._references[name] = Reference(name, round(made["hub"][0].bytes))
                        made[name].append(self._round_of(self._references[name]))
        finally:
            for reference in self._references.values():
                reference.stop()
        return made

    def hub(self) -> Round:
        world = self._world
        return self._round(world.processes["hub"].pid, world.wall_port, self._secrets, self._told)

    def _round_of(self, reference: Reference) -> Round:
        reference.go_on()
        try:
            return self._round(reference.process.pid, reference.port, None, lambda: reference.sent)
        finally:
            reference.pause()

    def _round(self, pid: int, port: int, secrets: Path | None, told: Any) -> Round:
        server = psutil.Process(pid)
        crowd = Crowd(self._world, port, self._sockets, self._seconds, secrets)
        crowd.wait("ready")
        before = _cpu_s(server)
        crowd.wait("done")
        spent = _cpu_s(server) - before
        arrived, size = crowd.leave()
        delivered = sum(map(len, arrived.values()))
        return Round(spent / delivered * 1e6, p99_ms(arrived, told()), size)

    def frozen(self, count: int) -> dict[str, object]:
        """One wall stops, as a machine that hangs does, again and again; medians, and the slowest drop."""
        seen = [self._freeze() for _ in range(count)]
        p99s = [one.p99_ratio for one in seen]
        return {
            "frozen_dropped_s": round(max(one.dropped_s for one in seen), 1),
            "frozen_memory_ratio": round(statistics.median(one.memory_ratio for one in seen), 3),
            "frozen_p99_ratio": round(statistics.median(p99s), 2),
            "frozen_p99_ratios": [round(one, 2) for one in p99s],
        }

    def _freeze(self) -> Frozen:
        """The others are watched before and meanwhile."""
        world, hub = self._world, psutil.Process(self._world.processes["hub"].pid)
        own = world.folder / "own"
        own.write_text(self._secrets.read_text().split()[-1])
        with changing(world):
            before = self.hub()
            victim = Crowd(world, world.wall_port, 1, 60, own)
            victim.wait("ready")
            crowd = Crowd(world, world.wall_port, self._sockets, max(12, self._seconds), self._secrets)
            crowd.wait("ready")
            memory, connected = hub.memory_info().rss, world.metric("hub", "haidang_hub_walls{")
            victim.process.send_signal(signal.SIGSTOP)
            stopped = time.monotonic()
            wait_until(
                lambda: world.metric("hub", "haidang_hub_walls{") < connected, 30, "the frozen wall gone"
            )
            dropped_s = time.monotonic() - stopped
            crowd.wait("done")
            grown = hub.memory_info().rss / memory
            arrived, _ = crowd.leave()
            victim.process.kill()
            victim.process.wait()
        return Frozen(dropped_s, grown, p99_ms(arrived, self._told()) / before.p99_ms)

    def _told(self) -> dict[int, int]:
        """When the hub began with each delta, by its log."""
        sent: dict[int, int] = {}
        for line in (self._world.folder / "hub.log").read_text().splitlines():
            if '"hub.delta"' in line and (told := json.loads(line))["board"] == BOARD:
                sent[told["position"]] = _ns(told["timestamp"])
        return sent


class Reference:
    """A server that does nothing but write; it stands still while others are measured."""

    def __init__(self, name: str, size: int) -> None:
        commands = {
            "reference": [sys.executable, "-m", "tests.load.bench_wall_reference", str(size)],
            "node": [
                "node",
                "tests/load/bench_wall_node.mjs",
                str(size),
                str(CHECKOUT / "dashboards/wall/package.json"),
            ],
        }
        self.process = subprocess.Popen(commands[name], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.sent: dict[int, int] = {}
        threading.Thread(target=self._read, daemon=True).start()
        self.pause()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            position, at_ns = line.split()
            self.sent[int(position)] = int(at_ns)

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def changing(world: World) -> Iterator[None]:
    """Ten times a second every device has another value, stored as the gateway stores it."""
    ending = threading.Event()

    def store() -> None:
        with psycopg.connect(world.dsns("haidang")["telemetry"], autocommit=True) as connection:
            while not ending.wait(EVERY_S - time.time() % EVERY_S):
                now_ms = time.time_ns() // 1_000_000
                batch = Batch(new_trace_id(), GATEWAY_SHARD, now_ms)
                for number in range(DEVICES):
                    name = SeriesName(f"bench-{number:04d}", channel())
                    batch.add(name, Reading(now_ms, now_ms % 9973 / 13 + number, 0, 0, now_ms))
                append(connection, batch)

    thread = threading.Thread(target=store)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()


def pair_many(world: World, count: int) -> list[str]:
    """Secrets of so many walls of the board, as the database has them when each was paired."""
    secrets = [f"wall-{number}-of-the-benchmark" for number in range(count)]
    with psycopg.connect(world.dsns("haidang")["display"]) as connection:
        for number, secret in enumerate(secrets):
            wall = walls.add_wall(connection, f"Tường {number}", (BOARD,), 30, "vi")
            walls.put_wall(connection, wall._replace(token=digest(secret)))
    return secrets


def p99_ms(arrived: dict[int, list[int]], sent: dict[int, int]) -> float:
    took = [at - sent[position] for position, times in arrived.items() if position in sent for at in times]
    return statistics.quantiles(took, n=100)[98] / 1e6


def summary(rounds: dict[str, list[Round]]) -> dict[str, object]:
    """Medians; a ratio is of the two that followed each other."""
    hub, reference, node = rounds["hub"], rounds["reference"], rounds["node"]
    ratios = [ours.cpu_us / theirs.cpu_us for ours, theirs in zip(hub, reference, strict=True)]
    p99_ratios = [ours.p99_ms / theirs.p99_ms for ours, theirs in zip(hub, node, strict=True)]
    return {
        "ratio": round(statistics.median(ratios), 2),
        "p99_ratio": round(statistics.median(p99_ratios), 2),
        "cpu_us": round(statistics.median(one.cpu_us for one in hub), 2),
        "reference_us": round(statistics.median(one.cpu_us for one in reference), 2),
        "node_us": round(statistics.median(one.cpu_us for one in node), 2),
        "p99_ms": round(statistics.median(one.p99_ms for one in hub), 1),
        "reference_p99_ms": round(statistics.median(one.p99_ms for one in reference), 1),
        "node_p99_ms": round(statistics.median(one.p99_ms for one in node), 1),
        "message_bytes": round(statistics.median(one.bytes for one in hub)),
        "ratios": [round(one, 2) for one in ratios],
        "p99_ratios": [round(one, 2) for one in p99_ratios],
    }


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _ns(timestamp: str) -> int:
    since = datetime.fromisoformat(timestamp) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 10**9 + since.microseconds * 1000
