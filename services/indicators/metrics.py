"""Metrics of the indicators context."""

from prometheus_client import Counter, Gauge, Histogram

PUBLISHED = Counter("haidang_indicators_values_total", "Values published.", ["indicator", "state"])
POSITION = Gauge("haidang_indicators_position", "Position of telemetry's log up to which values are known.")
BEHIND = Gauge("haidang_indicators_behind", "Facts of telemetry not yet followed.")
FOLLOW_SECONDS = Histogram("haidang_indicators_follow_seconds", "One transaction following the log.")
RECOVERIES = Counter("haidang_indicators_recoveries_total", "Recomputations after facts were lost.")
UNREADABLE = Counter("haidang_indicators_unreadable_facts_total", "Facts that could not be read.")
REFUSED_UNITS = Gauge(
    "haidang_indicators_refused_units", "Channels of a known pollutant in a unit that cannot be converted."
)
RECORDS_POSITION = Gauge(
    "haidang_indicators_records_position", "Position of records' log up to which figures are known."
)
RECORDS_BEHIND = Gauge("haidang_indicators_records_behind", "Facts of records not yet followed.")
RECORDS_SECONDS = Histogram("haidang_indicators_records_seconds", "One transaction following records' log.")
FIGURES = Counter("haidang_indicators_figures_total", "Figures written.")
