import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ioc.access.v1 import access_pb2 as _access_pb2
from ioc.telemetry.v1 import telemetry_pb2 as _telemetry_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RowVerdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROW_VERDICT_UNSPECIFIED: _ClassVar[RowVerdict]
    ROW_VERDICT_STORED: _ClassVar[RowVerdict]
    ROW_VERDICT_DUPLICATE: _ClassVar[RowVerdict]
    ROW_VERDICT_CORRECTED: _ClassVar[RowVerdict]
    ROW_VERDICT_CONFLICTING: _ClassVar[RowVerdict]
    ROW_VERDICT_QUARANTINED: _ClassVar[RowVerdict]
    ROW_VERDICT_SKIPPED: _ClassVar[RowVerdict]
ROW_VERDICT_UNSPECIFIED: RowVerdict
ROW_VERDICT_STORED: RowVerdict
ROW_VERDICT_DUPLICATE: RowVerdict
ROW_VERDICT_CORRECTED: RowVerdict
ROW_VERDICT_CONFLICTING: RowVerdict
ROW_VERDICT_QUARANTINED: RowVerdict
ROW_VERDICT_SKIPPED: RowVerdict

class SeriesSelector(_message.Message):
    __slots__ = ("series", "devices", "area_code", "map_date", "quantities", "channels")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    DEVICES_FIELD_NUMBER: _ClassVar[int]
    AREA_CODE_FIELD_NUMBER: _ClassVar[int]
    MAP_DATE_FIELD_NUMBER: _ClassVar[int]
    QUANTITIES_FIELD_NUMBER: _ClassVar[int]
    CHANNELS_FIELD_NUMBER: _ClassVar[int]
    series: _containers.RepeatedCompositeFieldContainer[_telemetry_pb2.SeriesName]
    devices: _containers.RepeatedScalarFieldContainer[str]
    area_code: str
    map_date: str
    quantities: _containers.RepeatedScalarFieldContainer[str]
    channels: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, series: _Optional[_Iterable[_Union[_telemetry_pb2.SeriesName, _Mapping]]] = ..., devices: _Optional[_Iterable[str]] = ..., area_code: _Optional[str] = ..., map_date: _Optional[str] = ..., quantities: _Optional[_Iterable[str]] = ..., channels: _Optional[_Iterable[str]] = ...) -> None: ...

class QuerySeriesRequest(_message.Message):
    __slots__ = ("selector", "start", "end", "resolution", "max_points", "aggregates", "unit", "time_zone", "page_size", "page_token")
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    MAX_POINTS_FIELD_NUMBER: _ClassVar[int]
    AGGREGATES_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    selector: SeriesSelector
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    resolution: str
    max_points: int
    aggregates: _containers.RepeatedScalarFieldContainer[str]
    unit: str
    time_zone: str
    page_size: int
    page_token: str
    def __init__(self, selector: _Optional[_Union[SeriesSelector, _Mapping]] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resolution: _Optional[str] = ..., max_points: _Optional[int] = ..., aggregates: _Optional[_Iterable[str]] = ..., unit: _Optional[str] = ..., time_zone: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class QuerySeriesResponse(_message.Message):
    __slots__ = ("series", "next_page_token", "utc_offsets")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    UTC_OFFSETS_FIELD_NUMBER: _ClassVar[int]
    series: _containers.RepeatedCompositeFieldContainer[SeriesPoints]
    next_page_token: str
    utc_offsets: _containers.RepeatedCompositeFieldContainer[UtcOffset]
    def __init__(self, series: _Optional[_Iterable[_Union[SeriesPoints, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., utc_offsets: _Optional[_Iterable[_Union[UtcOffset, _Mapping]]] = ...) -> None: ...

class UtcOffset(_message.Message):
    __slots__ = ("from_ms", "offset_s")
    FROM_MS_FIELD_NUMBER: _ClassVar[int]
    OFFSET_S_FIELD_NUMBER: _ClassVar[int]
    from_ms: int
    offset_s: int
    def __init__(self, from_ms: _Optional[int] = ..., offset_s: _Optional[int] = ...) -> None: ...

class SeriesPoints(_message.Message):
    __slots__ = ("series", "quantity", "unit", "resolution", "readings", "buckets", "line")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    BUCKETS_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    series: _telemetry_pb2.SeriesName
    quantity: str
    unit: str
    resolution: str
    readings: _telemetry_pb2.Readings
    buckets: Buckets
    line: Line
    def __init__(self, series: _Optional[_Union[_telemetry_pb2.SeriesName, _Mapping]] = ..., quantity: _Optional[str] = ..., unit: _Optional[str] = ..., resolution: _Optional[str] = ..., readings: _Optional[_Union[_telemetry_pb2.Readings, _Mapping]] = ..., buckets: _Optional[_Union[Buckets, _Mapping]] = ..., line: _Optional[_Union[Line, _Mapping]] = ...) -> None: ...

class Buckets(_message.Message):
    __slots__ = ("first_ms", "step_ms", "buckets", "present", "count", "suspect", "columns")
    FIRST_MS_FIELD_NUMBER: _ClassVar[int]
    STEP_MS_FIELD_NUMBER: _ClassVar[int]
    BUCKETS_FIELD_NUMBER: _ClassVar[int]
    PRESENT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    SUSPECT_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    first_ms: int
    step_ms: int
    buckets: int
    present: bytes
    count: _containers.RepeatedScalarFieldContainer[int]
    suspect: _containers.RepeatedScalarFieldContainer[int]
    columns: _containers.RepeatedCompositeFieldContainer[Column]
    def __init__(self, first_ms: _Optional[int] = ..., step_ms: _Optional[int] = ..., buckets: _Optional[int] = ..., present: _Optional[bytes] = ..., count: _Optional[_Iterable[int]] = ..., suspect: _Optional[_Iterable[int]] = ..., columns: _Optional[_Iterable[_Union[Column, _Mapping]]] = ...) -> None: ...

class Column(_message.Message):
    __slots__ = ("aggregate", "present", "value")
    AGGREGATE_FIELD_NUMBER: _ClassVar[int]
    PRESENT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    aggregate: str
    present: bytes
    value: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, aggregate: _Optional[str] = ..., present: _Optional[bytes] = ..., value: _Optional[_Iterable[float]] = ...) -> None: ...

class Line(_message.Message):
    __slots__ = ("observed_at_ms", "value", "gap_start_ms", "gap_end_ms", "method", "interval_ms", "readings", "suspect")
    OBSERVED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    GAP_START_MS_FIELD_NUMBER: _ClassVar[int]
    GAP_END_MS_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_MS_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    SUSPECT_FIELD_NUMBER: _ClassVar[int]
    observed_at_ms: _containers.RepeatedScalarFieldContainer[int]
    value: _containers.RepeatedScalarFieldContainer[float]
    gap_start_ms: _containers.RepeatedScalarFieldContainer[int]
    gap_end_ms: _containers.RepeatedScalarFieldContainer[int]
    method: str
    interval_ms: int
    readings: int
    suspect: int
    def __init__(self, observed_at_ms: _Optional[_Iterable[int]] = ..., value: _Optional[_Iterable[float]] = ..., gap_start_ms: _Optional[_Iterable[int]] = ..., gap_end_ms: _Optional[_Iterable[int]] = ..., method: _Optional[str] = ..., interval_ms: _Optional[int] = ..., readings: _Optional[int] = ..., suspect: _Optional[int] = ...) -> None: ...

class BackfillReadingsRequest(_message.Message):
    __slots__ = ("series", "unreadable", "sequence")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    UNREADABLE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    series: _containers.RepeatedCompositeFieldContainer[BackfillSeries]
    unreadable: _containers.RepeatedCompositeFieldContainer[UnreadableLine]
    sequence: int
    def __init__(self, series: _Optional[_Iterable[_Union[BackfillSeries, _Mapping]]] = ..., unreadable: _Optional[_Iterable[_Union[UnreadableLine, _Mapping]]] = ..., sequence: _Optional[int] = ...) -> None: ...

class BackfillSeries(_message.Message):
    __slots__ = ("series", "unit", "observed_at_ms", "value", "revision", "qc")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    QC_FIELD_NUMBER: _ClassVar[int]
    series: _telemetry_pb2.SeriesName
    unit: str
    observed_at_ms: _containers.RepeatedScalarFieldContainer[int]
    value: _containers.RepeatedScalarFieldContainer[float]
    revision: _containers.RepeatedScalarFieldContainer[int]
    qc: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, series: _Optional[_Union[_telemetry_pb2.SeriesName, _Mapping]] = ..., unit: _Optional[str] = ..., observed_at_ms: _Optional[_Iterable[int]] = ..., value: _Optional[_Iterable[float]] = ..., revision: _Optional[_Iterable[int]] = ..., qc: _Optional[_Iterable[str]] = ...) -> None: ...

class UnreadableLine(_message.Message):
    __slots__ = ("device", "line")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    device: str
    line: bytes
    def __init__(self, device: _Optional[str] = ..., line: _Optional[bytes] = ...) -> None: ...

class BackfillReadingsResponse(_message.Message):
    __slots__ = ("sequence", "verdict", "reasons", "trace_id")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    verdict: _containers.RepeatedScalarFieldContainer[RowVerdict]
    reasons: _containers.RepeatedCompositeFieldContainer[RowReason]
    trace_id: str
    def __init__(self, sequence: _Optional[int] = ..., verdict: _Optional[_Iterable[_Union[RowVerdict, str]]] = ..., reasons: _Optional[_Iterable[_Union[RowReason, _Mapping]]] = ..., trace_id: _Optional[str] = ...) -> None: ...

class RowReason(_message.Message):
    __slots__ = ("row", "reason", "detail")
    ROW_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    row: int
    reason: str
    detail: str
    def __init__(self, row: _Optional[int] = ..., reason: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...
