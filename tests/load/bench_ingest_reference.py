"""The reference of the same run: what broker and database cost without a product in between."""

from __future__ import annotations

import os
import subprocess
import time

import psycopg

from services.telemetry import copy_rows
from services.telemetry.store_layout import Native, Timescale, layout_of, week_number, week_start
from tests.load.bench_ingest_publisher import observed_at, value_of
from tests.load.bench_ingest_world import PASSWORD, REFERENCE_SHARD, World, published

BATCH_ROWS = 5000
_COLUMNS = "series_id, observed_at, value, quality, revision, received_at"


def subscribe(world: World) -> None:
    """Make the reference's persistent session."""
    subprocess.run([*_sub(world), "-E"], check=True)


def _sub(world: World) -> list[str]:
    where = ["-h", "127.0.0.1", "-p", str(world.broker.port), "-u", "reference", "-P", PASSWORD]
    return ["mosquitto_sub", *where, "-c", "-i", "reference", "-q", "1", "-t", f"ioc/v1/{REFERENCE_SHARD}/#"]


def broker_us(world: World, messages: int, base_ms: int) -> dict[str, float]:
    """CPU per message of the broker and of mosquitto_sub, draining the same backlog."""
    published(world.publish(REFERENCE_SHARD, messages, base_ms))
    before = world.cpu_s()["broker"]
    sub = subprocess.Popen([*_sub(world), "-C", str(messages)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(sub.pid, 0)
    if status:
        raise SystemExit("mosquitto_sub failed")
    spent = {"broker": world.cpu_s()["broker"] - before, "mosquitto_sub": usage.ru_utime + usage.ru_stime}
    return {name: seconds / messages * 1e6 for name, seconds in spent.items()}


def copy_us(world: World, messages: int, base_ms: int) -> dict[str, float]:
    """CPU per row of a client and the server: COPY to a stage, then INSERT … ON CONFLICT, from memory."""
    rows = [
        (n % world.devices + 1, observed_at(n, world.devices, base_ms), value_of(n), 0, 0, base_ms)
        for n in range(messages)
    ]
    batches = [rows[start : start + BATCH_ROWS] for start in range(0, messages, BATCH_ROWS)]
    with psycopg.connect(world.dsns("reference")["telemetry"], autocommit=True) as conn:
        layout: Native | Timescale = layout_of(conn)  # type: ignore[assignment]
        layout.ensure(conn, {week_start(week_number(row[1])) for row in (rows[0], rows[-1])})
        conn.execute(
            "CREATE TEMPORARY TABLE stage (LIKE telemetry.readings INCLUDING DEFAULTS) ON COMMIT DELETE ROWS"
        )
        server, client = world.cpu_s()["postgresql"], time.process_time()
        for batch in batches:
            _store(conn, batch)
        client = time.process_time() - client
        server = world.cpu_s()["postgresql"] - server
    return {"copy_client": client / messages * 1e6, "copy_server": server / messages * 1e6}


def _store(conn: psycopg.Connection, rows: list[copy_rows.ReadingRow]) -> None:
    with conn.transaction(), conn.cursor() as cursor:
        with cursor.copy(f"COPY stage ({_COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(copy_rows.reading_rows(rows))
        cursor.execute(
            f"INSERT INTO telemetry.readings ({_COLUMNS}) SELECT {_COLUMNS} FROM stage ON CONFLICT DO NOTHING"
        )
