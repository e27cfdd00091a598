import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ioc.access.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Alarm(_message.Message):
    __slots__ = ("alarm", "revision", "rule", "rule_version", "rule_vi", "rule_en", "subject_kind", "subject", "device", "area_code", "state", "severity", "peak_severity", "began_at", "raised_at", "times", "value", "value_at", "unit", "why_vi", "why_en", "acknowledged_at", "acknowledged_by", "shelved_until", "shelved_by", "shelved_why", "escalations", "cleared_at", "closed_at", "unknown_since", "refuted", "suppressed", "group_alarm", "members", "unit_vi")
    ALARM_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    RULE_VERSION_FIELD_NUMBER: _ClassVar[int]
    RULE_VI_FIELD_NUMBER: _ClassVar[int]
    RULE_EN_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    AREA_CODE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    PEAK_SEVERITY_FIELD_NUMBER: _ClassVar[int]
    BEGAN_AT_FIELD_NUMBER: _ClassVar[int]
    RAISED_AT_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    VALUE_AT_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    WHY_VI_FIELD_NUMBER: _ClassVar[int]
    WHY_EN_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_AT_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_BY_FIELD_NUMBER: _ClassVar[int]
    SHELVED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    SHELVED_BY_FIELD_NUMBER: _ClassVar[int]
    SHELVED_WHY_FIELD_NUMBER: _ClassVar[int]
    ESCALATIONS_FIELD_NUMBER: _ClassVar[int]
    CLEARED_AT_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_SINCE_FIELD_NUMBER: _ClassVar[int]
    REFUTED_FIELD_NUMBER: _ClassVar[int]
    SUPPRESSED_FIELD_NUMBER: _ClassVar[int]
    GROUP_ALARM_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    UNIT_VI_FIELD_NUMBER: _ClassVar[int]
    alarm: int
    revision: int
    rule: str
    rule_version: int
    rule_vi: str
    rule_en: str
    subject_kind: str
    subject: str
    device: str
    area_code: str
    state: str
    severity: int
    peak_severity: int
    began_at: _timestamp_pb2.Timestamp
    raised_at: _timestamp_pb2.Timestamp
    times: int
    value: float
    value_at: _timestamp_pb2.Timestamp
    unit: str
    why_vi: str
    why_en: str
    acknowledged_at: _timestamp_pb2.Timestamp
    acknowledged_by: str
    shelved_until: _timestamp_pb2.Timestamp
    shelved_by: str
    shelved_why: str
    escalations: int
    cleared_at: _timestamp_pb2.Timestamp
    closed_at: _timestamp_pb2.Timestamp
    unknown_since: _timestamp_pb2.Timestamp
    refuted: bool
    suppressed: str
    group_alarm: int
    members: int
    unit_vi: str
    def __init__(self, alarm: _Optional[int] = ..., revision: _Optional[int] = ..., rule: _Optional[str] = ..., rule_version: _Optional[int] = ..., rule_vi: _Optional[str] = ..., rule_en: _Optional[str] = ..., subject_kind: _Optional[str] = ..., subject: _Optional[str] = ..., device: _Optional[str] = ..., area_code: _Optional[str] = ..., state: _Optional[str] = ..., severity: _Optional[int] = ..., peak_severity: _Optional[int] = ..., began_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., raised_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., times: _Optional[int] = ..., value: _Optional[float] = ..., value_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., unit: _Optional[str] = ..., why_vi: _Optional[str] = ..., why_en: _Optional[str] = ..., acknowledged_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., acknowledged_by: _Optional[str] = ..., shelved_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., shelved_by: _Optional[str] = ..., shelved_why: _Optional[str] = ..., escalations: _Optional[int] = ..., cleared_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., unknown_since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., refuted: _Optional[bool] = ..., suppressed: _Optional[str] = ..., group_alarm: _Optional[int] = ..., members: _Optional[int] = ..., unit_vi: _Optional[str] = ...) -> None: ...

class AlarmChange(_message.Message):
    __slots__ = ("change", "at", "event", "was", "by", "note")
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    WAS_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    change: int
    at: _timestamp_pb2.Timestamp
    event: str
    was: str
    by: str
    note: str
    def __init__(self, change: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., event: _Optional[str] = ..., was: _Optional[str] = ..., by: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...

class ListAlarmsRequest(_message.Message):
    __slots__ = ("states", "severity_from", "rule", "device", "area_code", "group_alarm", "with_suppressed", "start", "end", "page_size", "page_token")
    STATES_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FROM_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    AREA_CODE_FIELD_NUMBER: _ClassVar[int]
    GROUP_ALARM_FIELD_NUMBER: _ClassVar[int]
    WITH_SUPPRESSED_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    states: _containers.RepeatedScalarFieldContainer[str]
    severity_from: int
    rule: str
    device: str
    area_code: str
    group_alarm: int
    with_suppressed: bool
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    def __init__(self, states: _Optional[_Iterable[str]] = ..., severity_from: _Optional[int] = ..., rule: _Optional[str] = ..., device: _Optional[str] = ..., area_code: _Optional[str] = ..., group_alarm: _Optional[int] = ..., with_suppressed: _Optional[bool] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAlarmsResponse(_message.Message):
    __slots__ = ("alarms", "next_page_token")
    ALARMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    alarms: _containers.RepeatedCompositeFieldContainer[Alarm]
    next_page_token: str
    def __init__(self, alarms: _Optional[_Iterable[_Union[Alarm, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchAlarmsRequest(_message.Message):
    __slots__ = ("rules", "severity_from", "resume_token", "area_codes")
    RULES_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FROM_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    AREA_CODES_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedScalarFieldContainer[str]
    severity_from: int
    resume_token: str
    area_codes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, rules: _Optional[_Iterable[str]] = ..., severity_from: _Optional[int] = ..., resume_token: _Optional[str] = ..., area_codes: _Optional[_Iterable[str]] = ...) -> None: ...

class WatchedChange(_message.Message):
    __slots__ = ("change", "alarm")
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    ALARM_FIELD_NUMBER: _ClassVar[int]
    change: AlarmChange
    alarm: Alarm
    def __init__(self, change: _Optional[_Union[AlarmChange, _Mapping]] = ..., alarm: _Optional[_Union[Alarm, _Mapping]] = ...) -> None: ...

class WatchAlarmsResponse(_message.Message):
    __slots__ = ("resume_token", "position", "changes", "trace_id")
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    resume_token: str
    position: int
    changes: _containers.RepeatedCompositeFieldContainer[WatchedChange]
    trace_id: str
    def __init__(self, resume_token: _Optional[str] = ..., position: _Optional[int] = ..., changes: _Optional[_Iterable[_Union[WatchedChange, _Mapping]]] = ..., trace_id: _Optional[str] = ...) -> None: ...

class AcknowledgeRequest(_message.Message):
    __slots__ = ("alarm", "note", "revision")
    ALARM_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    alarm: int
    note: str
    revision: int
    def __init__(self, alarm: _Optional[int] = ..., note: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class AcknowledgeResponse(_message.Message):
    __slots__ = ("alarm",)
    ALARM_FIELD_NUMBER: _ClassVar[int]
    alarm: Alarm
    def __init__(self, alarm: _Optional[_Union[Alarm, _Mapping]] = ...) -> None: ...

class ShelveRequest(_message.Message):
    __slots__ = ("alarm", "until", "why", "revision")
    ALARM_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    alarm: int
    until: _timestamp_pb2.Timestamp
    why: str
    revision: int
    def __init__(self, alarm: _Optional[int] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., why: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class ShelveResponse(_message.Message):
    __slots__ = ("alarm",)
    ALARM_FIELD_NUMBER: _ClassVar[int]
    alarm: Alarm
    def __init__(self, alarm: _Optional[_Union[Alarm, _Mapping]] = ...) -> None: ...

class UnshelveRequest(_message.Message):
    __slots__ = ("alarm", "note", "revision")
    ALARM_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    alarm: int
    note: str
    revision: int
    def __init__(self, alarm: _Optional[int] = ..., note: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class UnshelveResponse(_message.Message):
    __slots__ = ("alarm",)
    ALARM_FIELD_NUMBER: _ClassVar[int]
    alarm: Alarm
    def __init__(self, alarm: _Optional[_Union[Alarm, _Mapping]] = ...) -> None: ...

class AddNoteRequest(_message.Message):
    __slots__ = ("alarm", "text")
    ALARM_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    alarm: int
    text: str
    def __init__(self, alarm: _Optional[int] = ..., text: _Optional[str] = ...) -> None: ...

class AddNoteResponse(_message.Message):
    __slots__ = ("alarm",)
    ALARM_FIELD_NUMBER: _ClassVar[int]
    alarm: Alarm
    def __init__(self, alarm: _Optional[_Union[Alarm, _Mapping]] = ...) -> None: ...

class GetHistoryRequest(_message.Message):
    __slots__ = ("alarm", "start", "end")
    ALARM_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    alarm: int
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    def __init__(self, alarm: _Optional[int] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class EpisodeLevel(_message.Message):
    __slots__ = ("at", "severity")
    AT_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    severity: int
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., severity: _Optional[int] = ...) -> None: ...

class Episode(_message.Message):
    __slots__ = ("began_at", "ended_at", "levels", "peak", "peak_at", "end_why", "rule_version", "known_at")
    BEGAN_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    PEAK_FIELD_NUMBER: _ClassVar[int]
    PEAK_AT_FIELD_NUMBER: _ClassVar[int]
    END_WHY_FIELD_NUMBER: _ClassVar[int]
    RULE_VERSION_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    began_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    levels: _containers.RepeatedCompositeFieldContainer[EpisodeLevel]
    peak: float
    peak_at: _timestamp_pb2.Timestamp
    end_why: str
    rule_version: int
    known_at: _timestamp_pb2.Timestamp
    def __init__(self, began_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., levels: _Optional[_Iterable[_Union[EpisodeLevel, _Mapping]]] = ..., peak: _Optional[float] = ..., peak_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_why: _Optional[str] = ..., rule_version: _Optional[int] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetHistoryResponse(_message.Message):
    __slots__ = ("alarm", "changes", "total_changes", "episodes")
    ALARM_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_CHANGES_FIELD_NUMBER: _ClassVar[int]
    EPISODES_FIELD_NUMBER: _ClassVar[int]
    alarm: Alarm
    changes: _containers.RepeatedCompositeFieldContainer[AlarmChange]
    total_changes: int
    episodes: _containers.RepeatedCompositeFieldContainer[Episode]
    def __init__(self, alarm: _Optional[_Union[Alarm, _Mapping]] = ..., changes: _Optional[_Iterable[_Union[AlarmChange, _Mapping]]] = ..., total_changes: _Optional[int] = ..., episodes: _Optional[_Iterable[_Union[Episode, _Mapping]]] = ...) -> None: ...

class ListRulesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RuleLevel(_message.Message):
    __slots__ = ("severity", "above", "below")
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    ABOVE_FIELD_NUMBER: _ClassVar[int]
    BELOW_FIELD_NUMBER: _ClassVar[int]
    severity: int
    above: float
    below: float
    def __init__(self, severity: _Optional[int] = ..., above: _Optional[float] = ..., below: _Optional[float] = ...) -> None: ...

class Rule(_message.Message):
    __slots__ = ("rule", "version", "kind", "name_vi", "name_en", "do_vi", "do_en", "unit_vi", "unit_en", "levels", "applied_at", "definition")
    RULE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    DO_VI_FIELD_NUMBER: _ClassVar[int]
    DO_EN_FIELD_NUMBER: _ClassVar[int]
    UNIT_VI_FIELD_NUMBER: _ClassVar[int]
    UNIT_EN_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    APPLIED_AT_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    rule: str
    version: int
    kind: str
    name_vi: str
    name_en: str
    do_vi: str
    do_en: str
    unit_vi: str
    unit_en: str
    levels: _containers.RepeatedCompositeFieldContainer[RuleLevel]
    applied_at: _timestamp_pb2.Timestamp
    definition: str
    def __init__(self, rule: _Optional[str] = ..., version: _Optional[int] = ..., kind: _Optional[str] = ..., name_vi: _Optional[str] = ..., name_en: _Optional[str] = ..., do_vi: _Optional[str] = ..., do_en: _Optional[str] = ..., unit_vi: _Optional[str] = ..., unit_en: _Optional[str] = ..., levels: _Optional[_Iterable[_Union[RuleLevel, _Mapping]]] = ..., applied_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., definition: _Optional[str] = ...) -> None: ...

class ListRulesResponse(_message.Message):
    __slots__ = ("rules",)
    RULES_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[Rule]
    def __init__(self, rules: _Optional[_Iterable[_Union[Rule, _Mapping]]] = ...) -> None: ...
