"""Owns when a device observes, when its line is up, and how its memory is packed; the seed decides all.

A few devices misbehave as real ones do. Most of their observations arrive all the same: "late" devices lose
their line now and then, keep what they observe and send it in one burst; "gappy" ones observe nothing then.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from services.simulator import signals
from services.simulator.domain import Device, Reading
from services.simulator.noise import share

Fault = Literal["late", "gappy"]

FAULTS: dict[str, Fault] = {
    "air-004": "late",
    "water-003": "late",
    "traffic-009": "late",
    "noise-006": "gappy",
    "power-007": "gappy",
}
FAULT_CYCLE_S = 1_500  # one trouble in each, at another moment every time
FAULT_S = 240
LATEST_JITTER = 0.1  # share of the interval by which an observation may come later than its beat
READINGS_A_MESSAGE = 24


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides the behaviour of one device."""

    seed: int
    device: Device
    troubles: bool = True

    @property
    def interval_s(self) -> int:
        return self.device.reporting_interval_s

    def next_observation(self, after_s: float) -> float:
        """The first moment of observation later than `after_s`, both in seconds since 1970."""
        phase = self.interval_s * share(self.seed, self.device.device, "phase")
        beat = math.floor((after_s - phase) / self.interval_s) - 1
        while (moment := phase + self._jittered(beat)) <= after_s:
            beat += 1
        return moment

    def _jittered(self, beat: int) -> float:
        jitter = LATEST_JITTER * share(self.seed, self.device.device, "jitter", beat)
        return (beat + jitter) * self.interval_s

    def in_trouble(self, time_s: float) -> bool:
        """Whether a device with a fault has it at this moment."""
        if not self.troubles or self.device.device not in FAULTS:
            return False
        cycle, within = divmod(time_s, FAULT_CYCLE_S)
        start = (FAULT_CYCLE_S - FAULT_S) * share(self.seed, self.device.device, "fault", int(cycle))
        return start <= within < start + FAULT_S

    def line_is_up(self, time_s: float) -> bool:
        return not (FAULTS.get(self.device.device) == "late" and self.in_trouble(time_s))

    def observe(self, time_s: float) -> Reading | None:
        """None where the device sees nothing at that moment."""
        if FAULTS.get(self.device.device) == "gappy" and self.in_trouble(time_s):
            return None
        values: dict[str, float | None] = {
            channel.channel: signals.value(self.seed, self.device.device, channel, time_s)
            for channel in self.device.channels
        }
        return Reading(round(time_s * 1_000), values)

    def history(self, start_s: float, end_s: float, step_s: float) -> Iterator[Reading]:
        """What the device remembers of [start, end): a reading at each multiple of `step_s`, oldest first."""
        for number in range(math.ceil(start_s / step_s), math.ceil(end_s / step_s)):
            reading = self.observe(number * step_s)
            if reading is not None:
                yield reading


def packs(readings: Sequence[Reading], size: int = READINGS_A_MESSAGE) -> Iterator[tuple[Reading, ...]]:
    """Readings in messages of at most `size`, in the given order."""
    for start in range(0, len(readings), size):
        yield tuple(readings[start : start + size])
