"""Watchers of the query benchmark: how long a reading takes from its device to each of them."""

from __future__ import annotations

import asyncio
import json
import sys
import time

import grpc
from ioc.telemetry.v1 import telemetry_pb2, telemetry_pb2_grpc

from tests.load import bench_ingest_publisher as publisher
from tests.load.bench_ingest_world import CHECKOUT, GATEWAY_SHARD, PASSWORD, PUBLISHER
from tests.load.bench_query_world import QueryWorld

WATCHERS, READINGS_PER_S = 100, 1_000
_PACE_S = 0.01


def watch_latencies_ms(world: QueryWorld, seconds: float) -> list[float]:
    """One for each reading and watcher; fails where any has not all of them exactly once."""
    if "gateway" not in world.world.processes:
        world.world.launch("gateway")
        world.world.wait_http("gateway", "/ready")
    arguments = (world.world.broker.port, seconds)
    command = [sys.executable, "-m", "tests.load.bench_query_watch", *map(str, arguments)]
    return asyncio.run(_watch(world, seconds, command))


async def _watch(world: QueryWorld, seconds: float, command: list[str]) -> list[float]:
    expected = int(seconds / _PACE_S) * int(READINGS_PER_S * _PACE_S)
    async with grpc.aio.insecure_channel(world.address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        stub = telemetry_pb2_grpc.TelemetryServiceStub(channel)
        calls = [
            stub.WatchReadings(telemetry_pb2.WatchReadingsRequest(), metadata=world.metadata)
            for _ in range(WATCHERS)
        ]
        for call in calls:
            await call.read()  # where the watch begins
        generator = await asyncio.create_subprocess_exec(*command, cwd=CHECKOUT)
        try:
            taken = await asyncio.wait_for(
                asyncio.gather(*(_take(call, expected) for call in calls)), seconds + 30
            )
        finally:
            await generator.wait()
        for call in calls:
            call.cancel()
    return [latency for one in taken for latency in one]


async def _take(call: grpc.aio.UnaryStreamCall, expected: int) -> list[float]:  # type: ignore[type-arg]
    taken: list[float] = []
    seen: set[tuple[str, int]] = set()
    while len(seen) < expected:
        response = await call.read()
        now_ms = time.time() * 1000
        for one in response.series:
            for at in one.readings.observed_at_ms:
                seen.add((one.series.device, at))
                taken.append(now_ms - at)
    if len(taken) != expected:
        raise SystemExit(f"{len(taken)} readings came, {expected} were published")
    return taken


def publish(port: int, seconds: float) -> None:
    """Each device once a second, stamped when it is sent; ten at a time, a hundred times a second."""
    line = publisher.connect(port, PUBLISHER, PASSWORD)
    at_once, number = int(READINGS_PER_S * _PACE_S), 0
    started = time.perf_counter()
    for tick in range(int(seconds / _PACE_S)):
        time.sleep(max(0.0, started + tick * _PACE_S - time.perf_counter()))
        now_ms, packets = time.time_ns() // 1_000_000, []
        for _ in range(at_once):
            topic = f"ioc/v1/{GATEWAY_SHARD}/devices/bench-{number % 1000:04d}/telemetry".encode()
            packets.append(
                publisher.packet(topic, publisher.payload(now_ms, publisher.value_of(number)), number)
            )
            number += 1
        line.sendall(b"".join(packets))
        line.setblocking(False)
        try:
            while line.recv(65536):
                pass
        except BlockingIOError:
            pass
        line.setblocking(True)
    time.sleep(1)
    print(json.dumps({"published": number}), file=sys.stderr)


if __name__ == "__main__":
    publish(int(sys.argv[1]), float(sys.argv[2]))
