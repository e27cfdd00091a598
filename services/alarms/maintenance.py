"""Whether announced work keeps an alarm from being shown by itself. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from services.alarms.domain import Alarm


class Maintenance(NamedTuple):
    """Announced work."""

    maintenance: int
    scope_kind: str
    scope: str
    starts_at: datetime
    ends_at: datetime
    why: str
    by: str


def suppresses(work: Maintenance, alarm: Alarm, causes: Collection[tuple[str, str]]) -> bool:
    """Whether the alarm is of what is worked on."""
    match work.scope_kind:
        case "device":
            return alarm.device == work.scope
        case "area":
            return alarm.area_code == work.scope
        case "rule":
            return alarm.rule == work.scope
        case "dataset":
            return alarm.subject_kind == "dataset" and alarm.subject.split(" ")[0] == work.scope
        case "cause":
            return work.scope in {" ".join(cause) for cause in causes}
    return work.scope_kind == "everything"
