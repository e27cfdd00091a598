"""Announced work: what it is of, and whether it keeps an alarm from being shown by itself. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from services.alarms.domain import Alarm
from services.records.dates import VIETNAM

EVERYTHING: Final = "everything"
CAUSE: Final = "cause"
SCOPE_WORDS: Final[dict[str, str]] = {
    "device": "thiết bị",
    "area": "địa bàn",
    CAUSE: "nguyên nhân",
    "rule": "quy tắc",
    "dataset": "bộ dữ liệu",
    EVERYTHING: "toàn hệ thống",
}


class Maintenance(NamedTuple):
    """Announced work. `areas`: of an area, it and all below it."""

    maintenance: int
    scope_kind: str
    scope: str
    starts_at: datetime
    ends_at: datetime
    why: str
    by: str
    announced_at: datetime
    cancelled_at: datetime | None = None
    areas: frozenset[str] = frozenset()


def suppresses(work: Maintenance, alarm: Alarm, causes: Collection[tuple[str, str]]) -> bool:
    """Whether the alarm is of what is worked on."""
    match work.scope_kind:
        case "device":
            return alarm.device == work.scope
        case "area":
            return alarm.area_code in work.areas
        case "rule":
            return alarm.rule == work.scope
        case "dataset":
            return alarm.subject_kind == "dataset" and alarm.subject.split(" ")[0] == work.scope
        case "cause":
            return work.scope in {" ".join(cause) for cause in causes}
    return work.scope_kind == EVERYTHING


def sentence(work: Maintenance) -> str:
    """What the duty journal says of it."""
    what = f"{SCOPE_WORDS[work.scope_kind]} {work.scope}".strip()
    verb = "Hủy bảo trì" if work.cancelled_at else "Bảo trì"
    span = f"{_clock(work.starts_at)} – {_clock(work.ends_at)}"
    return f"{verb} số {work.maintenance}, {what}, {span}: {work.why}"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
