import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ioc.access.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListOnDutyRequest(_message.Message):
    __slots__ = ("at",)
    AT_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Called(_message.Message):
    __slots__ = ("step", "account", "name_vi", "phone", "ways")
    STEP_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    WAYS_FIELD_NUMBER: _ClassVar[int]
    step: int
    account: str
    name_vi: str
    phone: str
    ways: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, step: _Optional[int] = ..., account: _Optional[str] = ..., name_vi: _Optional[str] = ..., phone: _Optional[str] = ..., ways: _Optional[_Iterable[str]] = ...) -> None: ...

class OnDuty(_message.Message):
    __slots__ = ("id", "name_vi", "name_en", "areas", "rules", "devices", "datasets", "severity_from", "escalate", "people")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    AREAS_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    DEVICES_FIELD_NUMBER: _ClassVar[int]
    DATASETS_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FROM_FIELD_NUMBER: _ClassVar[int]
    ESCALATE_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    id: str
    name_vi: str
    name_en: str
    areas: _containers.RepeatedScalarFieldContainer[str]
    rules: _containers.RepeatedScalarFieldContainer[str]
    devices: _containers.RepeatedScalarFieldContainer[str]
    datasets: _containers.RepeatedScalarFieldContainer[str]
    severity_from: str
    escalate: str
    people: _containers.RepeatedCompositeFieldContainer[Called]
    def __init__(self, id: _Optional[str] = ..., name_vi: _Optional[str] = ..., name_en: _Optional[str] = ..., areas: _Optional[_Iterable[str]] = ..., rules: _Optional[_Iterable[str]] = ..., devices: _Optional[_Iterable[str]] = ..., datasets: _Optional[_Iterable[str]] = ..., severity_from: _Optional[str] = ..., escalate: _Optional[str] = ..., people: _Optional[_Iterable[_Union[Called, _Mapping]]] = ...) -> None: ...

class ListOnDutyResponse(_message.Message):
    __slots__ = ("duties",)
    DUTIES_FIELD_NUMBER: _ClassVar[int]
    duties: _containers.RepeatedCompositeFieldContainer[OnDuty]
    def __init__(self, duties: _Optional[_Iterable[_Union[OnDuty, _Mapping]]] = ...) -> None: ...

class ListDeliveriesRequest(_message.Message):
    __slots__ = ("alarm", "state", "page_size", "page_token")
    ALARM_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    alarm: int
    state: str
    page_size: int
    page_token: str
    def __init__(self, alarm: _Optional[int] = ..., state: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class Delivery(_message.Message):
    __slots__ = ("delivery", "alarm", "account", "way", "title_vi", "planned_at", "state", "ended_at", "attempts", "last_error")
    DELIVERY_FIELD_NUMBER: _ClassVar[int]
    ALARM_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    WAY_FIELD_NUMBER: _ClassVar[int]
    TITLE_VI_FIELD_NUMBER: _ClassVar[int]
    PLANNED_AT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    LAST_ERROR_FIELD_NUMBER: _ClassVar[int]
    delivery: int
    alarm: int
    account: str
    way: str
    title_vi: str
    planned_at: _timestamp_pb2.Timestamp
    state: str
    ended_at: _timestamp_pb2.Timestamp
    attempts: int
    last_error: str
    def __init__(self, delivery: _Optional[int] = ..., alarm: _Optional[int] = ..., account: _Optional[str] = ..., way: _Optional[str] = ..., title_vi: _Optional[str] = ..., planned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[str] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attempts: _Optional[int] = ..., last_error: _Optional[str] = ...) -> None: ...

class ListDeliveriesResponse(_message.Message):
    __slots__ = ("deliveries", "next_page_token")
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    deliveries: _containers.RepeatedCompositeFieldContainer[Delivery]
    next_page_token: str
    def __init__(self, deliveries: _Optional[_Iterable[_Union[Delivery, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Entry(_message.Message):
    __slots__ = ("entry", "at", "kind", "by", "alarm", "text", "hash")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    ALARM_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    entry: int
    at: _timestamp_pb2.Timestamp
    kind: str
    by: str
    alarm: int
    text: str
    hash: str
    def __init__(self, entry: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kind: _Optional[str] = ..., by: _Optional[str] = ..., alarm: _Optional[int] = ..., text: _Optional[str] = ..., hash: _Optional[str] = ...) -> None: ...

class AddEntryRequest(_message.Message):
    __slots__ = ("kind", "text", "alarm")
    KIND_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ALARM_FIELD_NUMBER: _ClassVar[int]
    kind: str
    text: str
    alarm: int
    def __init__(self, kind: _Optional[str] = ..., text: _Optional[str] = ..., alarm: _Optional[int] = ...) -> None: ...

class AddEntryResponse(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: Entry
    def __init__(self, entry: _Optional[_Union[Entry, _Mapping]] = ...) -> None: ...

class ListEntriesRequest(_message.Message):
    __slots__ = ("start", "end", "page_size", "page_token")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    def __init__(self, start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListEntriesResponse(_message.Message):
    __slots__ = ("entries", "next_page_token")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[Entry]
    next_page_token: str
    def __init__(self, entries: _Optional[_Iterable[_Union[Entry, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetHandoverRequest(_message.Message):
    __slots__ = ("since",)
    SINCE_FIELD_NUMBER: _ClassVar[int]
    since: _timestamp_pb2.Timestamp
    def __init__(self, since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class HandoverAlarm(_message.Message):
    __slots__ = ("alarm", "rule_vi", "subject", "severity", "state", "raised_at", "acknowledged_by", "shelved_until", "events")
    ALARM_FIELD_NUMBER: _ClassVar[int]
    RULE_VI_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RAISED_AT_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_BY_FIELD_NUMBER: _ClassVar[int]
    SHELVED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    alarm: int
    rule_vi: str
    subject: str
    severity: int
    state: str
    raised_at: _timestamp_pb2.Timestamp
    acknowledged_by: str
    shelved_until: _timestamp_pb2.Timestamp
    events: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, alarm: _Optional[int] = ..., rule_vi: _Optional[str] = ..., subject: _Optional[str] = ..., severity: _Optional[int] = ..., state: _Optional[str] = ..., raised_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., acknowledged_by: _Optional[str] = ..., shelved_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., events: _Optional[_Iterable[str]] = ...) -> None: ...

class GetHandoverResponse(_message.Message):
    __slots__ = ("since", "alarms", "entries", "total")
    SINCE_FIELD_NUMBER: _ClassVar[int]
    ALARMS_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    since: _timestamp_pb2.Timestamp
    alarms: _containers.RepeatedCompositeFieldContainer[HandoverAlarm]
    entries: _containers.RepeatedCompositeFieldContainer[Entry]
    total: int
    def __init__(self, since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., alarms: _Optional[_Iterable[_Union[HandoverAlarm, _Mapping]]] = ..., entries: _Optional[_Iterable[_Union[Entry, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class Anchor(_message.Message):
    __slots__ = ("entry", "hash")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    entry: int
    hash: str
    def __init__(self, entry: _Optional[int] = ..., hash: _Optional[str] = ...) -> None: ...

class VerifyJournalRequest(_message.Message):
    __slots__ = ("anchors",)
    ANCHORS_FIELD_NUMBER: _ClassVar[int]
    anchors: _containers.RepeatedCompositeFieldContainer[Anchor]
    def __init__(self, anchors: _Optional[_Iterable[_Union[Anchor, _Mapping]]] = ...) -> None: ...

class VerifyJournalResponse(_message.Message):
    __slots__ = ("entries", "hash", "wrong_entry", "wrong", "why_vi", "why_en")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    WRONG_ENTRY_FIELD_NUMBER: _ClassVar[int]
    WRONG_FIELD_NUMBER: _ClassVar[int]
    WHY_VI_FIELD_NUMBER: _ClassVar[int]
    WHY_EN_FIELD_NUMBER: _ClassVar[int]
    entries: int
    hash: str
    wrong_entry: int
    wrong: str
    why_vi: str
    why_en: str
    def __init__(self, entries: _Optional[int] = ..., hash: _Optional[str] = ..., wrong_entry: _Optional[int] = ..., wrong: _Optional[str] = ..., why_vi: _Optional[str] = ..., why_en: _Optional[str] = ...) -> None: ...
