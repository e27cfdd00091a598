"""Limits and rules that values are measured by: standards.toml as types. Pure."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import msgspec

from services.indicators.vn_aqi import Pollutant
from services.indicators.vn_wqi import WqiRules


class Average(StrEnum):
    """Over how long QCVN 05 takes a mean."""

    HOUR = "1h"
    EIGHT_HOURS = "8h"
    DAY = "24h"
    YEAR = "year"


class Limit(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename={"since": "from"}):
    """One row of QCVN 05, µg/m³, in force on local days of [since, until); None: without end."""

    pollutant: Pollutant
    average: Average
    limit: float
    since: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


class Salinity(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Thresholds above which hours are counted, g/L."""

    irrigation: float
    drinking: float


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    capture: float
    qcvn05: Sequence[Limit]
    salinity: Salinity
    vn_wqi: WqiRules


@dataclass(frozen=True, slots=True)
class Standards:
    """All of them; `wqi` is for automatic stations."""

    capture: float  # share of the parts of a mean that must be there
    qcvn05: Mapping[tuple[Pollutant, Average], tuple[Limit, ...]]
    salinity: Salinity
    wqi: WqiRules = field(default_factory=WqiRules)

    def limit(self, pollutant: Pollutant, average: Average, day: date) -> float | None:
        """The limit of QCVN 05 on a local day, µg/m³; None where there is none."""
        rows = self.qcvn05.get((pollutant, average), ())
        return next((row.limit for row in rows if row.covers(day)), None)

    def enough(self, present: int, expected: int) -> bool:
        """Whether so many parts of a mean are there that it may be told; never without any."""
        return present > 0 and present >= self.capture * expected


def parse(text: str) -> Standards:
    """The file's rules.

    Raises:
        ValueError: names what is wrong (TOML, unknown field, impossible value, limits that overlap).
    """
    file = msgspec.convert(tomllib.loads(text), _File)
    if not 0 < file.capture <= 1:
        raise ValueError("capture: above 0, at most 1")
    limits: dict[tuple[Pollutant, Average], list[Limit]] = {}
    for row in file.qcvn05:
        known = limits.setdefault((row.pollutant, row.average), [])
        if any(_overlap(row, other) for other in known):
            raise ValueError(f"qcvn05: two limits of {row.pollutant} over {row.average} on one day")
        known.append(row)
    by_kind = {key: tuple(rows) for key, rows in limits.items()}
    return Standards(file.capture, by_kind, file.salinity, file.vn_wqi)


def _overlap(one: Limit, other: Limit) -> bool:
    first = max(one.since or date.min, other.since or date.min)
    return first < min(one.until or date.max, other.until or date.max)
