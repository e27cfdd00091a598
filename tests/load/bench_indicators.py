"""What figures cost: late data, a long past, a full recomputation; and how soon a record is on the bus.

`python -m tests.load.bench_indicators` prints one line of JSON, medians of the runs:
restate_s      a day of late data of one source, of which each of 4,000 indicators has a measure, in each of
               100 communes: from the rows that are stored to the last figure restated, with its receipt and
               its fact, by a month that was final; must be less than 60, aim 20
restate_cpu_s  CPU of it, client and server
restated       figures that this wrote in a run: indicators × (communes + the province)
growth         one late row that 50 indicators have a measure of: seconds where the past has ten times the
               rows and days, by seconds where it has 30 days (growth_late_s: both); must be 1.2 at most
growth_stock   the same of a row that enters a stock, which is the sum of all days before
latency_p95_s  200 records a second: from before the transaction of a record to the last figure on the bus of
               the one that took it in, by a relay, RabbitMQ and a worker; must be 2 at most; likewise p50
full_ratio     100 indicators of a month over 100 communes made anew from a million rows by what the engine
               does where facts were lost, by the seconds of one statement of SQL for the same numbers
               (plain_s), which is seen to answer the same; must be 3 at most. full_cpu_ratio: by CPU
Seconds are of the clock on the wall: what else runs on the machine is in them, and in both sides of a ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import structlog

from tests.load.bench_indicators_full import full
from tests.load.bench_indicators_late import growth, restated
from tests.load.bench_indicators_latency import latency
from tests.load.bench_ingest_world import STORES
from tests.load.bench_rollups import private_server

PARTS = ("restate", "growth", "latency", "full")
FULL_INDICATORS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--indicators", type=int, default=4000)
    parser.add_argument("--communes", type=int, default=100)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the full recomputation")
    parser.add_argument("--past", type=int, default=20_000, help="rows of the smaller past of growth")
    parser.add_argument("--seconds", type=int, default=60, help="of records whose latency is measured")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; again for another")
    parser.add_argument("--store", choices=STORES, default=os.environ.get("STORE") or STORES[0])
    options = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    sizes = {name: getattr(options, name) for name in ("indicators", "communes", "rows", "runs", "store")}
    print(json.dumps(measured(options, options.only or PARTS) | sizes))


def measured(options: argparse.Namespace, parts: Sequence[str]) -> dict[str, object]:
    """What the parts tell."""
    told: dict[str, object] = {}
    communes, runs = options.communes, options.runs
    with tempfile.TemporaryDirectory() as name, private_server(options.store) as new_database:
        folder = Path(name)
        if "restate" in parts:
            told |= restated(new_database, folder / "late", options.indicators, communes, runs)
        if "growth" in parts:
            told |= growth(new_database, folder, options.past, communes)
        if "full" in parts:
            told |= full(new_database, folder / "full", FULL_INDICATORS, communes, options.rows, runs)
    if "latency" in parts:
        told |= latency(options.store, communes, options.seconds)
    return told


if __name__ == "__main__":
    main()
