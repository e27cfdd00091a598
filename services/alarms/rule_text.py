"""A rule as its TOML says it: field names, and which of them a kind of rule may have."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Kind = Literal["limit", "rate", "usual", "silence", "late", "deadline", "quarantine", "ledger"]
SeverityName = Literal["notice", "warning", "serious", "emergency"]


class LevelText(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """From which number on the alarm has a severity."""

    severity: SeverityName
    above: float | None = None
    below: float | None = None


class OverText(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a rule looks at. `devices`, `datasets` and `subjects` are names or patterns with * and ?."""

    quantity: str = ""
    unit: str = ""
    device_kind: str = ""
    devices: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    indicator: str = ""
    subject_kind: str = ""
    subjects: tuple[str, ...] = ()
    period: str = ""
    datasets: tuple[str, ...] = ()


class RepeatText(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """So many crossings of the limit within a time."""

    times: int
    within: str


class ScheduleText(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """When the rule is watched."""

    working_time: bool = False
    hours: tuple[str, ...] = ()
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)


class RuleText(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"hold": "for"}):
    """One rule; README.md says what each field means."""

    id: str
    kind: Kind
    vi: str
    en: str
    over: OverText
    levels: tuple[LevelText, ...]
    do_vi: str = ""
    do_en: str = ""
    hysteresis: float = 0.0
    hold: str = "0s"
    clear_for: str = "0s"
    repeat: RepeatText | None = None
    schedule: ScheduleText | None = None
    gap: str = ""
    live_within: str = ""
    window: str = ""
    per: str = ""
    weeks: int = 0
    at_least: int = 0
    of: str = ""
    escalate: str = ""
    escalate_times: int = 3


POINTS: Final = ("limit", "rate", "usual")  # kinds over channels and indicators
_OVER_POINTS: Final = {
    "quantity", "unit", "device_kind", "devices", "areas", "indicator", "subject_kind", "subjects", "period",
}  # fmt: skip
OVER: Final[dict[str, set[str]]] = {
    "limit": _OVER_POINTS,
    "rate": _OVER_POINTS,
    "usual": _OVER_POINTS,
    "silence": {"device_kind", "devices", "areas"},
    "late": {"datasets"},
    "deadline": {"datasets"},
    "quarantine": {"devices"},
    "ledger": set(),
}
_EVERY: Final = {"escalate", "escalate_times"}
_OF_POINTS: Final = {"hysteresis", "hold", "clear_for", "repeat", "schedule", "gap", "live_within"} | _EVERY
FIELDS: Final[dict[str, set[str]]] = {  # beside those that every rule has
    "limit": _OF_POINTS,
    "rate": _OF_POINTS | {"window", "per"},
    "usual": _OF_POINTS | {"weeks"},
    "silence": {"hold"} | _EVERY,
    "late": _EVERY,
    "deadline": _EVERY,
    "quarantine": {"hysteresis", "window", "at_least", "schedule"} | _EVERY,
    "ledger": {"hysteresis", "window", "weeks", "of", "schedule"} | _EVERY,
}
EVERYWHERE: Final = {"id", "kind", "vi", "en", "over", "levels", "do_vi", "do_en"}
