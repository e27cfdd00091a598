"""What can be evaluated: the names of streams of points, and what the registry says of devices. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Points = list[tuple[int, float | None]]  # (ms since the epoch, value), in order; None: missing


class Series(NamedTuple):
    """A channel of a device."""

    device: str
    channel: str


class Told(NamedTuple):
    """An indicator of a subject, dated by the start of its period. `period`: '' of values, not of figures."""

    indicator: str
    subject_kind: str
    subject: str
    period: str


class Windowed(NamedTuple):
    """The windows of a rule that looks at the account, of a device or of all ('')."""

    rule: str
    device: str


Stream = Series | Told | Windowed


@dataclass(frozen=True, slots=True)
class Known:
    """A device that is in use. `cause`s: (kind, name) of what it hangs on, the narrowest first."""

    device: str
    kind: str
    shard: str
    area_code: str
    interval_ms: int
    commissioned_ms: int
    channels: Mapping[str, tuple[str, str]]  # channel → quantity, unit
    causes: Sequence[tuple[str, str]] = ()
