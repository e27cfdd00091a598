"""What a query costs over gRPC, and how soon a watcher sees what was published.

`python -m tests.load.bench_query` prints one line of JSON:
ratio          p50 of a range of 100 readings over gRPC (QuerySeries) / the same SQL by psycopg, in turn
get_range_ratio  the same of GetRange
window_p95_ms  a year of hourly means of one series among 1,000, in a table of `readings` rows
growth         p50 of a window of 36 days in the whole table / before nine tenths of the history were there
watch_p99_ms   publish to client, 100 watching clients, 1,000 readings a second through broker and gateway
rollup_ratio, bytes  CPU of upkeep / of ingest, and bytes per reading by tier (tests/load/bench_rollups.py)
Each figure is the median of the runs, growth but one measurement of a table that grows.
"""

from __future__ import annotations

import argparse
import json
import signal
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.telemetry.v1 import series_pb2, series_pb2_grpc, telemetry_pb2, telemetry_pb2_grpc

from services.telemetry.domain import SeriesName
from tests.load import bench_rollups
from tests.load.bench_ingest_world import new_world
from tests.load.bench_query_watch import watch_latencies_ms
from tests.load.bench_query_world import SPAN, QueryWorld, midnight

POINTS = 100
_RAW = (
    "SELECT observed_at, value, quality, received_at, revision FROM telemetry.readings"
    " WHERE series_id = %s AND observed_at >= %s AND observed_at < %s ORDER BY observed_at LIMIT %s"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--load-s", type=float, default=280, help="seconds in which the table is loaded")
    parser.add_argument("--watch-s", type=float, default=10, help="seconds of each watch; 0: none")
    parser.add_argument(
        "--step-s", type=int, default=600, help="between two readings of a series, up to 3,600"
    )
    parser.add_argument("--store", choices=("postgres", "timescale"), default="postgres")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # whoever ends it early leaves no servers behind
    world = QueryWorld(new_world(options.store), step_s=options.step_s)
    try:
        world.start()
        found = measure(world, options.runs, options.load_s, options.watch_s)
    finally:
        world.stop()
    upkeep = bench_rollups.measured(options.store, options.runs, world.world.devices)
    print(json.dumps(found | {name: upkeep[name] for name in ("rollup_ratio", "bytes")}))


def measure(world: QueryWorld, runs: int, load_s: float, watch_s: float) -> dict[str, object]:
    """Everything once, on a world that runs."""
    end = midnight(datetime.now(UTC))
    tenth = end - SPAN / 10
    rows, _ = world.load(tenth, end, float("inf"))
    narrow = [_windows(world, tenth, end, 100) for _ in range(runs)]
    more, start = world.load(end - SPAN, tenth, time.monotonic() + load_s)
    _say("loaded", rows + more)
    grown = [_windows(world, tenth, end, 100) for _ in range(runs)]
    wide = [_windows(world, start, end, 60) for _ in range(runs)]
    ranges = [range_ratio(world, end) for _ in range(runs)]
    watches = [watch_latencies_ms(world, watch_s) for _ in range(runs)] if watch_s else []
    return {
        "ratio": round(_median([run["query"] / run["sql"] for run in ranges]), 2),
        "get_range_ratio": round(_median([run["range"] / run["sql"] for run in ranges]), 2),
        "sql_p50_ms": round(_median([run["sql"] for run in ranges]), 3),
        "query_p50_ms": round(_median([run["query"] for run in ranges]), 3),
        "window_p95_ms": round(_median([percentile(run, 95) for run in wide]), 2),
        "window_p50_ms": round(_median([percentile(run, 50) for run in wide]), 2),
        "window_days": (end - start).days,
        "growth": round(
            _median([percentile(r, 50) for r in grown]) / _median([percentile(r, 50) for r in narrow]), 2
        ),
        "watch_p99_ms": round(_median([percentile(run, 99) for run in watches]), 1) if watches else None,
        "watch_p50_ms": round(_median([percentile(run, 50) for run in watches]), 1) if watches else None,
        "readings": rows + more,
        "runs": runs,
    }


def range_ratio(world: QueryWorld, end: datetime, calls: int = 400) -> dict[str, float]:
    """p50 in ms of the same 100 readings by each way, taken in turn so that all see the same machine."""
    start = end - timedelta(seconds=world.step_s * POINTS)
    name, span = world.names()[7], (_stamp(start), _stamp(end))
    series = telemetry_pb2.SeriesName(device=name.device, channel=name.channel)
    query = series_pb2.QuerySeriesRequest(
        selector=series_pb2.SeriesSelector(series=[series]), start=span[0], end=span[1], resolution="raw"
    )
    plain = telemetry_pb2.GetRangeRequest(series=series, start=span[0], end=span[1])
    with world.channel() as channel, world.database() as conn:
        stub: Any = series_pb2_grpc.SeriesServiceStub(channel)
        old: Any = telemetry_pb2_grpc.TelemetryServiceStub(channel)
        ways: dict[str, Callable[[], int]] = {
            "sql": lambda: len(_sql(conn, world.ids[7], start, end)),
            "query": lambda: len(stub.QuerySeries(query, metadata=world.metadata).series[0].readings.value),
            "range": lambda: len(old.GetRange(plain, metadata=world.metadata).readings.value),
        }
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for number in range(calls + 50):
            for way, ask in ways.items():
                started = time.perf_counter()
                if ask() != POINTS:
                    raise SystemExit(f"{way} did not answer {POINTS} readings")
                if number >= 50:
                    taken[way].append((time.perf_counter() - started) * 1000)
    return {way: percentile(times, 50) for way, times in taken.items()}


def _sql(conn: psycopg.Connection, series_id: int, start: datetime, end: datetime) -> list[Any]:
    return conn.execute(_RAW, (series_id, start, end, 10_001)).fetchall()


def _windows(world: QueryWorld, start: datetime, end: datetime, calls: int) -> list[float]:
    """Milliseconds of one query each for hourly means of one series after the other."""
    taken = []
    with world.channel() as channel:
        stub: Any = series_pb2_grpc.SeriesServiceStub(channel)
        for number in range(calls + 5):
            request = _window(world.names()[number * 37 % world.world.devices], start, end)
            started = time.perf_counter()
            (found,) = stub.QuerySeries(request, metadata=world.metadata).series
            if number >= 5:
                taken.append((time.perf_counter() - started) * 1000)
            if len(found.buckets.columns[0].value) != (end - start) // timedelta(hours=1):
                raise SystemExit("an hour is missing")
    return taken


def _window(name: SeriesName, start: datetime, end: datetime) -> series_pb2.QuerySeriesRequest:
    series = telemetry_pb2.SeriesName(device=name.device, channel=name.channel)
    selector = series_pb2.SeriesSelector(series=[series])
    return series_pb2.QuerySeriesRequest(
        selector=selector, start=_stamp(start), end=_stamp(end), resolution="1h"
    )


def _stamp(time: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(time)
    return stamp


def percentile(values: Sequence[float], percent: int) -> float:
    """Nearest rank."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


def _say(what: str, count: int) -> None:
    print(f"{what}: {count:,}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
