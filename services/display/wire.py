"""Facts of other contexts → values of keys, and frames of the wall protocol → JSON bytes."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from services.display.board import KeyRule, Resolved
from services.display.domain import Area, Beside, Line, State, Value, figure_key, indicator_key, reading_key
from services.display.lists import Listed
from services.display.state import BoardState, Changes
from services.display.wall_frames import PROTOCOL

STATES: tuple[State, ...] = ("provisional", "final", "restated")  # of indicators, in their order of life


class _Series(msgspec.Struct, frozen=True):
    device: list[str]
    channel: list[str]


class _Readings(msgspec.Struct, frozen=True):
    series: list[int]
    observed_at_ms: list[int]
    value: list[float]
    revision: list[int]
    received_at_ms: list[int]


class Stored(msgspec.Struct, frozen=True):
    """telemetry.stored, as far as a wall needs it; fields that others add are ignored."""

    series: _Series
    readings: _Readings


class Published(msgspec.Struct, frozen=True):
    """One value of indicators.published."""

    indicator: str
    subject: str
    period_start_ms: int
    value: float | None
    state: Literal["provisional", "final", "restated"]
    version: int
    known_at_ms: int
    newest_input_at_ms: int | None = None
    inputs_expected: int | None = None
    inputs_used: int | None = None


class PublishedFact(msgspec.Struct, frozen=True):
    values: list[Published]


class _Figure(msgspec.Struct, frozen=True):
    indicator: str
    subject_kind: str
    subject: str
    breakdown: str
    period: str


class _Figures(msgspec.Struct, frozen=True):
    figures: list[_Figure]


_stored = msgspec.json.Decoder(Stored)
_published = msgspec.json.Decoder(PublishedFact)
_figures = msgspec.json.Decoder(_Figures)
_encode = msgspec.json.Encoder().encode


def decode_stored(body: bytes | msgspec.Raw) -> Stored:
    """Raises msgspec.MsgspecError on anything else."""
    return _stored.decode(body)


def decode_published(body: bytes | msgspec.Raw) -> Sequence[Published]:
    """Raises msgspec.MsgspecError on anything else."""
    return _published.decode(body).values


def decode_figure_keys(body: bytes | msgspec.Raw) -> set[str]:
    """Keys of the figures that indicators.figures_published tells of. Raises msgspec.MsgspecError."""
    return {
        figure_key(one.indicator, one.period, one.subject_kind, one.subject, one.breakdown)
        for one in _figures.decode(body).figures
    }


def reading_value(
    value: float, observed_at_ms: int, revision: int, received_at_ms: int, rule: KeyRule
) -> Value:
    """Later observation first, then revision, then the receipt of the correction."""
    order = (observed_at_ms, revision, received_at_ms)
    return Value(value, observed_at_ms, observed_at_ms, "live", rule.fresh_for_ms, order)


def indicator_value(published: Published, rule: KeyRule) -> Value:
    """Later period first, then version, then state, then the moment of knowledge."""
    newest_input = published.newest_input_at_ms
    as_of = published.known_at_ms if rule.age_from == "known" else newest_input
    return Value(
        published.value,
        published.period_start_ms,
        as_of if as_of is not None else published.period_start_ms,
        published.state,
        rule.fresh_for_ms,
        (published.period_start_ms, published.version, STATES.index(published.state), published.known_at_ms),
        published.inputs_used,
        published.inputs_expected,
        Beside(period=rule.period, until_ms=until_ms(published.period_start_ms, rule.period)),
    )


HOUR_MS, ZONE_MS = 3_600_000, 7 * 3_600_000  # Việt Nam has had no summer time since 1975


def until_ms(start_ms: int, period: str | None) -> int | None:
    """The end of a period of readings' indicators, exclusive; None where it is a moment."""
    if period == "hour":
        return start_ms + HOUR_MS
    if period == "day":
        return start_ms + 24 * HOUR_MS
    if period not in ("month", "year"):
        return None
    start = datetime.fromtimestamp((start_ms + ZONE_MS) / 1000, UTC)
    months = 1 if period == "month" else 12
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return round(datetime(year, month + 1, 1, tzinfo=UTC).timestamp() * 1000) - ZONE_MS


# Observed at (ms), revision, received at (ms), value: what stands later compares larger.
Row = tuple[int, int, int, float]


def newest_readings(fact: Stored) -> dict[str, Row]:
    """By key, the one reading of each series that a wall may show; a backlog's fact has many of each."""
    columns = fact.readings
    newest: dict[int, Row] = {}
    known = newest.get
    rows = zip(columns.observed_at_ms, columns.revision, columns.received_at_ms, columns.value, strict=True)
    for series, row in zip(columns.series, rows, strict=True):
        present = known(series)
        if present is None or row > present:
            newest[series] = row
    devices, channels = fact.series.device, fact.series.channel
    return {reading_key(devices[series], channels[series]): row for series, row in newest.items()}


def oldest_readings(fact: Stored, keys: Container[str]) -> dict[str, int]:
    """The oldest observation, ms, of each of these keys that the fact has."""
    names = zip(fact.series.device, fact.series.channel, strict=True)
    wanted = {index: key for index, name in enumerate(names) if (key := reading_key(*name)) in keys}
    oldest: dict[str, int] = {}
    for series, at_ms in zip(fact.readings.series, fact.readings.observed_at_ms, strict=True):
        if series in wanted:
            key = wanted[series]
            oldest[key] = min(at_ms, oldest.get(key, at_ms))
    return oldest


def stored_values(newest: Mapping[str, Row], rules: Mapping[str, KeyRule]) -> Iterator[tuple[str, Value]]:
    """Values of the keys in `rules`; the rest of the fact is passed over."""
    for key, (observed_at_ms, revision, received_at_ms, value) in newest.items():
        rule = rules.get(key)
        if rule is not None:
            yield key, reading_value(value, observed_at_ms, revision, received_at_ms, rule)


def key_of(value: Published) -> str:
    return indicator_key(value.indicator, value.subject)


def published_values(
    published: Sequence[Published], rules: Mapping[str, KeyRule]
) -> Iterator[tuple[str, Value]]:
    """Values of the keys in `rules`."""
    for value in published:
        key = key_of(value)
        if key in rules:
            yield key, indicator_value(value, rules[key])


def snapshot(resolved: Resolved, state: BoardState, server_time_ms: int) -> bytes:
    return _encode(
        {
            "type": "snapshot",
            "protocol": PROTOCOL,
            "epoch": state.epoch,
            "position": state.position,
            "server_time_ms": server_time_ms,
            "board": resolved.description,
            "values": _values(state.values),
            "lines": _lines(state.lines),
            "lists": _lists(state.lists),
            **({"alarms": state.alarms.told()} if state.alarms.is_known else {}),
            **_missing(state.missing),
        }
    )


def delta(changes: Changes, missing: Mapping[str, int]) -> bytes:
    frame: dict[str, Any] = {"type": "delta", "position": changes.position}
    if changes.values:
        frame["values"] = _values(changes.values)
    if changes.lines:
        frame["lines"] = _lines(changes.lines)
    if changes.lists:
        frame["lists"] = _lists(changes.lists)
    if changes.alarm_changes:
        frame["alarm_changes"] = changes.alarm_changes
    if changes.missing_changed:
        frame |= _missing(missing)
    if changes.trace_ids:
        frame["trace_id"] = changes.trace_ids[-1]
    return _encode(frame)


def heartbeat(server_time_ms: int, position: int) -> bytes:
    return _encode({"type": "heartbeat", "server_time_ms": server_time_ms, "position": position})


def goodbye(reason: str) -> bytes:
    return _encode({"type": "goodbye", "reason": reason})


def map_features(ground: Iterable[Area]) -> bytes:
    """GeoJSON of areas, with names; no boundary, no feature."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": area.code, "vi": area.name_vi, "en": area.name_en or area.name_vi},
            "geometry": area.boundary,
        }
        for area in ground
        if area.boundary
    ]
    return _encode({"type": "FeatureCollection", "features": features})


def _values(values: Mapping[str, Value]) -> dict[str, Any]:
    return {key: _value(value) for key, value in values.items()}


def _value(value: Value) -> dict[str, Any]:
    sent = {
        "v": value.v,
        "at_ms": value.at_ms,
        "as_of_ms": value.as_of_ms,
        "state": value.state,
        "fresh_for_ms": value.fresh_for_ms,
    }
    if value.expected is not None:
        sent |= {"used": value.used, "expected": value.expected}
    if value.beside is not None:
        sent |= {name: said for name, said in value.beside._asdict().items() if said is not None}
    return sent


def _lines(lines: Mapping[str, Line]) -> dict[str, Any]:
    return {
        key: {"at_ms": [at for at, _ in line.points], "value": [mean for _, mean in line.points]}
        for key, line in lines.items()
    }


def _lists(lists: Mapping[str, Listed]) -> dict[str, Any]:
    return {
        name: {"as_of_ms": listed.as_of_ms, "rows": listed.rows, "total": listed.total}
        for name, listed in lists.items()
    }


def _missing(missing: Mapping[str, int]) -> dict[str, Any]:
    return {"missing": list(missing), "missing_since_ms": dict(missing)}
