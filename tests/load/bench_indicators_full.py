"""A month made anew from a million rows, by the engine and by one statement of SQL for the same numbers."""

from __future__ import annotations

import statistics
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import psycopg

from services.indicators import store_definitions
from tests.fixtures.servers import Database
from tests.integration.figures_office import Office
from tests.load.bench_indicators_world import (
    CASES,
    MONTH,
    SCORES,
    an_office,
    lay_past,
    threshold,
    write_definitions,
)
from tests.load.bench_rollups import Cpu, NewDatabase

DAYS = 30
DAY = date(2025, 10, 1)
NEAR = Decimal("1e-9")  # of a value: PostgreSQL's division has fewer digits than the engine's
# Fields are read once a row; what stands is what records says, as for the engine.
_PLAIN = """
SELECT coalesce(area, '') AS subject, {columns}
FROM (SELECT s.area, (f->>'score')::numeric AS score, (f->>'amount')::numeric AS amount
      FROM (SELECT area, payload::jsonb AS f FROM records.standing('infinity')
            WHERE dataset_id = (SELECT dataset_id FROM records.datasets WHERE key = '{dataset}')
              AND at >= '2025-10-01 00:00+07' AND at < '2025-11-01 00:00+07' OFFSET 0) s) r
GROUP BY GROUPING SETS ((area), ())
"""


def full(
    new_database: NewDatabase, folder: Path, indicators: int, communes: int, rows: int, runs: int
) -> dict[str, object]:
    """Seconds of both by turns, and the median of their ratios."""
    write_definitions(folder, indicators, below=CASES)
    database = new_database("full_month")
    lay_past(database, CASES, rows, communes, MONTH, DAYS)
    statement = _plain_statement(indicators)
    engine_s, plain_s, cpus = [], [], []
    with an_office(database, folder) as office:
        office.engine.catch_up()
        _compare(database, office, statement, indicators)
        for _ in range(runs):
            cpu = Cpu(database.server.pid or 0)
            with cpu.on("plain"):
                plain_s.append(_answered(database, statement)[0])
            with cpu.on("engine"):
                engine_s.append(_made_anew(office))
            cpus.append(cpu.spent["engine"] / cpu.spent["plain"])
    ratios = [one / other for one, other in zip(engine_s, plain_s, strict=True)]
    return {
        "full_s": round(statistics.median(engine_s), 2),
        "plain_s": round(statistics.median(plain_s), 2),
        "full_ratio": round(statistics.median(ratios), 2),
        "full_cpu_ratio": round(statistics.median(cpus), 2),
    }


def _made_anew(office: Office) -> float:
    with office.engine.as_role("indicators") as connection:
        store_definitions.forget_makings(connection)
    follower = office.engine.new_follower()
    began = time.monotonic()
    while not follower.catch_up():
        pass
    return time.monotonic() - began


def _answered(database: Database, statement: str) -> tuple[float, list[tuple[object, ...]]]:
    with psycopg.connect(database.admin_dsn) as connection:
        began = time.monotonic()
        rows = connection.execute(statement).fetchall()
        return time.monotonic() - began, rows


def _plain_statement(indicators: int) -> str:
    columns = []
    for number in range(indicators):
        score, amount = threshold(number)
        chosen = f"FILTER (WHERE score >= {score} AND amount >= {amount})"
        above = f"100.0 * count(*) {chosen}" if number % 2 == 0 else f"coalesce(sum(amount) {chosen}, 0)"
        below = f"nullif(count(*) FILTER (WHERE score >= {number % SCORES}), 0)"
        columns.append(f"{above} / {below} AS i{number}")
    return _PLAIN.format(columns=", ".join(columns), dataset=CASES)


def _compare(database: Database, office: Office, statement: str, indicators: int) -> None:
    kept = office.engine.figures("value")
    for subject, *values in _answered(database, statement)[1]:
        kind = "area" if subject else "province"
        for number, value in zip(range(indicators), values, strict=True):
            key = (f"MS-01.n{number}", kind, subject, "", "month", DAY)
            (one,) = kept[key]
            same = one is value if None in (one, value) else abs(one - value) <= NEAR * abs(value)
            if not same:
                raise SystemExit(f"{key}: {one} and {value} are not the same")
