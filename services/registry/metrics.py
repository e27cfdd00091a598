"""What the doorkeeper counts."""

from prometheus_client import Counter, Gauge

CREDENTIALS = Gauge("haidang_doorkeeper_credentials", "Credentials that the broker accepts.")
WRITES = Counter("haidang_doorkeeper_writes_total", "Times that the broker was given new files.")
EVENTS = Counter("haidang_doorkeeper_events_total", "Refusals seen in the broker's log.", ["kind"])
DROPPED = Counter(
    "haidang_doorkeeper_events_dropped_total", "Kinds of refusals forgotten while the database was away."
)
LINES = Counter("haidang_doorkeeper_log_lines_total", "Lines read from the broker's log.")
LISTENING = Gauge("haidang_doorkeeper_listening", "1 while the broker tells of denied publishes.")
SUSPENDED = Counter("haidang_doorkeeper_suspended_total", "Credentials suspended for flooding.")
FORGOTTEN = Counter(
    "haidang_doorkeeper_forgotten_events", "Access events dropped for their age or their number"
)
