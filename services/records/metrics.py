"""Metrics of the records context, of the collector. Labels are what is declared: datasets and sources."""

from prometheus_client import Counter, Gauge

OVERDUE = Gauge(
    "haidang_records_overdue_seconds",
    "Past the promise, of the latest that is due; 0 is on time. Absent where nothing has ever come.",
    ["dataset"],
)
LATE = Gauge(
    "haidang_records_late_submitters", "Organisations, or the dataset itself, that are late.", ["dataset"]
)
LOOKED_AT = Gauge(
    "haidang_records_promises_looked_at_seconds", "When promises were last looked at, Unix time."
)
ASKED = Counter("haidang_records_source_asked_total", "Pages asked for, by outcome.", ["source", "outcome"])
REJECTED = Counter("haidang_records_source_rejected_total", "Lines that were refused.", ["source"])
FAILURES = Gauge("haidang_records_source_failures", "Failures in a row.", ["source"])
OPEN = Gauge("haidang_records_source_open", "1 where a source failed so often that it rests.", ["source"])
SUCCEEDED = Gauge(
    "haidang_records_source_success_seconds", "When a page was last stored, Unix time; 0: never.", ["source"]
)
