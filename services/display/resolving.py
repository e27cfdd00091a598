"""Turns the selectors of a board into keys, on a catalogue. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from services.display import lists
from services.display.board import (
    FigureLineRule,
    FigureRule,
    KeyRule,
    Keys,
    LineRule,
    Resolved,
    ValueLineRule,
)
from services.display.board_panels import (
    COLUMNS,
    ROWS,
    AnyPanel,
    CalendarPanel,
    Column,
    Definition,
    Item,
    LatePanel,
    LinesPanel,
    ListPanel,
    MapPanel,
    MatrixPanel,
    Of,
    RankingPanel,
    Row,
    Span,
    StatesPanel,
    TablePanel,
    ValuePanel,
    Words,
    merged,
)
from services.display.domain import (
    COMPUTE_ALLOWANCE_MS,
    Area,
    Catalogue,
    Organisation,
    Station,
    figure_key,
    figure_line_key,
    indicator_key,
    promised_age_ms,
    promised_age_of_mean_ms,
    reading_key,
)

DEFAULT_PERIOD_S = 3600
MS = 1000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

Named = Station | Area | Organisation
Said = dict[str, Any]


class Whom(NamedTuple):
    """One whom a selector means. `kind`: station, area, organisation or province."""

    kind: str
    named: Named


def resolve(definition: Definition, catalogue: Catalogue, province_code: str = "") -> Resolved:
    """Turns selectors into keys; a selector that finds nothing gives a panel without keys."""
    resolver = _Resolver(catalogue, province_code)
    panels = [{**_common(panel), **resolver.panel(panel)} for panel in definition.panels]
    description = {
        "board": definition.board,
        "title": _plain(definition.title),
        "province": _names(resolver.province),
        "map_version": catalogue.version,
        "grid": {"columns": COLUMNS, "rows": ROWS},
        "panels": panels,
    }
    return Resolved(definition.board, description, resolver.keys)


def selecting(catalogue: Catalogue, province_code: str = "") -> Callable[[Of], Iterator[Whom]]:
    """Whom a selector means."""
    return _Resolver(catalogue, province_code).whom


class _Resolver:
    """Collects the keys of one board while its panels are written out."""

    def __init__(self, catalogue: Catalogue, province_code: str) -> None:
        self._catalogue = catalogue
        self._areas = {area.code: area for area in catalogue.areas}
        self._organisations = {one.code: one for one in catalogue.organisations}
        self.province = catalogue.province(province_code)
        self._communes = catalogue.communes_of(self.province)
        self.keys = Keys()

    def panel(self, panel: AnyPanel) -> Said:
        """What the page gets of a panel beside what is common to all."""
        match panel:
            case ValuePanel():
                return self._value(panel)
            case StatesPanel():
                rows = [
                    {"key": key, "name": name} for row in panel.rows for key, name in self._row(panel.of, row)
                ]
                return {"rows": rows, **_set(panel, "unit", "decimals", "good")}
            case LinesPanel():
                return self._lines(panel)
            case RankingPanel():
                found = self._keys(panel.of)
                return {"keys": list(found), "places": found} | _set(
                    panel, "order", "direction", "rows", "unit", "decimals", "sum"
                )
            case MapPanel():
                return self._map(panel)
            case TablePanel() | MatrixPanel():
                return self._grid(panel)
            case CalendarPanel():
                span = Span(**_fields(panel.of), hours=None, periods=panel.days if panel.of.period else None)
                (key, *_) = [*self._line_keys(span, panel.days * DAY_MS), ""]
                return {"line": key, **_set(panel, "days", "steps", "attention_from", "scale")}
            case ListPanel() | LatePanel():
                name = panel.list if isinstance(panel, ListPanel) else "late"
                self.keys.lists.add(name)
                return {"list": name, "columns": lists.COLUMNS[name]}
        return _set(panel, "text")

    def _value(self, panel: ValuePanel) -> Said:
        said: Said = {"items": [self._item(item) for item in panel.items]}
        if panel.trend is not None:
            span = Span(**_fields(merged(panel.items[0], panel.trend)), **_span(panel.trend))
            (key, *_) = [*self._line_keys(span, (panel.trend.hours or 0) * HOUR_MS), ""]
            said["trend"] = key
        return said

    def _item(self, item: Item) -> Said:
        found = self._keys(item)
        said = {"keys": list(found), "places": found, "unit": self._unit(item, item.unit)}
        fields = (
            "title",
            "text",
            "pick",
            "scale",
            "attention_below",
            "attention_above",
            "decimals",
            "period_s",
        )
        return said | _set(item, *fields)

    def _row(self, general: Of, row: Row) -> Iterator[tuple[str, Said]]:
        of = merged(general, row)
        for whom in self.whom(of):
            if of.breakdown.endswith("=*"):
                yield from self._values(of, whom)
            else:
                yield self._key(of, whom), _plain(row.name) if row.name else self._place(whom)

    def _values(self, of: Of, whom: Whom) -> Iterator[tuple[str, Said]]:
        field = of.breakdown.partition("=")[0]
        for one in self._catalogue.values.get((of.indicator, field), ()):
            each = msgspec.structs.replace(of, breakdown=f"{field}={one.value}")
            yield self._key(each, whom), {"vi": one.name_vi, "en": one.name_en or one.name_vi}

    def _lines(self, panel: LinesPanel) -> Said:
        series: list[Said] = []
        span_ms = (panel.of.hours or 0) * HOUR_MS
        for row in panel.series or (Row(),):
            span = Span(**_fields(merged(panel.of, row)), **_span(panel.of))
            places = self._line_keys(span, span_ms, panel.choose)
            series += [
                {"key": key, **(_plain(row.name) if row.name else place)} for key, place in places.items()
            ]
        shown = series[: panel.limit]
        unused = {one["key"] for one in series[panel.limit :]}
        self.keys.lines = {key: rule for key, rule in self.keys.lines.items() if key not in unused}
        window = {"periods": panel.of.periods, "period": panel.of.period}
        if panel.of.periods is None:
            window = {"hours": panel.of.hours, "bucket_ms": panel.of.bucket_s * MS}
        said = {"unit": self._unit(merged(panel.of, (panel.series or (Row(),))[0]), panel.unit)}
        return {**said, **window, "series": shown, **_set(panel, "decimals", "limits")}

    def _map(self, panel: MapPanel) -> Said:
        said: Said = {}
        if (shade := panel.shade) is not None:
            keys = {area.code: self._key(shade, Whom("area", area)) for area in self._communes}
            fields = ("steps", "attention_from", "attention_below", "decimals", "unit")
            said["shade"] = {"keys": keys, **_set(shade, *fields)}
        marks: list[Said] = []
        chips: Sequence[Station] = ()
        if (wanted := panel.stations) is not None:
            chips = self._of_kind(wanted.kind)
            said["stations"] = {"kind": wanted.kind}
            marks = [self._mark(station, self._key(wanted, Whom("station", station))) for station in chips]
        if panel.others:
            shown = {station.device for station in chips}
            others = [one for one in self._catalogue.stations if one.device not in shown and one.units]
            marks += [self._mark(one, self._reading(one, min(one.units))) for one in others]
        return {**said, "marks": marks}

    def _grid(self, panel: TablePanel | MatrixPanel) -> Said:
        rows: list[tuple[Said, list[str]]] = []
        for row in panel.rows:
            for whom in self.whom(merged(panel.columns[0], row)):
                name = _plain(row.name) if row.name else self._place(whom)
                rows.append((name, [self._key(merged(column, row), whom) for column in panel.columns]))
        if isinstance(panel, MatrixPanel):
            names = {
                "rows": [name for name, _ in rows],
                "columns": [_plain(one.title) for one in panel.columns],
            }
            return {**names, "keys": [keys for _, keys in rows], **_set(panel, "unit", "decimals", "good")}
        columns = [self._column(column) for column in panel.columns]
        return {"columns": columns, "rows": [{"name": name, "keys": keys} for name, keys in rows]}

    @staticmethod
    def _column(column: Column) -> Said:
        return _set(column, "title", "unit", "decimals")

    def _mark(self, station: Station, key: str) -> Said:
        where = {"key": key, "device": station.device, "kind": station.kind}
        return {**where, "at": [station.longitude, station.latitude], **_names(station)}

    def _keys(self, of: Of) -> dict[str, Said]:
        return {self._key(of, whom): self._place(whom) for whom in self.whom(of)}

    def whom(self, of: Of) -> Iterator[Whom]:
        """All that a selector means."""
        subject = of.subject or ("$stations" if of.channel else "$province")
        if subject == "$stations":
            found = [one for one in self._of_kind(of.kind) if not of.channel or of.channel in one.units]
            yield from (Whom("station", one) for one in found)
        elif subject == "$communes":
            yield from (Whom("area", one) for one in self._communes)
        elif subject == "$organisations":
            every = self._catalogue.organisations
            yield from (Whom("organisation", one) for one in every if not of.kind or one.kind == of.kind)
        elif subject == "$province":
            if self.province is not None:
                yield Whom("province", self.province)
        else:
            yield from self._named(subject)

    def _named(self, code: str) -> Iterator[Whom]:
        if code in self._areas:
            yield Whom("area", self._areas[code])
        elif code in self._organisations:
            yield Whom("organisation", self._organisations[code])
        else:
            yield from (Whom("station", one) for one in self._catalogue.stations if one.device == code)

    def _key(self, of: Of, whom: Whom) -> str:
        if of.channel and isinstance(whom.named, Station):
            return self._reading(whom.named, of.channel)
        if of.period:
            rule = _figure_rule(of, whom)
            key = _key_of(rule)
            present = self.keys.figures.get(key)
            if present is None or not present.before:
                self.keys.figures[key] = rule
            return key
        return self._indicator(of, whom)

    def _reading(self, station: Station, channel: str) -> str:
        key = reading_key(station.device, channel)
        self.keys.readings[key] = KeyRule(promised_age_ms(station.interval_s))
        return key

    def _indicator(self, of: Of, whom: Whom) -> str:
        key = indicator_key(of.indicator, _code(whom.named))
        fresh_for_ms = promised_age_of_mean_ms(self._intervals(of, whom))
        period = self._catalogue.periods.get(of.indicator)
        before = of.before or (self.keys.indicators[key].before if key in self.keys.indicators else "")
        if fresh_for_ms is not None:
            stays_ms = self._catalogue.stays_ms.get(of.indicator, 0)
            self.keys.indicators[key] = KeyRule(fresh_for_ms + stays_ms, "input", period, before)
        else:  # one period under way, one being computed
            period_ms = (of.period_s or DEFAULT_PERIOD_S) * MS
            # Without a kind of source it is made by a timer, and its age is that of the last run.
            age_from = "input" if of.source_kind else "known"
            self.keys.indicators[key] = KeyRule(
                2 * period_ms + COMPUTE_ALLOWANCE_MS, age_from, period, before
            )
        return key

    def _intervals(self, of: Of, whom: Whom) -> Iterable[int]:
        if isinstance(whom.named, Station):
            return [whom.named.interval_s]
        commune = isinstance(whom.named, Area) and whom.named.level == "commune"
        inside = {_code(whom.named)} if commune else {area.code for area in self._communes}
        sources = self._of_kind(of.source_kind) if of.source_kind else ()
        return [one.interval_s for one in sources if one.area_code in inside]

    def _line_keys(self, of: Span, span_ms: int, choose: str | None = None) -> dict[str, Said]:
        """The lines that a selector means, with their places."""
        found = {}
        for whom in self._ranked(list(self.whom(of)), of.channel, choose):
            if of.channel and isinstance(whom.named, Station):
                device = whom.named.device
                key = reading_key(device, of.channel)
                self.keys.lines[key] = LineRule(device, of.channel, span_ms, of.bucket_s * MS)
            elif of.period:
                rule = _figure_rule(of, whom)
                key = figure_line_key(_key_of(rule))
                self.keys.figure_lines[key] = FigureLineRule(rule, of.periods or 12)
            else:
                key = indicator_key(of.indicator, _code(whom.named))
                self.keys.value_lines[key] = ValueLineRule(of.indicator, _code(whom.named), span_ms)
            found[key] = self._place(whom)
        return found

    def _ranked(self, found: list[Whom], channel: str, choose: str | None) -> list[Whom]:
        """As they are, or by the newest readings; what has none comes last."""
        if choose is None:
            return found
        order = self._catalogue.ranked.get(channel, ())
        ranks = {
            device: rank for rank, device in enumerate(order if choose == "largest" else reversed(order))
        }
        return sorted(found, key=lambda whom: ranks.get(_code(whom.named), len(ranks)))

    def _of_kind(self, kind: str) -> Sequence[Station]:
        return [one for one in self._catalogue.stations if not kind or one.kind == kind]

    def _unit(self, of: Of, said: Words | None) -> Said:
        if said is not None:
            return {"vi": said.vi, "en": said.en}
        stations = [one for one in self._of_kind(of.kind) if of.channel in one.units]
        unit = stations[0].units[of.channel] if stations else ""
        return {"vi": unit, "en": unit}

    def _place(self, whom: Whom) -> Said:
        names = _names(whom.named)
        area = self._areas.get(whom.named.area_code or "") if isinstance(whom.named, Station) else None
        return names | ({"area_vi": area.name_vi, "area_en": area.name_en} if area else {})


def _figure_rule(of: Of, whom: Whom) -> FigureRule:
    subject = "" if whom.kind == "province" else _code(whom.named)
    return FigureRule(of.indicator, of.period, whom.kind, subject, of.breakdown, of.before)


def _key_of(rule: FigureRule) -> str:
    return figure_key(rule.indicator, rule.period, rule.kind, rule.subject, rule.breakdown)


def _code(named: Named) -> str:
    return named.device if isinstance(named, Station) else named.code


def _names(named: Named | None) -> dict[str, str]:
    return {"vi": named.name_vi, "en": named.name_en or named.name_vi} if named else {"vi": "", "en": ""}


def _common(panel: AnyPanel) -> Said:
    return {"panel": panel.__struct_config__.tag, **_set(panel, "id", "title", "at", "source")}


def _set(of: msgspec.Struct, *names: str) -> Said:
    """The fields that are said, as JSON; None and False are left out."""
    said = {name: getattr(of, name) for name in names}
    return {name: _plain(value) for name, value in said.items() if value is not None and value is not False}


def _plain(value: object) -> Any:
    """As JSON would be read."""
    return msgspec.to_builtins(value)


def _fields(of: Of) -> Mapping[str, Any]:
    return {name: getattr(of, name) for name in Of.__struct_fields__}


def _span(of: Span) -> Mapping[str, Any]:
    return {"hours": of.hours, "bucket_s": of.bucket_s, "periods": of.periods}
