"""What the desk counts."""

from prometheus_client import Counter, Gauge

DESKS = Gauge("haidang_desk_pages", "Operators' pages that are connected.")
CALLS = Counter("haidang_desk_calls_total", "Calls made for operators' pages, by outcome.", ["outcome"])
ENDED = Counter("haidang_desk_ended_total", "Connections that ended, by reason.", ["reason"])
