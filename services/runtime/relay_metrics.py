"""Metrics of the relay."""

from prometheus_client import Counter, Gauge, Histogram

ASSIGNED = Counter("haidang_relay_assigned_total", "Facts that were given a position.", ["context"])
PUBLISHED = Counter("haidang_relay_published_total", "Facts that the broker confirmed.", ["context"])
BACKLOG = Gauge("haidang_relay_backlog", "Facts numbered that the broker has not confirmed.", ["context"])
PUBLISH_SECONDS = Histogram("haidang_relay_publish_seconds", "Publishing one batch of facts.", ["context"])
