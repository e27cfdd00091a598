"""What roll-ups cost beside ingest, at 1,000 series that speak every second, and bytes per reading.

`python -m tests.load.bench_rollups` prints one line of JSON:
ingest_us      CPU of store.append per reading, client and all of PostgreSQL's processes; the gateway's MQTT
               is not in it, so that rollup_ratio is rather too high than too low
mark_us        of this, what marking cells costs (the same batches without it)
upkeep_us      CPU of folding per reading, client and server
rollup_ratio   upkeep_us / ingest_us; must be 0.5 at most
bytes          per reading, by tier: of rows, in *_indexes of indexes; raw_compressed where the server can
Each figure is the median of the runs. A run is a quarter of an hour of readings up to midnight in
Asia/Ho_Chi_Minh, so that cells of every width end in it: many more of the wide ones than in others.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import psutil
import psycopg

from services.local.account import server_account
from services.local.postgres import PostgresServer
from services.runtime.db import Connection, connect
from services.telemetry import store, store_compression, store_dirty, store_folding
from services.telemetry.domain import Batch, Reading, SeriesName
from services.telemetry.store_layout import layout_of
from services.telemetry.store_storage import storage
from tests.fixtures.ports import free_port
from tests.fixtures.servers import PASSWORD, Database, _database, migrate
from tests.load.bench_ingest_world import STORES, installation_of

FIRST = datetime(2026, 11, 15, 16, 45, tzinfo=UTC)
MINUTES = 16
SETTLE = timedelta(seconds=5)

NewDatabase = Callable[[str], Database]


class Cpu:
    """Seconds of CPU of this process and of PostgreSQL, by what they were spent on."""

    def __init__(self, postmaster: int) -> None:
        self._postmaster = psutil.Process(postmaster)
        self.spent: dict[str, float] = {}

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        before = self._now()
        yield
        self.spent[what] = self.spent.get(what, 0.0) + self._now() - before

    def _now(self) -> float:
        processes = [self._postmaster, *self._postmaster.children(recursive=True)]
        total = 0.0
        for process in processes:
            times = process.cpu_times()
            total += times.user + times.system
        own = os.times()
        return total + self._postmaster.cpu_times().children_user + own.user + own.system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--store", choices=STORES, default=os.environ.get("STORE") or STORES[0])
    options = parser.parse_args()
    found = measured(options.store, options.runs, options.series)
    print(json.dumps(found | {"series": options.series, "runs": options.runs, "store": options.store}))


def measured(server: str, runs_wanted: int, series: int) -> dict[str, object]:
    """The medians."""
    with private_server(server) as new_database:
        runs = [run(new_database, series, number) for number in range(runs_wanted)]
    figures = {name: statistics.median(each[name] for each in runs) for name in runs[0]}
    plain = {name: round(value, 3) for name, value in figures.items() if not name.startswith("bytes.")}
    sizes = {name[6:]: round(value, 2) for name, value in figures.items() if name.startswith("bytes.")}
    return {**plain, "bytes": sizes}


@contextmanager
def private_server(server: str) -> Iterator[NewDatabase]:
    """Makes migrated databases on a server of its own."""
    account = server_account()
    installation = installation_of(server, account)
    folder = Path(tempfile.mkdtemp(prefix="haidang-bench-", dir="/tmp"))
    account.own_folder(folder, mode=0o755)
    postgres = PostgresServer(folder / "pg", account, free_port(), PASSWORD, installation)
    postgres.start()

    def new_database(name: str) -> Database:
        with psycopg.connect(postgres.dsn(), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")
        database = _database(postgres, name)
        migrate(database)
        return database

    try:
        yield new_database
    finally:
        postgres.stop()
        postgres.remove()
        shutil.rmtree(folder, ignore_errors=True)


def run(new_database: NewDatabase, series: int, number: int) -> dict[str, float]:
    """A quarter of an hour with marks and upkeep, and the same readings without either."""
    readings = series * 60 * MINUTES
    figures = {}
    marked = new_database(f"marked_{number}")
    cpu = Cpu(marked.server.pid or 0)
    with connect(marked.dsn("telemetry"), "bench", autocommit=True) as conn:
        live_through(conn, series, cpu, with_upkeep=True)
        conn.execute("ANALYZE")
        for tier in storage(conn).tiers:
            figures[f"bytes.{tier.tier}"] = tier.table_bytes / readings
            figures[f"bytes.{tier.tier}_indexes"] = tier.index_bytes / readings
        figures |= compressed(conn, readings)
    unmarked = new_database(f"plain_{number}")
    plain = Cpu(unmarked.server.pid or 0)
    with (
        connect(unmarked.dsn("telemetry"), "bench", autocommit=True) as conn,
        mock.patch.object(store_dirty, "mark_readings"),
    ):
        live_through(conn, series, plain, with_upkeep=False)
    ingest, upkeep = cpu.spent["ingest"] / readings * 1e6, cpu.spent["upkeep"] / readings * 1e6
    return {
        "ingest_us": ingest,
        "mark_us": ingest - plain.spent["ingest"] / readings * 1e6,
        "upkeep_us": upkeep,
        "rollup_ratio": upkeep / ingest,
        **figures,
    }


def compressed(conn: Connection, readings: int) -> dict[str, float]:
    """Bytes per reading of the raw ones once they are compressed, indexes included."""
    if not store_compression.can_compress(conn):
        return {}
    store_compression.enable(conn)
    while store_compression.compress_next(conn, datetime.max.replace(tzinfo=UTC)):
        pass
    raw, *_ = storage(conn).tiers
    return {"bytes.raw_compressed": raw.total_bytes / readings}


def live_through(conn: Connection, series: int, cpu: Cpu, *, with_upkeep: bool) -> None:
    """Batches of a tenth of a second, as the gateway makes them at this rate; upkeep once a minute."""
    names = [SeriesName(f"bench-{n:04d}", "pm25") for n in range(series)]
    layout = layout_of(conn)
    chance = random.Random(7)
    for minute in range(MINUTES):
        batches = [a_batch(names, minute * 600 + tenth, chance) for tenth in range(600)]
        with cpu.on("ingest"):
            for batch in batches:
                store.append(conn, batch)
        if with_upkeep:
            now = FIRST + timedelta(minutes=minute + 1, seconds=6)
            with cpu.on("upkeep"):
                while store_folding.fold_step(conn, layout, now, SETTLE).taken:
                    pass


def a_batch(names: list[SeriesName], tenth: int, chance: random.Random) -> Batch:
    """A tenth of the series, each at its own moment of every second, received 50 ms later."""
    base_ms = int(FIRST.timestamp() * 1000) + tenth * 100
    batch = Batch(f"trace-{tenth}", "s0", base_ms + 150)
    for number, name in enumerate(names[tenth % 10 :: 10]):
        reading = Reading(base_ms + number % 100, chance.uniform(0, 300), 0, 0, batch.received_at_ms)
        batch.add(name, reading)
    return batch


if __name__ == "__main__":
    main()
