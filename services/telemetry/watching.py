"""Which readings a watcher wants. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from services.telemetry.domain import SeriesName


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything, or these series and all of these devices'. Watchers who want the same share answers."""

    everything: bool = True
    devices: frozenset[str] = frozenset()
    series: frozenset[SeriesName] = frozenset()

    def has(self, device: str, channel: str) -> bool:
        """Whether a series is among them."""
        return self.everything or device in self.devices or (device, channel) in self.series
