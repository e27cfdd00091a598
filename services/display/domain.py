"""What a wall shows: values, lines and the devices and units they belong to; pure decisions about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from statistics import median
from typing import Literal, NamedTuple

State = Literal["live", "provisional", "final", "restated", "none"]

# A device is late after three promised intervals, so that one lost report does not mark it.
INTERVALS_UNTIL_STALE = 3
# The way from the device to the wall takes this long at most while everything works, ms.
TRANSPORT_ALLOWANCE_MS = 5_000
# An indicator is recomputed from facts; its worker may take this much longer, ms.
COMPUTE_ALLOWANCE_MS = 10_000


class Beside(NamedTuple):
    """What is told beside a number, each where it applies; None is left out.

    `hidden`: of too few persons. `until_ms`: end of its period, exclusive. The names are those of the wire.
    """

    period: str | None = None
    until_ms: int | None = None
    low: float | None = None
    high: float | None = None
    hidden: bool | None = None
    scores: Mapping[str, float | None] | None = None
    target: Mapping[str, object] | None = None
    before: Mapping[str, object] | None = None
    numerator: float | None = None
    denominator: float | None = None


class Value(NamedTuple):
    """The newest state of one key. A tuple, since one is made for every series of every fact.

    `at_ms`: the observation, or the start of the period. `as_of_ms`: the newest input.
    `order` decides which of two values of a key is newer; it is not sent.
    """

    v: float | None
    at_ms: int
    as_of_ms: int
    state: State
    fresh_for_ms: int
    order: tuple[int, ...] = ()
    used: int | None = None
    expected: int | None = None
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Means of one series by bucket, on a regular grid of `bucket_ms`; missing buckets are absent."""

    points: tuple[tuple[int, float], ...]  # (start of the bucket in ms, mean), ascending

    def patched(self, newer: "Line", oldest_ms: int) -> "Line":
        """With the points of `newer` in place of their own times, without those before `oldest_ms`."""
        merged = dict(self.points) | dict(newer.points)
        return Line(tuple(sorted(point for point in merged.items() if point[0] >= oldest_ms)))


@dataclass(frozen=True, slots=True)
class Station:
    """A device, as far as a wall shows it."""

    device: str
    kind: str
    name_vi: str
    name_en: str
    area_code: str | None
    longitude: float
    latitude: float
    interval_s: int
    units: Mapping[str, str]  # channel: unit


@dataclass(frozen=True, slots=True)
class Area:
    """An administrative unit, as far as a wall shows it."""

    code: str
    level: str
    parent_code: str | None
    name_vi: str
    name_en: str
    boundary: Mapping[str, object] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who answers for figures. `kind`: "commune" of the authority of one."""

    code: str
    kind: str
    name_vi: str
    name_en: str = ""


class Choice(NamedTuple):
    """A value of a field that figures are broken down by."""

    value: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every device, unit and organisation known at one moment, ordered by device and code.

    `periods`: hour, day, month, year or moment, of indicators that are made from readings.
    `values`: what a field breaks an indicator of figures into, by indicator and field.
    `stays_ms`: how long a value stays the newest behind its period, of those that are made when that is over.
    `ranked`: devices by the newest reading of a channel, the largest first.
    """

    stations: tuple[Station, ...] = ()
    areas: tuple[Area, ...] = ()
    version: str = ""
    devices_version: str = ""
    organisations: tuple[Organisation, ...] = ()
    periods: Mapping[str, str] = field(default_factory=dict)
    ranked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[tuple[str, str], tuple[Choice, ...]] = field(default_factory=dict)
    stays_ms: Mapping[str, int] = field(default_factory=dict)

    def province(self, wanted: str = "") -> Area | None:
        """`wanted` where it exists, else the province in which most devices stand."""
        provinces = {area.code: area for area in self.areas if area.level == "province"}
        if wanted:
            return provinces.get(wanted)
        parents = {area.code: area.parent_code for area in self.areas}
        counts = dict.fromkeys(provinces, 0)
        for station in self.stations:
            code = self._ancestor_in(station.area_code, parents, provinces)
            if code is not None:
                counts[code] += 1
        return provinces[max(counts, key=lambda code: counts[code])] if counts else None

    def ground_of(self, province: Area | None) -> tuple[Area, ...]:
        """What a map of `province` draws: its communes, or itself where no commune has a boundary."""
        communes = self.communes_of(province)
        return communes if province is None or any(one.boundary for one in communes) else (province,)

    def communes_of(self, province: Area | None) -> tuple[Area, ...]:
        """Communes directly or through a district below `province`."""
        if province is None:
            return ()
        parents = {area.code: area.parent_code for area in self.areas}
        return tuple(
            area
            for area in self.areas
            if area.level == "commune"
            and self._ancestor_in(area.code, parents, {province.code: province}) is not None
        )

    @staticmethod
    def _ancestor_in(
        code: str | None, parents: Mapping[str, str | None], wanted: Mapping[str, Area]
    ) -> str | None:
        for _ in range(4):  # commune, district, province and one to spare
            if code is None or code in wanted:
                return code
            code = parents.get(code)
        return None


class Step(Enum):
    """What a position means to a follower of a log."""

    NEXT = "next"
    KNOWN = "known"
    JUMP = "jump"


@dataclass(frozen=True, slots=True)
class LogPosition:
    """How far a log was followed; an empty epoch means not yet."""

    epoch: str = ""
    position: int = 0

    def step(self, epoch: str, position: int) -> Step:
        """KNOWN: ignore. NEXT: nothing was missed. JUMP: something was, ask the database."""
        if epoch != self.epoch:
            return Step.JUMP
        if position <= self.position:
            return Step.KNOWN
        return Step.NEXT if position == self.position + 1 else Step.JUMP

    def advanced(self, epoch: str, position: int) -> "LogPosition":
        """Forward to `position`; back only into another epoch."""
        if epoch == self.epoch and position <= self.position:
            return self
        return LogPosition(epoch, position)


def reading_key(device: str, channel: str) -> str:
    return f"r/{device}/{channel}"


def indicator_key(indicator: str, subject: str) -> str:
    return f"i/{indicator}/{subject}"


def figure_key(indicator: str, period: str, kind: str, subject: str, breakdown: str) -> str:
    """`f/…`; of the province and of all together `-`."""
    return f"f/{indicator}/{period}/{kind}/{subject or '-'}/{breakdown or '-'}"


def figure_line_key(figure: str) -> str:
    """Of the line of a figure, by the figure's key."""
    return f"t/{figure[2:]}"


def promised_age_ms(interval_s: float) -> int:
    """How old a live reading may be, ms, by the promised interval of its device."""
    return int(interval_s * 1000 * INTERVALS_UNTIL_STALE) + TRANSPORT_ALLOWANCE_MS


def promised_age_of_mean_ms(intervals_s: Iterable[float]) -> int | None:
    """How old the newest input of a value made from several devices may be; None without devices.

    The median: neither one slow device hides silence, nor one fast device's death marks the rest.
    """
    listed = list(intervals_s)
    return promised_age_ms(median(listed)) + COMPUTE_ALLOWANCE_MS if listed else None


def newer(present: Value | None, candidate: Value) -> bool:
    """Whether `candidate` takes the place of `present`: later observation, then revision, then receipt."""
    return present is None or candidate.order > present.order
