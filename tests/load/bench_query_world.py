"""Servers, gateway, relay and API of the query benchmark, and a table as large as there is time for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import grpc
import psycopg

from services.registry.tokens import issue
from services.telemetry.domain import SeriesName
from services.telemetry.rollups import Tier
from services.telemetry.store_folding import TABLES
from services.telemetry.store_known import known_by, learn_series
from services.telemetry.store_layout import READINGS, layout_of
from tests.fixtures.ports import free_port
from tests.load.bench_ingest_publisher import channel
from tests.load.bench_ingest_world import World

SPAN = timedelta(days=365)
_OPTIONS = [("grpc.enable_http_proxy", 0), ("grpc.max_receive_message_length", 64 * 2**20)]

# As upkeep lays them down: hour by hour. What an hour of readings makes of it is in the readings themselves.
_READINGS = """
INSERT INTO telemetry.readings (series_id, observed_at, value, quality, revision, received_at)
SELECT s, t, 20 + 10 * sin(extract(epoch FROM t) / 13751 + s) + s * 0.01, 0, 0, t + interval '1 second'
FROM generate_series(%(start)s::timestamptz, %(end)s::timestamptz - interval '1 second',
                     make_interval(secs => %(step)s)) t,
     unnest(%(ids)s::integer[]) s
"""
_HOURS = """
INSERT INTO telemetry.rollup_1h (series_id, start, count, total, minimum, maximum, first_value, last_value,
                                 integral, first_ms, last_ms, covered_ms, suspect)
SELECT series_id, date_trunc('hour', observed_at), count(*), sum(value), min(value), max(value),
       (array_agg(value ORDER BY observed_at))[1], (array_agg(value ORDER BY observed_at DESC))[1],
       sum(value) * %(step)s * 1000, 0, extract(epoch FROM max(observed_at) - min(observed_at)) * 1000,
       extract(epoch FROM max(observed_at) - min(observed_at)) * 1000, 0
FROM telemetry.readings WHERE observed_at >= %(start)s AND observed_at < %(end)s
GROUP BY 2, 1 ORDER BY 2, 1
"""


@dataclass
class QueryWorld:
    """The ingest benchmark's servers, with an API beside."""

    world: World
    api_port: int = field(default_factory=free_port)
    step_s: int = 600  # between two readings of a series: 1,000 series say some 53 million in a year
    secret: str = ""
    ids: list[int] = field(default_factory=list)

    def start(self) -> None:
        """Everything but the gateway."""
        self.world.start()
        with psycopg.connect(self.world.dsns("haidang")["registry"]) as conn:
            self.secret = issue(conn, "bench", ("telemetry.read", "telemetry.write"), None)
        self.world.more["api"] = {"HAIDANG_API_PORT": str(self.api_port)}
        self.world.launch("api")
        self.world.wait_http("api", "/ready")

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.api_port}"

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        return (("authorization", f"Bearer {self.secret}"),)

    @contextmanager
    def channel(self) -> Iterator[grpc.Channel]:
        """A client's connection."""
        with grpc.insecure_channel(self.address, options=_OPTIONS) as opened:
            yield opened

    def database(self) -> psycopg.Connection:
        """As telemetry, each statement by itself."""
        return psycopg.connect(self.world.dsns("haidang")["telemetry"], autocommit=True)

    def names(self) -> list[SeriesName]:
        return [SeriesName(f"bench-{n:04d}", channel()) for n in range(self.world.devices)]

    def load(self, start: datetime, end: datetime, deadline: float) -> tuple[int, datetime]:
        """Readings and hours of all series, week by week back from `end`; rows, and how far back it came."""
        rows, upper = 0, end
        with self.database() as conn:
            known = known_by(conn)
            learn_series(conn, known, self.names())
            self.ids = [known.series[name] for name in self.names()]
            while upper > start and time.monotonic() < deadline:
                lower = max(start, upper - timedelta(days=7))
                _make_room(conn, lower, upper)
                span = {"start": lower, "end": upper, "step": self.step_s}
                rows += conn.execute(_READINGS, span | {"ids": self.ids}).rowcount
                conn.execute(_HOURS, span)
                upper = lower
            conn.execute(
                "VACUUM (ANALYZE) telemetry.readings, telemetry.rollup_1h"
            )  # as autovacuum does in time
        return rows, upper

    def stop(self) -> None:
        self.world.stop()


def _make_room(conn: psycopg.Connection, start: datetime, end: datetime) -> None:
    layout = layout_of(conn)
    for of in (READINGS, TABLES[Tier.HOUR]):
        layout.ensure(conn, {of.start_of(int(at.timestamp() * 1000)) for at in (start, end)}, of)


def midnight(now: datetime) -> datetime:
    """The last one, UTC."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
