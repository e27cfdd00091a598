"""What is measured about gRPC calls."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("haidang_rpc_requests_total", "Finished calls.", ["method", "status"])
SECONDS = Histogram(
    "haidang_rpc_seconds",
    "Duration of unary calls, seconds.",
    ["method"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
STREAMS = Gauge("haidang_rpc_streams", "Streams open now.", ["method"])
WATCHERS = Gauge("haidang_watchers", "Subscribers that follow a log live.", ["log"])
SLOW_WATCHERS = Counter(
    "haidang_watchers_ended_slow_total", "Subscribers ended for reading too slowly.", ["log"]
)
