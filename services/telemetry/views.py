"""What the store answers to readers: one frozen type per question. Times are aware datetimes in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LatestReading:
    """The newest standing reading (by observation time) of a series."""

    device: str
    channel: str
    observed_at: datetime
    received_at: datetime
    value: float
    quality: int
    revision: int


@dataclass(frozen=True, slots=True)
class StandingReading:
    """One standing reading of a series."""

    observed_at: datetime
    received_at: datetime
    value: float
    quality: int
    revision: int


@dataclass(frozen=True, slots=True)
class HourState:
    """Sum and count of the good-quality standing values of one series in [hour, hour + 1 h)."""

    device: str
    channel: str
    hour: datetime
    total: float
    count: int
    newest_observed_at: datetime
    newest_received_at: datetime


@dataclass(frozen=True, slots=True)
class LinePoint:
    """Mean of the standing values of a series in [at, at + bucket)."""

    device: str
    channel: str
    at: datetime
    mean: float
    count: int


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What was received from a device and what became of it; the six counts add up to `received`."""

    device: str  # empty where it could not be told
    received: int
    stored: int
    duplicate: int
    corrected: int
    conflicting: int
    quarantined: int
    skipped: int


@dataclass(frozen=True, slots=True)
class QuarantinedItem:
    """A message, or part of one, that was set aside. `payload` is at most its first bytes."""

    quarantine_id: int
    received_at: datetime
    topic: str
    device: str
    verdict: str  # "quarantined" or "skipped"
    reason: str
    field: str
    detail: str
    readings: int
    payload: bytes
    payload_bytes: int  # of the whole message
    trace_id: str
    state: str = "open"  # or "replayed", "discarded"
    closed_at: datetime | None = None
    closed_by: str = ""
    closed_why: str = ""
    tried_at: datetime | None = None  # the last replay that left it here


@dataclass(frozen=True, slots=True)
class Presence:
    """What a device should have said in an interval of observation, and what never came."""

    device: str
    expected: int  # reporting intervals in which it was in service
    present: int  # of these, with at least one reading
    never_reached: (
        int | None
    )  # messages by the device's own numbers; None: it does not number, or it is too long ago


@dataclass(frozen=True, slots=True)
class RevisedReading:
    """A value that does not stand, with the one that does."""

    history_id: int
    device: str
    channel: str
    observed_at: datetime
    value: float
    revision: int
    received_at: datetime
    verdict: str  # "corrected" or "conflicting"
    standing_value: float
