"""Boards: definitions as files, and what their selectors mean on the devices and units of today."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.display.domain import (
    COMPUTE_ALLOWANCE_MS,
    Area,
    Catalogue,
    Station,
    indicator_key,
    promised_age_ms,
    promised_age_of_mean_ms,
    reading_key,
)

PANELS = frozenset({"value", "map", "lines"})
PICKS = frozenset({"max", "min", "sum"})
DEFAULT_PERIOD_S = 3600
MS = 1000


class InvalidBoard(Exception):
    """A board file that cannot be shown; the text says which panel and why."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A board as written in its file."""

    board: str
    title: Mapping[str, str]
    panels: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class KeyRule:
    """How old the value of a key may be, and whether its age counts from inputs or from knowledge."""

    fresh_for_ms: int
    age_from: str = "input"  # or "known": silence of the inputs is what the value tells


@dataclass(frozen=True, slots=True)
class LineRule:
    """Which points a line is made of."""

    device: str
    channel: str
    span_ms: int
    bucket_ms: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """A board on a catalogue: what the page gets, and the keys whose changes concern it."""

    board: str
    description: Mapping[str, Any]
    readings: Mapping[str, KeyRule]
    indicators: Mapping[str, KeyRule]
    lines: Mapping[str, LineRule]


def parse(document: Mapping[str, Any]) -> Definition:
    """Checks what later code leans on.

    Raises:
        InvalidBoard: a field is missing or has no known meaning.
    """
    panels = document.get("panels")
    if not isinstance(document.get("board"), str) or not isinstance(panels, list) or not panels:
        raise InvalidBoard("a board needs a name and panels")
    seen: set[str] = set()
    for panel in panels:
        _check_panel(panel, seen)
    return Definition(document["board"], document.get("title", {}), tuple(panels))


def _check_panel(panel: Mapping[str, Any], seen: set[str]) -> None:
    name = panel.get("id")
    if not isinstance(name, str) or name in seen:
        raise InvalidBoard(f"panel id {name!r} is missing or used twice")
    seen.add(name)
    if panel.get("panel") not in PANELS:
        raise InvalidBoard(f"{name}: panel {panel.get('panel')!r} is not one of {sorted(PANELS)}")
    if panel.get("pick") not in PICKS | {None}:
        raise InvalidBoard(f"{name}: pick {panel['pick']!r} is not one of {sorted(PICKS)}")
    by_indicator, by_channel = "indicator" in panel, "channel" in panel
    if panel["panel"] == "value" and by_indicator == by_channel:
        raise InvalidBoard(f"{name}: name either an indicator or a channel")


def resolve(definition: Definition, catalogue: Catalogue, province_code: str = "") -> Resolved:
    """Turns selectors into keys; a selector that finds nothing gives a panel without keys."""
    resolver = _Resolver(catalogue, province_code)
    panels = [resolver.panel(panel) for panel in definition.panels]
    description = {
        "board": definition.board,
        "title": dict(definition.title),
        "province": _names(resolver.province),
        "map_version": catalogue.version,
        "panels": panels,
    }
    return Resolved(definition.board, description, resolver.readings, resolver.indicators, resolver.lines)


class _Resolver:
    """Collects the keys of one board while its panels are written out."""

    def __init__(self, catalogue: Catalogue, province_code: str) -> None:
        self._stations = catalogue.stations
        self._areas = {area.code: area for area in catalogue.areas}
        self.province = catalogue.province(province_code)
        self._communes = catalogue.communes_of(self.province)
        self.readings: dict[str, KeyRule] = {}
        self.indicators: dict[str, KeyRule] = {}
        self.lines: dict[str, LineRule] = {}

    def panel(self, panel: Mapping[str, Any]) -> dict[str, Any]:
        match panel["panel"]:
            case "map":
                return self._map(panel)
            case "lines":
                return self._lines(panel)
            case _:
                return self._value(panel)

    def _value(self, panel: Mapping[str, Any]) -> dict[str, Any]:
        if "indicator" in panel:
            subjects = dict(self._indicator_subjects(panel))
            return {**panel, "keys": list(subjects), "places": subjects}
        stations = [s for s in self._of_kind(panel.get("kind")) if panel["channel"] in s.units]
        keys = {self._reading(s, panel["channel"]): self._place(s) for s in stations}
        unit = stations[0].units[panel["channel"]] if stations else ""
        return {"unit": {"vi": unit, "en": unit}, **panel, "keys": list(keys), "places": keys}

    def _indicator_subjects(self, panel: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
        subject = panel.get("subject", "$stations")
        if subject == "$stations":
            for station in self._of_kind(panel.get("kind")):
                yield self._station_indicator(panel, station), self._place(station)
        elif subject == "$communes":
            for area in self._communes:
                yield self._area_indicator(panel, area), _names(area)
        else:
            named = self.province if subject == "$province" else self._areas.get(subject)
            if named is not None:
                yield self._area_indicator(panel, named), _names(named)

    def _map(self, panel: Mapping[str, Any]) -> dict[str, Any]:
        out = dict(panel)
        if shade := panel.get("shade"):
            out["shade"] = {**shade, "keys": {a.code: self._area_indicator(shade, a) for a in self._communes}}
        wanted = panel.get("stations", {})
        chips = self._of_kind(wanted.get("kind")) if wanted else ()
        marks = [self._mark(s, self._station_indicator(wanted, s)) for s in chips]
        if panel.get("others"):
            shown = {station.device for station in chips}
            others = [s for s in self._stations if s.device not in shown and s.units]
            marks += [self._mark(s, self._reading(s, min(s.units))) for s in others]
        return {**out, "marks": marks}

    def _mark(self, station: Station, key: str) -> dict[str, Any]:
        return {
            "key": key,
            "device": station.device,
            "kind": station.kind,
            "at": [station.longitude, station.latitude],
            **_names(station),
        }

    def _lines(self, panel: Mapping[str, Any]) -> dict[str, Any]:
        stations = [s for s in self._of_kind(panel.get("kind")) if panel["channel"] in s.units]
        shown = stations[: int(panel.get("limit", 4))]
        span_ms, bucket_ms = int(panel.get("hours", 24) * 3600 * MS), int(panel.get("bucket_s", 600) * MS)
        series = []
        for station in shown:
            key = self._reading(station, panel["channel"])
            self.lines[key] = LineRule(station.device, panel["channel"], span_ms, bucket_ms)
            series.append({"key": key, **self._place(station)})
        unit = shown[0].units[panel["channel"]] if shown else ""
        return {"unit": {"vi": unit, "en": unit}, **panel, "bucket_ms": bucket_ms, "series": series}

    def _of_kind(self, kind: str | None) -> Sequence[Station]:
        return [s for s in self._stations if kind is None or s.kind == kind]

    def _reading(self, station: Station, channel: str) -> str:
        key = reading_key(station.device, channel)
        self.readings[key] = KeyRule(promised_age_ms(station.interval_s))
        return key

    def _station_indicator(self, panel: Mapping[str, Any], station: Station) -> str:
        return self._indicator(panel, station.device, [station.interval_s])

    def _area_indicator(self, panel: Mapping[str, Any], area: Area) -> str:
        kind = panel.get("source_kind")
        inside = {area.code} if area.level == "commune" else {a.code for a in self._communes}
        intervals = [s.interval_s for s in self._of_kind(kind) if kind and s.area_code in inside]
        return self._indicator(panel, area.code, intervals)

    def _indicator(self, panel: Mapping[str, Any], subject: str, intervals_s: Iterable[int]) -> str:
        key = indicator_key(panel["indicator"], subject)
        fresh_for_ms = promised_age_of_mean_ms(intervals_s)
        if fresh_for_ms is not None:
            self.indicators[key] = KeyRule(fresh_for_ms)
        else:  # one period under way, one being computed
            period_ms = int(panel.get("period_s", DEFAULT_PERIOD_S) * MS)
            # Without a kind of source it is made by a timer, and its age is that of the last run.
            age_from = "input" if panel.get("source_kind") else "known"
            self.indicators[key] = KeyRule(2 * period_ms + COMPUTE_ALLOWANCE_MS, age_from)
        return key

    def _place(self, station: Station) -> dict[str, str]:
        area = self._areas.get(station.area_code or "")
        return {**_names(station), **({"area_vi": area.name_vi, "area_en": area.name_en} if area else {})}


def _names(named: Station | Area | None) -> dict[str, str]:
    return {"vi": named.name_vi, "en": named.name_en or named.name_vi} if named else {"vi": "", "en": ""}
