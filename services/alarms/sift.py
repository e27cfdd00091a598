"""What of a batch of readings may matter: nearly nothing, so each reading costs as little as can be. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from services.alarms.facts_in import Stored
from services.alarms.memory import Device, Memory, Watch


class Sifted:
    """Watches with pending points and devices that were heard unexpectedly, over several facts."""

    def __init__(self) -> None:
        self.watches: dict[Watch, None] = {}  # in the order of their first point
        self.devices: dict[Device, None] = {}
        self.touched: set[Watch] = set()
        self.readings = 0

    def take(self, memory: Memory, fact: Stored) -> None:
        """The readings of one fact."""
        known, names = memory.watches, zip(fact.series.device, fact.series.channel, strict=True)
        watches = [known[name] if name in known else memory.watch(*name) for name in names]
        self.readings += len(fact.readings.series)
        self._readings(watches, fact)
        self.touched.update(watch for watch in watches if watch is not None)

    def _readings(self, watches: Sequence[Watch | None], fact: Stored) -> None:
        readings = fact.readings
        for index, at, value, quality in zip(
            readings.series, readings.observed_at_ms, readings.value, readings.quality, strict=True
        ):
            watch = watches[index]
            if watch is None:
                continue
            since = at - watch.last
            in_time = 0 < since <= watch.promise_ms
            if in_time and watch.low < value < watch.high and not quality:
                watch.last = at
            else:
                self._keep(watch, at, value, not quality)
                if not in_time:
                    self._surprise(watch.device, at)

    def tell(self, watch: Watch | None, at: int, value: float | None) -> None:
        """A value of an indicator; None: it is missing."""
        if watch is not None:
            self._keep(watch, at, value, True)

    def _keep(self, watch: Watch, at: int, value: float | None, good: bool) -> None:
        watch.pending.append((at, value, good))
        watch.low, watch.high = float("inf"), float("-inf")  # whatever comes after it waits with it
        self.watches[watch] = None

    def _surprise(self, device: Device | None, at: int) -> None:
        if device is not None:
            first, last = device.span or (at, at)
            device.span = (min(first, at), max(last, at))
            self.devices[device] = None
