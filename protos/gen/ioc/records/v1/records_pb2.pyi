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

class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERDICT_UNSPECIFIED: _ClassVar[Verdict]
    VERDICT_STORED: _ClassVar[Verdict]
    VERDICT_DUPLICATE: _ClassVar[Verdict]
    VERDICT_CORRECTED: _ClassVar[Verdict]
    VERDICT_REJECTED: _ClassVar[Verdict]

class Approval(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    APPROVAL_UNSPECIFIED: _ClassVar[Approval]
    APPROVAL_NOT_NEEDED: _ClassVar[Approval]
    APPROVAL_PENDING: _ClassVar[Approval]
    APPROVAL_APPROVED: _ClassVar[Approval]
    APPROVAL_REFUSED: _ClassVar[Approval]

class ClockState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLOCK_STATE_UNSPECIFIED: _ClassVar[ClockState]
    CLOCK_STATE_NOT_STARTED: _ClassVar[ClockState]
    CLOCK_STATE_RUNNING: _ClassVar[ClockState]
    CLOCK_STATE_PAUSED: _ClassVar[ClockState]
    CLOCK_STATE_STOPPED: _ClassVar[ClockState]

class Deadline(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEADLINE_UNSPECIFIED: _ClassVar[Deadline]
    DEADLINE_AHEAD: _ClassVar[Deadline]
    DEADLINE_OVERDUE: _ClassVar[Deadline]
    DEADLINE_MET: _ClassVar[Deadline]
    DEADLINE_MISSED: _ClassVar[Deadline]
VERDICT_UNSPECIFIED: Verdict
VERDICT_STORED: Verdict
VERDICT_DUPLICATE: Verdict
VERDICT_CORRECTED: Verdict
VERDICT_REJECTED: Verdict
APPROVAL_UNSPECIFIED: Approval
APPROVAL_NOT_NEEDED: Approval
APPROVAL_PENDING: Approval
APPROVAL_APPROVED: Approval
APPROVAL_REFUSED: Approval
CLOCK_STATE_UNSPECIFIED: ClockState
CLOCK_STATE_NOT_STARTED: ClockState
CLOCK_STATE_RUNNING: ClockState
CLOCK_STATE_PAUSED: ClockState
CLOCK_STATE_STOPPED: ClockState
DEADLINE_UNSPECIFIED: Deadline
DEADLINE_AHEAD: Deadline
DEADLINE_OVERDUE: Deadline
DEADLINE_MET: Deadline
DEADLINE_MISSED: Deadline

class Field(_message.Message):
    __slots__ = ("name", "title_vi", "title_en", "type", "required", "unit", "personal", "choices")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_VI_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    PERSONAL_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    name: str
    title_vi: str
    title_en: str
    type: str
    required: bool
    unit: str
    personal: str
    choices: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., title_vi: _Optional[str] = ..., title_en: _Optional[str] = ..., type: _Optional[str] = ..., required: _Optional[bool] = ..., unit: _Optional[str] = ..., personal: _Optional[str] = ..., choices: _Optional[_Iterable[str]] = ...) -> None: ...

class Dataset(_message.Message):
    __slots__ = ("key", "title_vi", "title_en", "system_vi", "kind", "identity", "event_time", "fields", "indicators", "approval", "promise_every", "duty_vi", "has_life_cycle", "declaration")
    KEY_FIELD_NUMBER: _ClassVar[int]
    TITLE_VI_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_VI_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    INDICATORS_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    PROMISE_EVERY_FIELD_NUMBER: _ClassVar[int]
    DUTY_VI_FIELD_NUMBER: _ClassVar[int]
    HAS_LIFE_CYCLE_FIELD_NUMBER: _ClassVar[int]
    DECLARATION_FIELD_NUMBER: _ClassVar[int]
    key: str
    title_vi: str
    title_en: str
    system_vi: str
    kind: str
    identity: _containers.RepeatedScalarFieldContainer[str]
    event_time: str
    fields: _containers.RepeatedCompositeFieldContainer[Field]
    indicators: _containers.RepeatedScalarFieldContainer[str]
    approval: bool
    promise_every: str
    duty_vi: str
    has_life_cycle: bool
    declaration: str
    def __init__(self, key: _Optional[str] = ..., title_vi: _Optional[str] = ..., title_en: _Optional[str] = ..., system_vi: _Optional[str] = ..., kind: _Optional[str] = ..., identity: _Optional[_Iterable[str]] = ..., event_time: _Optional[str] = ..., fields: _Optional[_Iterable[_Union[Field, _Mapping]]] = ..., indicators: _Optional[_Iterable[str]] = ..., approval: _Optional[bool] = ..., promise_every: _Optional[str] = ..., duty_vi: _Optional[str] = ..., has_life_cycle: _Optional[bool] = ..., declaration: _Optional[str] = ...) -> None: ...

class ListDatasetsRequest(_message.Message):
    __slots__ = ("key",)
    KEY_FIELD_NUMBER: _ClassVar[int]
    key: str
    def __init__(self, key: _Optional[str] = ...) -> None: ...

class ListDatasetsResponse(_message.Message):
    __slots__ = ("datasets",)
    DATASETS_FIELD_NUMBER: _ClassVar[int]
    datasets: _containers.RepeatedCompositeFieldContainer[Dataset]
    def __init__(self, datasets: _Optional[_Iterable[_Union[Dataset, _Mapping]]] = ...) -> None: ...

class Header(_message.Message):
    __slots__ = ("dataset", "idempotency_key", "validate_only", "author", "document", "content_sha256")
    DATASET_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    CONTENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    dataset: str
    idempotency_key: str
    validate_only: bool
    author: str
    document: str
    content_sha256: str
    def __init__(self, dataset: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., validate_only: _Optional[bool] = ..., author: _Optional[str] = ..., document: _Optional[str] = ..., content_sha256: _Optional[str] = ...) -> None: ...

class Cell(_message.Message):
    __slots__ = ("text", "integer", "number", "boolean")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    INTEGER_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    BOOLEAN_FIELD_NUMBER: _ClassVar[int]
    text: str
    integer: int
    number: float
    boolean: bool
    def __init__(self, text: _Optional[str] = ..., integer: _Optional[int] = ..., number: _Optional[float] = ..., boolean: _Optional[bool] = ...) -> None: ...

class Column(_message.Message):
    __slots__ = ("field", "texts", "cells")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    field: str
    texts: _containers.RepeatedScalarFieldContainer[str]
    cells: _containers.RepeatedCompositeFieldContainer[Cell]
    def __init__(self, field: _Optional[str] = ..., texts: _Optional[_Iterable[str]] = ..., cells: _Optional[_Iterable[_Union[Cell, _Mapping]]] = ...) -> None: ...

class Unreadable(_message.Message):
    __slots__ = ("line", "reason", "detail_vi", "detail_en")
    LINE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAIL_VI_FIELD_NUMBER: _ClassVar[int]
    DETAIL_EN_FIELD_NUMBER: _ClassVar[int]
    line: int
    reason: str
    detail_vi: str
    detail_en: str
    def __init__(self, line: _Optional[int] = ..., reason: _Optional[str] = ..., detail_vi: _Optional[str] = ..., detail_en: _Optional[str] = ...) -> None: ...

class Chunk(_message.Message):
    __slots__ = ("lines", "columns", "unreadable")
    LINES_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    UNREADABLE_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedScalarFieldContainer[int]
    columns: _containers.RepeatedCompositeFieldContainer[Column]
    unreadable: _containers.RepeatedCompositeFieldContainer[Unreadable]
    def __init__(self, lines: _Optional[_Iterable[int]] = ..., columns: _Optional[_Iterable[_Union[Column, _Mapping]]] = ..., unreadable: _Optional[_Iterable[_Union[Unreadable, _Mapping]]] = ...) -> None: ...

class SubmitRequest(_message.Message):
    __slots__ = ("header", "chunk")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    header: Header
    chunk: Chunk
    def __init__(self, header: _Optional[_Union[Header, _Mapping]] = ..., chunk: _Optional[_Union[Chunk, _Mapping]] = ...) -> None: ...

class SubmitResponse(_message.Message):
    __slots__ = ("batch", "rejected")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    batch: Batch
    rejected: _containers.RepeatedCompositeFieldContainer[RejectedRow]
    def __init__(self, batch: _Optional[_Union[Batch, _Mapping]] = ..., rejected: _Optional[_Iterable[_Union[RejectedRow, _Mapping]]] = ...) -> None: ...

class Batch(_message.Message):
    __slots__ = ("batch", "dataset", "idempotency_key", "submitted_by", "author", "document", "opened_at", "completed_at", "last_line", "lines", "stored", "duplicate", "corrected", "rejected", "late", "approval", "decided_by", "decided_at", "withdrawn_at", "withdrawn_by", "reason_given")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_BY_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_LINE_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    STORED_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    CORRECTED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_AT_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_BY_FIELD_NUMBER: _ClassVar[int]
    REASON_GIVEN_FIELD_NUMBER: _ClassVar[int]
    batch: int
    dataset: str
    idempotency_key: str
    submitted_by: str
    author: str
    document: str
    opened_at: _timestamp_pb2.Timestamp
    completed_at: _timestamp_pb2.Timestamp
    last_line: int
    lines: int
    stored: int
    duplicate: int
    corrected: int
    rejected: int
    late: int
    approval: Approval
    decided_by: str
    decided_at: _timestamp_pb2.Timestamp
    withdrawn_at: _timestamp_pb2.Timestamp
    withdrawn_by: str
    reason_given: str
    def __init__(self, batch: _Optional[int] = ..., dataset: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., submitted_by: _Optional[str] = ..., author: _Optional[str] = ..., document: _Optional[str] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_line: _Optional[int] = ..., lines: _Optional[int] = ..., stored: _Optional[int] = ..., duplicate: _Optional[int] = ..., corrected: _Optional[int] = ..., rejected: _Optional[int] = ..., late: _Optional[int] = ..., approval: _Optional[_Union[Approval, str]] = ..., decided_by: _Optional[str] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdrawn_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdrawn_by: _Optional[str] = ..., reason_given: _Optional[str] = ...) -> None: ...

class RejectedRow(_message.Message):
    __slots__ = ("line", "field", "reason", "detail_vi", "detail_en", "cells_json")
    LINE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DETAIL_VI_FIELD_NUMBER: _ClassVar[int]
    DETAIL_EN_FIELD_NUMBER: _ClassVar[int]
    CELLS_JSON_FIELD_NUMBER: _ClassVar[int]
    line: int
    field: str
    reason: str
    detail_vi: str
    detail_en: str
    cells_json: str
    def __init__(self, line: _Optional[int] = ..., field: _Optional[str] = ..., reason: _Optional[str] = ..., detail_vi: _Optional[str] = ..., detail_en: _Optional[str] = ..., cells_json: _Optional[str] = ...) -> None: ...

class GetBatchRequest(_message.Message):
    __slots__ = ("batch", "idempotency_key")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    batch: int
    idempotency_key: str
    def __init__(self, batch: _Optional[int] = ..., idempotency_key: _Optional[str] = ...) -> None: ...

class GetBatchResponse(_message.Message):
    __slots__ = ("batch",)
    BATCH_FIELD_NUMBER: _ClassVar[int]
    batch: Batch
    def __init__(self, batch: _Optional[_Union[Batch, _Mapping]] = ...) -> None: ...

class ListBatchesRequest(_message.Message):
    __slots__ = ("dataset", "approval", "page_size", "page_token")
    DATASET_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    dataset: str
    approval: Approval
    page_size: int
    page_token: str
    def __init__(self, dataset: _Optional[str] = ..., approval: _Optional[_Union[Approval, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListBatchesResponse(_message.Message):
    __slots__ = ("batches", "next_page_token")
    BATCHES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    batches: _containers.RepeatedCompositeFieldContainer[Batch]
    next_page_token: str
    def __init__(self, batches: _Optional[_Iterable[_Union[Batch, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListVerdictsRequest(_message.Message):
    __slots__ = ("batch", "page_token")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    batch: int
    page_token: str
    def __init__(self, batch: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListVerdictsResponse(_message.Message):
    __slots__ = ("lines", "verdicts", "late", "next_page_token")
    LINES_FIELD_NUMBER: _ClassVar[int]
    VERDICTS_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedScalarFieldContainer[int]
    verdicts: _containers.RepeatedScalarFieldContainer[Verdict]
    late: _containers.RepeatedScalarFieldContainer[bool]
    next_page_token: str
    def __init__(self, lines: _Optional[_Iterable[int]] = ..., verdicts: _Optional[_Iterable[_Union[Verdict, str]]] = ..., late: _Optional[_Iterable[bool]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListRejectedRequest(_message.Message):
    __slots__ = ("batch", "page_size", "page_token")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    batch: int
    page_size: int
    page_token: str
    def __init__(self, batch: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRejectedResponse(_message.Message):
    __slots__ = ("rows", "next_page_token")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    rows: _containers.RepeatedCompositeFieldContainer[RejectedRow]
    next_page_token: str
    def __init__(self, rows: _Optional[_Iterable[_Union[RejectedRow, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Mend(_message.Message):
    __slots__ = ("line", "cells_json")
    LINE_FIELD_NUMBER: _ClassVar[int]
    CELLS_JSON_FIELD_NUMBER: _ClassVar[int]
    line: int
    cells_json: str
    def __init__(self, line: _Optional[int] = ..., cells_json: _Optional[str] = ...) -> None: ...

class MendRowsRequest(_message.Message):
    __slots__ = ("batch", "rows")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    batch: int
    rows: _containers.RepeatedCompositeFieldContainer[Mend]
    def __init__(self, batch: _Optional[int] = ..., rows: _Optional[_Iterable[_Union[Mend, _Mapping]]] = ...) -> None: ...

class MendRowsResponse(_message.Message):
    __slots__ = ("batch", "rejected")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    batch: Batch
    rejected: _containers.RepeatedCompositeFieldContainer[RejectedRow]
    def __init__(self, batch: _Optional[_Union[Batch, _Mapping]] = ..., rejected: _Optional[_Iterable[_Union[RejectedRow, _Mapping]]] = ...) -> None: ...

class WithdrawBatchRequest(_message.Message):
    __slots__ = ("batch", "reason")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    batch: int
    reason: str
    def __init__(self, batch: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class WithdrawBatchResponse(_message.Message):
    __slots__ = ("batch",)
    BATCH_FIELD_NUMBER: _ClassVar[int]
    batch: Batch
    def __init__(self, batch: _Optional[_Union[Batch, _Mapping]] = ...) -> None: ...

class ApproveBatchRequest(_message.Message):
    __slots__ = ("batch", "refuse", "reason")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    REFUSE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    batch: int
    refuse: bool
    reason: str
    def __init__(self, batch: _Optional[int] = ..., refuse: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class ApproveBatchResponse(_message.Message):
    __slots__ = ("batch",)
    BATCH_FIELD_NUMBER: _ClassVar[int]
    batch: Batch
    def __init__(self, batch: _Optional[_Union[Batch, _Mapping]] = ...) -> None: ...

class Record(_message.Message):
    __slots__ = ("batch", "line", "at", "recorded_at", "area_code", "organisation", "late", "values_json", "revision")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    AREA_CODE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    VALUES_JSON_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    batch: int
    line: int
    at: _timestamp_pb2.Timestamp
    recorded_at: _timestamp_pb2.Timestamp
    area_code: str
    organisation: str
    late: bool
    values_json: str
    revision: int
    def __init__(self, batch: _Optional[int] = ..., line: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., area_code: _Optional[str] = ..., organisation: _Optional[str] = ..., late: _Optional[bool] = ..., values_json: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...

class Breakdown(_message.Message):
    __slots__ = ("name", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: str
    def __init__(self, name: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class ListRecordsRequest(_message.Message):
    __slots__ = ("dataset", "start", "end", "area_code", "organisation", "known_at", "page_size", "page_token", "breakdowns")
    DATASET_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    AREA_CODE_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    BREAKDOWNS_FIELD_NUMBER: _ClassVar[int]
    dataset: str
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    area_code: str
    organisation: str
    known_at: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    breakdowns: _containers.RepeatedCompositeFieldContainer[Breakdown]
    def __init__(self, dataset: _Optional[str] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., area_code: _Optional[str] = ..., organisation: _Optional[str] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., breakdowns: _Optional[_Iterable[_Union[Breakdown, _Mapping]]] = ...) -> None: ...

class ListRecordsResponse(_message.Message):
    __slots__ = ("records", "next_page_token")
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[Record]
    next_page_token: str
    def __init__(self, records: _Optional[_Iterable[_Union[Record, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetSubjectRequest(_message.Message):
    __slots__ = ("dataset", "life_subject", "known_at", "as_of")
    DATASET_FIELD_NUMBER: _ClassVar[int]
    LIFE_SUBJECT_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    dataset: str
    life_subject: str
    known_at: _timestamp_pb2.Timestamp
    as_of: _timestamp_pb2.Timestamp
    def __init__(self, dataset: _Optional[str] = ..., life_subject: _Optional[str] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Pause(_message.Message):
    __slots__ = ("start", "end")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    def __init__(self, start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SubjectClock(_message.Message):
    __slots__ = ("state", "as_of", "started_at", "stopped_at", "pauses", "worked_s", "allowance", "allowance_unit", "due_at", "stated_due_at", "deadline", "outside_calendar")
    STATE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    STOPPED_AT_FIELD_NUMBER: _ClassVar[int]
    PAUSES_FIELD_NUMBER: _ClassVar[int]
    WORKED_S_FIELD_NUMBER: _ClassVar[int]
    ALLOWANCE_FIELD_NUMBER: _ClassVar[int]
    ALLOWANCE_UNIT_FIELD_NUMBER: _ClassVar[int]
    DUE_AT_FIELD_NUMBER: _ClassVar[int]
    STATED_DUE_AT_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_CALENDAR_FIELD_NUMBER: _ClassVar[int]
    state: ClockState
    as_of: _timestamp_pb2.Timestamp
    started_at: _timestamp_pb2.Timestamp
    stopped_at: _timestamp_pb2.Timestamp
    pauses: _containers.RepeatedCompositeFieldContainer[Pause]
    worked_s: int
    allowance: int
    allowance_unit: str
    due_at: _timestamp_pb2.Timestamp
    stated_due_at: _timestamp_pb2.Timestamp
    deadline: Deadline
    outside_calendar: bool
    def __init__(self, state: _Optional[_Union[ClockState, str]] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., stopped_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pauses: _Optional[_Iterable[_Union[Pause, _Mapping]]] = ..., worked_s: _Optional[int] = ..., allowance: _Optional[int] = ..., allowance_unit: _Optional[str] = ..., due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., stated_due_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deadline: _Optional[_Union[Deadline, str]] = ..., outside_calendar: _Optional[bool] = ...) -> None: ...

class SubjectEvent(_message.Message):
    __slots__ = ("at", "event", "has_gap", "revision")
    AT_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    HAS_GAP_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    event: str
    has_gap: bool
    revision: int
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., event: _Optional[str] = ..., has_gap: _Optional[bool] = ..., revision: _Optional[int] = ...) -> None: ...

class GetSubjectResponse(_message.Message):
    __slots__ = ("state", "since", "ended", "incomplete", "events", "clock")
    STATE_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    INCOMPLETE_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    state: str
    since: _timestamp_pb2.Timestamp
    ended: bool
    incomplete: bool
    events: _containers.RepeatedCompositeFieldContainer[SubjectEvent]
    clock: SubjectClock
    def __init__(self, state: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended: _Optional[bool] = ..., incomplete: _Optional[bool] = ..., events: _Optional[_Iterable[_Union[SubjectEvent, _Mapping]]] = ..., clock: _Optional[_Union[SubjectClock, _Mapping]] = ...) -> None: ...

class WatchRecordsRequest(_message.Message):
    __slots__ = ("datasets", "resume_token")
    DATASETS_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    datasets: _containers.RepeatedScalarFieldContainer[str]
    resume_token: str
    def __init__(self, datasets: _Optional[_Iterable[str]] = ..., resume_token: _Optional[str] = ...) -> None: ...

class RecordsChange(_message.Message):
    __slots__ = ("dataset", "batch", "cause", "rows", "areas", "organisations", "days", "trace_id")
    DATASET_FIELD_NUMBER: _ClassVar[int]
    BATCH_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    AREAS_FIELD_NUMBER: _ClassVar[int]
    ORGANISATIONS_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    dataset: str
    batch: int
    cause: str
    rows: int
    areas: _containers.RepeatedScalarFieldContainer[str]
    organisations: _containers.RepeatedScalarFieldContainer[str]
    days: _containers.RepeatedScalarFieldContainer[str]
    trace_id: str
    def __init__(self, dataset: _Optional[str] = ..., batch: _Optional[int] = ..., cause: _Optional[str] = ..., rows: _Optional[int] = ..., areas: _Optional[_Iterable[str]] = ..., organisations: _Optional[_Iterable[str]] = ..., days: _Optional[_Iterable[str]] = ..., trace_id: _Optional[str] = ...) -> None: ...

class WatchRecordsResponse(_message.Message):
    __slots__ = ("resume_token", "position", "change")
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    resume_token: str
    position: int
    change: RecordsChange
    def __init__(self, resume_token: _Optional[str] = ..., position: _Optional[int] = ..., change: _Optional[_Union[RecordsChange, _Mapping]] = ...) -> None: ...
