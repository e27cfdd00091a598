"""What dossier events cost to hand in: a CSV by `haidang records submit`, against a staged COPY of it.

`python -m tests.load.bench_records` prints one line of JSON:
records_us   CPU per row of the command line, the API, the relay and all of PostgreSQL's processes: from
             the CSV until every row is stored with its verdict and its fact is at the broker
by_process   the same, by process
copy_us      the reference: CPU per row of a client and the server that copy the same lines, as text, into a
             temporary stage of text columns and insert them from there, with their types, into a table with
             the natural key as its primary key, an index by time and one by dossier; in transactions as large
ratio        records_us / copy_us; must be 6 at most, aim 3
rows_per_s   of the whole way
peak_rss_mb  the larger one of the command line's and the API's
areas_s      both real maps, see bench_areas; null where their lists are not beside the checkout
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import psutil
import psycopg

from services.registry.tokens import issue
from services.runtime import outbox
from services.runtime.db import connect
from tests.fixtures.ports import free_port
from tests.fixtures.record_samples import SAMPLES, Sample
from tests.load.bench_areas import SCOPES, areas_s
from tests.load.bench_ingest_world import CHECKOUT, STORES, World, new_world, wait_until

SAMPLE = Sample("onestop_dossiers")
ROWS = 1_000_000
LINES_A_TRANSACTION = 5_000
DOSSIERS_A_DAY = 12_000
EVENTS = (("Tiếp nhận", 0), ("Yêu cầu bổ sung", 26), ("Đã bổ sung", 75), ("Đã giải quyết", 170))  # hours


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--store", choices=STORES, default=os.environ.get("STORE") or STORES[0])
    options = parser.parse_args()
    world = new_world(options.store)
    try:
        world.devices = 1
        print(json.dumps(measured(world, options.rows) | {"rows": options.rows, "store": options.store}))
    finally:
        world.stop()


def measured(world: World, rows: int) -> dict[str, object]:
    """Both ways, and the maps."""
    world.start()
    world.stop_process("hub")
    address, token = _prepared(world)
    with tempfile.TemporaryDirectory() as name:
        file = _written(Path(name) / "events.csv", rows)
        found = _handed_in(world, file, rows, {"HAIDANG_API_ADDRESS": address, "HAIDANG_TOKEN": token})
        copy_us = _copied(world, file, rows)
    ratio = round(float(str(found["records_us"])) / copy_us, 2)
    with psycopg.connect(world.dsns("haidang")["areas"]) as connection:
        connection.execute("DELETE FROM areas.units")  # the real maps have some of the same codes
    return found | {"copy_us": round(copy_us, 2), "ratio": ratio, "areas_s": areas_s(address, token)}


def _prepared(world: World) -> tuple[str, str]:
    with psycopg.connect(world.dsns("haidang")["areas"]) as connection:
        for area in _listed("areas.csv"):
            connection.execute(
                "INSERT INTO areas.units (code, name_vi, name_en, level, parent_code, valid_from)"
                " VALUES (%s, %s, '', %s, %s, %s)",
                (area["code"], area["name"], area["level"], area["parent_code"] or None, area["valid_from"]),
            )
        for one in _listed("organisations.csv"):
            connection.execute(
                "INSERT INTO areas.organisations (code, name_vi, kind, valid_from)"
                " VALUES (%s, %s, 'other', %s)",
                (one["code"], one["name_vi"], one["valid_from"]),
            )
    with psycopg.connect(world.dsns("haidang")["registry"]) as connection:
        token = issue(connection, "bench", ("records.write", "records.read", *SCOPES), None)
    port = free_port()
    world.more["api"] = {"HAIDANG_API_PORT": str(port), "HAIDANG_RECORDS_PSEUDONYM_KEY": "k" * 32}
    world.launch("api")
    world.wait_http("api", "/ready")
    return f"127.0.0.1:{port}", token


def _handed_in(world: World, file: Path, rows: int, settings: dict[str, str]) -> dict[str, object]:
    paths = (CHECKOUT, CHECKOUT / "protos/gen", CHECKOUT / "clients/python")
    environment = {**os.environ, **settings, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    arguments = ["records", "submit", str(file), "-m", str(SAMPLE.mapping_file), "--json"]
    before, began = world.cpu_s(), time.monotonic()
    command = subprocess.Popen(
        [sys.executable, "-m", "services.cli", *arguments], env=environment, stdout=subprocess.PIPE
    )
    peak = _Peak([command.pid, world.processes["api"].pid])
    assert command.stdout is not None
    told = json.loads(command.stdout.read())
    _, status, usage = os.wait4(command.pid, 0)
    command.returncode = os.waitstatus_to_exitcode(status)
    if command.returncode or told["stored"] != rows:
        raise SystemExit(f"not every row was stored: {told}")
    wait_until(lambda: _is_published(world), 60, "facts at the broker")
    took = time.monotonic() - began
    after = world.cpu_s()
    spent = {name: after[name] - before[name] for name in ("api", "postgresql", "relay")}
    spent["command"] = usage.ru_utime + usage.ru_stime
    by_process = {name: round(seconds / rows * 1e6, 2) for name, seconds in spent.items()}
    return {
        "records_us": round(sum(spent.values()) / rows * 1e6, 2),
        "by_process": by_process,
        "rows_per_s": round(rows / took),
        "peak_rss_mb": round(peak.ended() / 2**20),
    }


class _Peak:
    """The most resident memory that any of some processes is seen to have."""

    def __init__(self, pids: list[int]) -> None:
        self._processes = [psutil.Process(pid) for pid in pids]
        self._most, self._over = 0, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def ended(self) -> int:
        """Bytes."""
        self._over.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._over.wait(0.2):
            for process in self._processes:
                try:
                    self._most = max(self._most, process.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue


def _is_published(world: World) -> bool:
    with connect(world.dsns("haidang")["records"], "bench") as connection:
        waiting = connection.execute("SELECT count(*) FROM records.outbox WHERE position IS NULL").fetchone()
        assert waiting is not None
        head = outbox.head(connection, "records").position
        return not waiting[0] and outbox.published(connection, "records") == head


def _copied(world: World, file: Path, rows: int) -> float:
    """CPU per row of the reference, microseconds."""
    names = list(SAMPLE.mapping.columns)
    texts = ", ".join(f"{name} text" for name in names)
    with psycopg.connect(world.postgres.dsn("reference"), autocommit=True) as connection:
        connection.execute(f"CREATE TABLE kept ({texts}, PRIMARY KEY (dossier, event, occurred_at))")
        for name in ("occurred_at", "due_at"):
            connection.execute(
                f"ALTER TABLE kept ALTER {name} TYPE timestamptz"
                f" USING to_timestamp({name}, 'DD/MM/YYYY HH24:MI')"
            )
        connection.execute("CREATE INDEX ON kept (occurred_at)")
        connection.execute("CREATE INDEX ON kept (dossier)")
        connection.execute(f"CREATE TEMPORARY TABLE stage ({texts}) ON COMMIT DELETE ROWS")
        server, client = world.cpu_s()["postgresql"], time.process_time()
        with file.open("rb") as lines:
            next(lines)
            while some := b"".join(islice(lines, LINES_A_TRANSACTION)):
                _store(connection, some, names)
        client = time.process_time() - client
        server = world.cpu_s()["postgresql"] - server
    return (client + server) / rows * 1e6


def _store(connection: psycopg.Connection, lines: bytes, names: list[str]) -> None:
    times = ("occurred_at", "due_at")
    typed = ", ".join(
        f"to_timestamp({name}, 'DD/MM/YYYY HH24:MI')" if name in times else name for name in names
    )
    with connection.transaction(), connection.cursor() as cursor:
        with cursor.copy("COPY stage FROM STDIN (FORMAT csv, DELIMITER ';')") as copy:
            copy.write(lines)
        cursor.execute(f"INSERT INTO kept SELECT {typed} FROM stage ON CONFLICT DO NOTHING")


def _written(path: Path, rows: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow(SAMPLE.mapping.columns.values())
        writer.writerows(islice(_events(), rows))
    return path


def _events() -> Iterator[list[str]]:
    """Dossiers of the last year, each with four events, by the offices of the samples."""
    areas = [one["code"] for one in _listed("areas.csv") if one["level"] == "commune"]
    offices = [one["code"] for one in _listed("organisations.csv")]
    first = datetime.now(UTC) - timedelta(days=60)
    number = 0
    while True:
        begun = first + timedelta(seconds=number * 86_400 / DOSSIERS_A_DAY)
        due = begun + timedelta(days=10)
        for event, hours in EVENTS:
            is_first = event == "Tiếp nhận"
            yield [
                f"H32.31-{begun:%y%m%d}-{number:07d}",
                event,
                f"{begun + timedelta(hours=hours):%d/%m/%Y %H:%M}",
                areas[number % len(areas)],
                areas[number * 7 % len(areas)],
                offices[number * 3 % len(offices)],
                "Cấp xã",
                f"1.{number % 900:06d}.000.00.00.H32",
                "Toàn trình" if number % 3 else "Một phần",
                "Trực tuyến" if number % 4 else "Trực tiếp",
                f"{due:%d/%m/%Y} 17:00",
                "Hệ thống một cửa điện tử",
                "Có" if is_first else "",
                f"{number % 20 * 10}.000" if is_first and number % 20 else "",
                "Có" if is_first and number % 2 else "",
                "Không liên thông" if is_first else "",
                "Có" if is_first else "",
                "",
                "",
                "Nguyễn Văn A" if is_first else "",
                f"0562{number:08d}" if is_first else "",
                "7" if is_first else "",
            ]
        number += 1


def _listed(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


if __name__ == "__main__":
    main()
