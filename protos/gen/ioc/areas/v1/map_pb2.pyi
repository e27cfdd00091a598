from ioc.access.v1 import access_pb2 as _access_pb2
from ioc.areas.v1 import areas_pb2 as _areas_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Extent(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXTENT_UNSPECIFIED: _ClassVar[Extent]
    EXTENT_WHOLE: _ClassVar[Extent]
    EXTENT_PART: _ClassVar[Extent]
    EXTENT_UNCERTAIN: _ClassVar[Extent]

class WeightBasis(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WEIGHT_BASIS_UNSPECIFIED: _ClassVar[WeightBasis]
    WEIGHT_BASIS_POPULATION: _ClassVar[WeightBasis]
    WEIGHT_BASIS_AREA: _ClassVar[WeightBasis]
    WEIGHT_BASIS_DECREE: _ClassVar[WeightBasis]
EXTENT_UNSPECIFIED: Extent
EXTENT_WHOLE: Extent
EXTENT_PART: Extent
EXTENT_UNCERTAIN: Extent
WEIGHT_BASIS_UNSPECIFIED: WeightBasis
WEIGHT_BASIS_POPULATION: WeightBasis
WEIGHT_BASIS_AREA: WeightBasis
WEIGHT_BASIS_DECREE: WeightBasis

class Boundary(_message.Message):
    __slots__ = ("code", "day", "boundary_geojson")
    CODE_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    BOUNDARY_GEOJSON_FIELD_NUMBER: _ClassVar[int]
    code: str
    day: str
    boundary_geojson: str
    def __init__(self, code: _Optional[str] = ..., day: _Optional[str] = ..., boundary_geojson: _Optional[str] = ...) -> None: ...

class Statement(_message.Message):
    __slots__ = ("code", "day", "words_vi")
    CODE_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    WORDS_VI_FIELD_NUMBER: _ClassVar[int]
    code: str
    day: str
    words_vi: str
    def __init__(self, code: _Optional[str] = ..., day: _Optional[str] = ..., words_vi: _Optional[str] = ...) -> None: ...

class DeclaredChange(_message.Message):
    __slots__ = ("day", "old_code", "new_code", "extent", "weight", "basis")
    DAY_FIELD_NUMBER: _ClassVar[int]
    OLD_CODE_FIELD_NUMBER: _ClassVar[int]
    NEW_CODE_FIELD_NUMBER: _ClassVar[int]
    EXTENT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    day: str
    old_code: str
    new_code: str
    extent: Extent
    weight: str
    basis: WeightBasis
    def __init__(self, day: _Optional[str] = ..., old_code: _Optional[str] = ..., new_code: _Optional[str] = ..., extent: _Optional[_Union[Extent, str]] = ..., weight: _Optional[str] = ..., basis: _Optional[_Union[WeightBasis, str]] = ...) -> None: ...

class ChangeMapRequest(_message.Message):
    __slots__ = ("units", "boundaries", "statements", "declared", "dry_run")
    UNITS_FIELD_NUMBER: _ClassVar[int]
    BOUNDARIES_FIELD_NUMBER: _ClassVar[int]
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    DECLARED_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    units: _containers.RepeatedCompositeFieldContainer[_areas_pb2.Unit]
    boundaries: _containers.RepeatedCompositeFieldContainer[Boundary]
    statements: _containers.RepeatedCompositeFieldContainer[Statement]
    declared: _containers.RepeatedCompositeFieldContainer[DeclaredChange]
    dry_run: bool
    def __init__(self, units: _Optional[_Iterable[_Union[_areas_pb2.Unit, _Mapping]]] = ..., boundaries: _Optional[_Iterable[_Union[Boundary, _Mapping]]] = ..., statements: _Optional[_Iterable[_Union[Statement, _Mapping]]] = ..., declared: _Optional[_Iterable[_Union[DeclaredChange, _Mapping]]] = ..., dry_run: _Optional[bool] = ...) -> None: ...

class Tally(_message.Message):
    __slots__ = ("kind", "added", "changed", "removed", "same")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ADDED_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    SAME_FIELD_NUMBER: _ClassVar[int]
    kind: str
    added: int
    changed: int
    removed: int
    same: int
    def __init__(self, kind: _Optional[str] = ..., added: _Optional[int] = ..., changed: _Optional[int] = ..., removed: _Optional[int] = ..., same: _Optional[int] = ...) -> None: ...

class Difference(_message.Message):
    __slots__ = ("kind", "action", "day", "code", "detail")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    kind: str
    action: str
    day: str
    code: str
    detail: str
    def __init__(self, kind: _Optional[str] = ..., action: _Optional[str] = ..., day: _Optional[str] = ..., code: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class ChangeMapResponse(_message.Message):
    __slots__ = ("tallies", "differences", "unresolved")
    TALLIES_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    UNRESOLVED_FIELD_NUMBER: _ClassVar[int]
    tallies: _containers.RepeatedCompositeFieldContainer[Tally]
    differences: _containers.RepeatedCompositeFieldContainer[Difference]
    unresolved: _containers.RepeatedCompositeFieldContainer[Unresolved]
    def __init__(self, tallies: _Optional[_Iterable[_Union[Tally, _Mapping]]] = ..., differences: _Optional[_Iterable[_Union[Difference, _Mapping]]] = ..., unresolved: _Optional[_Iterable[_Union[Unresolved, _Mapping]]] = ...) -> None: ...

class GetUnitRequest(_message.Message):
    __slots__ = ("code", "on_date", "with_boundary")
    CODE_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    WITH_BOUNDARY_FIELD_NUMBER: _ClassVar[int]
    code: str
    on_date: str
    with_boundary: bool
    def __init__(self, code: _Optional[str] = ..., on_date: _Optional[str] = ..., with_boundary: _Optional[bool] = ...) -> None: ...

class GetUnitResponse(_message.Message):
    __slots__ = ("unit", "above")
    UNIT_FIELD_NUMBER: _ClassVar[int]
    ABOVE_FIELD_NUMBER: _ClassVar[int]
    unit: _areas_pb2.Unit
    above: _containers.RepeatedCompositeFieldContainer[_areas_pb2.Unit]
    def __init__(self, unit: _Optional[_Union[_areas_pb2.Unit, _Mapping]] = ..., above: _Optional[_Iterable[_Union[_areas_pb2.Unit, _Mapping]]] = ...) -> None: ...

class Change(_message.Message):
    __slots__ = ("day", "old_code", "old_name_vi", "new_code", "new_name_vi", "extent", "weight", "basis", "declared")
    DAY_FIELD_NUMBER: _ClassVar[int]
    OLD_CODE_FIELD_NUMBER: _ClassVar[int]
    OLD_NAME_VI_FIELD_NUMBER: _ClassVar[int]
    NEW_CODE_FIELD_NUMBER: _ClassVar[int]
    NEW_NAME_VI_FIELD_NUMBER: _ClassVar[int]
    EXTENT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    DECLARED_FIELD_NUMBER: _ClassVar[int]
    day: str
    old_code: str
    old_name_vi: str
    new_code: str
    new_name_vi: str
    extent: Extent
    weight: str
    basis: WeightBasis
    declared: bool
    def __init__(self, day: _Optional[str] = ..., old_code: _Optional[str] = ..., old_name_vi: _Optional[str] = ..., new_code: _Optional[str] = ..., new_name_vi: _Optional[str] = ..., extent: _Optional[_Union[Extent, str]] = ..., weight: _Optional[str] = ..., basis: _Optional[_Union[WeightBasis, str]] = ..., declared: _Optional[bool] = ...) -> None: ...

class ListChangesRequest(_message.Message):
    __slots__ = ("old_code", "new_code", "day", "page_size", "page_token")
    OLD_CODE_FIELD_NUMBER: _ClassVar[int]
    NEW_CODE_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    old_code: str
    new_code: str
    day: str
    page_size: int
    page_token: str
    def __init__(self, old_code: _Optional[str] = ..., new_code: _Optional[str] = ..., day: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListChangesResponse(_message.Message):
    __slots__ = ("changes", "next_page_token")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Unresolved(_message.Message):
    __slots__ = ("day", "code", "place", "words_vi", "reason", "candidates")
    DAY_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    WORDS_VI_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    day: str
    code: str
    place: int
    words_vi: str
    reason: str
    candidates: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, day: _Optional[str] = ..., code: _Optional[str] = ..., place: _Optional[int] = ..., words_vi: _Optional[str] = ..., reason: _Optional[str] = ..., candidates: _Optional[_Iterable[str]] = ...) -> None: ...

class ListUnresolvedRequest(_message.Message):
    __slots__ = ("code", "page_size", "page_token")
    CODE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    code: str
    page_size: int
    page_token: str
    def __init__(self, code: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListUnresolvedResponse(_message.Message):
    __slots__ = ("unresolved", "next_page_token")
    UNRESOLVED_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    unresolved: _containers.RepeatedCompositeFieldContainer[Unresolved]
    next_page_token: str
    def __init__(self, unresolved: _Optional[_Iterable[_Union[Unresolved, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class FollowUnitRequest(_message.Message):
    __slots__ = ("code", "from_date", "to_date")
    CODE_FIELD_NUMBER: _ClassVar[int]
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    code: str
    from_date: str
    to_date: str
    def __init__(self, code: _Optional[str] = ..., from_date: _Optional[str] = ..., to_date: _Optional[str] = ...) -> None: ...

class Followed(_message.Message):
    __slots__ = ("code", "name_vi", "extent", "weight")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    EXTENT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    code: str
    name_vi: str
    extent: Extent
    weight: str
    def __init__(self, code: _Optional[str] = ..., name_vi: _Optional[str] = ..., extent: _Optional[_Union[Extent, str]] = ..., weight: _Optional[str] = ...) -> None: ...

class FollowUnitResponse(_message.Message):
    __slots__ = ("units", "lost")
    UNITS_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    units: _containers.RepeatedCompositeFieldContainer[Followed]
    lost: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, units: _Optional[_Iterable[_Union[Followed, _Mapping]]] = ..., lost: _Optional[_Iterable[str]] = ...) -> None: ...

class AreaValue(_message.Message):
    __slots__ = ("code", "value")
    CODE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    code: str
    value: str
    def __init__(self, code: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class RestateValuesRequest(_message.Message):
    __slots__ = ("from_date", "to_date", "values")
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    TO_DATE_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    from_date: str
    to_date: str
    values: _containers.RepeatedCompositeFieldContainer[AreaValue]
    def __init__(self, from_date: _Optional[str] = ..., to_date: _Optional[str] = ..., values: _Optional[_Iterable[_Union[AreaValue, _Mapping]]] = ...) -> None: ...

class RestatedValue(_message.Message):
    __slots__ = ("code", "name_vi", "value", "complete", "lacks")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_VI_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    LACKS_FIELD_NUMBER: _ClassVar[int]
    code: str
    name_vi: str
    value: str
    complete: bool
    lacks: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, code: _Optional[str] = ..., name_vi: _Optional[str] = ..., value: _Optional[str] = ..., complete: _Optional[bool] = ..., lacks: _Optional[_Iterable[str]] = ...) -> None: ...

class NotRestatable(_message.Message):
    __slots__ = ("code", "valid_from", "value", "reason", "belongs_to")
    CODE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    BELONGS_TO_FIELD_NUMBER: _ClassVar[int]
    code: str
    valid_from: str
    value: str
    reason: str
    belongs_to: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, code: _Optional[str] = ..., valid_from: _Optional[str] = ..., value: _Optional[str] = ..., reason: _Optional[str] = ..., belongs_to: _Optional[_Iterable[str]] = ...) -> None: ...

class RestateValuesResponse(_message.Message):
    __slots__ = ("values", "not_restatable")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    NOT_RESTATABLE_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedCompositeFieldContainer[RestatedValue]
    not_restatable: _containers.RepeatedCompositeFieldContainer[NotRestatable]
    def __init__(self, values: _Optional[_Iterable[_Union[RestatedValue, _Mapping]]] = ..., not_restatable: _Optional[_Iterable[_Union[NotRestatable, _Mapping]]] = ...) -> None: ...
