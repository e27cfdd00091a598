"""What a reading is, which value stands, and how what was received is accounted for.

Pure: no clock, no I/O. Times are milliseconds since 1970-01-01T00:00:00Z where the name ends in _ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntFlag, StrEnum
from typing import NamedTuple


class SeriesName(NamedTuple):
    """One channel of one device. A tuple, since it is a dictionary key once per reading."""

    device: str
    channel: str


class Quality(IntFlag):
    """Bits of a reading's quality: 0 is good, anything else is suspect and says why."""

    GOOD = 0
    SUSPECT = 1
    STUCK = 2  # the same value for longer than is likely
    JUMP = 4  # further from the last value than is likely


class Reading(NamedTuple):
    """One value of one series at one time, in the channel's unit."""

    observed_at_ms: int
    value: float
    quality: int  # bits of Quality
    revision: int  # 0 for a first value, higher for a correction by the source
    received_at_ms: int


class Verdict(StrEnum):
    """What became of a reading; every one ends in exactly one of these."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CORRECTED = "corrected"
    CONFLICTING = "conflicting"
    QUARANTINED = "quarantined"
    SKIPPED = "skipped"  # the source's own quality control set it aside


class Decision(NamedTuple):
    """`stands`: the incoming value is the standing one from now on.

    `to_history`: the value that goes to the history with this decision, if any.
    """

    verdict: Verdict
    stands: bool
    to_history: Reading | None


def rank(reading: Reading) -> tuple[int, int]:
    """Order in which values stand: the highest revision, then the first receipt."""
    return (reading.revision, -reading.received_at_ms)


def classify(standing: Reading | None, history: Iterable[Reading], incoming: Reading) -> Decision:
    """Decide about one reading, given what is known about its series and time.

    A known value is a duplicate unless it comes with a higher revision than it is known with, so
    replaying changes nothing. Another value at a known revision is a conflict and the first received
    stands; a value whose revision came too late goes straight to the history as corrected.
    """
    if standing is None:
        return Decision(Verdict.STORED, True, None)
    known = (standing, *history)
    if any(k.value == incoming.value and k.revision >= incoming.revision for k in known):
        return Decision(Verdict.DUPLICATE, False, None)
    same_revision = any(k.revision == incoming.revision for k in known)
    verdict = Verdict.CONFLICTING if same_revision else Verdict.CORRECTED
    stands = rank(incoming) > rank(standing)
    return Decision(verdict, stands, standing if stands else incoming)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was not stored, with its bytes. `readings`: how many readings of the message it covers."""

    verdict: Verdict  # quarantined or skipped
    reason: str  # a code of docs/reasons.md
    topic: str
    payload: bytes
    received_at_ms: int
    device: str = ""  # empty where it could not be told
    field: str = ""
    detail: str = ""
    readings: int = 1
    payload_bytes: int = 0  # of the whole message, where only its head was kept; 0 means len(payload)
    message: int = 0  # refusals of one message have the same number within their batch
    accepted: int = 0  # readings of the same message that were stored
    fold: str = ""  # refusals with the same word within a minute share one row, and are only counted


class Numbered(NamedTuple):
    """A device's own number of a message. `observed_at_ms` None: the device gave no time."""

    device: str
    number: int
    observed_at_ms: int | None
    received_at_ms: int


@dataclass(slots=True)
class Batch:
    """What one ingest transaction stores. Element i of each column belongs to the same reading."""

    trace_id: str
    shard: str
    received_at_ms: int  # of the newest message
    series: list[SeriesName] = field(default_factory=list)
    observed_at_ms: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    quality: list[int] = field(default_factory=list)
    revision: list[int] = field(default_factory=list)
    reading_received_at_ms: list[int] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    numbers: list[Numbered] = field(default_factory=list)  # of messages whose devices number them

    @property
    def received(self) -> int:
        """Readings of the batch, messages that could not be read as readings counting one each."""
        return len(self.series) + sum(refusal.readings for refusal in self.refusals)

    def add(self, series: SeriesName, reading: Reading) -> None:
        """Append one accepted reading."""
        self.series.append(series)
        self.observed_at_ms.append(reading.observed_at_ms)
        self.values.append(reading.value)
        self.quality.append(reading.quality)
        self.revision.append(reading.revision)
        self.reading_received_at_ms.append(reading.received_at_ms)

    def readings(self) -> list[Reading]:
        """The rows of the columns."""
        columns = (self.observed_at_ms, self.values, self.quality, self.revision, self.reading_received_at_ms)
        return [Reading(*row) for row in zip(*columns, strict=True)]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many readings ended in each verdict."""

    stored: int = 0
    duplicate: int = 0
    corrected: int = 0
    conflicting: int = 0
    quarantined: int = 0
    skipped: int = 0

    @property
    def received(self) -> int:
        """The six add up."""
        return (
            self.stored + self.duplicate + self.corrected + self.conflicting + self.quarantined + self.skipped
        )


def tally(verdicts: Iterable[tuple[str, Verdict, int]]) -> dict[str, Counts]:
    """Fold (device, verdict, readings) into counts by device."""
    by_device: dict[str, dict[str, int]] = {}
    for device, verdict, readings in verdicts:
        counts = by_device.setdefault(device, {})
        counts[verdict.value] = counts.get(verdict.value, 0) + readings
    return {device: Counts(**counts) for device, counts in by_device.items()}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch."""

    counts: Counts
    already_stored: bool = False  # an earlier try of the same batch had been committed after all
    verdicts: Sequence[Verdict] | None = (
        None  # of each accepted reading in order; None: all stored, if not already
    )


def total(counts: Sequence[Counts]) -> Counts:
    """Sum of counts, verdict by verdict."""
    return Counts(*(sum(getattr(c, name) for c in counts) for name in Counts.__dataclass_fields__))
