"""One cause raises a hundred alarms: which of them a group speaks for. Pure.

A cause (feeder, gateway, area, or the same rule everywhere at one time) takes its alarms together where
enough of what hangs on it is raised within a short time. Of several, the one that explains most is taken.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

import msgspec

from services.alarms.durations import parse_ms

Cause = tuple[str, str]  # kind, name
STORM: Final = "storm"  # the rule of groups
CEILING: Final = "ceiling"
TIME: Final = "time"
CAUSE_WORDS: Final[dict[str, tuple[str, str]]] = {
    "feeder": ("xuất tuyến", "feeder"),
    "gateway": ("cổng thu nhận", "gateway"),
    "area": ("địa bàn", "area"),
    "dataset": ("bộ dữ liệu", "dataset"),
    TIME: ("cùng lúc, quy tắc", "at one time, rule"),
    CEILING: ("quá nhiều, quy tắc", "too many, rule"),
}


class NamedCause(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A cause that the registry does not know: a feeder, a mast, a cable. `devices`: names or patterns."""

    kind: str
    name: str
    vi: str
    en: str
    devices: tuple[str, ...]


class Limits(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """From how many alarms on one speaks for many. `share`: of the devices that hang on a cause."""

    group_from: int = 10
    group_within: str = "2m"
    share: float = 0.3
    time_from: int = 40
    ceiling: int = 50
    ceiling_within: str = "10m"
    release_at: int = 2


class Storm(
    msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"limits": "storm", "causes": "cause"}
):
    """What storm.toml says."""

    limits: Limits = Limits()
    causes: tuple[NamedCause, ...] = ()

    @property
    def within_ms(self) -> int:
        return parse_ms(self.limits.group_within)

    @property
    def ceiling_ms(self) -> int:
        return parse_ms(self.limits.ceiling_within)

    def causes_of(self, device: str, shard: str, area_code: str) -> tuple[Cause, ...]:
        """What a device hangs on, the narrowest first."""
        named = [
            (one.kind, one.name) for one in self.causes if any(fnmatchcase(device, p) for p in one.devices)
        ]
        own = [("area", area_code)] if area_code else []
        return (*named, *own, ("gateway", shard))


class Candidate(NamedTuple):
    """An active alarm that was raised lately, and what it may be caused by, the narrowest first."""

    alarm: int
    rule: str
    causes: tuple[Cause, ...]


def parse_storm(text: str) -> Storm:
    """What the file says.

    Raises:
        ValueError: names what is wrong.
    """
    storm = msgspec.convert(tomllib.loads(text), Storm)
    limits = storm.limits
    for length in (limits.group_within, limits.ceiling_within):
        parse_ms(length)
    if min(limits.group_from, limits.time_from, limits.ceiling) < 2 or not 0 < limits.share <= 1:
        raise ValueError(
            "storm: group_from, time_from and ceiling are at least 2, share is above 0 and at most 1"
        )
    return storm


def place(
    raised: Sequence[Candidate],
    recent: Sequence[Candidate],
    spoken: Iterable[Cause],
    population: Mapping[Cause, int],
    limits: Limits,
) -> dict[int, Cause]:
    """The cause that speaks for an alarm; who is absent is shown by itself.

    `raised` now, `recent`: earlier within the time, grouped or not. `spoken`: causes with an active group.
    """
    groups = set(spoken)
    # Where several speak, the broadest does: it comes last.
    joined = {
        one.alarm: cause for one in raised for cause in ((TIME, one.rule), *one.causes) if cause in groups
    }
    placed: dict[int, Cause] = dict(joined)
    left = [one for one in (*raised, *recent) if one.alarm not in joined]
    while (found := _strongest(left, population, limits)) is not None:
        taken = {one.alarm for one in left if found in (*one.causes, (TIME, one.rule))}
        placed |= dict.fromkeys(taken, found)
        left = [one for one in left if one.alarm not in taken]
    return placed


def _strongest(left: Sequence[Candidate], population: Mapping[Cause, int], limits: Limits) -> Cause | None:
    counts = Counter(cause for one in left for cause in one.causes)
    order = {cause: number for one in left for number, cause in enumerate(one.causes)}
    strong = [
        cause
        for cause, count in counts.items()
        if count >= limits.group_from and count >= limits.share * population.get(cause, 0)
    ]
    if strong:
        return min(strong, key=lambda cause: (-counts[cause], order[cause], cause))
    times = Counter(one.rule for one in left)
    many = [rule for rule, count in times.items() if count >= limits.time_from]
    return (TIME, min(many, key=lambda rule: (-times[rule], rule))) if many else None


def over_ceiling(
    raised: Sequence[Candidate], shown_before: Mapping[str, int], limits: Limits
) -> dict[int, Cause]:
    """Of alarms that nothing speaks for, those beyond what a rule may show in the time of the ceiling."""
    shown = Counter(shown_before)
    found: dict[int, Cause] = {}
    for one in raised:
        if shown[one.rule] >= limits.ceiling:
            found[one.alarm] = (CEILING, one.rule)
        else:
            shown[one.rule] += 1
    return found


def words(cause: Cause, names: Mapping[Cause, tuple[str, str]]) -> tuple[str, str]:
    """A cause in both languages; `names`: those that have some of their own."""
    kind, name = cause
    vi, en = CAUSE_WORDS.get(kind, (kind, kind))
    own_vi, own_en = names.get(cause, (name, name))
    return f"{vi} {own_vi}", f"{en} {own_en}"
