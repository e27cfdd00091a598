"""Facts in JSON and values in protobuf, from and to the domain."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import msgspec
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.indicators.v1 import indicators_pb2 as pb

from services.indicators.cells import Arrival
from services.indicators.definitions import Definition
from services.indicators.domain import State, SubjectKind, Value
from services.indicators.periods import iso_duration, seconds_of

STORED = "telemetry.stored"
PUBLISHED = "indicators.published"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class _Series(msgspec.Struct, frozen=True):
    device: list[str]
    channel: list[str]


class _Readings(msgspec.Struct, frozen=True):
    series: list[int]
    observed_at_ms: list[int]
    received_at_ms: list[int]


class _Stored(msgspec.Struct, frozen=True):
    series: _Series
    readings: _Readings


class _PublishedValue(msgspec.Struct, frozen=True):
    indicator: str
    subject_kind: SubjectKind
    subject: str
    period_start_ms: int
    value: float | None
    state: State
    version: int
    known_at_ms: int
    newest_input_at_ms: int | None
    inputs_expected: int
    inputs_used: int
    formula_version: int
    input_position: int
    numerator: float | None = None
    denominator: float | None = None


class _Published(msgspec.Struct, frozen=True):
    values: list[_PublishedValue]


_stored_decoder = msgspec.json.Decoder(_Stored)
_published_decoder = msgspec.json.Decoder(_Published)


def arrivals(body: bytes) -> list[Arrival]:
    """The readings of a telemetry.stored fact.

    Raises:
        ValueError: it is not such a fact (msgspec's errors are ValueErrors).
    """
    fact = _stored_decoder.decode(body)
    names = list(zip(fact.series.device, fact.series.channel, strict=True))
    readings = fact.readings
    columns = zip(readings.series, readings.observed_at_ms, readings.received_at_ms, strict=True)
    if readings.series and not 0 <= min(readings.series) <= max(readings.series) < len(names):
        raise ValueError("a reading names no series of its fact")
    return [Arrival(*names[series], observed, received) for series, observed, received in columns]


def published(values: Iterable[Value]) -> bytes:
    """The body of an indicators.published fact."""
    return msgspec.json.encode(_Published([_to_struct(value) for value in values]))


def published_values(body: bytes) -> Sequence[Value]:
    """The values of an indicators.published fact.

    Raises:
        ValueError: it is not such a fact.
    """
    return [_from_struct(value) for value in _published_decoder.decode(body).values]


def to_pb_value(value: Value) -> pb.Value:
    """The protobuf form of a value; what is missing stays absent."""
    return pb.Value(
        indicator=value.indicator,
        subject_kind=value.subject_kind.value,
        subject=value.subject,
        period_start=_timestamp(value.period_start),
        value=value.value,
        state=cast(pb.ValueState, pb.ValueState.Value(f"VALUE_STATE_{value.state.name}")),
        version=value.version,
        known_at=_timestamp(value.known_at),
        newest_input_at=_timestamp(value.newest_input_at),
        inputs_expected=value.inputs_expected,
        inputs_used=value.inputs_used,
        formula_version=value.formula_version,
        input_position=value.input_position,
    )


def to_pb_indicator(definition: Definition) -> pb.Indicator:
    """The protobuf form of a definition."""
    return pb.Indicator(
        indicator=definition.indicator,
        catalogue_id=definition.catalogue_id,
        name_vi=definition.name_vi,
        name_en=definition.name_en,
        unit=definition.unit,
        period_s=seconds_of(definition.period),
        period=iso_duration(definition.period),
        formula_version=definition.formula_version,
    )


def _timestamp(instant: datetime | None) -> Timestamp | None:
    if instant is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp


def _ms(instant: datetime) -> int:
    return (instant - _EPOCH) // _MILLISECOND


def _instant(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND


def _to_struct(value: Value) -> _PublishedValue:
    return _PublishedValue(
        indicator=value.indicator,
        subject_kind=value.subject_kind,
        subject=value.subject,
        period_start_ms=_ms(value.period_start),
        value=value.value,
        state=value.state,
        version=value.version,
        known_at_ms=_ms(value.known_at),
        newest_input_at_ms=None if value.newest_input_at is None else _ms(value.newest_input_at),
        inputs_expected=value.inputs_expected,
        inputs_used=value.inputs_used,
        formula_version=value.formula_version,
        input_position=value.input_position,
        numerator=value.numerator,
        denominator=value.denominator,
    )


def _from_struct(value: _PublishedValue) -> Value:
    newest = value.newest_input_at_ms
    return Value(
        indicator=value.indicator,
        subject_kind=value.subject_kind,
        subject=value.subject,
        period_start=_instant(value.period_start_ms),
        version=value.version,
        state=value.state,
        value=value.value,
        numerator=value.numerator,
        denominator=value.denominator,
        inputs_expected=value.inputs_expected,
        inputs_used=value.inputs_used,
        newest_input_at=None if newest is None else _instant(newest),
        formula_version=value.formula_version,
        input_position=value.input_position,
        known_at=_instant(value.known_at_ms),
    )
