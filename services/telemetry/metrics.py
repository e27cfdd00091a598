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
FAILURES = Counter("haidang_telemetry_upkeep_failures", "Rounds of upkeep that failed")
