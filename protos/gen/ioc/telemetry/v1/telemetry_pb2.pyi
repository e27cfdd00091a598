import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ioc.access.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SeriesName(_message.Message):
    __slots__ = ("device", "channel")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    device: str
    channel: str
    def __init__(self, device: _Optional[str] = ..., channel: _Optional[str] = ...) -> None: ...

class Readings(_message.Message):
    __slots__ = ("observed_at_ms", "value", "quality", "received_at_ms", "revision")
    OBSERVED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_MS_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    observed_at_ms: _containers.RepeatedScalarFieldContainer[int]
    value: _containers.RepeatedScalarFieldContainer[float]
    quality: _containers.RepeatedScalarFieldContainer[int]
    received_at_ms: _containers.RepeatedScalarFieldContainer[int]
    revision: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, observed_at_ms: _Optional[_Iterable[int]] = ..., value: _Optional[_Iterable[float]] = ..., quality: _Optional[_Iterable[int]] = ..., received_at_ms: _Optional[_Iterable[int]] = ..., revision: _Optional[_Iterable[int]] = ...) -> None: ...

class GetLatestRequest(_message.Message):
    __slots__ = ("series", "devices", "area_code", "map_date", "quantities", "good_only")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    DEVICES_FIELD_NUMBER: _ClassVar[int]
    AREA_CODE_FIELD_NUMBER: _ClassVar[int]
    MAP_DATE_FIELD_NUMBER: _ClassVar[int]
    QUANTITIES_FIELD_NUMBER: _ClassVar[int]
    GOOD_ONLY_FIELD_NUMBER: _ClassVar[int]
    series: _containers.RepeatedCompositeFieldContainer[SeriesName]
    devices: _containers.RepeatedScalarFieldContainer[str]
    area_code: str
    map_date: str
    quantities: _containers.RepeatedScalarFieldContainer[str]
    good_only: bool
    def __init__(self, series: _Optional[_Iterable[_Union[SeriesName, _Mapping]]] = ..., devices: _Optional[_Iterable[str]] = ..., area_code: _Optional[str] = ..., map_date: _Optional[str] = ..., quantities: _Optional[_Iterable[str]] = ..., good_only: _Optional[bool] = ...) -> None: ...

class LatestReading(_message.Message):
    __slots__ = ("series", "unit", "observed_at", "received_at", "value", "quality")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_AT_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    series: SeriesName
    unit: str
    observed_at: _timestamp_pb2.Timestamp
    received_at: _timestamp_pb2.Timestamp
    value: float
    quality: int
    def __init__(self, series: _Optional[_Union[SeriesName, _Mapping]] = ..., unit: _Optional[str] = ..., observed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., value: _Optional[float] = ..., quality: _Optional[int] = ...) -> None: ...

class GetLatestResponse(_message.Message):
    __slots__ = ("readings",)
    READINGS_FIELD_NUMBER: _ClassVar[int]
    readings: _containers.RepeatedCompositeFieldContainer[LatestReading]
    def __init__(self, readings: _Optional[_Iterable[_Union[LatestReading, _Mapping]]] = ...) -> None: ...

class GetRangeRequest(_message.Message):
    __slots__ = ("series", "start", "end", "page_size", "page_token")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    series: SeriesName
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    def __init__(self, series: _Optional[_Union[SeriesName, _Mapping]] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class GetRangeResponse(_message.Message):
    __slots__ = ("unit", "readings", "next_page_token")
    UNIT_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    unit: str
    readings: Readings
    next_page_token: str
    def __init__(self, unit: _Optional[str] = ..., readings: _Optional[_Union[Readings, _Mapping]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchReadingsRequest(_message.Message):
    __slots__ = ("devices", "resume_token", "area_code", "map_date", "quantities", "series")
    DEVICES_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    AREA_CODE_FIELD_NUMBER: _ClassVar[int]
    MAP_DATE_FIELD_NUMBER: _ClassVar[int]
    QUANTITIES_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    devices: _containers.RepeatedScalarFieldContainer[str]
    resume_token: str
    area_code: str
    map_date: str
    quantities: _containers.RepeatedScalarFieldContainer[str]
    series: _containers.RepeatedCompositeFieldContainer[SeriesName]
    def __init__(self, devices: _Optional[_Iterable[str]] = ..., resume_token: _Optional[str] = ..., area_code: _Optional[str] = ..., map_date: _Optional[str] = ..., quantities: _Optional[_Iterable[str]] = ..., series: _Optional[_Iterable[_Union[SeriesName, _Mapping]]] = ...) -> None: ...

class WatchReadingsResponse(_message.Message):
    __slots__ = ("resume_token", "position", "series", "trace_id")
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    SERIES_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    resume_token: str
    position: int
    series: _containers.RepeatedCompositeFieldContainer[SeriesReadings]
    trace_id: str
    def __init__(self, resume_token: _Optional[str] = ..., position: _Optional[int] = ..., series: _Optional[_Iterable[_Union[SeriesReadings, _Mapping]]] = ..., trace_id: _Optional[str] = ...) -> None: ...

class SeriesReadings(_message.Message):
    __slots__ = ("series", "readings")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    series: SeriesName
    readings: Readings
    def __init__(self, series: _Optional[_Union[SeriesName, _Mapping]] = ..., readings: _Optional[_Union[Readings, _Mapping]] = ...) -> None: ...

class GetLedgerRequest(_message.Message):
    __slots__ = ("device", "start", "end", "devices", "with_presence")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    DEVICES_FIELD_NUMBER: _ClassVar[int]
    WITH_PRESENCE_FIELD_NUMBER: _ClassVar[int]
    device: str
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    devices: _containers.RepeatedScalarFieldContainer[str]
    with_presence: bool
    def __init__(self, device: _Optional[str] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., devices: _Optional[_Iterable[str]] = ..., with_presence: _Optional[bool] = ...) -> None: ...

class Presence(_message.Message):
    __slots__ = ("expected", "present", "missing", "never_reached")
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    PRESENT_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    NEVER_REACHED_FIELD_NUMBER: _ClassVar[int]
    expected: int
    present: int
    missing: int
    never_reached: int
    def __init__(self, expected: _Optional[int] = ..., present: _Optional[int] = ..., missing: _Optional[int] = ..., never_reached: _Optional[int] = ...) -> None: ...

class LedgerEntry(_message.Message):
    __slots__ = ("device", "received", "stored", "duplicate", "corrected", "conflicting", "quarantined", "skipped", "presence")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_FIELD_NUMBER: _ClassVar[int]
    STORED_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    CORRECTED_FIELD_NUMBER: _ClassVar[int]
    CONFLICTING_FIELD_NUMBER: _ClassVar[int]
    QUARANTINED_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_FIELD_NUMBER: _ClassVar[int]
    device: str
    received: int
    stored: int
    duplicate: int
    corrected: int
    conflicting: int
    quarantined: int
    skipped: int
    presence: Presence
    def __init__(self, device: _Optional[str] = ..., received: _Optional[int] = ..., stored: _Optional[int] = ..., duplicate: _Optional[int] = ..., corrected: _Optional[int] = ..., conflicting: _Optional[int] = ..., quarantined: _Optional[int] = ..., skipped: _Optional[int] = ..., presence: _Optional[_Union[Presence, _Mapping]] = ...) -> None: ...

class GetLedgerResponse(_message.Message):
    __slots__ = ("entries",)
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[LedgerEntry]
    def __init__(self, entries: _Optional[_Iterable[_Union[LedgerEntry, _Mapping]]] = ...) -> None: ...

class ListQuarantineRequest(_message.Message):
    __slots__ = ("device", "reason", "page_size", "page_token", "state", "verdict", "start", "end")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    device: str
    reason: str
    page_size: int
    page_token: str
    state: str
    verdict: str
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    def __init__(self, device: _Optional[str] = ..., reason: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., state: _Optional[str] = ..., verdict: _Optional[str] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class QuarantinedItem(_message.Message):
    __slots__ = ("id", "received_at", "topic", "device", "reason", "field", "detail", "verdict", "payload_head", "payload_bytes", "readings", "state", "closed_at", "closed_by", "closed_why", "tried_at", "trace_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_HEAD_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_BYTES_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    CLOSED_BY_FIELD_NUMBER: _ClassVar[int]
    CLOSED_WHY_FIELD_NUMBER: _ClassVar[int]
    TRIED_AT_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    id: int
    received_at: _timestamp_pb2.Timestamp
    topic: str
    device: str
    reason: str
    field: str
    detail: str
    verdict: str
    payload_head: bytes
    payload_bytes: int
    readings: int
    state: str
    closed_at: _timestamp_pb2.Timestamp
    closed_by: str
    closed_why: str
    tried_at: _timestamp_pb2.Timestamp
    trace_id: str
    def __init__(self, id: _Optional[int] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., topic: _Optional[str] = ..., device: _Optional[str] = ..., reason: _Optional[str] = ..., field: _Optional[str] = ..., detail: _Optional[str] = ..., verdict: _Optional[str] = ..., payload_head: _Optional[bytes] = ..., payload_bytes: _Optional[int] = ..., readings: _Optional[int] = ..., state: _Optional[str] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., closed_by: _Optional[str] = ..., closed_why: _Optional[str] = ..., tried_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., trace_id: _Optional[str] = ...) -> None: ...

class QuarantineFilter(_message.Message):
    __slots__ = ("device", "reason", "start", "end")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    device: str
    reason: str
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    def __init__(self, device: _Optional[str] = ..., reason: _Optional[str] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetQuarantinedRequest(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: int
    def __init__(self, id: _Optional[int] = ...) -> None: ...

class GetQuarantinedResponse(_message.Message):
    __slots__ = ("item", "payload")
    ITEM_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    item: QuarantinedItem
    payload: bytes
    def __init__(self, item: _Optional[_Union[QuarantinedItem, _Mapping]] = ..., payload: _Optional[bytes] = ...) -> None: ...

class ReplayQuarantinedRequest(_message.Message):
    __slots__ = ("ids", "filter", "page_size", "page_token")
    IDS_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[int]
    filter: QuarantineFilter
    page_size: int
    page_token: str
    def __init__(self, ids: _Optional[_Iterable[int]] = ..., filter: _Optional[_Union[QuarantineFilter, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ReplayOutcome(_message.Message):
    __slots__ = ("id", "outcome", "reason", "detail")
    ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    id: int
    outcome: str
    reason: str
    detail: str
    def __init__(self, id: _Optional[int] = ..., outcome: _Optional[str] = ..., reason: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class ReplayQuarantinedResponse(_message.Message):
    __slots__ = ("outcomes", "stored", "duplicate", "corrected", "conflicting", "next_page_token")
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    STORED_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    CORRECTED_FIELD_NUMBER: _ClassVar[int]
    CONFLICTING_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[ReplayOutcome]
    stored: int
    duplicate: int
    corrected: int
    conflicting: int
    next_page_token: str
    def __init__(self, outcomes: _Optional[_Iterable[_Union[ReplayOutcome, _Mapping]]] = ..., stored: _Optional[int] = ..., duplicate: _Optional[int] = ..., corrected: _Optional[int] = ..., conflicting: _Optional[int] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DiscardQuarantinedRequest(_message.Message):
    __slots__ = ("ids", "filter", "reason", "page_size")
    IDS_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[int]
    filter: QuarantineFilter
    reason: str
    page_size: int
    def __init__(self, ids: _Optional[_Iterable[int]] = ..., filter: _Optional[_Union[QuarantineFilter, _Mapping]] = ..., reason: _Optional[str] = ..., page_size: _Optional[int] = ...) -> None: ...

class DiscardQuarantinedResponse(_message.Message):
    __slots__ = ("ids", "more")
    IDS_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[int]
    more: bool
    def __init__(self, ids: _Optional[_Iterable[int]] = ..., more: _Optional[bool] = ...) -> None: ...

class ListQuarantineResponse(_message.Message):
    __slots__ = ("items", "next_page_token")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[QuarantinedItem]
    next_page_token: str
    def __init__(self, items: _Optional[_Iterable[_Union[QuarantinedItem, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListRevisionsRequest(_message.Message):
    __slots__ = ("device", "page_size", "page_token")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    device: str
    page_size: int
    page_token: str
    def __init__(self, device: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class RevisedReading(_message.Message):
    __slots__ = ("series", "observed_at", "value", "revision", "received_at", "verdict", "standing_value")
    SERIES_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_AT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    STANDING_VALUE_FIELD_NUMBER: _ClassVar[int]
    series: SeriesName
    observed_at: _timestamp_pb2.Timestamp
    value: float
    revision: int
    received_at: _timestamp_pb2.Timestamp
    verdict: str
    standing_value: float
    def __init__(self, series: _Optional[_Union[SeriesName, _Mapping]] = ..., observed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., value: _Optional[float] = ..., revision: _Optional[int] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., verdict: _Optional[str] = ..., standing_value: _Optional[float] = ...) -> None: ...

class ListRevisionsResponse(_message.Message):
    __slots__ = ("readings", "next_page_token")
    READINGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    readings: _containers.RepeatedCompositeFieldContainer[RevisedReading]
    next_page_token: str
    def __init__(self, readings: _Optional[_Iterable[_Union[RevisedReading, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
