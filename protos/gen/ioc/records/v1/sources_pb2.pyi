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

class PromiseState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROMISE_STATE_UNSPECIFIED: _ClassVar[PromiseState]
    PROMISE_STATE_ON_TIME: _ClassVar[PromiseState]
    PROMISE_STATE_LATE: _ClassVar[PromiseState]
    PROMISE_STATE_NEVER: _ClassVar[PromiseState]

class Breaker(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BREAKER_UNSPECIFIED: _ClassVar[Breaker]
    BREAKER_CLOSED: _ClassVar[Breaker]
    BREAKER_OPEN: _ClassVar[Breaker]
    BREAKER_HALF_OPEN: _ClassVar[Breaker]
PROMISE_STATE_UNSPECIFIED: PromiseState
PROMISE_STATE_ON_TIME: PromiseState
PROMISE_STATE_LATE: PromiseState
PROMISE_STATE_NEVER: PromiseState
BREAKER_UNSPECIFIED: Breaker
BREAKER_CLOSED: Breaker
BREAKER_OPEN: Breaker
BREAKER_HALF_OPEN: Breaker

class ListPromisesRequest(_message.Message):
    __slots__ = ("dataset", "organisation", "state", "page_size", "page_token")
    DATASET_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    dataset: str
    organisation: str
    state: PromiseState
    page_size: int
    page_token: str
    def __init__(self, dataset: _Optional[str] = ..., organisation: _Optional[str] = ..., state: _Optional[_Union[PromiseState, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class DutyContact(_message.Message):
    __slots__ = ("organisation", "account", "position_vi", "contact")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    POSITION_VI_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    account: str
    position_vi: str
    contact: str
    def __init__(self, organisation: _Optional[str] = ..., account: _Optional[str] = ..., position_vi: _Optional[str] = ..., contact: _Optional[str] = ...) -> None: ...

class PromiseStanding(_message.Message):
    __slots__ = ("dataset", "title_vi", "organisation", "organisation_vi", "state", "every", "heard_at", "due_at", "overdue_s", "duty_vi", "contacts")
    DATASET_FIELD_NUMBER: _ClassVar[int]
    TITLE_VI_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_VI_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    EVERY_FIELD_NUMBER: _ClassVar[int]
    HEARD_AT_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_S_FIELD_NUMBER: _ClassVar[int]
    DUTY_VI_FIELD_NUMBER: _ClassVar[int]
    CONTACTS_FIELD_NUMBER: _ClassVar[int]
    dataset: str
    title_vi: str
    organisation: str
    organisation_vi: str
    state: PromiseState
    every: str
    heard_at: _timestamp_pb2.Timestamp
    due_at: _timestamp_pb2.Timestamp
    overdue_s: int
    duty_vi: str
    contacts: _containers.RepeatedCompositeFieldContainer[DutyContact]
    def __init__(self, dataset: _Optional[str] = ..., title_vi: _Optional[str] = ..., organisation: _Optional[str] = ..., organisation_vi: _Optional[str] = ..., state: _Optional[_Union[PromiseState, str]] = ..., every: _Optional[str] = ..., heard_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., overdue_s: _Optional[int] = ..., duty_vi: _Optional[str] = ..., contacts: _Optional[_Iterable[_Union[DutyContact, _Mapping]]] = ...) -> None: ...

class ListPromisesResponse(_message.Message):
    __slots__ = ("promises", "next_page_token")
    PROMISES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    promises: _containers.RepeatedCompositeFieldContainer[PromiseStanding]
    next_page_token: str
    def __init__(self, promises: _Optional[_Iterable[_Union[PromiseStanding, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListSourcesRequest(_message.Message):
    __slots__ = ("dataset", "page_size", "page_token")
    DATASET_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    dataset: str
    page_size: int
    page_token: str
    def __init__(self, dataset: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class PulledSource(_message.Message):
    __slots__ = ("name", "dataset", "host", "every_s", "cursor", "succeeded_at", "failed_at", "last_error", "failures", "breaker", "rests_until", "due_at", "pages", "lines")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    HOST_FIELD_NUMBER: _ClassVar[int]
    EVERY_S_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    SUCCEEDED_AT_FIELD_NUMBER: _ClassVar[int]
    FAILED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_ERROR_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    BREAKER_FIELD_NUMBER: _ClassVar[int]
    RESTS_UNTIL_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    name: str
    dataset: str
    host: str
    every_s: float
    cursor: str
    succeeded_at: _timestamp_pb2.Timestamp
    failed_at: _timestamp_pb2.Timestamp
    last_error: str
    failures: int
    breaker: Breaker
    rests_until: _timestamp_pb2.Timestamp
    due_at: _timestamp_pb2.Timestamp
    pages: int
    lines: int
    def __init__(self, name: _Optional[str] = ..., dataset: _Optional[str] = ..., host: _Optional[str] = ..., every_s: _Optional[float] = ..., cursor: _Optional[str] = ..., succeeded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., failed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_error: _Optional[str] = ..., failures: _Optional[int] = ..., breaker: _Optional[_Union[Breaker, str]] = ..., rests_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pages: _Optional[int] = ..., lines: _Optional[int] = ...) -> None: ...

class ListSourcesResponse(_message.Message):
    __slots__ = ("sources", "next_page_token")
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    sources: _containers.RepeatedCompositeFieldContainer[PulledSource]
    next_page_token: str
    def __init__(self, sources: _Optional[_Iterable[_Union[PulledSource, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
