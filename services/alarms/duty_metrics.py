"""Metrics of what people are told."""

from prometheus_client import Counter, Gauge

ATTEMPTS = Counter(
    "haidang_duty_attempts_total", "Attempts to notify, by how they ended.", ["way", "outcome"]
)
WAITING = Gauge("haidang_duty_waiting", "Notifications that have not arrived yet.")
GIVEN_UP = Counter("haidang_duty_given_up_total", "Notifications given up after a day.")
UNATTENDED = Counter("haidang_duty_unattended_total", "Changes of alarms for which nobody was on duty.")
UNREADABLE = Counter("haidang_duty_unreadable_facts_total", "Facts that could not be read.")
ROSTER_FAULTY = Gauge(
    "haidang_duty_roster_faulty", "1 while the roster's file is refused and an older one holds."
)
