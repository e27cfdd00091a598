"""What a stored reading costs, against the same broker and database with nothing in between.

`python -m tests.load.bench_ingest` prints one line of JSON:
rows_per_s   readings a second, published live until all are stored
cpu_us       CPU of broker, gateway and PostgreSQL (all its processes; the relay beside) per stored
             reading, draining a backlog of QoS 1 messages from the gateway's persistent session
reference_us broker and mosquitto_sub draining the same messages, client and server of a staged COPY
ratio        sum of cpu_us / reference_us
share        rows_per_s / (2,000,000 / reference_us), two cores being all there is
bus_ratio    CPU of relay, RabbitMQ and hub (no wall connected, every series on its board) / sum of cpu_us
Each figure is the median of the runs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterable, Mapping

import psycopg

from tests.load import bench_ingest_reference as reference
from tests.load.bench_ingest_world import GATEWAY_SHARD, STORES, World, new_world, published, wait_until

DRAIN_TIMEOUT_S = 120
_COUNTED = ("broker", "gateway", "postgresql", "relay")
_BUS = ("relay", "rabbitmq", "hub")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--messages", type=int, default=100_000, help="in each backlog and each live run")
    parser.add_argument("--store", choices=STORES, default=os.environ.get("STORE") or STORES[0])
    parser.add_argument("--verbose", action="store_true", help="each run's figures, on standard error")
    options = parser.parse_args()
    world = new_world(options.store)
    try:
        world.start()
        reference.subscribe(world)
        world.launch("gateway")
        world.wait_http("gateway", "/ready")
        runs = []
        for number in range(options.runs):
            runs.append(run(world, options.messages, number))
            if options.verbose:
                print(json.dumps(_rounded(runs[-1])), file=sys.stderr, flush=True)
        print(json.dumps(summary(runs, options.messages) | {"store": options.store}))
    finally:
        world.stop()


def run(world: World, messages: int, number: int) -> dict[str, float]:
    """One reference, one drain, one live; the gateway runs at the beginning and at the end."""
    steps = messages // world.devices + 1
    base_ms = (int(time.time()) - 3600 - 4 * steps * (number + 1)) * 1000
    world.stop_process("gateway")
    parts = reference.broker_us(world, messages, base_ms) | reference.copy_us(world, messages, base_ms)
    figures = {f"reference.{name}": value for name, value in parts.items()}
    figures["reference_us"] = sum(parts.values())
    figures |= drain(world, messages, base_ms + steps * 1000)
    figures |= live(world, messages, base_ms + 2 * steps * 1000)
    return figures


def drain(world: World, messages: int, base_ms: int) -> dict[str, float]:
    """A backlog is there before the gateway starts; its start (imports) is not counted, its reads are."""
    generator = published(world.publish(GATEWAY_SHARD, messages, base_ms))
    with psycopg.connect(world.dsns("haidang")["telemetry"], autocommit=True) as conn:
        stored = StoredSoFar(conn)
        world.launch("gateway")
        world.wait_http("gateway", "/live")
        before, at_once = world.cpu_s(), stored()
        started = time.perf_counter()
        wait_until(lambda: stored() >= messages, DRAIN_TIMEOUT_S, "the backlog stored")
        seconds = time.perf_counter() - started
        wait_until(lambda: relayed(conn), DRAIN_TIMEOUT_S, "facts relayed")
        wait_until(lambda: world.heard_by_hub() >= head(conn), DRAIN_TIMEOUT_S, "facts taken in by the hub")
        after = world.cpu_s()
    readings = messages - at_once
    spent = {name: (after[name] - before[name]) / readings * 1e6 for name in after}
    return {
        **{f"cpu.{name}": spent[name] for name in _COUNTED},
        "cpu_us": sum(spent[name] for name in _COUNTED),
        **{f"bus.{name}": spent[name] for name in _BUS},
        "bus_us": sum(spent[name] for name in _BUS),
        "drain_rows_per_s": readings / seconds,
        "generator_cpu_us": generator["cpu_us"],
        "message_bytes": generator["bytes"],
    }


def live(world: World, messages: int, base_ms: int) -> dict[str, float]:
    """Published as fast as the broker acknowledges, while the gateway stores."""
    with psycopg.connect(world.dsns("haidang")["telemetry"], autocommit=True) as conn:
        stored = StoredSoFar(conn)
        publisher = world.publish(GATEWAY_SHARD, messages, base_ms)
        wait_until(lambda: stored() >= messages, DRAIN_TIMEOUT_S, "all published stored")
        ended = time.time()
        generator = published(publisher)
        wait_until(lambda: relayed(conn), DRAIN_TIMEOUT_S, "facts relayed")
    return {
        "rows_per_s": messages / (ended - generator["started_at"]),
        "generator_messages_per_s": generator["messages_per_s"],
        "generator_live_cpu_us": generator["cpu_us"],
    }


class StoredSoFar:
    """Readings of s0 stored since it was made, by the ledger; a batch is added up once: asking is cheap."""

    def __init__(self, conn: psycopg.Connection) -> None:
        self._conn = conn
        self._last = 0
        self._total = 0
        self._base = self._sum()

    def __call__(self) -> int:
        return self._sum() - self._base

    def _sum(self) -> int:
        rows = self._conn.execute(
            "SELECT batch_id, (SELECT sum(n) FROM unnest(stored) n) FROM telemetry.ledger"
            " WHERE batch_id > %s AND shard = %s",
            (self._last, GATEWAY_SHARD),
        ).fetchall()
        self._total += sum(int(count) for _, count in rows)
        self._last = max([self._last, *(batch_id for batch_id, _ in rows)])
        return self._total


def relayed(conn: psycopg.Connection) -> bool:
    """True if every fact has its position and its confirm."""
    row = conn.execute(
        "SELECT (SELECT count(*) FROM telemetry.outbox WHERE position IS NULL) = 0 AND assigned = published"
        " FROM telemetry.outbox_head"
    ).fetchone()
    return bool(row and row[0])


def head(conn: psycopg.Connection) -> int:
    """Facts that there have been."""
    row = conn.execute("SELECT assigned FROM telemetry.outbox_head").fetchone()
    return int(row[0]) if row else 0


def summary(runs: list[Mapping[str, float]] | list[dict[str, float]], messages: int) -> dict[str, object]:
    """Medians; ratio and share are of each run's own reference."""
    ratio = _median(run["cpu_us"] / run["reference_us"] for run in runs)
    share = _median(run["rows_per_s"] * run["reference_us"] / 2e6 for run in runs)
    middle = {key: _median(run[key] for run in runs) for key in runs[0]}
    return {
        "rows_per_s": round(middle["rows_per_s"]),
        "cpu_us": {name: round(middle[f"cpu.{name}"], 2) for name in _COUNTED},
        "reference_us": round(middle["reference_us"], 2),
        "ratio": round(ratio, 2),
        "share": round(share, 3),
        "reference_parts_us": {
            key.removeprefix("reference."): round(value, 2)
            for key, value in middle.items()
            if key.startswith("reference.")
        },
        "bus_us": {name: round(middle[f"bus.{name}"], 2) for name in _BUS},
        "bus_ratio": round(_median(run["bus_us"] / run["cpu_us"] for run in runs), 3),
        "drain_rows_per_s": round(middle["drain_rows_per_s"]),
        "generator": "tests/load/bench_ingest_publisher.py, one raw MQTT connection, packets made ahead",
        "generator_cpu_us": round(middle["generator_live_cpu_us"], 2),
        "generator_messages_per_s": round(middle["generator_messages_per_s"]),
        "message_bytes": round(middle["message_bytes"]),
        "messages": messages,
        "runs": len(runs),
        "ratios": [round(run["cpu_us"] / run["reference_us"], 2) for run in runs],
        "rows_per_s_runs": [round(run["rows_per_s"]) for run in runs],
    }


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)


def _rounded(figures: Mapping[str, float]) -> dict[str, float]:
    return {key: round(value, 2) for key, value in figures.items()}


if __name__ == "__main__":
    main()
