"""What the hub reads from the database, through the public store functions of the contexts that own it."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from services.areas import store as areas
from services.display.board import Definition, KeyRule, LineRule, Resolved, resolve
from services.display.domain import Area, Catalogue, Line, LogPosition, Station, Value, reading_key
from services.display.wire import Published, published_values, reading_value
from services.indicators import store as indicators
from services.registry import store as registry
from services.runtime import outbox
from services.runtime.db import Connection, Pool, transaction
from services.telemetry import store as telemetry

LOGS = ("telemetry", "indicators")
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


@dataclass(frozen=True, slots=True)
class Glance:
    """How far the logs have grown, and which devices there are."""

    heads: Mapping[str, LogPosition]
    devices_version: str


def load(
    pool: Pool, definitions: Iterable[Definition], province: str, known: Catalogue, now: datetime
) -> Loaded:
    """Raises Unavailable where the database is away."""
    with transaction(pool) as conn:
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        heads = _heads(conn)
        catalogue = _catalogue(conn, known, now)
        boards = {
            definition.board: _content(conn, resolve(definition, catalogue, province), now)
            for definition in definitions
        }
    return Loaded(catalogue, heads, boards)


def glance(pool: Pool) -> Glance:
    """Cheap enough for every other second. Raises Unavailable."""
    with transaction(pool) as conn:
        return Glance(_heads(conn), registry.devices_version(conn))


def load_lines(pool: Pool, rules: Mapping[str, LineRule], since_ms: int) -> dict[str, Line]:
    """Points from the bucket of `since_ms` on. Raises Unavailable."""
    with transaction(pool) as conn:
        return _lines(conn, rules, since_ms)


def _heads(conn: Connection) -> dict[str, LogPosition]:
    heads = {context: outbox.head(conn, context) for context in LOGS}
    return {context: LogPosition(head.epoch, head.position) for context, head in heads.items()}


def _catalogue(conn: Connection, known: Catalogue, now: datetime) -> Catalogue:
    """`known` itself where nothing has changed: boundaries are large."""
    today = now.astimezone(HO_CHI_MINH).date()
    units = areas.units(conn, today, False)
    codes = zlib.crc32(repr([(unit.code, unit.valid_from, unit.name_vi) for unit in units]).encode())
    devices_version = registry.devices_version(conn)
    version = f"{devices_version}.{codes:08x}"
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
        for unit in areas.units(conn, today, True)
    )
    return Catalogue(stations, shapes, version, devices_version)


def _content(conn: Connection, resolved: Resolved, now: datetime) -> BoardContent:
    values = [*_readings(conn, resolved.readings), *_indicators(conn, resolved.indicators)]
    lines: dict[str, Line] = {}
    for span_ms in {rule.span_ms for rule in resolved.lines.values()}:
        rules = {key: rule for key, rule in resolved.lines.items() if rule.span_ms == span_ms}
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
    published = [
        Published(
            indicator=row.indicator,
            subject=row.subject,
            period_start_ms=_ms(row.period_start),
            value=row.value,
            state=row.state.value,
            version=row.version,
            known_at_ms=_ms(row.known_at),
            newest_input_at_ms=None if row.newest_input_at is None else _ms(row.newest_input_at),
            inputs_expected=row.inputs_expected,
            inputs_used=row.inputs_used,
        )
        for row in rows
    ]
    return list(published_values(published, rules))


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
