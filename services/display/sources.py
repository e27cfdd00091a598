"""What the hub reads from the database, through the public store functions of the contexts that own it."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from services.areas import store as areas
from services.areas import store_organisations as organisations
from services.display import sources_alarms
from services.display.board import KeyRule, LineRule, Resolved
from services.display.board_panels import Definition, LinesPanel, selections
from services.display.board_plan import World
from services.display.domain import (
    Area,
    Catalogue,
    Choice,
    Line,
    LogPosition,
    Organisation,
    Station,
    Value,
    reading_key,
)
from services.display.resolving import resolve
from services.display.sources_alarms import AlarmLook
from services.display.sources_figures import published
from services.display.wire import published_values, reading_value
from services.indicators import store as indicators
from services.indicators import store_wall
from services.registry import store as registry
from services.runtime import outbox
from services.runtime.db import Connection, Pool, transaction
from services.telemetry import store as telemetry

LOGS = ("telemetry", "indicators")
ORGANISATIONS_MAX = 2_000
HO_CHI_MINH = timezone(timedelta(hours=7))  # no summer time since 1975


@dataclass(frozen=True, slots=True)
class BoardContent:
    """A board on today's catalogue with the newest value of each of its keys."""

    resolved: Resolved
    values: Sequence[tuple[str, Value]]
    lines: Mapping[str, Line]


@dataclass(frozen=True, slots=True)
class Loaded:
    """One consistent look at the database; `heads` are the log positions it includes."""

    catalogue: Catalogue
    heads: Mapping[str, LogPosition]
    boards: Mapping[str, BoardContent]
    alarms: AlarmLook


@dataclass(frozen=True, slots=True)
class Glance:
    """How far the logs have grown, and which devices there are."""

    heads: Mapping[str, LogPosition]
    devices_version: str


def load(
    pool: Pool,
    definitions: Iterable[Definition],
    province: str,
    known: Catalogue,
    told: LogPosition,
    grounds: Any,
    now: datetime,
) -> Loaded:
    """`told`: how far walls were told of alarms. Raises Unavailable where the database is away."""
    with transaction(pool) as conn:
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        heads = _heads(conn)
        catalogue = _catalogue(conn, known, now)
        shown = list(definitions)
        catalogue = replace(
            catalogue, ranked=_ranked(conn, shown, catalogue), values=_values(conn, grounds, shown)
        )
        boards = {
            definition.board: _content(conn, resolve(definition, catalogue, province), now)
            for definition in shown
        }
        alarms = sources_alarms.look(conn, told, catalogue)
    return Loaded(catalogue, heads, boards, alarms)


def world(conn: Connection, province: str, now: datetime) -> World:
    """What boards can name today."""
    figures = {name: one.periods for name, one in store_wall.known(conn).items()}
    return World(_catalogue(conn, Catalogue(), now, with_shapes=False), figures, province)


def glance(pool: Pool) -> Glance:
    """Cheap enough for every other second. Raises Unavailable."""
    with transaction(pool) as conn:
        return Glance(_heads(conn, (*LOGS, sources_alarms.LOG)), registry.devices_version(conn))


def load_lines(pool: Pool, rules: Mapping[str, LineRule], since_ms: int) -> dict[str, Line]:
    """Points from the bucket of `since_ms` on. Raises Unavailable."""
    with transaction(pool) as conn:
        return _lines(conn, rules, since_ms)


def _heads(conn: Connection, logs: Iterable[str] = LOGS) -> dict[str, LogPosition]:
    heads = {context: outbox.head(conn, context) for context in logs}
    return {context: LogPosition(head.epoch, head.position) for context, head in heads.items()}


def _catalogue(conn: Connection, known: Catalogue, now: datetime, *, with_shapes: bool = True) -> Catalogue:
    """`known` itself where nothing has changed: boundaries are large."""
    today = now.astimezone(HO_CHI_MINH).date()
    known_organisations = tuple(
        Organisation(one.code, str(one.kind), one.name_vi, one.name_en)
        for one in organisations.organisations_after(conn, today, "", ORGANISATIONS_MAX)
    )
    said = (areas.units_version(conn, today), known_organisations)
    devices_version = registry.devices_version(conn)
    version = f"{devices_version}.{zlib.crc32(repr(said).encode()):08x}"
    if version == known.version:
        return known
    stations = tuple(
        Station(
            device.device,
            device.kind,
            device.name_vi,
            device.name_en,
            device.area_code or None,
            device.longitude,
            device.latitude,
            device.reporting_interval_s,
            {channel.channel: channel.unit for channel in device.channels},
        )
        for device in registry.devices(conn)
        if device.state == "active"
    )
    shapes = tuple(
        Area(unit.code, str(unit.level), unit.parent_code or None, unit.name_vi, unit.name_en, unit.boundary)
        for unit in areas.units(conn, today, with_shapes)
    )
    stays_ms = {name: int(one.total_seconds() * 1000) for name, one in store_wall.stays_newest().items()}
    return Catalogue(
        *(stations, shapes, version, devices_version, known_organisations, store_wall.period_names()),
        stays_ms=stays_ms,
    )


def _ranked(
    conn: Connection, definitions: Iterable[Definition], catalogue: Catalogue
) -> dict[str, tuple[str, ...]]:
    """Devices by the newest reading of each channel of which a panel shows the largest or smallest."""
    panels = [panel for one in definitions for panel in one.panels if isinstance(panel, LinesPanel)]
    found = {}
    for channel in {panel.of.channel for panel in panels if panel.choose is not None}:
        series = [
            telemetry.SeriesName(one.device, channel) for one in catalogue.stations if channel in one.units
        ]
        newest = telemetry.latest(conn, series=series)
        found[channel] = tuple(row.device for row in sorted(newest, key=lambda row: -row.value))
    return found


def _values(
    conn: Connection, grounds: Any, definitions: Iterable[Definition]
) -> dict[tuple[str, str], tuple[Choice, ...]]:
    """What fields break figures into, of those that a panel shows by all values of a field."""
    chosen = (of for one in definitions for panel in one.panels for _, of in selections(panel))
    wanted = {(of.indicator, of.breakdown[:-2], of.period) for of in chosen if of.breakdown.endswith("=*")}
    return {
        (indicator, field): tuple(
            Choice(*one) for one in store_wall.values_of(conn, grounds, indicator, period, field)
        )
        for indicator, field, period in wanted
    }


def _content(conn: Connection, resolved: Resolved, now: datetime) -> BoardContent:
    keys = resolved.keys
    plain = {key: rule for key, rule in keys.indicators.items() if not rule.before}
    values = [*_readings(conn, keys.readings), *_indicators(conn, plain)]
    lines: dict[str, Line] = {}
    for span_ms in {rule.span_ms for rule in keys.lines.values()}:
        rules = {key: rule for key, rule in keys.lines.items() if rule.span_ms == span_ms}
        lines |= _lines(conn, rules, int(now.timestamp() * 1000) - span_ms)
    return BoardContent(resolved, values, lines)


def _readings(conn: Connection, rules: Mapping[str, KeyRule]) -> list[tuple[str, Value]]:
    series = [telemetry_series(key) for key in rules]
    if not series:
        return []
    found = {reading_key(row.device, row.channel): row for row in telemetry.latest(conn, series=series)}
    return [
        (
            key,
            reading_value(row.value, _ms(row.observed_at), row.revision, _ms(row.received_at), rules[key]),
        )
        for key, row in found.items()
        if key in rules
    ]


def telemetry_series(key: str) -> telemetry.SeriesName:
    _, device, channel = key.split("/")
    return telemetry.SeriesName(device, channel)


def _indicators(conn: Connection, rules: Mapping[str, KeyRule]) -> list[tuple[str, Value]]:
    names = sorted({key.split("/")[1] for key in rules})
    rows = [row for name in names for row in indicators.latest_values(conn, name)]
    return list(published_values([published(row) for row in rows], rules))


def _lines(conn: Connection, rules: Mapping[str, LineRule], since_ms: int) -> dict[str, Line]:
    """Every key of `rules` is in the answer, also where it has no points."""
    points: dict[str, list[tuple[int, float]]] = {key: [] for key in rules}
    for bucket_ms in {rule.bucket_ms for rule in rules.values()}:
        series = [
            telemetry.SeriesName(rule.device, rule.channel)
            for rule in rules.values()
            if rule.bucket_ms == bucket_ms
        ]
        start = datetime.fromtimestamp(since_ms // bucket_ms * bucket_ms / 1000, UTC)
        for point in telemetry.line_points(conn, series, start, bucket_ms // 1000):
            points[reading_key(point.device, point.channel)].append((_ms(point.at), point.mean))
    return {key: Line(tuple(found)) for key, found in points.items()}


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
