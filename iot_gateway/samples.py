"""What a payload says before anybody judged it, and how it says no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sample:
    """Values observed at one time. `observed_at_ms` None: the source gave no time.

    A value may be anything that the format can hold; admission judges each by itself.
    """

    values: Mapping[str, object]
    observed_at_ms: int | None = None
    revision: int = 0
    quality_flags: Mapping[str, str] = field(default_factory=dict)  # by channel, as the source spells them
    number: int | None = None  # the device's own number of this message


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: why something cannot become readings. `reason` is a code of docs/reasons.md."""

    reason: str
    field: str = ""  # what is to blame; empty where it is the whole message
    detail: str = ""
