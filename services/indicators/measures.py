"""Hourly measures of series, and what a recomputation changes in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.indicators.cells import ChangedHour, SeriesHour
from services.indicators.domain import same_number
from services.indicators.roster import Roster, Series


@dataclass(frozen=True, slots=True)
class Measure:
    """Mergeable state of one series hour. `sum` is in the channel's unit."""

    area_code: str | None  # where the device stood when the hour was first measured
    sum: float
    count: int
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class MeasureChanges:
    """What to write, what to remove, and what is touched by either."""

    written: Mapping[SeriesHour, Measure]
    removed: frozenset[SeriesHour]
    changed: tuple[ChangedHour, ...]


def compare(
    hours: Iterable[SeriesHour],
    kept: Mapping[SeriesHour, Measure],
    recomputed: Mapping[SeriesHour, Measure],
    roster: Roster,
) -> MeasureChanges:
    """How `recomputed` differs from what is `kept` of the same hours.

    An hour keeps the area under which it was first measured: a device that moves does not take its
    past along.
    """
    written: dict[SeriesHour, Measure] = {}
    removed: set[SeriesHour] = set()
    changed: list[ChangedHour] = []
    for at in sorted(hours):
        old, new = kept.get(at), recomputed.get(at)
        if _same(old, new):
            continue
        area_code = old.area_code if old and old.area_code else new.area_code if new else None
        if new is None:
            removed.add(at)
        else:
            written[at] = replace(new, area_code=area_code)
        changed.append(ChangedHour(at, roster.feeds[Series(at.device, at.channel)].pollutant, area_code))
    return MeasureChanges(written, frozenset(removed), tuple(changed))


def _same(old: Measure | None, new: Measure | None) -> bool:
    if old is None or new is None:
        return old is new
    return same_number(old.sum, new.sum) and old.count == new.count and old.newest_at == new.newest_at
