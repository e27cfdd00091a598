"""Wrong rules of what devices measure: of completeness, a limit, time, space or a denominator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from services.indicators import definitions as d
from services.indicators import folds, formulas, roster
from services.indicators.definitions import DEFINITIONS
from services.indicators.domain import SubjectKind
from services.indicators.folds import FOLDS, Rule
from services.indicators.periods import DayPart
from tests.truth.devices.stations import MERGED
from tests.truth.plain.cells import VIETNAM

STANDARDS = Path(d.__file__).with_name("standards.toml")
# Over New Year, when a limit changes, and the merge.
SINCE, UNTIL = datetime(2025, 12, 30, tzinfo=VIETNAM), datetime(2026, 1, 9, tzinfo=VIETNAM)
assert SINCE < MERGED < UNTIL

_DAYS = ("pm25", "pm10", "no2", "so2", "tsp")
_ON_TIME = ("devices_on_time", "devices_on_time_environment")
_COMPLIANCE = ("qcvn05_day", "qcvn05_month", "qcvn05_year")


@dataclass(frozen=True)
class WrongRule:
    """What is wrong, and of which values: a line of the standards, or what is at a place under a key."""

    rule: str
    told: str
    reaches: frozenset[str]
    text: tuple[str, str] = ("", "")
    place: Any = None
    key: Any = None
    value: Any = None

    def __str__(self) -> str:
        return f"{self.rule}: {self.told}"


def _flat(hourly: Sequence[float | None]) -> float | None:
    """A NowCast without weights."""
    known = [one for one in hourly if one is not None]
    return sum(known) / len(known) if sum(one is not None for one in hourly[:3]) > 1 else None


def _folded(indicator: str, kind: SubjectKind, rule: Rule) -> dict[str, Any]:
    key = (indicator, kind)
    return {"place": FOLDS, "key": key, "value": replace(FOLDS[key], rule=rule)}


# Of each group no two reach the same value.
GROUPS = (
    (
        WrongRule(
            "completeness",
            "half of a mean's parts is enough",
            frozenset({*_COMPLIANCE, "vn_aqi_day", "leq_daytime", *(f"{one}_mean_day" for one in _DAYS)}),
            text=("capture = 0.75", "capture = 0.4"),
        ),
        WrongRule(
            "limit",
            "water is too salt to irrigate above 5 g/L",
            frozenset({"salinity_hours_irrigation_day", "salinity_hours_irrigation_month"}),
            text=("irrigation = 4.0", "irrigation = 5.0"),
        ),
        WrongRule(
            "completeness",
            "a quality of water takes five parameters of group IV",
            frozenset({"vn_wqi_hour"}),
            text=("organic = 3 ", "organic = 5 "),
        ),
        WrongRule(
            "time",
            "a reading is late after two intervals",
            frozenset({f"{one}_{period}" for one in _ON_TIME for period in ("5min", "day")}),
            place=roster,
            key="LATE_AFTER_INTERVALS",
            value=2,
        ),
        WrongRule(
            "space",
            "a province's VN_AQI is that of its best station",
            frozenset({"vn_aqi_hour_highest"}),
            **_folded(d.VN_AQI_HOUR_HIGHEST, SubjectKind.PROVINCE, Rule.SMALLEST),
        ),
    ),
    (
        WrongRule(
            "limit",
            "PM2.5 may be 50 µg/m³ in 2026 too",
            frozenset(_COMPLIANCE),
            text=('"24h", limit = 45, from', '"24h", limit = 50, from'),
        ),
        WrongRule(
            "time",
            "night begins at 22",
            frozenset({"leq_night"}),
            place=DEFINITIONS,
            key=d.LEQ_NIGHT,
            value=replace(DEFINITIONS[d.LEQ_NIGHT], period=DayPart(22, 8)),
        ),
        WrongRule(
            "time",
            "all 12 hours of a NowCast weigh the same",
            frozenset({"vn_aqi_hour", "vn_aqi_hour_highest", "pm25_nowcast_hour"}),
            place=formulas,
            key="nowcast",
            value=_flat,
        ),
        WrongRule(
            "denominator",
            "a province's year counts communes, not persons",
            frozenset({"pm25_mean_year"}),
            **_folded(d.PM25_MEAN_YEAR, SubjectKind.PROVINCE, Rule.MEAN),
        ),
        WrongRule(
            "time",
            "a day's devices on time are those of its best five minutes",
            frozenset({"devices_on_time_day"}),
            **_folded(d.DEVICES_ON_TIME_DAY, SubjectKind.COMMUNE, Rule.LARGEST),
        ),
        WrongRule(
            "denominator",
            "rain gauges are no sensors of the environment",
            frozenset({"devices_on_time_environment_5min", "devices_on_time_environment_day"}),
            place=d.ON_TIME_KINDS,
            key=d.ENVIRONMENT_ON_TIME,
            value=(d.ON_TIME_KINDS[d.ENVIRONMENT_ON_TIME] or frozenset()) - {"rain"},
        ),
    ),
)


@contextmanager
def applied(rules: Sequence[WrongRule], folder: Path) -> Iterator[Mapping[str, str]]:
    """The engine is wrong for a while; its settings for it."""
    text = STANDARDS.read_text("utf-8")
    before = []
    for one in rules:
        assert one.text[0] in text, f"{one}: no such line"
        text = text.replace(*one.text) if one.text[0] else text
        if one.place is not None:
            before.append((one, _put(one.place, one.key, one.value)))
    standards = folder / "standards.toml"
    standards.write_text(text, encoding="utf-8")
    folds.level.cache_clear()
    try:
        yield {"standards": str(standards)}
    finally:
        for one, value in before:
            _put(one.place, one.key, value)


def _put(place: Any, key: Any, value: Any) -> Any:
    """What was there."""
    if isinstance(place, dict):
        items = cast(MutableMapping[Any, Any], place)
        known, items[key] = items[key], value
        return known
    known = getattr(place, key)
    setattr(place, key, value)
    return known
