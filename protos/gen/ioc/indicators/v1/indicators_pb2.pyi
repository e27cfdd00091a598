import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ioc.access.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ValueState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VALUE_STATE_UNSPECIFIED: _ClassVar[ValueState]
    VALUE_STATE_PROVISIONAL: _ClassVar[ValueState]
    VALUE_STATE_FINAL: _ClassVar[ValueState]
    VALUE_STATE_RESTATED: _ClassVar[ValueState]
VALUE_STATE_UNSPECIFIED: ValueState
VALUE_STATE_PROVISIONAL: ValueState
VALUE_STATE_FINAL: ValueState
VALUE_STATE_RESTATED: ValueState

class Indicator(_message.Message):
    __slots__ = ("indicator", "catalogue_id", "name_vi", "name_en", "unit", "period_s", "formula_version", "period")
    INDICATOR_FIELD_NUMBER: _ClassVar[int]
    CATALOGUE_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    PERIOD_S_FIELD_NUMBER: _ClassVar[int]
    FORMULA_VERSION_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    indicator: str
    catalogue_id: str
    name_vi: str
    name_en: str
    unit: str
    period_s: int
    formula_version: int
    period: str
    def __init__(self, indicator: _Optional[str] = ..., catalogue_id: _Optional[str] = ..., name_vi: _Optional[str] = ..., name_en: _Optional[str] = ..., unit: _Optional[str] = ..., period_s: _Optional[int] = ..., formula_version: _Optional[int] = ..., period: _Optional[str] = ...) -> None: ...

class ListIndicatorsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListIndicatorsResponse(_message.Message):
    __slots__ = ("indicators",)
    INDICATORS_FIELD_NUMBER: _ClassVar[int]
    indicators: _containers.RepeatedCompositeFieldContainer[Indicator]
    def __init__(self, indicators: _Optional[_Iterable[_Union[Indicator, _Mapping]]] = ...) -> None: ...

class Value(_message.Message):
    __slots__ = ("indicator", "subject_kind", "subject", "period_start", "value", "state", "version", "known_at", "newest_input_at", "inputs_expected", "inputs_used", "formula_version", "input_position")
    INDICATOR_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    PERIOD_START_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    NEWEST_INPUT_AT_FIELD_NUMBER: _ClassVar[int]
    INPUTS_EXPECTED_FIELD_NUMBER: _ClassVar[int]
    INPUTS_USED_FIELD_NUMBER: _ClassVar[int]
    FORMULA_VERSION_FIELD_NUMBER: _ClassVar[int]
    INPUT_POSITION_FIELD_NUMBER: _ClassVar[int]
    indicator: str
    subject_kind: str
    subject: str
    period_start: _timestamp_pb2.Timestamp
    value: float
    state: ValueState
    version: int
    known_at: _timestamp_pb2.Timestamp
    newest_input_at: _timestamp_pb2.Timestamp
    inputs_expected: int
    inputs_used: int
    formula_version: int
    input_position: int
    def __init__(self, indicator: _Optional[str] = ..., subject_kind: _Optional[str] = ..., subject: _Optional[str] = ..., period_start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., value: _Optional[float] = ..., state: _Optional[_Union[ValueState, str]] = ..., version: _Optional[int] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., newest_input_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., inputs_expected: _Optional[int] = ..., inputs_used: _Optional[int] = ..., formula_version: _Optional[int] = ..., input_position: _Optional[int] = ...) -> None: ...

class GetLatestValuesRequest(_message.Message):
    __slots__ = ("indicator", "subjects")
    INDICATOR_FIELD_NUMBER: _ClassVar[int]
    SUBJECTS_FIELD_NUMBER: _ClassVar[int]
    indicator: str
    subjects: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, indicator: _Optional[str] = ..., subjects: _Optional[_Iterable[str]] = ...) -> None: ...

class GetLatestValuesResponse(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedCompositeFieldContainer[Value]
    def __init__(self, values: _Optional[_Iterable[_Union[Value, _Mapping]]] = ...) -> None: ...

class GetValuesRequest(_message.Message):
    __slots__ = ("indicator", "subject", "start", "end", "page_size", "page_token")
    INDICATOR_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    indicator: str
    subject: str
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    def __init__(self, indicator: _Optional[str] = ..., subject: _Optional[str] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class GetValuesResponse(_message.Message):
    __slots__ = ("values", "next_page_token")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedCompositeFieldContainer[Value]
    next_page_token: str
    def __init__(self, values: _Optional[_Iterable[_Union[Value, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchValuesRequest(_message.Message):
    __slots__ = ("indicators", "resume_token")
    INDICATORS_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    indicators: _containers.RepeatedScalarFieldContainer[str]
    resume_token: str
    def __init__(self, indicators: _Optional[_Iterable[str]] = ..., resume_token: _Optional[str] = ...) -> None: ...

class WatchValuesResponse(_message.Message):
    __slots__ = ("resume_token", "position", "values", "trace_id")
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    resume_token: str
    position: int
    values: _containers.RepeatedCompositeFieldContainer[Value]
    trace_id: str
    def __init__(self, resume_token: _Optional[str] = ..., position: _Optional[int] = ..., values: _Optional[_Iterable[_Union[Value, _Mapping]]] = ..., trace_id: _Optional[str] = ...) -> None: ...
