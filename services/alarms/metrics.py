"""Metrics of the alarms context."""

from prometheus_client import Counter, Gauge, Histogram

CHANGES = Counter("haidang_alarms_changes_total", "Changes of alarms.", ["event"])
SHOWN = Gauge("haidang_alarms_shown", "Open alarms that are shown by themselves.")
READINGS = Counter("haidang_alarms_readings_total", "Readings looked at.")
LOOKED_AT = Counter(
    "haidang_alarms_points_total", "Of these and of indicators, points that had to be folded."
)
REWRITTEN = Counter("haidang_alarms_rewritten_total", "Histories of a key that late data made another.")
TOO_OLD = Counter("haidang_alarms_too_old_total", "Points older than history is rewritten.")
POSITION = Gauge("haidang_alarms_position", "Position of a log up to which alarms are known.", ["log"])
BEHIND = Gauge("haidang_alarms_behind", "Facts of a log not yet followed.", ["log"])
FOLLOW_SECONDS = Histogram("haidang_alarms_follow_seconds", "One transaction following a log.", ["log"])
RECOVERIES = Counter(
    "haidang_alarms_recoveries_total", "Logs followed from their heads, since facts were lost."
)
UNREADABLE = Counter("haidang_alarms_unreadable_facts_total", "Facts that could not be read.")
RULES = Gauge("haidang_alarms_rules", "Rules in force.")
