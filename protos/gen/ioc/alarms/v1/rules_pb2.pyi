import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ioc.access.v1 import access_pb2 as _access_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RuleFile(_message.Message):
    __slots__ = ("name", "text")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    name: str
    text: str
    def __init__(self, name: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class PlanRulesRequest(_message.Message):
    __slots__ = ("files", "whole", "start", "end", "without_trial")
    FILES_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_TRIAL_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[RuleFile]
    whole: bool
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    without_trial: bool
    def __init__(self, files: _Optional[_Iterable[_Union[RuleFile, _Mapping]]] = ..., whole: _Optional[bool] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., without_trial: _Optional[bool] = ...) -> None: ...

class RuleChange(_message.Message):
    __slots__ = ("rule", "change", "kind", "name_vi", "name_en")
    RULE_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    rule: str
    change: str
    kind: str
    name_vi: str
    name_en: str
    def __init__(self, rule: _Optional[str] = ..., change: _Optional[str] = ..., kind: _Optional[str] = ..., name_vi: _Optional[str] = ..., name_en: _Optional[str] = ...) -> None: ...

class SeverityCount(_message.Message):
    __slots__ = ("severity", "count")
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    severity: int
    count: int
    def __init__(self, severity: _Optional[int] = ..., count: _Optional[int] = ...) -> None: ...

class RuleCount(_message.Message):
    __slots__ = ("episodes", "raised", "by_severity", "most_a_day", "busiest_day")
    EPISODES_FIELD_NUMBER: _ClassVar[int]
    RAISED_FIELD_NUMBER: _ClassVar[int]
    BY_SEVERITY_FIELD_NUMBER: _ClassVar[int]
    MOST_A_DAY_FIELD_NUMBER: _ClassVar[int]
    BUSIEST_DAY_FIELD_NUMBER: _ClassVar[int]
    episodes: int
    raised: int
    by_severity: _containers.RepeatedCompositeFieldContainer[SeverityCount]
    most_a_day: int
    busiest_day: str
    def __init__(self, episodes: _Optional[int] = ..., raised: _Optional[int] = ..., by_severity: _Optional[_Iterable[_Union[SeverityCount, _Mapping]]] = ..., most_a_day: _Optional[int] = ..., busiest_day: _Optional[str] = ...) -> None: ...

class RuleExample(_message.Message):
    __slots__ = ("subject_kind", "subject", "began_at", "ended_at", "severity", "peak", "unit_vi", "unit_en")
    SUBJECT_KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    BEGAN_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    PEAK_FIELD_NUMBER: _ClassVar[int]
    UNIT_VI_FIELD_NUMBER: _ClassVar[int]
    UNIT_EN_FIELD_NUMBER: _ClassVar[int]
    subject_kind: str
    subject: str
    began_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    severity: int
    peak: float
    unit_vi: str
    unit_en: str
    def __init__(self, subject_kind: _Optional[str] = ..., subject: _Optional[str] = ..., began_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., severity: _Optional[int] = ..., peak: _Optional[float] = ..., unit_vi: _Optional[str] = ..., unit_en: _Optional[str] = ...) -> None: ...

class RuleOutcome(_message.Message):
    __slots__ = ("rule", "before", "after", "no_longer", "anew", "examples_no_longer", "examples_anew", "looked_at_from")
    RULE_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    NO_LONGER_FIELD_NUMBER: _ClassVar[int]
    ANEW_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_NO_LONGER_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_ANEW_FIELD_NUMBER: _ClassVar[int]
    LOOKED_AT_FROM_FIELD_NUMBER: _ClassVar[int]
    rule: str
    before: RuleCount
    after: RuleCount
    no_longer: int
    anew: int
    examples_no_longer: _containers.RepeatedCompositeFieldContainer[RuleExample]
    examples_anew: _containers.RepeatedCompositeFieldContainer[RuleExample]
    looked_at_from: _timestamp_pb2.Timestamp
    def __init__(self, rule: _Optional[str] = ..., before: _Optional[_Union[RuleCount, _Mapping]] = ..., after: _Optional[_Union[RuleCount, _Mapping]] = ..., no_longer: _Optional[int] = ..., anew: _Optional[int] = ..., examples_no_longer: _Optional[_Iterable[_Union[RuleExample, _Mapping]]] = ..., examples_anew: _Optional[_Iterable[_Union[RuleExample, _Mapping]]] = ..., looked_at_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PlanRulesResponse(_message.Message):
    __slots__ = ("changes", "plan_sha256", "start", "end", "to_try", "tried", "outcomes")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    PLAN_SHA256_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    TO_TRY_FIELD_NUMBER: _ClassVar[int]
    TRIED_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[RuleChange]
    plan_sha256: str
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    to_try: int
    tried: int
    outcomes: _containers.RepeatedCompositeFieldContainer[RuleOutcome]
    def __init__(self, changes: _Optional[_Iterable[_Union[RuleChange, _Mapping]]] = ..., plan_sha256: _Optional[str] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., to_try: _Optional[int] = ..., tried: _Optional[int] = ..., outcomes: _Optional[_Iterable[_Union[RuleOutcome, _Mapping]]] = ...) -> None: ...

class ApplyRulesRequest(_message.Message):
    __slots__ = ("files", "whole", "plan_sha256")
    FILES_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    PLAN_SHA256_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[RuleFile]
    whole: bool
    plan_sha256: str
    def __init__(self, files: _Optional[_Iterable[_Union[RuleFile, _Mapping]]] = ..., whole: _Optional[bool] = ..., plan_sha256: _Optional[str] = ...) -> None: ...

class ApplyRulesResponse(_message.Message):
    __slots__ = ("changes", "applied_at")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    APPLIED_AT_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[RuleChange]
    applied_at: _timestamp_pb2.Timestamp
    def __init__(self, changes: _Optional[_Iterable[_Union[RuleChange, _Mapping]]] = ..., applied_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
