"""Metrics of telemetry's upkeep, on the relay's port. Their names are part of its contract."""

from prometheus_client import Counter, Gauge

IMBALANCE = Gauge(
    "haidang_ledger_imbalance",
    "Readings by which the account of the last minutes does not add up; anything but 0 is a loss.",
)
DROPPED = Counter(
    "haidang_quarantine_dropped",
    "Items that quarantine dropped, by the bound that they had passed and whether they were still open",
    ["bound", "state"],
)
AGED = Counter(
    "haidang_telemetry_dropped",
    "Finished commands and gaps in devices' numbers that were dropped for their age or number",
    ["what"],
)
FOLDED = Counter("haidang_ledger_folded_batches", "Batches of the ledger folded to device-hours")
FAILURES = Counter("haidang_telemetry_upkeep_failures", "Parts of rounds of upkeep that failed")

ROLLED_UP = Counter("haidang_rollup_cells", "Cells of roll-ups that were folded, by their width", ["width"])
ROLLUP_LAG = Gauge(
    "haidang_rollup_lag_seconds",
    "Age of the oldest mark of a minute that is over and not yet rolled up; readers fold it meanwhile",
)
RETIRED = Counter("haidang_retired_divisions", "Divisions of readings and roll-ups dropped for their age")
COMPRESSED = Counter("haidang_compressed_divisions", "Divisions of readings and roll-ups compressed")
