"""Ten times more than the database takes: what is lost, what waits where, and what still comes through.

`python -m tests.load.bench_overload` prints one line of JSON. The gateway's way to the database is capped at
3,000 rows a second while 30,000 messages a second (QoS 1, one reading each, 1,000 devices of the shard s0)
are published for 20 s; then the cap is lifted, or with --keep-cap stays until all is stored (200 s). Relay,
RabbitMQ, worker and hub run, and a wall watches five devices of the shard prio. Each run has its own servers;
the line holds the medians of the runs, and the worst of what has a limit (WORST).
published, acknowledged, stored   messages, those that the broker acknowledged, readings in the table
lost         acknowledged - stored
peak_rss_mb  of the gateway, by the kernel; idle_rss_mb is what it had before
drain_s      from the end of publishing until everything was stored
prio_ms      from publishing to the wall, while s0 was published and while it drained
broker       the most that waited there and what it dropped, by the gateway's own metrics; its limits
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from services.local.mosquitto import broker_config
from tests.load.bench_ingest import StoredSoFar
from tests.load.bench_ingest_world import (
    GATEWAY_SHARD,
    STORES,
    World,
    dsn_settings,
    new_world,
    published,
    wait_until,
)
from tests.load.bench_overload_prio import Prio, devices
from tests.load.bench_overload_proxy import RowProxy

SAMPLE_S = 0.5
QUIET_S = 30.0
WORST = {"lost", "peak_rss_mb", "rss_mb", "max", "queued_messages", "queued_bytes", "dropped_messages"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--store", choices=STORES, default=os.environ.get("STORE") or STORES[0])
    parser.add_argument("--rows-per-s", type=int, default=3_000, help="what the database is let take")
    parser.add_argument("--per-s", type=int, default=30_000, help="messages published a second")
    parser.add_argument("--seconds", type=int, default=20, help="of publishing")
    parser.add_argument("--keep-cap", action="store_true", help="also while what waited is stored")
    parser.add_argument("--verbose", action="store_true", help="each run's figures, on standard error")
    options = parser.parse_args()
    runs = []
    for _ in range(options.runs):
        runs.append(in_a_world(options))
        if options.verbose:
            print(json.dumps(runs[-1]), file=sys.stderr, flush=True)
    print(json.dumps(middle(runs) | {"runs": len(runs)}))


def in_a_world(options: argparse.Namespace) -> dict[str, Any]:
    """One run on servers made for it."""
    world = new_world(options.store)
    world.also = devices()
    proxy = RowProxy(world.postgres.port, options.rows_per_s)
    world.more["gateway"] = dsn_settings(world.dsns("haidang", proxy.port))
    try:
        world.start()
        for name in ("worker", "gateway"):
            world.launch(name)
        for name in ("worker", "gateway"):
            world.wait_http(name, "/ready")
        return run(world, proxy, options)
    finally:
        world.stop()
        proxy.close()


def run(world: World, proxy: RowProxy, options: argparse.Namespace) -> dict[str, Any]:
    """Publish, drain, and look on all the while."""
    messages = options.per_s * options.seconds
    base_ms = (int(time.time()) - messages // world.devices - 60) * 1000
    watched = Watched(world)
    prio = Prio(world)
    with psycopg.connect(world.dsns("haidang")["telemetry"], autocommit=True) as conn:
        wait_until(lambda: bool(prio.latencies_s(0, time.time() - 1)), 30, "a first value on the wall")
        stored, idle_mb = StoredSoFar(conn), peak_rss_mb(world, "gateway")
        crowd = Crowd(world.publish(GATEWAY_SHARD, messages, base_ms, options.per_s))
        watched.until(crowd.is_over)
        if not options.keep_cap:
            proxy.rows_per_s = None
        drained = Drained(stored, messages)
        watched.until(drained)
        prio.fall_silent()
        wait_until(lambda: prio.unseen == 0, 30, "every value on the wall")
        in_table = conn.execute("SELECT count(*) FROM telemetry.readings").fetchone()
    prio.close()
    began, silent = crowd.account["started_at"], crowd.account["started_at"] + crowd.account["seconds"]
    acknowledged, kept = messages + prio.acknowledged, in_table[0] if in_table else 0
    return {
        "published": messages + prio.sent,
        "acknowledged": acknowledged,
        "stored": kept,
        "lost": acknowledged - kept,
        "peak_rss_mb": peak_rss_mb(world, "gateway"),
        "idle_rss_mb": idle_mb,
        "drain_s": round(drained.at - silent, 1),
        "prio_ms": {
            "publishing": spread_ms(prio.latencies_s(began, silent)),
            "draining": spread_ms(prio.latencies_s(silent, drained.at)),
        },
        "broker": watched.most | {"limits": limits(), "rss_mb": peak_rss_mb(world, "broker")},
        "published_per_s": round(messages / crowd.account["seconds"]),
        "stored_per_s": round(drained.count / (drained.at - began)),
        "cap": {"rows_per_s": options.rows_per_s, "lifted_after_publishing": not options.keep_cap},
        "store": options.store,
    }


class Crowd:
    """The load generator; it packs its messages before it begins."""

    def __init__(self, publisher: subprocess.Popen[bytes]) -> None:
        self.account: dict[str, float] = {}
        self._thread = threading.Thread(target=lambda: self.account.update(published(publisher)), daemon=True)
        self._thread.start()

    def is_over(self) -> bool:
        if not self._thread.is_alive() and not self.account:
            raise SystemExit("the load generator failed")
        return not self._thread.is_alive()


class Drained:
    """True once everything is stored, or nothing more comes: then `lost` says how much it was."""

    def __init__(self, stored: StoredSoFar, messages: int) -> None:
        self._stored = stored
        self._messages = messages
        self.count = 0
        self.at = time.time()  # of the last new reading

    def __call__(self) -> bool:
        count = self._stored()
        if count > self.count:
            self.count, self.at = count, time.time()
        return count >= self._messages or time.time() - self.at > QUIET_S


class Watched:
    """The most that waited at the broker and what it dropped, as the gateway's metrics tell."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.most = {"queued_messages": 0, "queued_bytes": 0, "dropped_messages": 0}

    def until(self, condition: Callable[[], bool]) -> None:
        """Look on until it is true."""
        while not condition():
            for name, most in self.most.items():
                now = self._world.metric("gateway", f"haidang_gateway_broker_{name}")
                if not math.isnan(now):
                    self.most[name] = max(most, int(now))
            time.sleep(SAMPLE_S)


def middle(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of each number, the largest of those in WORST; what is no number is the same in all runs."""
    found = {}
    for name, first in runs[0].items():
        of_runs = [run[name] for run in runs]
        if isinstance(first, dict):
            found[name] = middle(of_runs)
        elif isinstance(first, int | float) and not isinstance(first, bool):
            found[name] = max(of_runs) if name in WORST else statistics.median(of_runs)
        else:
            found[name] = first
    return found


def spread_ms(seconds: list[float]) -> dict[str, int]:
    """p50, p99 and the largest of ascending values, and how many there are."""
    if not seconds:
        return {"values": 0}
    ranks = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    found = {name: seconds[math.ceil(rank * len(seconds)) - 1] for name, rank in ranks.items()}
    return {name: round(value * 1000) for name, value in found.items()} | {"values": len(seconds)}


def peak_rss_mb(world: World, name: str) -> int:
    """The most memory that a process ever had in RAM, by the kernel."""
    pid = world.broker.pid if name == "broker" else world.processes[name].pid
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024


def limits() -> dict[str, int]:
    """What a session may let wait at the broker, as it ships."""
    shipped = broker_config(0, Path())
    return {
        name: int(re.findall(rf"max_{name} (\d+)", shipped)[0])
        for name in ("queued_messages", "queued_bytes")
    }


if __name__ == "__main__":
    main()
