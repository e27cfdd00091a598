"""What late rows cost: a day of a source that everything has a measure of, and one row by how much was."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from tests.fixtures.servers import Database
from tests.integration.figures_office import Office
from tests.load.bench_indicators_world import (
    CASES,
    ELIGIBLE,
    MONTH,
    a_case,
    an_office,
    lay_past,
    make_final,
    write_definitions,
    write_stock,
)
from tests.load.bench_rollups import Cpu, NewDatabase

PAST_DAYS = 4  # of the month on which the source spoke before
CASES_A_DAY = 10  # of a commune
LATE_DAY = 15
LONGER = 10  # times the days
SHORT_DAYS = 30
LATE_ROWS = 15  # one after the other; the first few warm up
GROWTH_INDICATORS = 50


def restated(
    new_database: NewDatabase, folder: Path, indicators: int, communes: int, runs: int
) -> dict[str, object]:
    """Seconds, and figures restated."""
    write_definitions(folder, indicators)
    database = new_database("late")
    for dataset in (CASES, ELIGIBLE):
        lay_past(database, dataset, communes * CASES_A_DAY * PAST_DAYS, communes, MONTH, PAST_DAYS)
    took, cpus, counts = [], [], []
    with an_office(database, folder) as office:
        office.engine.catch_up()
        make_final(database)
        for run in range(runs):
            before, cpu = office.engine.versions(), Cpu(database.server.pid or 0)
            office.append(office.open(CASES), _a_late_day(run, communes))
            with cpu.on("restate"):
                took.append(_followed(office))
            cpus.append(cpu.spent["restate"])
            counts.append(office.engine.versions() - before)
    return {
        "restate_s": round(statistics.median(took), 2),
        "restate_cpu_s": round(statistics.median(cpus), 2),
        "restated": statistics.median(counts),
    }


def growth(new_database: NewDatabase, folder: Path, past: int, communes: int) -> dict[str, object]:
    """Seconds of a late row in either past, and their ratio, of flows and of a stock."""
    told: dict[str, object] = {}
    for name in ("growth", "growth_stock"):
        some = folder / name
        if name == "growth":
            write_definitions(some, GROWTH_INDICATORS)
        else:
            write_stock(some)
        short, long = _late_rows(new_database, some, name, past, communes)
        told |= {name: round(long / short, 2), f"{name}_late_s": [round(short, 4), round(long, 4)]}
    return told


def _late_rows(
    new_database: NewDatabase, folder: Path, name: str, past: int, communes: int
) -> tuple[float, float]:
    """Medians over rows that are taken in by turns here and there, so that both see the same machine."""
    took: tuple[list[float], list[float]] = ([], [])
    with ExitStack() as stack:
        offices = []
        for times in (1, LONGER):
            database = new_database(f"{name}_{times}")
            _lay(database, past * times, communes, SHORT_DAYS * times)
            office = stack.enter_context(an_office(database, folder))
            office.engine.catch_up()
            make_final(database)
            offices.append((office, office.open(CASES)))
        for number in range(LATE_ROWS):
            for (office, batch), seconds in zip(offices, took, strict=True):
                office.append(batch, [a_case(f"L{number}", number % communes, LATE_DAY, 9)])
                seconds.append(_followed(office))
    short, long = (statistics.median(seconds[3:]) for seconds in took)
    return short, long


def _lay(database: Database, rows: int, communes: int, days: int) -> None:
    """Days that end where October does."""
    first = MONTH + timedelta(days=SHORT_DAYS - days)
    for dataset in (CASES, ELIGIBLE):
        lay_past(database, dataset, rows // 2, communes, first, days)


def _followed(office: Office) -> float:
    office.engine.number()
    began = time.monotonic()
    while not office.engine.follower.catch_up():
        pass
    return time.monotonic() - began


def _a_late_day(run: int, communes: int) -> Sequence[dict[str, str]]:
    return [
        a_case(f"L{run}-{area}-{number}", area, LATE_DAY + run % 15, 8 + number)
        for area in range(communes)
        for number in range(CASES_A_DAY)
    ]
