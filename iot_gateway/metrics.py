"""Prometheus metrics of the gateway. Their names are part of its contract."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from services.telemetry.domain import Counts, Refusal

_COMMIT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SIZE_BUCKETS = (1, 10, 100, 500, 1000, 2500, 5000, 10000)


class Metrics:
    """All of them, by shard."""

    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        shard = ["shard"]
        self.messages = Counter(
            "haidang_gateway_messages", "MQTT messages received", shard, registry=registry
        )
        self.readings = Counter(
            "haidang_gateway_readings",
            "Readings by what became of them",
            ["shard", "verdict"],
            registry=registry,
        )
        self.refused = Counter(
            "haidang_gateway_refused_readings",
            "Readings refused, by reason",
            ["shard", "reason"],
            registry=registry,
        )
        self.batch = Histogram(
            "haidang_gateway_batch_messages",
            "Messages in a batch",
            shard,
            buckets=_SIZE_BUCKETS,
            registry=registry,
        )
        self.commit = Histogram(
            "haidang_gateway_commit_seconds", "Time of the ingest transaction", shard,
            buckets=_COMMIT_BUCKETS, registry=registry,
        )  # fmt: skip
        self.unacknowledged = Gauge(
            "haidang_gateway_unacknowledged_messages", "Messages read and not yet acknowledged", shard,
            registry=registry,
        )  # fmt: skip
        self.connects = Counter(
            "haidang_gateway_connects", "Connections made to the broker", shard, registry=registry
        )
        self.unread = Counter(
            "haidang_gateway_unread_seconds", "Seconds during which nobody read a shard", shard,
            registry=registry,
        )  # fmt: skip
        self.store_failures = Counter(
            "haidang_gateway_store_failures",
            "Tries to store a batch that failed",
            ["cause"],
            registry=registry,
        )
        self.poison = Counter(
            "haidang_gateway_poison_messages",
            "Messages found by halving a batch that failed",
            shard,
            registry=registry,
        )
        self.commands = Counter(
            "haidang_gateway_commands",
            "Commands by what happened: offered, taken, answered, expired",
            ["what"],
            registry=registry,
        )
        self.idle_answers = Counter(
            "haidang_gateway_command_answers_without_effect",
            "Answers of devices that changed nothing: malformed, unmatched (unknown, finished, expired)",
            ["why"],
            registry=registry,
        )
        self.command_failures = Counter(
            "haidang_gateway_command_failures", "Looks at the commands that failed", ["cause"],
            registry=registry,
        )  # fmt: skip
        self.broker_messages = Gauge(
            "haidang_gateway_broker_queued_messages", "Messages that wait at the broker, all sessions",
            registry=registry,
        )  # fmt: skip
        self.broker_bytes = Gauge(
            "haidang_gateway_broker_queued_bytes", "Bytes of payload that wait there", registry=registry
        )
        self.broker_dropped = Gauge(
            "haidang_gateway_broker_dropped_messages",
            "Messages that did not fit into the broker's queues since it started",
            registry=registry,
        )
        self.devices = Gauge("haidang_gateway_devices", "Devices known from the registry", registry=registry)

    def stored(self, shard: str, counts: Counts, refusals: Iterable[Refusal]) -> None:
        """Account for one committed batch."""
        for verdict in Counts.__dataclass_fields__:
            amount = getattr(counts, verdict)
            if amount:
                self.readings.labels(shard, verdict).inc(amount)
        for refusal in refusals:
            self.refused.labels(shard, refusal.reason).inc(refusal.readings)
