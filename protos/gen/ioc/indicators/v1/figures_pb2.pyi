import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from ioc.access.v1 import access_pb2 as _access_pb2
from ioc.indicators.v1 import indicators_pb2 as _indicators_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SubjectKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SUBJECT_KIND_UNSPECIFIED: _ClassVar[SubjectKind]
    SUBJECT_KIND_PROVINCE: _ClassVar[SubjectKind]
    SUBJECT_KIND_AREA: _ClassVar[SubjectKind]
    SUBJECT_KIND_ORGANISATION: _ClassVar[SubjectKind]

class ScoredKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCORED_KIND_UNSPECIFIED: _ClassVar[ScoredKind]
    SCORED_KIND_SOURCE: _ClassVar[ScoredKind]
    SCORED_KIND_AREA: _ClassVar[ScoredKind]
    SCORED_KIND_ORGANISATION: _ClassVar[ScoredKind]
SUBJECT_KIND_UNSPECIFIED: SubjectKind
SUBJECT_KIND_PROVINCE: SubjectKind
SUBJECT_KIND_AREA: SubjectKind
SUBJECT_KIND_ORGANISATION: SubjectKind
SCORED_KIND_UNSPECIFIED: ScoredKind
SCORED_KIND_SOURCE: ScoredKind
SCORED_KIND_AREA: ScoredKind
SCORED_KIND_ORGANISATION: ScoredKind

class Target(_message.Message):
    __slots__ = ("op", "value", "to", "source")
    OP_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    op: str
    value: str
    to: str
    source: str
    def __init__(self, op: _Optional[str] = ..., value: _Optional[str] = ..., to: _Optional[str] = ..., source: _Optional[str] = ..., **kwargs) -> None: ...

class FigureDefinition(_message.Message):
    __slots__ = ("indicator", "version", "name_vi", "name_en", "unit", "formula", "direction", "periods", "breakdowns", "levels", "targets", "decimals", "owner_vi", "basis", "basis_vi", "gaming_vi", "gaming_en", "datasets", "formula_vi", "formula_en", "unit_vi")
    INDICATOR_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    FORMULA_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    PERIODS_FIELD_NUMBER: _ClassVar[int]
    BREAKDOWNS_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    DECIMALS_FIELD_NUMBER: _ClassVar[int]
    OWNER_VI_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    BASIS_VI_FIELD_NUMBER: _ClassVar[int]
    GAMING_VI_FIELD_NUMBER: _ClassVar[int]
    GAMING_EN_FIELD_NUMBER: _ClassVar[int]
    DATASETS_FIELD_NUMBER: _ClassVar[int]
    FORMULA_VI_FIELD_NUMBER: _ClassVar[int]
    FORMULA_EN_FIELD_NUMBER: _ClassVar[int]
    UNIT_VI_FIELD_NUMBER: _ClassVar[int]
    indicator: str
    version: int
    name_vi: str
    name_en: str
    unit: str
    formula: str
    direction: str
    periods: _containers.RepeatedScalarFieldContainer[str]
    breakdowns: _containers.RepeatedScalarFieldContainer[str]
    levels: _containers.RepeatedScalarFieldContainer[str]
    targets: _containers.RepeatedCompositeFieldContainer[Target]
    decimals: int
    owner_vi: str
    basis: str
    basis_vi: str
    gaming_vi: str
    gaming_en: str
    datasets: _containers.RepeatedScalarFieldContainer[str]
    formula_vi: str
    formula_en: str
    unit_vi: str
    def __init__(self, indicator: _Optional[str] = ..., version: _Optional[int] = ..., name_vi: _Optional[str] = ..., name_en: _Optional[str] = ..., unit: _Optional[str] = ..., formula: _Optional[str] = ..., direction: _Optional[str] = ..., periods: _Optional[_Iterable[str]] = ..., breakdowns: _Optional[_Iterable[str]] = ..., levels: _Optional[_Iterable[str]] = ..., targets: _Optional[_Iterable[_Union[Target, _Mapping]]] = ..., decimals: _Optional[int] = ..., owner_vi: _Optional[str] = ..., basis: _Optional[str] = ..., basis_vi: _Optional[str] = ..., gaming_vi: _Optional[str] = ..., gaming_en: _Optional[str] = ..., datasets: _Optional[_Iterable[str]] = ..., formula_vi: _Optional[str] = ..., formula_en: _Optional[str] = ..., unit_vi: _Optional[str] = ...) -> None: ...

class ListDefinitionsRequest(_message.Message):
    __slots__ = ("prefix",)
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    prefix: str
    def __init__(self, prefix: _Optional[str] = ...) -> None: ...

class ListDefinitionsResponse(_message.Message):
    __slots__ = ("definitions",)
    DEFINITIONS_FIELD_NUMBER: _ClassVar[int]
    definitions: _containers.RepeatedCompositeFieldContainer[FigureDefinition]
    def __init__(self, definitions: _Optional[_Iterable[_Union[FigureDefinition, _Mapping]]] = ...) -> None: ...

class Figure(_message.Message):
    __slots__ = ("indicator", "subject_kind", "subject", "breakdown", "period", "period_start", "value", "low", "high", "numerator", "denominator", "state", "version", "known_at", "inputs_expected", "inputs_used", "inputs_late", "inputs_rejected", "formula_version", "input_position", "suppressed", "map_date", "lacks", "recomputed", "scores")
    INDICATOR_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    BREAKDOWN_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    PERIOD_START_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    NUMERATOR_FIELD_NUMBER: _ClassVar[int]
    DENOMINATOR_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    INPUTS_EXPECTED_FIELD_NUMBER: _ClassVar[int]
    INPUTS_USED_FIELD_NUMBER: _ClassVar[int]
    INPUTS_LATE_FIELD_NUMBER: _ClassVar[int]
    INPUTS_REJECTED_FIELD_NUMBER: _ClassVar[int]
    FORMULA_VERSION_FIELD_NUMBER: _ClassVar[int]
    INPUT_POSITION_FIELD_NUMBER: _ClassVar[int]
    SUPPRESSED_FIELD_NUMBER: _ClassVar[int]
    MAP_DATE_FIELD_NUMBER: _ClassVar[int]
    LACKS_FIELD_NUMBER: _ClassVar[int]
    RECOMPUTED_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    indicator: str
    subject_kind: SubjectKind
    subject: str
    breakdown: str
    period: str
    period_start: str
    value: str
    low: str
    high: str
    numerator: str
    denominator: str
    state: _indicators_pb2.ValueState
    version: int
    known_at: _timestamp_pb2.Timestamp
    inputs_expected: int
    inputs_used: int
    inputs_late: int
    inputs_rejected: int
    formula_version: int
    input_position: int
    suppressed: bool
    map_date: str
    lacks: _containers.RepeatedScalarFieldContainer[str]
    recomputed: bool
    scores: Scores
    def __init__(self, indicator: _Optional[str] = ..., subject_kind: _Optional[_Union[SubjectKind, str]] = ..., subject: _Optional[str] = ..., breakdown: _Optional[str] = ..., period: _Optional[str] = ..., period_start: _Optional[str] = ..., value: _Optional[str] = ..., low: _Optional[str] = ..., high: _Optional[str] = ..., numerator: _Optional[str] = ..., denominator: _Optional[str] = ..., state: _Optional[_Union[_indicators_pb2.ValueState, str]] = ..., version: _Optional[int] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., inputs_expected: _Optional[int] = ..., inputs_used: _Optional[int] = ..., inputs_late: _Optional[int] = ..., inputs_rejected: _Optional[int] = ..., formula_version: _Optional[int] = ..., input_position: _Optional[int] = ..., suppressed: _Optional[bool] = ..., map_date: _Optional[str] = ..., lacks: _Optional[_Iterable[str]] = ..., recomputed: _Optional[bool] = ..., scores: _Optional[_Union[Scores, _Mapping]] = ...) -> None: ...

class NotRestated(_message.Message):
    __slots__ = ("figure", "valid_from", "reason", "belongs_to")
    FIGURE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    BELONGS_TO_FIELD_NUMBER: _ClassVar[int]
    figure: Figure
    valid_from: str
    reason: str
    belongs_to: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, figure: _Optional[_Union[Figure, _Mapping]] = ..., valid_from: _Optional[str] = ..., reason: _Optional[str] = ..., belongs_to: _Optional[_Iterable[str]] = ...) -> None: ...

class Scores(_message.Message):
    __slots__ = ("right", "complete", "clean", "live", "worst", "counts")
    RIGHT_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    CLEAN_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    WORST_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    right: str
    complete: str
    clean: str
    live: str
    worst: str
    counts: ScoreCounts
    def __init__(self, right: _Optional[str] = ..., complete: _Optional[str] = ..., clean: _Optional[str] = ..., live: _Optional[str] = ..., worst: _Optional[str] = ..., counts: _Optional[_Union[ScoreCounts, _Mapping]] = ...) -> None: ...

class ScoreCounts(_message.Message):
    __slots__ = ("received", "refused", "duplicate", "conflicting", "late", "due", "came", "on_time", "promised", "alive", "expected", "used")
    RECEIVED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    CONFLICTING_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    CAME_FIELD_NUMBER: _ClassVar[int]
    ON_TIME_FIELD_NUMBER: _ClassVar[int]
    PROMISED_FIELD_NUMBER: _ClassVar[int]
    ALIVE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_FIELD_NUMBER: _ClassVar[int]
    USED_FIELD_NUMBER: _ClassVar[int]
    received: int
    refused: int
    duplicate: int
    conflicting: int
    late: int
    due: int
    came: int
    on_time: int
    promised: int
    alive: int
    expected: int
    used: int
    def __init__(self, received: _Optional[int] = ..., refused: _Optional[int] = ..., duplicate: _Optional[int] = ..., conflicting: _Optional[int] = ..., late: _Optional[int] = ..., due: _Optional[int] = ..., came: _Optional[int] = ..., on_time: _Optional[int] = ..., promised: _Optional[int] = ..., alive: _Optional[int] = ..., expected: _Optional[int] = ..., used: _Optional[int] = ...) -> None: ...

class GetScoresRequest(_message.Message):
    __slots__ = ("kind", "period", "on", "known_at")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    kind: ScoredKind
    period: str
    on: str
    known_at: _timestamp_pb2.Timestamp
    def __init__(self, kind: _Optional[_Union[ScoredKind, str]] = ..., period: _Optional[str] = ..., on: _Optional[str] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SubjectScores(_message.Message):
    __slots__ = ("subject", "name_vi", "scores", "newest_at")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    NEWEST_AT_FIELD_NUMBER: _ClassVar[int]
    subject: str
    name_vi: str
    scores: Scores
    newest_at: _timestamp_pb2.Timestamp
    def __init__(self, subject: _Optional[str] = ..., name_vi: _Optional[str] = ..., scores: _Optional[_Union[Scores, _Mapping]] = ..., newest_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetScoresResponse(_message.Message):
    __slots__ = ("scores",)
    SCORES_FIELD_NUMBER: _ClassVar[int]
    scores: _containers.RepeatedCompositeFieldContainer[SubjectScores]
    def __init__(self, scores: _Optional[_Iterable[_Union[SubjectScores, _Mapping]]] = ...) -> None: ...

class ListLateReportersRequest(_message.Message):
    __slots__ = ("kind", "period", "on", "known_at")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    kind: ScoredKind
    period: str
    on: str
    known_at: _timestamp_pb2.Timestamp
    def __init__(self, kind: _Optional[_Union[ScoredKind, str]] = ..., period: _Optional[str] = ..., on: _Optional[str] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LateReporter(_message.Message):
    __slots__ = ("subject", "name_vi", "due", "on_time", "late", "never", "median_late_s", "worst_late_s")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    DUE_FIELD_NUMBER: _ClassVar[int]
    ON_TIME_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    NEVER_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_LATE_S_FIELD_NUMBER: _ClassVar[int]
    WORST_LATE_S_FIELD_NUMBER: _ClassVar[int]
    subject: str
    name_vi: str
    due: int
    on_time: int
    late: int
    never: int
    median_late_s: int
    worst_late_s: int
    def __init__(self, subject: _Optional[str] = ..., name_vi: _Optional[str] = ..., due: _Optional[int] = ..., on_time: _Optional[int] = ..., late: _Optional[int] = ..., never: _Optional[int] = ..., median_late_s: _Optional[int] = ..., worst_late_s: _Optional[int] = ...) -> None: ...

class ListLateReportersResponse(_message.Message):
    __slots__ = ("reporters",)
    REPORTERS_FIELD_NUMBER: _ClassVar[int]
    reporters: _containers.RepeatedCompositeFieldContainer[LateReporter]
    def __init__(self, reporters: _Optional[_Iterable[_Union[LateReporter, _Mapping]]] = ...) -> None: ...

class GetFiguresRequest(_message.Message):
    __slots__ = ("indicators", "subject_kind", "subjects", "period", "on", "with_breakdowns", "known_at", "page_size", "page_token", "map_date")
    INDICATORS_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECTS_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    WITH_BREAKDOWNS_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MAP_DATE_FIELD_NUMBER: _ClassVar[int]
    indicators: _containers.RepeatedScalarFieldContainer[str]
    subject_kind: SubjectKind
    subjects: _containers.RepeatedScalarFieldContainer[str]
    period: str
    on: str
    with_breakdowns: bool
    known_at: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    map_date: str
    def __init__(self, indicators: _Optional[_Iterable[str]] = ..., subject_kind: _Optional[_Union[SubjectKind, str]] = ..., subjects: _Optional[_Iterable[str]] = ..., period: _Optional[str] = ..., on: _Optional[str] = ..., with_breakdowns: _Optional[bool] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., map_date: _Optional[str] = ...) -> None: ...

class GetFiguresResponse(_message.Message):
    __slots__ = ("figures", "next_page_token", "not_restatable")
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    NOT_RESTATABLE_FIELD_NUMBER: _ClassVar[int]
    figures: _containers.RepeatedCompositeFieldContainer[Figure]
    next_page_token: str
    not_restatable: _containers.RepeatedCompositeFieldContainer[NotRestated]
    def __init__(self, figures: _Optional[_Iterable[_Union[Figure, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., not_restatable: _Optional[_Iterable[_Union[NotRestated, _Mapping]]] = ...) -> None: ...

class GetFigureSeriesRequest(_message.Message):
    __slots__ = ("indicator", "subject_kind", "subject", "breakdown", "period", "start", "end", "known_at", "page_size", "page_token", "map_date")
    INDICATOR_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    BREAKDOWN_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    MAP_DATE_FIELD_NUMBER: _ClassVar[int]
    indicator: str
    subject_kind: SubjectKind
    subject: str
    breakdown: str
    period: str
    start: str
    end: str
    known_at: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    map_date: str
    def __init__(self, indicator: _Optional[str] = ..., subject_kind: _Optional[_Union[SubjectKind, str]] = ..., subject: _Optional[str] = ..., breakdown: _Optional[str] = ..., period: _Optional[str] = ..., start: _Optional[str] = ..., end: _Optional[str] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., map_date: _Optional[str] = ...) -> None: ...

class SeriesBreak(_message.Message):
    __slots__ = ("note_vi", "note_en")
    FROM_FIELD_NUMBER: _ClassVar[int]
    NOTE_VI_FIELD_NUMBER: _ClassVar[int]
    NOTE_EN_FIELD_NUMBER: _ClassVar[int]
    note_vi: str
    note_en: str
    def __init__(self, note_vi: _Optional[str] = ..., note_en: _Optional[str] = ..., **kwargs) -> None: ...

class GetFigureSeriesResponse(_message.Message):
    __slots__ = ("figures", "breaks", "next_page_token", "not_restatable")
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    BREAKS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    NOT_RESTATABLE_FIELD_NUMBER: _ClassVar[int]
    figures: _containers.RepeatedCompositeFieldContainer[Figure]
    breaks: _containers.RepeatedCompositeFieldContainer[SeriesBreak]
    next_page_token: str
    not_restatable: _containers.RepeatedCompositeFieldContainer[NotRestated]
    def __init__(self, figures: _Optional[_Iterable[_Union[Figure, _Mapping]]] = ..., breaks: _Optional[_Iterable[_Union[SeriesBreak, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., not_restatable: _Optional[_Iterable[_Union[NotRestated, _Mapping]]] = ...) -> None: ...

class ListVersionsRequest(_message.Message):
    __slots__ = ("indicator", "subject_kind", "subject", "breakdown", "period", "period_start")
    INDICATOR_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    BREAKDOWN_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    PERIOD_START_FIELD_NUMBER: _ClassVar[int]
    indicator: str
    subject_kind: SubjectKind
    subject: str
    breakdown: str
    period: str
    period_start: str
    def __init__(self, indicator: _Optional[str] = ..., subject_kind: _Optional[_Union[SubjectKind, str]] = ..., subject: _Optional[str] = ..., breakdown: _Optional[str] = ..., period: _Optional[str] = ..., period_start: _Optional[str] = ...) -> None: ...

class ListVersionsResponse(_message.Message):
    __slots__ = ("figures",)
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    figures: _containers.RepeatedCompositeFieldContainer[Figure]
    def __init__(self, figures: _Optional[_Iterable[_Union[Figure, _Mapping]]] = ...) -> None: ...

class CompareSubjectsRequest(_message.Message):
    __slots__ = ("indicator", "subject_kind", "breakdown", "period", "on", "known_at", "map_date")
    INDICATOR_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_KIND_FIELD_NUMBER: _ClassVar[int]
    BREAKDOWN_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    MAP_DATE_FIELD_NUMBER: _ClassVar[int]
    indicator: str
    subject_kind: SubjectKind
    breakdown: str
    period: str
    on: str
    known_at: _timestamp_pb2.Timestamp
    map_date: str
    def __init__(self, indicator: _Optional[str] = ..., subject_kind: _Optional[_Union[SubjectKind, str]] = ..., breakdown: _Optional[str] = ..., period: _Optional[str] = ..., on: _Optional[str] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., map_date: _Optional[str] = ...) -> None: ...

class CompareSubjectsResponse(_message.Message):
    __slots__ = ("figures", "whole", "not_restatable")
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    NOT_RESTATABLE_FIELD_NUMBER: _ClassVar[int]
    figures: _containers.RepeatedCompositeFieldContainer[Figure]
    whole: Figure
    not_restatable: _containers.RepeatedCompositeFieldContainer[NotRestated]
    def __init__(self, figures: _Optional[_Iterable[_Union[Figure, _Mapping]]] = ..., whole: _Optional[_Union[Figure, _Mapping]] = ..., not_restatable: _Optional[_Iterable[_Union[NotRestated, _Mapping]]] = ...) -> None: ...

class ExplainFigureRequest(_message.Message):
    __slots__ = ("indicator", "subject_kind", "subject", "breakdown", "period", "period_start", "version", "known_at", "without_inputs", "map_date")
    INDICATOR_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    BREAKDOWN_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    PERIOD_START_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_INPUTS_FIELD_NUMBER: _ClassVar[int]
    MAP_DATE_FIELD_NUMBER: _ClassVar[int]
    indicator: str
    subject_kind: SubjectKind
    subject: str
    breakdown: str
    period: str
    period_start: str
    version: int
    known_at: _timestamp_pb2.Timestamp
    without_inputs: bool
    map_date: str
    def __init__(self, indicator: _Optional[str] = ..., subject_kind: _Optional[_Union[SubjectKind, str]] = ..., subject: _Optional[str] = ..., breakdown: _Optional[str] = ..., period: _Optional[str] = ..., period_start: _Optional[str] = ..., version: _Optional[int] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., without_inputs: _Optional[bool] = ..., map_date: _Optional[str] = ...) -> None: ...

class MeasureState(_message.Message):
    __slots__ = ("measure", "fold", "dataset", "predicate_vi", "predicate_en", "where", "value", "unit", "inputs", "years_back", "month", "reported", "low", "high", "unit_vi")
    MEASURE_FIELD_NUMBER: _ClassVar[int]
    FOLD_FIELD_NUMBER: _ClassVar[int]
    DATASET_FIELD_NUMBER: _ClassVar[int]
    PREDICATE_VI_FIELD_NUMBER: _ClassVar[int]
    PREDICATE_EN_FIELD_NUMBER: _ClassVar[int]
    WHERE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    YEARS_BACK_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    REPORTED_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    UNIT_VI_FIELD_NUMBER: _ClassVar[int]
    measure: str
    fold: str
    dataset: str
    predicate_vi: str
    predicate_en: str
    where: str
    value: str
    unit: str
    inputs: int
    years_back: int
    month: int
    reported: bool
    low: str
    high: str
    unit_vi: str
    def __init__(self, measure: _Optional[str] = ..., fold: _Optional[str] = ..., dataset: _Optional[str] = ..., predicate_vi: _Optional[str] = ..., predicate_en: _Optional[str] = ..., where: _Optional[str] = ..., value: _Optional[str] = ..., unit: _Optional[str] = ..., inputs: _Optional[int] = ..., years_back: _Optional[int] = ..., month: _Optional[int] = ..., reported: _Optional[bool] = ..., low: _Optional[str] = ..., high: _Optional[str] = ..., unit_vi: _Optional[str] = ...) -> None: ...

class InputField(_message.Message):
    __slots__ = ("name", "text")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    name: str
    text: str
    def __init__(self, name: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class Input(_message.Message):
    __slots__ = ("measure", "years_back", "amount", "member", "records", "life", "area", "organisation", "day", "fields", "late", "count", "month", "low", "high", "weight")
    MEASURE_FIELD_NUMBER: _ClassVar[int]
    YEARS_BACK_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    MEMBER_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    LIFE_FIELD_NUMBER: _ClassVar[int]
    AREA_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    measure: str
    years_back: int
    amount: str
    member: str
    records: _containers.RepeatedScalarFieldContainer[str]
    life: str
    area: str
    organisation: str
    day: str
    fields: _containers.RepeatedCompositeFieldContainer[InputField]
    late: bool
    count: int
    month: int
    low: str
    high: str
    weight: str
    def __init__(self, measure: _Optional[str] = ..., years_back: _Optional[int] = ..., amount: _Optional[str] = ..., member: _Optional[str] = ..., records: _Optional[_Iterable[str]] = ..., life: _Optional[str] = ..., area: _Optional[str] = ..., organisation: _Optional[str] = ..., day: _Optional[str] = ..., fields: _Optional[_Iterable[_Union[InputField, _Mapping]]] = ..., late: _Optional[bool] = ..., count: _Optional[int] = ..., month: _Optional[int] = ..., low: _Optional[str] = ..., high: _Optional[str] = ..., weight: _Optional[str] = ...) -> None: ...

class ExplainFigureResponse(_message.Message):
    __slots__ = ("figure", "definition", "measures", "inputs")
    FIGURE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    MEASURES_FIELD_NUMBER: _ClassVar[int]
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    figure: Figure
    definition: FigureDefinition
    measures: _containers.RepeatedCompositeFieldContainer[MeasureState]
    inputs: _containers.RepeatedCompositeFieldContainer[Input]
    def __init__(self, figure: _Optional[_Union[Figure, _Mapping]] = ..., definition: _Optional[_Union[FigureDefinition, _Mapping]] = ..., measures: _Optional[_Iterable[_Union[MeasureState, _Mapping]]] = ..., inputs: _Optional[_Iterable[_Union[Input, _Mapping]]] = ...) -> None: ...

class ListChangesRequest(_message.Message):
    __slots__ = ("batch", "start", "end", "indicators", "page_size", "page_token")
    BATCH_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    INDICATORS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    batch: int
    start: _timestamp_pb2.Timestamp
    end: _timestamp_pb2.Timestamp
    indicators: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    def __init__(self, batch: _Optional[int] = ..., start: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., indicators: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class Change(_message.Message):
    __slots__ = ("after", "before", "difference", "batches", "why")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    BATCHES_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    after: Figure
    before: Figure
    difference: str
    batches: _containers.RepeatedScalarFieldContainer[int]
    why: str
    def __init__(self, after: _Optional[_Union[Figure, _Mapping]] = ..., before: _Optional[_Union[Figure, _Mapping]] = ..., difference: _Optional[str] = ..., batches: _Optional[_Iterable[int]] = ..., why: _Optional[str] = ...) -> None: ...

class ListChangesResponse(_message.Message):
    __slots__ = ("changes", "next_page_token")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ExportFiguresRequest(_message.Message):
    __slots__ = ("indicators", "subject_kind", "subjects", "period", "on", "with_breakdowns", "known_at", "format", "map_date")
    INDICATORS_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECTS_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    WITH_BREAKDOWNS_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    MAP_DATE_FIELD_NUMBER: _ClassVar[int]
    indicators: _containers.RepeatedScalarFieldContainer[str]
    subject_kind: SubjectKind
    subjects: _containers.RepeatedScalarFieldContainer[str]
    period: str
    on: str
    with_breakdowns: bool
    known_at: _timestamp_pb2.Timestamp
    format: str
    map_date: str
    def __init__(self, indicators: _Optional[_Iterable[str]] = ..., subject_kind: _Optional[_Union[SubjectKind, str]] = ..., subjects: _Optional[_Iterable[str]] = ..., period: _Optional[str] = ..., on: _Optional[str] = ..., with_breakdowns: _Optional[bool] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., format: _Optional[str] = ..., map_date: _Optional[str] = ...) -> None: ...

class ExportFiguresResponse(_message.Message):
    __slots__ = ("data",)
    DATA_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    def __init__(self, data: _Optional[bytes] = ...) -> None: ...

class WatchFiguresRequest(_message.Message):
    __slots__ = ("indicators", "resume_token")
    INDICATORS_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    indicators: _containers.RepeatedScalarFieldContainer[str]
    resume_token: str
    def __init__(self, indicators: _Optional[_Iterable[str]] = ..., resume_token: _Optional[str] = ...) -> None: ...

class WatchFiguresResponse(_message.Message):
    __slots__ = ("resume_token", "position", "figures", "trace_id")
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    resume_token: str
    position: int
    figures: _containers.RepeatedCompositeFieldContainer[Figure]
    trace_id: str
    def __init__(self, resume_token: _Optional[str] = ..., position: _Optional[int] = ..., figures: _Optional[_Iterable[_Union[Figure, _Mapping]]] = ..., trace_id: _Optional[str] = ...) -> None: ...

class DefinitionFile(_message.Message):
    __slots__ = ("name", "text")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    name: str
    text: str
    def __init__(self, name: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class PlanDefinitionsRequest(_message.Message):
    __slots__ = ("files", "without_figures")
    FILES_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_FIGURES_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[DefinitionFile]
    without_figures: bool
    def __init__(self, files: _Optional[_Iterable[_Union[DefinitionFile, _Mapping]]] = ..., without_figures: _Optional[bool] = ...) -> None: ...

class DefinitionChange(_message.Message):
    __slots__ = ("indicator", "kind", "figures", "examples", "begun", "missing")
    INDICATOR_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    BEGUN_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    indicator: str
    kind: str
    figures: int
    examples: _containers.RepeatedCompositeFieldContainer[Change]
    begun: int
    missing: int
    def __init__(self, indicator: _Optional[str] = ..., kind: _Optional[str] = ..., figures: _Optional[int] = ..., examples: _Optional[_Iterable[_Union[Change, _Mapping]]] = ..., begun: _Optional[int] = ..., missing: _Optional[int] = ...) -> None: ...

class PlanDefinitionsResponse(_message.Message):
    __slots__ = ("changes", "plan_sha256", "to_try", "tried")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    PLAN_SHA256_FIELD_NUMBER: _ClassVar[int]
    TO_TRY_FIELD_NUMBER: _ClassVar[int]
    TRIED_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[DefinitionChange]
    plan_sha256: str
    to_try: int
    tried: int
    def __init__(self, changes: _Optional[_Iterable[_Union[DefinitionChange, _Mapping]]] = ..., plan_sha256: _Optional[str] = ..., to_try: _Optional[int] = ..., tried: _Optional[int] = ...) -> None: ...

class ApplyDefinitionsRequest(_message.Message):
    __slots__ = ("files", "plan_sha256")
    FILES_FIELD_NUMBER: _ClassVar[int]
    PLAN_SHA256_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[DefinitionFile]
    plan_sha256: str
    def __init__(self, files: _Optional[_Iterable[_Union[DefinitionFile, _Mapping]]] = ..., plan_sha256: _Optional[str] = ...) -> None: ...

class ApplyDefinitionsResponse(_message.Message):
    __slots__ = ("changes", "applied_at")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    APPLIED_AT_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[DefinitionChange]
    applied_at: _timestamp_pb2.Timestamp
    def __init__(self, changes: _Optional[_Iterable[_Union[DefinitionChange, _Mapping]]] = ..., applied_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
